public import ClusterBase

/// What a scheduler asks the master (`scheduler.Call`); each comes with the framework's id beside it, but for the first
/// SUBSCRIBE.
///
/// Source: spec `mesos/01` §1.5.
public enum SchedulerCall: Hashable, Sendable {
    /// Opens the event stream.
    case subscribe(FrameworkInfo, suppressedRoles: [String], constraints: OfferConstraints? = nil)
    /// Ends the framework with all its tasks.
    case teardown
    /// Uses offers of one agent.
    case accept(offers: [OfferID], operations: [OfferOperation], filters: Filters)
    /// Gives offers back.
    case decline(offers: [OfferID], filters: Filters)
    /// Agrees to maintenance.
    case acceptInverseOffers([OfferID], filters: Filters)
    /// Objects to maintenance.
    case declineInverseOffers([OfferID], filters: Filters)
    /// Clears filters and asks for offers again; empty = all roles.
    case revive(roles: [String])
    /// Asks for no offers; empty = all roles.
    case suppress(roles: [String])
    /// Kills a task.
    case kill(TaskID, agent: AgentID?, policy: KillPolicy?)
    /// Shuts an executor down.
    case shutdown(ExecutorID, agent: AgentID)
    /// Acknowledges a status update.
    case acknowledge(agent: AgentID, task: TaskID, uuid: UniqueID)
    /// Acknowledges an operation's status update.
    case acknowledgeOperationStatus(agent: AgentID?, uuid: UniqueID, operation: OperationID)
    /// Asks for the state of tasks; empty = of all.
    case reconcile([TaskQuery])
    /// Asks for the state of operations; empty = of all.
    case reconcileOperations([OperationQuery])
    /// Sends bytes to an executor.
    case message(agent: AgentID, executor: ExecutorID, data: [UInt8])
    /// Asks for resources; has no effect on the built-in allocator.
    case request
    /// Replaces the framework's description.
    case updateFramework(FrameworkInfo, suppressedRoles: [String], constraints: OfferConstraints? = nil)
}

/// A task whose state is asked for.
public struct TaskQuery: Hashable, Sendable {
    /// The task.
    public var taskID: TaskID
    /// Where it should be.
    public var agentID: AgentID?

    /// Makes a query.
    public init(taskID: TaskID, agentID: AgentID? = nil) { (self.taskID, self.agentID) = (taskID, agentID) }
}

/// What the master tells a scheduler (`scheduler.Event`; spec `mesos/01` §1.6).
public enum SchedulerEvent: Hashable, Sendable {
    /// The first event of a stream.
    case subscribed(FrameworkID, heartbeatInterval: Duration, master: MasterInfo)
    /// The stream lives.
    case heartbeat
    /// New offers.
    case offers([Offer])
    /// An offer is no longer usable.
    case rescind(OfferID)
    /// Requests to leave agents.
    case inverseOffers([InverseOffer])
    /// A request to leave an agent no longer stands.
    case rescindInverseOffer(OfferID)
    /// A task's status.
    case update(TaskStatus)
    /// An operation's status.
    case updateOperationStatus(OperationStatus)
    /// Bytes from an executor.
    case message(agent: AgentID, executor: ExecutorID, data: [UInt8])
    /// An agent was lost (no executor), or an executor ended with a wait status.
    case failure(agent: AgentID?, executor: ExecutorID?, status: Int32?)
    /// The subscription ends; a new one will fail the same way.
    case error(String)
}
