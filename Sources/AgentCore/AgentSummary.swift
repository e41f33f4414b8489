public import ClusterBase
public import ClusterModel
public import ResourceModel

/// Which part of its life an agent is in (spec `mesos/05` §5.1).
public enum AgentPhase: Hashable, Sendable {
    /// Checkpoints are being read, or containers looked for, or executors waited for.
    case recovering
    /// Not (or no longer) admitted by a master.
    case disconnected
    /// Admitted.
    case running
    /// Shutting everything down before it exits.
    case terminating
}

/// A framework as endpoints show it.
public struct FrameworkSummary: Sendable {
    /// Its description; its id is set.
    public var info: FrameworkInfo
    /// Its executors that have not been removed, by id.
    public var executors: [ExecutorSummary]
    /// Removed executors, oldest first.
    public var completedExecutors: [ExecutorSummary]
}

/// An executor (also the one that a command task has by upstream's rules) as endpoints show it.
public struct ExecutorSummary: Sendable {
    /// Its description.
    public var info: ExecutorInfo
    /// Its framework.
    public var frameworkID: FrameworkID
    /// Its container.
    public var containerID: ContainerID
    /// The pid of the container's first process, once known.
    public var pid: Int32?
    /// The container's addresses, or the agent's own.
    public var addresses: [String]
    /// Its sandbox.
    public var directory: String
    /// Whether it stands for a command task and has no process of its own (decision D20).
    public var isCommandTask: Bool
    /// Whether its container runs.
    public var isRunning: Bool
    /// What it and its tasks use.
    public var resources: Resources
    /// Tasks that were handed over and have not ended, by id.
    public var tasks: [TaskRecord]
    /// Tasks not handed over yet, in order.
    public var queuedTasks: [TaskInfo]
    /// Ended tasks whose last update is not acknowledged, by id.
    public var terminatedTasks: [TaskRecord]
    /// Ended and acknowledged tasks, oldest first.
    public var completedTasks: [TaskRecord]
}
