internal import ClusterBase
internal import ClusterModel
internal import MarathonModel
internal import OrderedCollections

/// Whether the master is to send offers.
struct OfferDemand: Sendable {
    /// Whether offers are suppressed.
    var isSuppressed = false
    /// Whether something new waits since the last revive, so that filters are in the way.
    var hasGrown = false
    var lastRevive: Instant?
}

extension MarathonCore {
    mutating func handle(_ event: SchedulerEvent) {
        switch event {
        case .subscribed(let id, _, let master): subscribed(id, master)
        case .offers(let offers): match(offers)
        case .update(let status): handle(status)
        case .error(let message): outcome.effects.append(.stop(message))
        case .heartbeat, .rescind, .message, .failure: break
        case .inverseOffers, .rescindInverseOffer, .updateOperationStatus: break
        }
    }

    private mutating func subscribed(_ id: FrameworkID, _ master: MasterInfo) {
        let isFirst = frameworkID != id
        if isFirst { put("framework-id", .string(id.value)) }
        (frameworkID, isConnected) = (id, true)
        demand = OfferDemand(hasGrown: true)
        let address = "\(master.ip):\(master.port)"
        publish(isFirst ? .registered(id, master: address) : .reregistered(master: address))
        reconcile()
        for id in kills.inFlight.sorted() { if let instance = instances[id] { sendKill(instance) } }
    }

    mutating func disconnect() {
        guard isConnected else { return }
        isConnected = false
        publish(.disconnected)
    }

    /// Asks for the state of every task, then for tasks that are not known here (spec `marathon` §5.7).
    private mutating func reconcile() {
        unanswered = Set(instances.values.filter { $0.run != nil }.map(\.id))
        ask(again: settings.reconciliationRetry)
        call(.reconcile([]))
        reconciliationDue.all = now + settings.reconciliationInterval
        timers.add(.reconcile, at: reconciliationDue.all)
    }

    /// Asks for the tasks that are not answered for, and again later: a master that has just taken over is silent about
    /// agents it has not heard of yet.
    private mutating func ask(again delay: Duration) {
        let tasks = unanswered.sorted().compactMap { instances[$0] }.filter { $0.run != nil }
        guard !tasks.isEmpty else { return }
        call(.reconcile(tasks.map { TaskQuery(taskID: $0.taskID, agentID: $0.run?.agentID) }))
        reconciliationDue.unanswered = now + delay
        timers.add(.ask(again: min(delay * 2, settings.reconciliationInterval)), at: now + delay)
    }

    // MARK: Demand

    /// Revives offers when something can be launched that could not before, suppresses them when nothing can.
    mutating func balanceDemand() {
        guard isConnected else { return }
        var isWanted = false
        for app in waiting.keys {
            guard let spec = apps[app]?.spec else { continue }
            guard let ready = delays.readyAt(spec.delayKey, now: now) else {
                isWanted = true
                continue
            }
            if launchTimers[app] != ready {
                launchTimers[app] = ready
                timers.add(.launch(app), at: ready)
            }
        }
        if !isWanted {
            if !demand.isSuppressed { call(.suppress(roles: [])) }
            (demand.isSuppressed, demand.hasGrown) = (true, false)
        } else if demand.isSuppressed || demand.hasGrown {
            revive()
        }
    }

    private mutating func revive() {
        if let last = demand.lastRevive, last + settings.reviveInterval > now {
            timers.add(.revive, at: last + settings.reviveInterval)
            return
        }
        demand = OfferDemand(lastRevive: now)
        call(.revive(roles: []))
    }

    // MARK: Matching

    /// Puts as many waiting instances as possible on the offers: one ACCEPT per offer used, one DECLINE for the rest.
    private mutating func match(_ offers: [Offer]) {
        var uses = offers.map(OfferInUse.init)
        for app in Array(waiting.keys) {
            guard let spec = apps[app]?.spec, delays.readyAt(spec.delayKey, now: now) == nil else { continue }
            place(spec, on: &uses)
        }
        let filters = Filters(refuseSeconds: settings.declineDuration.totalSeconds)
        for use in uses where !use.tasks.isEmpty {
            call(.accept(offers: [use.offer.id], operations: [.launch(use.tasks)], filters: filters))
        }
        let unused = uses.filter(\.tasks.isEmpty).map(\.offer.id)
        if !unused.isEmpty { call(.decline(offers: unused, filters: filters)) }
    }

