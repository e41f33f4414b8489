public import ClusterBase
public import ResourceModel

/// What an agent tells the master; names of the libprocess messages in spec `mesos/11` §11.7.
public enum AgentMessage: Hashable, Sendable {
    /// First registration (RegisterSlaveMessage).
    case register(AgentRegistration)
    /// Registration of a known agent (ReregisterSlaveMessage).
    case reregister(AgentRegistration, AgentInventory)
    /// The agent leaves for good (UnregisterSlaveMessage).
    case unregister(AgentID)
    /// A status on its way to the scheduler (StatusUpdateMessage).
    case statusUpdate(StatusUpdate)
    /// An executor ended (ExitedExecutorMessage); the raw wait status, −1 = unknown.
    case exitedExecutor(AgentID, FrameworkID, ExecutorID, status: Int32)
    /// Bytes for the scheduler (ExecutorToFrameworkMessage).
    case executorMessage(AgentID, FrameworkID, ExecutorID, data: [UInt8])
    /// Sent after each registration and when resources change (UpdateSlaveMessage).
    ///
    /// `oversubscribed` replaces the revocable resources of the agent when given; `operations` are those of the agent
    /// itself that are not yet done with.
    case update(
        AgentID, resourceVersion: UniqueID?, oversubscribed: Resources? = nil, operations: [OperationRecord] = [])
    /// An operation's status on its way to the scheduler (UpdateOperationStatusMessage).
    case updateOperationStatus(OperationUpdate)
    /// The answer to a ping (PongSlaveMessage).
    case pong
}

/// What every registration says.
public struct AgentRegistration: Hashable, Sendable {
    /// The agent; with its id when registering again.
    public var info: AgentInfo
    /// Its version, `X.Y.Z`.
    public var version: String
    /// Wire names of its capabilities.
    public var capabilities: [String]
    /// The version of its resources.
    public var resourceVersion: UniqueID?
    /// Dynamic reservations and persistent volumes that it keeps on disk.
    public var checkpointedResources: Resources
    /// What is wrong with the resources as they came in, in words.
    public var resourceProblem: String?

    /// Makes a registration.
    public init(
        info: AgentInfo, version: String, capabilities: [String], resourceVersion: UniqueID? = nil,
        checkpointedResources: Resources = [], resourceProblem: String? = nil
    ) {
        (self.info, self.version) = (info, version)
        (self.capabilities, self.resourceVersion) = (capabilities, resourceVersion)
        (self.checkpointedResources, self.resourceProblem) = (checkpointedResources, resourceProblem)
    }
}

/// What runs on an agent that registers again.
public struct AgentInventory: Hashable, Sendable {
    /// Running executors, but for those of command tasks.
    public var executors: [ExecutorInfo]
    /// Tasks that the agent knows, not yet acknowledged terminal ones included.
    public var tasks: [TaskRecord]
    /// Frameworks of those.
    public var frameworks: [FrameworkInfo]

    /// Makes an inventory.
    public init(executors: [ExecutorInfo] = [], tasks: [TaskRecord] = [], frameworks: [FrameworkInfo] = []) {
        (self.executors, self.tasks, self.frameworks) = (executors, tasks, frameworks)
    }
}

/// What the master tells an agent; names of the libprocess messages in spec `mesos/11` §11.7.
public enum MasterMessage: Hashable, Sendable {
    /// Admitted with this id (SlaveRegisteredMessage); without a ping for the time given the agent registers again.
    case registered(AgentID, pingTimeout: Duration)
    /// Admitted again (SlaveReregisteredMessage); the tasks listed are ones the master had and the agent did not
    /// report.
    case reregistered(AgentID, pingTimeout: Duration, unknownTasks: [FrameworkTasks])
    /// Run a task (RunTaskMessage).
    case runTask(FrameworkInfo, TaskInfo, launchExecutor: Bool)
    /// Run a task group (RunTaskGroupMessage).
    case runTaskGroup(FrameworkInfo, ExecutorInfo, [TaskInfo], launchExecutor: Bool)
    /// Kill a task (KillTaskMessage).
    case killTask(FrameworkID, TaskID, KillPolicy?)
    /// Shut an executor down (ShutdownExecutorMessage).
    case shutdownExecutor(FrameworkID, ExecutorID)
    /// Shut a framework's executors down (ShutdownFrameworkMessage).
    case shutdownFramework(FrameworkID)
    /// Bytes for an executor (FrameworkToExecutorMessage).
    case frameworkMessage(AgentID, FrameworkID, ExecutorID, data: [UInt8])
    /// The scheduler has a status (StatusUpdateAcknowledgementMessage).
    case acknowledge(AgentID, FrameworkID, TaskID, uuid: UniqueID)
    /// A framework's description changed or its scheduler came back (UpdateFrameworkMessage).
    case updateFramework(FrameworkInfo)
    /// Carry an operation out (ApplyOperationMessage).
    ///
    /// No framework = for an operator; `resourceVersion` is the newest the master knows of.
    case applyOperation(FrameworkID?, OfferOperation, uuid: UniqueID, resourceVersion: UniqueID)
    /// Keep these dynamic reservations and persistent volumes, and no others (CheckpointResourcesMessage).
    case checkpointResources(Resources)
    /// The scheduler has a status of an operation (AcknowledgeOperationStatusMessage).
    case acknowledgeOperation(statusUUID: UniqueID, operationUUID: UniqueID, providerID: String? = nil)
    /// Say how far operations are (ReconcileOperationsMessage).
    case reconcileOperations(FrameworkID?, [OperationReference])
    /// End all tasks within bounds, for the machine is to be taken away (DrainSlaveMessage).
    case drain(DrainConfig)
    /// Stop everything and exit (ShutdownMessage).
    case shutdown(String)
    /// Is anybody there (PingSlaveMessage); false = the master thinks the link is broken.
    case ping(connected: Bool)
}

/// Tasks of one framework, by id.
public struct FrameworkTasks: Hashable, Sendable {
    /// The framework.
    public var frameworkID: FrameworkID
    /// The tasks.
    public var taskIDs: [TaskID]
    /// Whether the framework is told the fine states of lost tasks.
    public var isPartitionAware: Bool

    /// Makes a list.
    public init(frameworkID: FrameworkID, taskIDs: [TaskID], isPartitionAware: Bool = false) {
        (self.frameworkID, self.taskIDs, self.isPartitionAware) = (frameworkID, taskIDs, isPartitionAware)
    }
}
