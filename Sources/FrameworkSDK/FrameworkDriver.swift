internal import ClusterBase
public import ClusterModel
public import Logging
public import ServiceLifecycle

/// When status updates are acknowledged.
public enum Acknowledgement: Hashable, Sendable {
    /// When the scheduler has handled the update and its calls are on their way.
    case automatic
    /// When the scheduler returns an `.acknowledge` call.
    case manual
}

/// How a `FrameworkDriver` runs its scheduler.
public struct DriverOptions: Sendable {
    /// The connection.
    public var connection = SchedulerOptions()
    /// When status updates are acknowledged.
    public var acknowledgement = Acknowledgement.automatic
    /// Whether tasks that have not ended are reconciled after every subscription, until the master has answered for
    /// each.
    public var reconciles = true
    /// Tasks known from an earlier life of the framework, to be reconciled.
    public var knownTasks: [TaskQuery] = []
    /// Whether the framework is torn down, with all its tasks, when the service group shuts down.
    public var tearsDownOnShutdown = false

    /// Makes options with the defaults above.
    public init() {}
}

/// Runs a `FrameworkScheduler`: subscribes, fails over, acknowledges, reconciles and keeps its deadlines.
///
/// The scheduler's functions are called one at a time and never suspend. Calls of one answer leave before the
/// acknowledgement of the update they answer.
public actor FrameworkDriver<Scheduler: FrameworkScheduler>: Service {
    /// The shortest time between two ticks: a scheduler whose deadline stays in the past does not spin.
    static var shortestPause: Duration { .milliseconds(10) }

    /// The scheduler as it is now.
    public private(set) var scheduler: Scheduler
    /// The connection below.
    public nonisolated let client: SchedulerClient
    private let options: DriverOptions
    private let logger: Logger
    private let clock: @Sendable () -> Instant
    private let alarm = BoundedChannel<Void>(limit: 1)
    private var reconciliation: Reconciliation
    private var isNewFramework: Bool
    /// Until when the deadline keeper sleeps; nil when it sleeps for ever.
    private var sleepsUntil: Instant?

    /// Makes a driver that looks for the leader at a location.
    public init(
        _ scheduler: Scheduler, master: MasterLocation, info: FrameworkInfo, options: DriverOptions = DriverOptions(),
        logger: Logger? = nil
    ) {
        let logger = logger ?? Logger(label: "framework.\(info.name)")
        let client = SchedulerClient(framework: info, master: master, options: options.connection, logger: logger)
        self.init(scheduler, client: client, options: options, logger: logger)
    }

    /// Makes a driver on a connection, whose signals it alone may read.
    public init(
        _ scheduler: Scheduler, client: SchedulerClient, options: DriverOptions = DriverOptions(), logger: Logger
    ) {
        self.init(scheduler, client: client, options: options, logger: logger, clock: LocalHost.now)
    }

    init(
        _ scheduler: Scheduler, client: SchedulerClient, options: DriverOptions, logger: Logger,
        clock: @escaping @Sendable () -> Instant
    ) {
        (self.scheduler, self.client, self.options, self.logger, self.clock) = (
            scheduler, client, options, logger, clock
        )
        reconciliation = Reconciliation(knownTasks: options.knownTasks)
        isNewFramework = client.frameworkID == nil
    }

    /// Gives the scheduler a command and sends the calls it answers with.
    public func submit(_ command: Scheduler.Command) {
        let now = clock()
        dispatch(scheduler.handle(command: command, now: now), now: now)
    }

    /// Runs until the scheduler returns `.teardown`, the task is cancelled or the service group shuts down.
    ///
    /// Errors as for `SchedulerClient.run`. May be called once.
    public func run() async throws {
        async let deadlines: Void = keepDeadlines()
        async let signals: Void = handleSignals()
        let result: Result<Void, any Error>
        do {
            try await client.core.run(tearingDown: options.tearsDownOnShutdown)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await signals
        alarm.finish()
        await deadlines
        try result.get()
    }

    private func handleSignals() async {
        for await signal in client.signals {
            let now = clock()
            switch signal {
            case .event(let event): handle(event, now: now)
            case .notice(let notice):
                if case .disconnected = notice { reconciliation.disconnected() }
                dispatch(scheduler.handle(notice: notice, now: now), now: now)
            }
        }
    }

    private func handle(_ event: SchedulerEvent, now: Instant) {
        if case .update(let status) = event { reconciliation.observe(status) }
        dispatch(scheduler.handle(event, now: now), now: now)
        switch event {
        case .update(let status) where options.acknowledgement == .automatic:
            do { try client.acknowledge(status) } catch {
                // The agent sends the update again.
                logger.debug(
                    "acknowledgement not sent", metadata: ["task_id": "\(status.taskID)", "error": "\(error)"])
            }
        case .subscribed where options.reconciles && !isNewFramework:
            dispatch(reconciliation.subscribed(now: now), now: now)
        default: break
        }
        if case .subscribed = event { isNewFramework = false }
    }

    /// Sends calls; what cannot be sent is told to the scheduler, whose answer to that is sent or else only logged.
    private func dispatch(_ calls: [SchedulerCall], now: Instant, isRetry: Bool = false) {
        for call in calls {
            reconciliation.observe(call)
            do { try client.send(call) } catch {
                logger.debug("call not sent", metadata: ["call": "\(call.name)", "error": "\(error)"])
                guard !isRetry else { continue }
                let notice = ConnectionNotice.refused(call, status: 503, message: error.message)
                dispatch(scheduler.handle(notice: notice, now: now), now: now, isRetry: true)
            }
        }
        let due = nextDeadline
        if let due, due < sleepsUntil ?? Instant(nanoseconds: .max) { _ = alarm.offer(()) }
    }

    // MARK: Deadlines

    private var nextDeadline: Instant? {
        switch (scheduler.nextDeadline, reconciliation.nextDeadline) {
        case (let one?, let other?): min(one, other)
        case (let one, let other): one ?? other
        }
    }

    private func keepDeadlines() async {
        while !Task.isCancelled, !alarm.isFinished {
            let now = clock()
            let due = nextDeadline
            if let due, due <= now {
                if let own = scheduler.nextDeadline, own <= now { dispatch(scheduler.tick(now: now), now: now) }
                dispatch(reconciliation.tick(now: now), now: now)
                try? await Task.sleep(for: Self.shortestPause)
                continue
            }
            sleepsUntil = due
            await alarm.next(within: due.map { $0 - now })
        }
    }
}
