public import ClusterBase
internal import ClusterModel
internal import ResourceModel

extension AllocatorCore {
    /// Allocates what dirty agents have left; one batch per framework, in the order in which they got something first.
    ///
    /// Each agent in turn goes to the neediest role that can use it, there to the neediest framework that may see it,
    /// has not refused it, and finds the minimum in it; shares are brought up to date after every allocation. The
    /// cost is that of the dirty agents times the active frameworks that refuse them. Source: spec `mesos/06` §6.4
    /// Stage 2.
    public mutating func allocate(now: Instant) -> [Allocation] {
        expireFilters(now: now)
        if let due = nextFullPass, due <= now {
            nextFullPass = nil
            markAll()
        } else if !dirty.isEmpty, nextFullPass == nil {
            nextFullPass = now + configuration.fullPassInterval
        }
        guard !dirty.isEmpty else { return [] }
        runs += 1
        let batch = dirty
        dirty.removeAll(keepingCapacity: true)
        for agent in batch { isMarked[Int(agent)] = false }
        roleSorter.sort(total: total)
        for role in roleSorter.order { roles[Int(role)]?.sorter.sort(total: total) }
        var collector = Collector()
        for agent in batch { allocate(agent, now: now, into: &collector) }
        return collector.allocations
    }

    /// Gathers allocations per framework.
    private struct Collector {
        var allocations: [Allocation] = []
        var places: [Int32: Int] = [:]

        mutating func add(_ part: AgentAllocation, framework: Int32, id: FrameworkID) {
            if let place = places[framework] {
                allocations[place].agents.append(part)
            } else {
                places[framework] = allocations.count
                allocations.append(Allocation(frameworkID: id, agents: [part]))
            }
        }
    }

    private mutating func expireFilters(now: Instant) {
        while let (_, expiry) = filterExpiries.pop(until: now) {
            guard claims[Int(expiry.claim)]?.filters.expire(expiry.agent, now: now) == true else { continue }
            if agents[Int(expiry.agent)] != nil { mark(expiry.agent) }
        }
    }

    private mutating func allocate(_ agent: Int32, now: Instant, into collector: inout Collector) {
        guard let entry = agents[Int(agent)], entry.isActive, entry.isWhitelisted, !free[Int(agent)].isEmpty
        else { return }
        for role in roleSorter.order {
            guard let order = roles[Int(role)]?.sorter.order else { continue }
            if roles[Int(role)]?.isHierarchical == true, !entry.profile.knowsHierarchicalRoles { continue }
            for client in order {
                guard let number = roles[Int(role)]?.claims[client],
                    let offered = offer(of: agent, entry, to: number, now: now)
                else { continue }
                take(offered, of: agent, for: number, into: &collector)
                if free[Int(agent)].isEmpty { return }
            }
        }
    }

    /// What the claim's framework would be offered of the agent; nil when nothing.
    private func offer(of agent: Int32, _ entry: AgentEntry, to claim: Int32, now: Instant) -> ResourceBundle? {
        guard let framework = claims[Int(claim)]?.framework,
            let capabilities = frameworks[Int(framework)]?.capabilities
        else { return nil }
        if entry.hasGPUs, configuration.filterGPUResources, !capabilities.contains(.gpuResources) { return nil }
        if entry.isRemote, !capabilities.contains(.regionAware) { return nil }
        if !entry.profile.isMultiRole, capabilities.contains(.multiRole) { return nil }
        if free[Int(agent)].special.isEmpty {
            guard passesMinimum(free[Int(agent)].scalars, isEmpty: free[Int(agent)].isEmpty) else { return nil }
            return isRefused(free[Int(agent)], of: agent, by: claim, now: now) ? nil : free[Int(agent)]
        }
        guard let role = claims[Int(claim)].flatMap({ roleName($0.role) }) else { return nil }
        var offered = free[Int(agent)]
        offered.special = offered.special.filter { resource in
            if resource.isRevocable, !capabilities.contains(.revocableResources) { return false }
            if resource.isShared, !capabilities.contains(.sharedResources) { return false }
            if resource.reservations.count > 1, !capabilities.contains(.reservationRefinement) { return false }
            return resource.isUsable(by: role)
        }
        var lanes = lanes
        let amounts = offered.scalars &+ lanes.amounts(of: offered.special)
        guard !offered.isEmpty, passesMinimum(amounts, isEmpty: false) else { return nil }
        return isRefused(offered, of: agent, by: claim, now: now) ? nil : offered
    }

    private func passesMinimum(_ amounts: ScalarVector, isEmpty: Bool) -> Bool {
        if isEmpty { return false }
        if minimums.isEmpty { return true }
        for minimum in minimums where amounts.covers(minimum) { return true }
        return false
    }

    private func isRefused(_ offered: ResourceBundle, of agent: Int32, by claim: Int32, now: Instant) -> Bool {
        claims[Int(claim)]?.filters.refuses(offered, of: agent, now: now) ?? true
    }

    private mutating func take(
        _ offered: ResourceBundle, of agent: Int32, for claim: Int32, into collector: inout Collector
    ) {
        guard let entry = claims[Int(claim)], let role = roleName(entry.role), let id = agents[Int(agent)]?.id,
            let framework = frameworks[Int(entry.framework)]?.id
        else { return }
        let resources = lanes.resources(of: offered, allocatedTo: role)
        free[Int(agent)] -= offered
        agents[Int(agent)]?.allocated += offered
        charge(claim, lanes.amounts(of: resources), isAllocation: true)
        let part = AgentAllocation(agentID: id, role: role, resources: resources)
        collector.add(part, framework: entry.framework, id: framework)
    }
}
