public import ClusterBase
public import ClusterModel

/// The program part of an executor: runs tasks and says how they do.
///
/// `ExecutorDriver` does the rest.
public protocol TaskExecutor: Sendable {
    /// Handles an event of the agent; the next one waits until it returns, so start long work in `run`.
    ///
    /// `.launch`, `.launchGroup` and `.kill` ask for what they say. `.shutdown` comes when the agent says so, when the
    /// agent is lost for good or the process is to stop: end all tasks and send their last statuses before returning;
    /// after the grace period the whole process group is killed. `.acknowledged` and `.heartbeat` are not shown.
    func handle(_ event: ExecutorEvent, link: ExecutorLink) async

    /// The agent cannot be reached just now; the driver tries again if the framework checkpoints.
    func disconnected(link: ExecutorLink) async

    /// Runs beside the events, for the executor's life: the place for tasks that take time.
    ///
    /// When it returns, the driver waits for outstanding acknowledgements and ends.
    func run(link: ExecutorLink) async throws
}

extension TaskExecutor {
    /// Does nothing.
    public func disconnected(link: ExecutorLink) async {}

    /// Waits until the executor is shut down.
    public func run(link: ExecutorLink) async throws { await link.core.untilCancelled() }
}

/// An executor's way to its agent, to be used from any task.
public struct ExecutorLink: Sendable {
    let core: ExecutorCore

    /// What the agent told this executor in its environment.
    public var environment: ExecutorEnvironment { core.environment }

    /// Reports a task's status; it is sent until the agent has acknowledged it, over restarts of the agent too.
    ///
    /// Uuid, source, executor, agent and time are filled in; statuses leave in the order of the calls. Throws
    /// `ClusterError`: `invalidArgument` for TASK_STAGING, `limitExceeded` when too many are unacknowledged.
    public func update(_ status: TaskStatus) throws(ClusterError) { try core.update(status) }

    /// Reports a task's state; see `update(_:)`.
    public func update(_ task: TaskID, _ state: TaskState, message: String? = nil) throws(ClusterError) {
        try core.update(TaskStatus(taskID: task, state: state, message: message))
    }

    /// Sends bytes to the scheduler, once; they may be lost.
    ///
    /// Throws `unavailable` without a subscription, `limitExceeded` when too many calls wait.
    public func send(_ data: [UInt8]) throws(ClusterError) { try core.enqueue(.message(data)) }

    /// Waits until every update is acknowledged, but no longer than a time; whether that is so.
    @discardableResult
    public func drained(within limit: Duration) async -> Bool { await core.drained(within: limit) }
}
