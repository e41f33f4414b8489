internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// What agents have: what they were started with, and what operations made of it (spec `mesos/06` §6.8).
extension MasterCore {
    /// What a registering agent has; nil, and the agent is told to stop, when it cannot have what it keeps on disk.
    mutating func admittedTotal(of registration: AgentRegistration, pid: String) -> Resources? {
        do {
            return try total(of: registration)
        } catch {
            perform(.sendAgent(pid: pid, .shutdown(error.message)))
            return nil
        }
    }

    /// Tells an older agent that is back what to keep, for it may have missed it.
    mutating func restoreCheckpointed(on id: AgentID, from registration: AgentRegistration) {
        let total = agents[id]?.total.checkpointed ?? []
        if !total.isEmpty || !registration.checkpointedResources.isEmpty { sendCheckpointed(to: id) }
    }

    /// What a registering agent has; throws when it cannot have what it keeps on disk.
    ///
    /// An older agent that this master knows keeps what the master says.
    private func total(of registration: AgentRegistration) throws(ClusterError) -> Resources {
        var checkpointed = registration.checkpointedResources
        if let id = registration.info.id, let known = agents[id],
            !registration.capabilities.contains("RESOURCE_PROVIDER")
        {
            checkpointed = known.total.checkpointed
        }
        return try registration.info.resources.applying(checkpointed: checkpointed)
    }

    /// Replaces what an agent has.
    mutating func setTotal(_ total: Resources, of id: AgentID) {
        agents.update(id) { $0.total = total }
        allocator.setTotal(id, total)
    }

    /// What of an agent is neither used nor offered; a copy of everything shared included, for it can be offered
    /// however many use it.
    static func free(of agent: Agent) -> Resources {
        let shared = agent.total.shared
        guard !shared.isEmpty else {
            return agent.total - agent.used.strippingAllocation - agent.offered.strippingAllocation
        }
        let exclusive = agent.total.filter { !$0.isShared }
        return exclusive - agent.used.strippingAllocation - agent.offered.strippingAllocation + shared
    }
}
