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
    /// Something an operator should read in the log: a peer was refused.
    case log(String)
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
    /// An agent is gone since then and may never return.
    case putGone(AgentID, since: Instant)
    /// A gone agent was forgotten for its age.
    case deleteGone(AgentID)
    /// An agent is out of use, and perhaps to be emptied.
    case putDeactivation(AgentID, DrainInfo?)
    /// An agent is in use (again).
    case deleteDeactivation(AgentID)
    /// The planned maintenance is this now.
    case putSchedule(MaintenanceSchedule)
    /// A machine of the schedule is down; named in normalized form.
    case putDown(MachineID)
    /// A machine is down no more; named in normalized form.
    case deleteDown(MachineID)
    /// Only masters with this capability may lead.
    case putCapability(String)
    /// Masters need this capability no more.
    case deleteCapability(String)
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

    /// An agent that is out of use.
    public struct Deactivated: Hashable, Sendable {
        /// The agent: admitted or unreachable.
        public var id: AgentID
        /// Its emptying, if it is to be emptied.
        public var drain: DrainInfo?

        /// Makes an entry.
        public init(id: AgentID, drain: DrainInfo? = nil) { (self.id, self.drain) = (id, drain) }
    }

    /// Admitted agents, with their ids.
    public var agents: [AgentInfo]
    /// Unreachable agents.
    public var unreachable: [Dated]
    /// Agents that an operator declared gone; they may not return.
    public var gone: [Dated]
    /// Agents that are out of use.
    public var deactivations: [Deactivated]
    /// The planned maintenance.
    public var schedule: MaintenanceSchedule
    /// Machines in it that are down, in normalized form.
    public var downMachines: [MachineID]
    /// What a master has to be able to do, by wire names of capabilities.
    public var minimumCapabilities: [String]
    /// Quotas.
    public var quotas: [QuotaConfig]
    /// Weights.
    public var weights: [RoleWeight]

    /// Makes a snapshot; empty unless said otherwise.
    public init(
        agents: [AgentInfo] = [], unreachable: [Dated] = [], gone: [Dated] = [], quotas: [QuotaConfig] = [],
        weights: [RoleWeight] = [], deactivations: [Deactivated] = [], schedule: MaintenanceSchedule = .init(),
        downMachines: [MachineID] = [], minimumCapabilities: [String] = []
    ) {
        (self.agents, self.unreachable, self.gone) = (agents, unreachable, gone)
        (self.deactivations, self.schedule, self.downMachines) = (deactivations, schedule, downMachines)
        self.minimumCapabilities = minimumCapabilities
        (self.quotas, self.weights) = (quotas, weights)
    }
}