    /// Spreads an app's waiting instances over the offers in turn, until one fits nowhere.
    private mutating func place(_ app: AppSpec, on uses: inout [OfferInUse]) {
        let members = instances(of: app.id)
        let placed = members.filter { $0.goal == .running && $0.version >= app.configuredAt }.compactMap(\.run)
        var matcher = OfferMatcher(
            app: app, role: app.role, placed: placed.map { Placement($0) },
            environmentPrefix: settings.environmentPrefix)
        var next = 0
        for instance in members where instance.waitsForOffer {
            (matcher.app, matcher.role) = (spec(for: instance, current: app), instance.role)
            var isPlaced = false
            for offset in uses.indices where !isPlaced {
                let at = (next + offset) % uses.count
                let result = matcher.place(instance.taskID, on: &uses[at], now: now, random: &random)
                note(result, app: app.id, agent: uses[at].offer.agentID)
                guard case .success(let ports) = result else { continue }
                launched(instance, version: matcher.app.version, on: uses[at], ports)
                matcher.placed.append(uses[at].placement)
                next = at + 1
                isPlaced = true
            }
            guard isPlaced else { return }
        }
    }

    /// What an instance is launched with: the app as it is, or what a rolling update still keeps of an older version.
    private func spec(for instance: Instance, current: AppSpec) -> AppSpec {
        if instance.version >= current.configuredAt { return current }
        return apps[instance.app]?.versions.last { $0.version == instance.version } ?? current
    }

    private mutating func note(
        _ result: Result<PortAssignment, MatchFailure>, app: PathID, agent: AgentID
    ) {
        let reason: RejectReason? = if case .failure(let failure) = result { failure.reason } else { nil }
        statistics[app, default: OfferStatistics()].note(reason, agent: agent, now: now)
    }

    private mutating func launched(
        _ instance: Instance, version: Timestamp, on use: OfferInUse, _ ports: PortAssignment
    ) {
        var instance = instance
        (instance.condition, instance.version, instance.since) = (.provisioned, version, Timestamp(now))
        instance.run = Instance.Run(
            agentID: use.offer.agentID, hostname: use.offer.hostname, region: use.placement.region,
            zone: use.placement.zone, attributes: use.placement.attributes, ports: ports.published,
            stagedAt: Timestamp(now))
        set(instance.id, to: instance)
        if let spec = apps[instance.app]?.spec { delays.advanced(spec.delayKey, now: now) }
        timers.add(
            .overdue(instance.id, incarnation: instance.incarnation), at: now + settings.launchConfirmTimeout)
    }

    // MARK: Timers

    mutating func fireTimers() {
        while let timer = timers.popDue(now) {
            switch timer {
            case .launch(let app):
                launchTimers[app] = nil
                demand.hasGrown = demand.hasGrown || waiting[app] != nil
            case .revive: break
            case .reconcile: if isConnected, reconciliationDue.all <= now { reconcile() }
            case .ask(let delay): if isConnected, reconciliationDue.unanswered <= now { ask(again: delay) }
            case .killRetry(let id, let incarnation):
                guard let instance = instances[id], instance.incarnation == incarnation, kills.inFlight.contains(id)
                else { continue }
                sendKill(instance)
                timers.add(timer, at: now + settings.killRetry)
            case .overdue(let id, let incarnation):
                guard let instance = instances[id], instance.incarnation == incarnation else { continue }
                if [.provisioned, .staging, .starting].contains(instance.condition) { requestKill(id) }
            case .unreachable(let id, let incarnation):
                guard let instance = instances[id], instance.incarnation == incarnation else { continue }
                reviewUnreachable(instance)
            }
        }
    }
}
