internal import AllocatorCore
public import ClusterBase
public import ClusterModel
internal import ResourceModel

extension MasterCore {
    /// Constraints as the allocator applies them; throws upstream's words when they cannot be.
    func checked(_ constraints: OfferConstraints?, roles: [String]) throws(ClusterError) -> OfferConstraintsFilter? {
        guard let constraints else { return nil }
        if let stranger = constraints.roles.first(where: { !roles.contains($0.role) })?.role {
            throw ClusterError(
                .invalidArgument,
                "Offer constraints specify `role_constraints` for a role '\(stranger)'not contained in the set of roles"
            )
        }
        var limits = OfferConstraintsFilter.Limits()
        limits.maxMemory = configuration.constraintMaxMemory
        limits.maxProgramSize = configuration.constraintMaxProgramSize
        do { return try OfferConstraintsFilter(constraints, limits: limits) } catch {
            throw ClusterError(.invalidArgument, "Offer constraints are not valid: \(error.message)")
        }
    }
}

extension FrameworkInfo {
    /// What it says of the smallest offer it wants, by role.
    var minimumsByRole: [String: [[String: Scalar]]] {
        offerFilters.compactMapValues { filters in
            filters.minimumAllocatable?.map { quantities in
                Dictionary(uniqueKeysWithValues: quantities.map { ($0.name, $0.amount) })
            }
        }
    }
}

extension FrameworkView {
    /// Which agents it wants offers of; nil = all.
    public var offerConstraints: OfferConstraints? { framework.offerConstraints?.constraints }

    /// Agents that its constraints keep out of its offers, by role; both sorted.
    ///
    /// Linear in agents times restricted roles.
    public func agentsExcludedByConstraints(in state: MasterState) -> [(role: String, agents: [AgentID])] {
        guard let filter = framework.offerConstraints else { return [] }
        let profiles = state.agentTable.values.map { agent in
            (agent.id, AgentProfile(hostname: agent.info.hostname, total: [], attributes: agent.info.attributes))
        }
        return filter.constraints.roles.map(\.role).sorted().map { role in
            let excluded = profiles.filter { filter.excludes($0.1, role: role) }.map(\.0)
            return (role, excluded.sorted { $0.value < $1.value })
        }
    }
}
