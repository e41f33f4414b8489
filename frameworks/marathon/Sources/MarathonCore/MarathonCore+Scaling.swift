internal import ClusterBase
internal import ClusterModel
internal import MarathonModel
internal import OrderedCollections

/// Kills under way and kills that wait for a place (spec `marathon` §5.8).
struct KillQueue: Sendable {
    var inFlight: Set<InstanceID> = []
    var pending: OrderedSet<InstanceID> = []

    mutating func ended(_ id: InstanceID) {
        inFlight.remove(id)
        pending.remove(id)
    }
}

extension MarathonCore {
    /// Compares what is with what is wanted, for every app that something happened to, until nothing changes.
    mutating func settle() {
        while !dirty.isEmpty {
            let app = dirty.removeFirst()
            if let deployment = locks[app] { advance(deployment) } else { enforceScale(app) }
        }
        startPendingKills()
    }

    /// Brings an app outside of deployments to its number of instances; instances of no app are ended.
    private mutating func enforceScale(_ id: PathID) {
        let present = instances(of: id)
        guard let spec = apps[id]?.spec else {
            for instance in present where instance.goal == .running { decommission(instance.id) }
            return
        }
        let counted = present.filter(\.isCounted)
        if counted.count < spec.instances {
            schedule(spec.instances - counted.count, of: spec, deployment: nil)
        } else if counted.count > spec.instances {
            for victim in victims(counted.count - spec.instances, of: spec) { decommission(victim) }
        }
    }

    /// Adds instances that wait for offers.
    mutating func schedule(_ count: Int, of spec: AppSpec, deployment: String?) {
        for _ in 0..<count {
            let id = InstanceID(app: spec.id, unique: random.uuid())
            let instance = Instance(
                id: id, app: spec.id, version: spec.version, role: spec.role, since: Timestamp(now),
                deployment: deployment)
            set(id, to: instance)
        }
    }

    /// The instances to end when an app has too many: those that serve least first (spec `marathon` §5.8).
    ///
    /// - Note: differs from upstream in that instances which wait for an offer go first, not last.
    func victims(_ count: Int, of spec: AppSpec) -> [InstanceID] {
        func weight(_ instance: Instance) -> Int {
            switch instance.condition {
            case .scheduled: 0
            case .unreachable: 1
            case .provisioned, .staging: 2
            case .starting: 3
            case .running: 4
            default: 5
            }
        }
        func age(_ instance: Instance) -> Timestamp {
            instance.run?.startedAt ?? instance.run?.stagedAt ?? instance.since
        }
        func precedes(_ a: Instance, _ b: Instance) -> Bool {
            if weight(a) != weight(b) { return weight(a) < weight(b) }
            if age(a) != age(b) { return spec.killSelection == .youngestFirst ? age(a) > age(b) : age(a) < age(b) }
            return a.id < b.id
        }
        var candidates = instances(of: spec.id).filter(\.isCounted).sorted(by: precedes)
        guard spec.constraints.contains(where: { $0.rule == .groupBy }) else {
            return candidates.prefix(count).map(\.id)
        }
        var chosen: [InstanceID] = []
        while chosen.count < count, !candidates.isEmpty {
            let crowding = crowding(of: candidates, spec)
            let fullest = crowding.max() ?? 0
            let at = candidates.indices.first { candidates[$0].waitsForOffer || crowding[$0] == fullest } ?? 0
            chosen.append(candidates.remove(at: at).id)
        }
        return chosen
    }

    /// For each candidate how many share its groups, when the app asks for groups of equal size; else zeros.
    private func crowding(of candidates: [Instance], _ spec: AppSpec) -> [Int] {
        var crowding = Array(repeating: 0, count: candidates.count)
        for constraint in spec.constraints where constraint.rule == .groupBy {
            let values = candidates.map { $0.run.flatMap { Placement($0).value(of: constraint.field) } }
            for (index, value) in values.enumerated() where value != nil {
                crowding[index] += values.count { $0 == value }
            }
        }
        return crowding
    }

    // MARK: Ending instances

    /// Ends an instance for good: at once when it has no reachable task, else by a kill.
    mutating func decommission(_ id: InstanceID) {
        guard var instance = instances[id] else { return }
        instance.goal = .decommissioned
        switch instance.condition {
        case .scheduled: set(id, to: nil)
        case .unreachable, .unreachableInactive:
            sendKill(instance)
            set(id, to: nil)
        default:
            set(id, to: instance)
            requestKill(id)
        }
    }

    /// Kills an instance's task, now or when a place is free, again and again until it ends.
    mutating func requestKill(_ id: InstanceID) {
        guard instances[id]?.run != nil, !kills.inFlight.contains(id) else { return }
        kills.pending.append(id)
    }

    mutating func startPendingKills() {
        while !kills.pending.isEmpty, kills.inFlight.count < settings.killLimit {
            let id = kills.pending.removeFirst()
            guard let instance = instances[id], instance.run != nil else { continue }
            kills.inFlight.insert(id)
            sendKill(instance)
            timers.add(.killRetry(id, incarnation: instance.incarnation), at: now + settings.killRetry)
        }
    }

    mutating func sendKill(_ instance: Instance) {
        guard isConnected, let run = instance.run else { return }
        call(.kill(instance.taskID, agent: run.agentID, policy: nil))
    }
}
