public import ClusterBase
public import ClusterModel

extension AllocatorCore {
    /// Why a framework has, or has not, offers in a role; nil for an unknown framework.
    ///
    /// Every agent is looked at, as an allocation would do it now; the cost is linear in the agents.
    public func explain(framework: FrameworkID, role: String, now: Instant) -> AllocationExplanation? {
        guard let number = frameworkNumbers[framework], let entry = frameworks[Int(number)] else { return nil }
        var explanation = AllocationExplanation()
        explanation.isActive = entry.isActive
        explanation.awaitedAgents = recovery.map { max($0.agents - agentNumbers.count, 0) }
        explanation.agents = agentNumbers.count
        guard let claim = claim(of: framework, in: role), let place = claims[Int(claim)] else { return explanation }
        explanation.isSubscribed = place.isSubscribed
        explanation.isSuppressed = place.isSuppressed
        explanation.nextFilterExpiry = filters[Int(claim)].earliestExpiry
        // Looking leaves traces in a copy only.
        var copy = self
        copy.roleTree.sort(total: total)
        copy.roles[Int(place.role)].sorter.sort(total: total)
        explanation.share = roles[Int(place.role)].sorter.share(of: place.client, total: total)
        explanation.ahead = copy.roles[Int(place.role)].sorter.order.firstIndex(of: place.client) ?? 0
        explanation.rolesAhead =
            (0..<copy.roleTree.activeCount).first { copy.roleTree.active(at: $0) == place.role } ?? 0
        var counts: [AllocationCause: Int] = [:]
        for agent in books.indices where books[agent].isKnown {
            counts[copy.cause(agent: Int32(agent), claim, place, now: now), default: 0] += 1
        }
        explanation.causes = AllocationCause.allCases.compactMap { cause in
            counts[cause].map { AllocationExplanation.Count(cause: cause, agents: $0) }
        }
        return explanation
    }

    private mutating func cause(agent: Int32, _ claim: Int32, _ place: Claim, now: Instant) -> AllocationCause {
        let book = books[Int(agent)]
        if !book.isActive { return .agentInactive }
        if !book.isWhitelisted { return .notWhitelisted }
        let capabilities = place.capabilities
        if book.hasGPUs, configuration.filterGPUResources, !capabilities.contains(.gpuResources) { return .gpus }
        if book.isRemote, !capabilities.contains(.regionAware) { return .region }
        if !book.isMultiRole, capabilities.contains(.multiRole) { return .oldAgent }
        if roles[Int(place.role)].isHierarchical, !book.knowsHierarchicalRoles { return .oldAgent }
        if book.free.isEmpty {
            let holders = holders[Int(agent)]
            let areOwn = holders.allSatisfy { claims[Int($0.claim)]?.framework == place.framework }
            return areOwn && !holders.isEmpty ? .heldByFramework : .heldByOthers
        }
        guard case .failure(let cause) = offer(of: agent, to: claim, for: .share, now: now) else { return .offerable }
        // Less than the minimum is left because others have the rest.
        guard cause == .belowMinimum else { return cause }
        books[Int(agent)].free = book.totalBundle
        defer { books[Int(agent)].free = book.free }
        guard case .failure(.belowMinimum) = offer(of: agent, to: claim, for: .share, now: now) else {
            let holders = holders[Int(agent)]
            let areOwn = holders.allSatisfy { claims[Int($0.claim)]?.framework == place.framework }
            return areOwn ? .heldByFramework : .heldByOthers
        }
        return cause
    }
}
