public import ClusterBase
public import ClusterModel
public import ClusterPorts
public import Logging
public import ServiceLifecycle

/// A scheduler's connection to the leading master, kept alive for as long as `run` runs.
///
/// `run` finds the leader, subscribes, watches the heartbeats, subscribes again with the same framework id after every
/// interruption, and sends calls in the order of `send`. What arrives is read from `signals` by one reader. Status
/// updates are
/// acknowledged by the reader (`acknowledge`), once it has done whatever must not be lost.
///
/// `FrameworkDriver` is built on it; use the client itself where decisions must be durable before calls leave.
public final class SchedulerClient: Service, Sendable {
    /// What arrives; for one reader.
    ///
    /// Ends when `run` has ended.
    ///
    /// A reader that is slow makes the client stop reading from the master, which in the end disconnects it.
    public let signals: SchedulerSignals
    let core: SchedulerCore

    /// Makes a client that looks for the leader at a location.
    ///
    /// `framework.id` is nil for a new framework; with an id the client takes that framework over.
    public convenience init(
        framework: FrameworkInfo, master: MasterLocation, options: SchedulerOptions = SchedulerOptions(), logger: Logger
    ) {
        self.init(framework: framework, master: .location(master), options: options, logger: logger)
    }

    /// Makes a client that is told the leader by a detector.
    public convenience init(
        framework: FrameworkInfo, detector: any LeaderDetector, options: SchedulerOptions = SchedulerOptions(),
        logger: Logger
    ) {
        self.init(framework: framework, master: .detector(detector), options: options, logger: logger)
    }

    /// Makes a client that finds the leader either way.
    public init(framework: FrameworkInfo, master: MasterSource, options: SchedulerOptions, logger: Logger) {
        core = SchedulerCore(framework: framework, leaders: master, options: options, logger: logger)
        signals = SchedulerSignals(channel: core.inbound)
    }

    /// Queues a call; calls leave in this order, acknowledgements beside them.
    ///
    /// Throws `ClusterError`: `unavailable` without a subscription, `limitExceeded` when too many calls wait.
    /// Calls that have not left when the subscription is lost are dropped: reconcile after the next SUBSCRIBED.
    public func send(_ call: SchedulerCall) throws(ClusterError) { try core.enqueue(call) }

    /// Acknowledges a status update; does nothing when none is expected (no uuid).
    ///
    /// An acknowledgement that is lost is harmless: the agent sends the update again. Errors as for `send`.
    public func acknowledge(_ status: TaskStatus) throws(ClusterError) {
        guard let agent = status.agentID, let uuid = status.uuid else { return }
        try core.enqueue(.acknowledge(agent: agent, task: status.taskID, uuid: uuid))
    }

    /// The framework's id; nil before the first subscription of a new framework.
    public var frameworkID: FrameworkID? { core.frameworkID }

    /// The base URL of the master subscribed at now; nil while there is no subscription.
    public var masterURL: String? { core.masterURL }

    /// Keeps the connection until the framework is torn down (a `.teardown` call was accepted), the task is cancelled
    /// or the service group shuts down gracefully; the last two close the stream and leave the framework to its
    /// failover timeout.
    ///
    /// Throws `SchedulerFailure` when the master does not want the framework, and `ClusterError` when detection has
    /// failed for good.
    /// May be called once.
    public func run() async throws { try await core.run() }
}

/// What a `SchedulerClient` reports, for one reader.
public struct SchedulerSignals: AsyncSequence, Sendable {
    let channel: BoundedChannel<SchedulerSignal>

    /// The reader.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let channel: BoundedChannel<SchedulerSignal>

        /// The next signal; nil at the end, or when the reader's task is cancelled.
        public mutating func next() async -> SchedulerSignal? { await channel.next() }

        /// The next signal; nil at the end, or when the reader's task is cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> SchedulerSignal? {
            await channel.next()
        }
    }

    /// The reader.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(channel: channel) }
}
