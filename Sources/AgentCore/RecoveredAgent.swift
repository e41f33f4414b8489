public import ClusterBase
public import ClusterModel

/// What checkpoints say about an earlier life of the agent.
public struct RecoveredAgent: Hashable, Sendable {
    /// The agent with its id; nil when it never registered.
    public var info: AgentInfo?
    /// Whether the machine was started anew since: then no container can be alive.
    public var hasRebooted: Bool
    /// The frameworks that had tasks with checkpoints, by id.
    public var frameworks: [RecoveredFramework]
    /// What operations made of its resources; outlives the agent's id.
    public var resources: ResourceCheckpoint
    /// Statuses of operations, by operation.
    public var operationUpdates: [UniqueID: RecoveredOperationUpdates]
    /// Set when it was draining.
    public var drain: DrainConfig?
    /// How many files could not be read (only without `--strict`).
    public var errorCount: Int

    /// Makes a value; without arguments that of an agent that never lived.
    public init(
        info: AgentInfo? = nil, hasRebooted: Bool = false, frameworks: [RecoveredFramework] = [],
        resources: ResourceCheckpoint = ResourceCheckpoint(),
        operationUpdates: [UniqueID: RecoveredOperationUpdates] = [:], drain: DrainConfig? = nil, errorCount: Int = 0
    ) {
        (self.info, self.hasRebooted, self.frameworks, self.errorCount) = (info, hasRebooted, frameworks, errorCount)
        (self.resources, self.operationUpdates, self.drain) = (resources, operationUpdates, drain)
    }
}

/// The statuses of an operation in the checkpoints.
public struct RecoveredOperationUpdates: Hashable, Sendable {
    /// Its statuses, oldest first.
    public var statuses: [OperationStatus]
    /// Those of them that were acknowledged.
    public var acknowledged: [UniqueID]

    /// Makes a value.
    public init(statuses: [OperationStatus] = [], acknowledged: [UniqueID] = []) {
        (self.statuses, self.acknowledged) = (statuses, acknowledged)
    }
}

/// A framework in the checkpoints.
public struct RecoveredFramework: Hashable, Sendable {
    /// Its description.
    public var info: FrameworkInfo
    /// Its executors' runs, by executor and age.
    public var runs: [RecoveredRun]

    /// Makes a value.
    public init(info: FrameworkInfo, runs: [RecoveredRun] = []) { (self.info, self.runs) = (info, runs) }
}

/// A run of an executor in the checkpoints.
public struct RecoveredRun: Hashable, Sendable {
    /// Its name.
    public var id: RunID
    /// The executor.
    public var executor: ExecutorInfo
    /// Whether it is the newest run of its executor.
    public var isLatest: Bool
    /// Whether its executor had subscribed.
    public var hasSubscribed: Bool
    /// Whether it had ended with everything acknowledged.
    public var isCompleted: Bool
    /// The pid written when it was forked.
    public var forkedPID: Int32?
    /// Its tasks, by id.
    public var tasks: [RecoveredTask]

    /// Makes a value.
    public init(
        id: RunID, executor: ExecutorInfo, isLatest: Bool = true, hasSubscribed: Bool = false,
        isCompleted: Bool = false, forkedPID: Int32? = nil, tasks: [RecoveredTask] = []
    ) {
        (self.id, self.executor, self.isLatest, self.hasSubscribed) = (id, executor, isLatest, hasSubscribed)
        (self.isCompleted, self.forkedPID, self.tasks) = (isCompleted, forkedPID, tasks)
    }
}

/// A task in the checkpoints.
public struct RecoveredTask: Hashable, Sendable {
    /// The task as it was handed over.
    public var record: TaskRecord
    /// Its full description; nil when another agent program wrote the checkpoint.
    public var info: TaskInfo?
    /// The container of its own, if it has one.
    public var containerID: ContainerID?
    /// The pid written when that was forked.
    public var forkedPID: Int32?
    /// Its updates, oldest first.
    public var updates: [StatusUpdate]
    /// Those of them that the scheduler has acknowledged, oldest first.
    public var acknowledged: [UniqueID]

    /// Makes a value.
    public init(
        record: TaskRecord, info: TaskInfo? = nil, containerID: ContainerID? = nil, forkedPID: Int32? = nil,
        updates: [StatusUpdate] = [], acknowledged: [UniqueID] = []
    ) {
        (self.record, self.info, self.containerID, self.forkedPID) = (record, info, containerID, forkedPID)
        (self.updates, self.acknowledged) = (updates, acknowledged)
    }
}
