public import ClusterBase
internal import ClusterModel
internal import ResourceModel

extension AllocatorCore {
    /// Allocates what dirty agents have left; one batch per framework, in the order in which they got something first.
    ///
    /// First each agent in turn serves roles whose guarantees are not met, then all roles by share; in a role the
    /// neediest framework comes first that may see the agent, has not refused it, and finds the minimum in it. Shares
    /// are brought up to date after every allocation. The cost is that of the dirty agents that somebody may want times
    /// the active frameworks that refuse them. Source: spec `mesos/06` §6.4.
    public mutating func allocate(now: Instant) -> [Allocation] {
        expireFilters(now: now)
        if let recovery {
            guard recovery.until <= now else { return [] }
            self.recovery = nil
        }
        if let due = nextFullPass, due <= now {
            nextFullPass = nil
            markAll()
        } else if !dirty.isEmpty, nextFullPass == nil {
            nextFullPass = now + configuration.fullPassInterval
        }
        guard !dirty.isEmpty else { return [] }
        runs += 1
        let batch = takeBatch()
        for role in roles.indices { roles[role]?.sorter.sort(total: total) }
        var collector = AllocationCollector()
        if quotas.guaranteed > 0 { for agent in batch { serveGuarantees(agent, now: now, into: &collector) } }
        for agent in batch { serveShares(agent, now: now, into: &collector) }
        makeInverseAllocations(among: batch, now: now)
        return collector.allocations
    }

    /// The dirty agents, but those that everybody has refused as they are.
    private mutating func takeBatch() -> [Int32] {
        let batch = dirty
        dirty.removeAll(keepingCapacity: true)
        for agent in batch { isMarked[Int(agent)] = false }
        guard batch.contains(where: { settled.contains($0) }) else { return batch }
        var (candidates, wanted) = (AgentBits(), AgentBits())
        for agent in batch { candidates.insert(agent) }
        for role in roles {
            guard let role else { continue }
            for client in role.sorter.order {
                guard let claim = role.claims[client], let filters = claims[Int(claim)]?.filters else { continue }
                wanted.formUnion(candidates, without: filters.bits)
            }
        }
        return batch.filter { !settled.contains($0) || wanted.contains($0) }
    }

    private mutating func expireFilters(now: Instant) {
        while let (_, expiry) = filterExpiries.pop(until: now) {
            guard claims[Int(expiry.claim)]?.filters.expire(expiry.agent, now: now) == true else { continue }
            settled.remove(expiry.agent)
            if agents[Int(expiry.agent)] != nil { mark(expiry.agent) }
        }
    }

    // MARK: The two stages

    /// Gives an agent's resources to roles that were promised more than they consume.
    private mutating func serveGuarantees(_ agent: Int32, now: Instant, into collector: inout AllocationCollector) {
        guard let entry = offerable(agent) else { return }
        for role in rolesInOrder() {
            guard let quota = roles[Int(role)]?.quota, let order = frameworksInOrder(of: role, on: entry) else {
                continue
            }
            for client in order {
                let missing = quotas.unsatisfied(quota)
                if missing == .zero { break }
                guard let claim = roles[Int(role)]?.claims[client],
                    let offered = offer(of: agent, entry, to: claim, for: .guarantee(missing), now: now)
                else { continue }
                take(offered, of: agent, for: claim, into: &collector)
                if free[Int(agent)].isEmpty { return }
            }
        }
    }

    /// Gives an agent's resources to roles by share, within their limits and without what others were promised.
    private mutating func serveShares(_ agent: Int32, now: Instant, into collector: inout AllocationCollector) {
        guard let entry = offerable(agent) else { return }
        var isUntouched = true
        for role in rolesInOrder() {
            guard let order = frameworksInOrder(of: role, on: entry) else { continue }
            for client in order {
                guard let claim = roles[Int(role)]?.claims[client],
                    let offered = offer(of: agent, entry, to: claim, for: .share, now: now)
                else { continue }
                take(offered, of: agent, for: claim, into: &collector)
                isUntouched = false
                if free[Int(agent)].isEmpty { return }
            }
        }
        // With quotas, what a framework would be offered changes without the agent.
        if isUntouched, quotas.isEmpty { settled.insert(agent) }
    }

    private func offerable(_ agent: Int32) -> AgentEntry? {
        guard let entry = agents[Int(agent)], entry.isActive, entry.isWhitelisted, !free[Int(agent)].isEmpty
        else { return nil }
        return entry
    }

    private mutating func rolesInOrder() -> [Int32] {
        switch configuration.roleOrder {
        case .drf: roleTree.order(total: total)
        case .random: roleTree.shuffled(&random)
        }
    }

    /// The clients of a role's sorter; nil when the agent does not know such roles.
    private mutating func frameworksInOrder(of role: Int32, on entry: AgentEntry) -> [Int32]? {
        guard let place = roles[Int(role)] else { return nil }
        if place.isHierarchical, !entry.profile.knowsHierarchicalRoles { return nil }
        switch configuration.frameworkOrder {
        case .drf: return place.sorter.order
        case .random: return place.sorter.shuffled(&random)
        }
    }

    private mutating func take(
        _ offered: ResourceBundle, of agent: Int32, for claim: Int32, into collector: inout AllocationCollector
    ) {
        guard let entry = claims[Int(claim)], let role = roleName(entry.role), let id = agents[Int(agent)]?.id,
            let framework = frameworks[Int(entry.framework)]?.id
        else { return }
        let resources = lanes.resources(of: offered, allocatedTo: role)
        var left = free[Int(agent)]
        left -= offered
        setFree(agent, left)
        agents[Int(agent)]?.allocated += offered
        note(resources.mass, of: claim, on: agent, sign: 1)
        charge(claim, lanes.amounts(of: resources), isAllocation: true)
        if !quotas.isEmpty || !offered.special.isEmpty {
            hold(claim: claim, offered.scalars &+ lanes.amounts(of: offered.special.filter(\.countsForQuota)))
        } else {
            hold(claim: claim, offered.scalars)
        }
        let part = AgentAllocation(agentID: id, role: role, resources: resources)
        collector.add(part, framework: entry.framework, id: framework)
    }
}

/// Gathers allocations per framework.
struct AllocationCollector {
    private(set) var allocations: [Allocation] = []
    private var places: [Int32: Int] = [:]

    mutating func add(_ part: AgentAllocation, framework: Int32, id: FrameworkID) {
        if let place = places[framework] {
            allocations[place].agents.append(part)
        } else {
            places[framework] = allocations.count
            allocations.append(Allocation(frameworkID: id, agents: [part]))
        }
    }
}
