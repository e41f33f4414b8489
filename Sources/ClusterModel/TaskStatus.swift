public import ClusterBase
public import ResourceModel

/// What is known of a task at one moment (`TaskStatus` of the v1 messages).
public struct TaskStatus: Hashable, Sendable {
    /// The task.
    public var taskID: TaskID
    /// Its state.
    public var state: TaskState
    /// Words for people.
    public var message: String?
    /// Who says so.
    public var source: StatusSource?
    /// Why.
    public var reason: StatusReason?
    /// Bytes for the scheduler.
    public var data: [UInt8]?
    /// The agent.
    public var agentID: AgentID?
    /// The executor.
    public var executorID: ExecutorID?
    /// When.
    public var timestamp: Instant?
    /// Present when the scheduler must acknowledge.
    public var uuid: UniqueID?
    /// What the health check says.
    public var isHealthy: Bool?
    /// What the check says.
    public var checkStatus: CheckStatus?
    /// Labels.
    public var labels: [Label]
    /// Container and addresses.
    public var containerStatus: ContainerStatus?
    /// Since when the agent has not been reachable.
    public var unreachableTime: Instant?
    /// Resources whose limit was hit, by name and amount.
    public var limitedResources: Resources?
    /// As received; nil when made here.
    public var wire: WireImage?

    /// Makes a status.
    public init(
        taskID: TaskID, state: TaskState, message: String? = nil, source: StatusSource? = nil,
        reason: StatusReason? = nil, data: [UInt8]? = nil, agentID: AgentID? = nil, executorID: ExecutorID? = nil,
        timestamp: Instant? = nil, uuid: UniqueID? = nil, isHealthy: Bool? = nil, checkStatus: CheckStatus? = nil,
        labels: [Label] = [], containerStatus: ContainerStatus? = nil, unreachableTime: Instant? = nil,
        limitedResources: Resources? = nil, wire: WireImage? = nil
    ) {
        (self.taskID, self.state, self.message, self.source) = (taskID, state, message, source)
        (self.reason, self.data, self.agentID, self.executorID) = (reason, data, agentID, executorID)
        (self.timestamp, self.uuid, self.isHealthy, self.checkStatus) = (timestamp, uuid, isHealthy, checkStatus)
        (self.labels, self.containerStatus, self.unreachableTime) = (labels, containerStatus, unreachableTime)
        (self.limitedResources, self.wire) = (limitedResources, wire)
    }
}

/// The container of a task and its addresses.
public struct ContainerStatus: Hashable, Sendable {
    /// The container.
    public var containerID: ContainerID?
    /// Its parent, when nested.
    public var parentID: ContainerID?
    /// The pid of its first process.
    public var executorPID: Int32?
    /// Its IP addresses.
    public var addresses: [String]

    /// Makes a status.
    public init(
        containerID: ContainerID? = nil, parentID: ContainerID? = nil, executorPID: Int32? = nil,
        addresses: [String] = []
    ) {
        (self.containerID, self.parentID) = (containerID, parentID)
        (self.executorPID, self.addresses) = (executorPID, addresses)
    }
}

/// A status on its way through the cluster (`StatusUpdate` of the internal messages).
public struct StatusUpdate: Hashable, Sendable {
    /// The framework.
    public var frameworkID: FrameworkID
    /// The executor; nil when the agent or master made it without one.
    public var executorID: ExecutorID?
    /// The agent.
    public var agentID: AgentID?
    /// The status.
    public var status: TaskStatus
    /// When.
    public var timestamp: Instant
    /// Present when it must be acknowledged.
    public var uuid: UniqueID?
    /// The newest state of the task, even while older updates wait.
    public var latestState: TaskState?

    /// Makes an update.
    public init(
        frameworkID: FrameworkID, executorID: ExecutorID? = nil, agentID: AgentID? = nil, status: TaskStatus,
        timestamp: Instant, uuid: UniqueID? = nil, latestState: TaskState? = nil
    ) {
        (self.frameworkID, self.executorID, self.agentID) = (frameworkID, executorID, agentID)
        (self.status, self.timestamp, self.uuid, self.latestState) = (status, timestamp, uuid, latestState)
    }
}
