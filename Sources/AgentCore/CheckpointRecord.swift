public import ClusterBase
public import ClusterModel
public import ResourceModel

/// Something to make durable; where each goes in the work directory stands in spec `mesos/05` §5.3 (decision D23).
public enum CheckpointRecord: Hashable, Sendable {
    /// The agent's description with its id: `slave.info`; `slaves/latest` points to it.
    case agent(AgentInfo)
    /// The machine's boot id: recovery is over.
    case bootID
    /// A framework with checkpoints: `framework.info`, `framework.pid`.
    case framework(FrameworkInfo)
    /// A run of an executor: `executor.info`, the run's directory, `runs/latest`.
    case run(RunID, ExecutorInfo)
    /// The executor of a run subscribed: `http.marker`.
    case subscribed(RunID)
    /// A task before it is handed over: `task.info`, and beside it what upstream's executor would have kept.
    case task(RunID, TaskRecord, TaskInfo, containerID: ContainerID?)
    /// An update before it is acknowledged to the executor and sent: appended to `task.updates`.
    case update(RunID, StatusUpdate)
    /// The scheduler has an update: appended to `task.updates`.
    case acknowledgement(RunID, TaskID, uuid: UniqueID)
    /// A run ended and all its updates are acknowledged: `executor.sentinel`.
    case runCompleted(RunID)
    /// The next start must take a new id: `slaves/latest` goes away.
    case agentForgotten
    /// Dynamic reservations, persistent volumes and operations, all of them: `meta/resources/…`; directories of new
    /// volumes are made, those of volumes that are gone are removed with what is in them.
    case resources(ResourceCheckpoint)
    /// A status of an operation before it is sent: appended to `operation.updates`.
    case operationUpdate(OperationUpdate)
    /// A status of an operation was acknowledged, and more may come: appended to `operation.updates`.
    case operationAcknowledgement(UniqueID, status: UniqueID)
    /// The last status of an operation was acknowledged: its directory goes away.
    case operationForgotten(UniqueID)
    /// The agent drains (`drain.config`), or does so no longer.
    case drain(DrainConfig?)
}

/// What operations made of an agent's resources.
public struct ResourceCheckpoint: Hashable, Sendable {
    /// Dynamic reservations and persistent volumes, without allocations.
    public var resources: Resources
    /// Operations whose last status is not acknowledged, oldest first.
    public var operations: [OperationRecord]

    /// Makes a checkpoint; without arguments that of an agent on which no operation ever was carried out.
    public init(resources: Resources = [], operations: [OperationRecord] = []) {
        (self.resources, self.operations) = (resources, operations)
    }
}

/// Names a run of an executor.
public struct RunID: Hashable, Sendable {
    /// The framework.
    public var frameworkID: FrameworkID
    /// The executor.
    public var executorID: ExecutorID
    /// The run's container.
    public var containerID: ContainerID

    /// Makes a name.
    public init(frameworkID: FrameworkID, executorID: ExecutorID, containerID: ContainerID) {
        (self.frameworkID, self.executorID, self.containerID) = (frameworkID, executorID, containerID)
    }
}

/// What a step of the core asks for: first the records become durable, then the effects leave.
public struct AgentOutcome: Hashable, Sendable {
    /// To make durable, in order, before these and all later effects leave.
    public var records: [CheckpointRecord] = []
    /// To carry out, in order.
    public var effects: [AgentEffect] = []

    /// Makes an outcome that asks for nothing.
    public init() {}

    /// Whether nothing is asked for.
    public var isEmpty: Bool { records.isEmpty && effects.isEmpty }
}
