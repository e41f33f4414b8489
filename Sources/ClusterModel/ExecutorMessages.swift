public import ClusterBase

/// What an executor tells its agent (`executor.Call`; spec `mesos/04` §4.1).
public enum ExecutorCall: Hashable, Sendable {
    /// Opens the event stream; lists what was not acknowledged on an earlier one.
    case subscribe(unacknowledgedTasks: [TaskInfo], unacknowledgedUpdates: [TaskStatus])
    /// A task's status; `uuid` is set.
    case update(TaskStatus)
    /// Bytes for the scheduler.
    case message([UInt8])
    /// The executor lives.
    case heartbeat
}

/// What an agent tells an executor (`executor.Event`).
public enum ExecutorEvent: Hashable, Sendable {
    /// The first event of a stream.
    case subscribed(ExecutorInfo, FrameworkInfo, AgentInfo, ContainerID)
    /// Run a task.
    case launch(TaskInfo)
    /// Run tasks together.
    case launchGroup([TaskInfo])
    /// Kill a task.
    case kill(TaskID, policy: KillPolicy?)
    /// The agent has taken over an update.
    case acknowledged(TaskID, uuid: UniqueID)
    /// Bytes from the scheduler.
    case message([UInt8])
    /// Kill all tasks and exit.
    case shutdown
    /// The subscription was refused.
    case error(String)
    /// The stream lives.
    case heartbeat
}
