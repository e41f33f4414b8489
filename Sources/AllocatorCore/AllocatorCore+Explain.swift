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
        return explanation
    }
}
