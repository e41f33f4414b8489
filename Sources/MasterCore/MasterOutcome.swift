public import ClusterBase
public import ClusterModel

/// What one step leads to.
///
/// The driver makes `records` durable before any effect of this or a later outcome leaves (outcomes are processed
/// first in, first out; many may share one commit). When a commit fails the driver performs nothing further and steps
/// down: the core is ahead of the store and of no more use.
public struct MasterOutcome: Sendable {
    /// Changes of the registry, in order.
    public var records: [RegistryRecord] = []
    /// What to do afterwards, in order.
    public var effects: [MasterEffect] = []
    /// What to tell operators afterwards, in order; empty unless `MasterCore.reportsChanges`.
    public var changes: [MasterChange] = []

    /// Makes an empty outcome.
    public init() {}
}

/// Something the driver is to do.
public enum MasterEffect: Hashable, Sendable {
    /// Answer a request.
    case respond(RequestToken, CallReply)
    /// Send an event to a scheduler. Offers to a framework without MULTI_ROLE carry no `allocationRole` on their
    /// resources: the encoder then leaves out the offer's allocation info too.
    case send(StreamToken, SchedulerEvent)
    /// End a scheduler's stream after what was sent before.
    case closeStream(StreamToken)
    /// Send a message to an agent.
    case sendAgent(pid: String, MasterMessage)
    /// Keep a connection to an agent and report when it breaks.
    case link(pid: String)
    /// The connection is of no interest any more; report nothing about it.
    case unlink(pid: String)
    /// Stop the master with this explanation.
    case exit(String)
}

/// The answer to a call.
public enum CallReply: Hashable, Sendable {
    /// 202 without a body.
    case accepted
    /// 200 without a body.
    case ok
    /// An error status with exactly this text.
    case refused(status: Int, text: String)
}

/// A change of the registry; idempotent, so that a repeated commit does no harm.
public enum RegistryRecord: Hashable, Sendable {
    /// The master that leads now.
    case putMaster(MasterInfo)
    /// An agent is admitted or its description changed; `info.id` is set.
    case putAgent(AgentInfo)
    /// An agent is no longer admitted.
    case deleteAgent(AgentID)
    /// An agent is unreachable since then.
    case putUnreachable(AgentID, since: Instant)
    /// An agent is not unreachable (any more).
    case deleteUnreachable(AgentID)
    /// A gone agent was forgotten for its age.
    case deleteGone(AgentID)
    /// A role has this quota.
    case putQuota(QuotaConfig)
    /// A role has no quota any more.
    case deleteQuota(String)
    /// A role has this weight.
    case putWeight(RoleWeight)
}

/// The registry as read at the election.
public struct RegistrySnapshot: Hashable, Sendable {
    /// An agent and since when it is in its state.
    public struct Dated: Hashable, Sendable {
        /// The agent.
        public var id: AgentID
        /// Since when.
        public var since: Instant

        /// Makes an entry.
        public init(id: AgentID, since: Instant) { (self.id, self.since) = (id, since) }
    }

    /// Admitted agents, with their ids.
    public var agents: [AgentInfo]
    /// Unreachable agents.
    public var unreachable: [Dated]
    /// Agents that an operator declared gone; they may not return.
    public var gone: [Dated]
    /// Quotas.
    public var quotas: [QuotaConfig]
    /// Weights.
    public var weights: [RoleWeight]

    /// Makes a snapshot; empty unless said otherwise.
    public init(
        agents: [AgentInfo] = [], unreachable: [Dated] = [], gone: [Dated] = [], quotas: [QuotaConfig] = [],
        weights: [RoleWeight] = []
    ) {
        (self.agents, self.unreachable, self.gone) = (agents, unreachable, gone)
        (self.quotas, self.weights) = (quotas, weights)
    }
}
