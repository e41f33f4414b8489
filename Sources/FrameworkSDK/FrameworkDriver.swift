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
    /// Whether tasks that have not ended are reconciled after every subscription, until the master has answered for each.
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
/// The scheduler's functions are called one at a time and never suspend.
public actor FrameworkDriver<Scheduler: FrameworkScheduler>: Service {
    /// The scheduler as it is now.
    public private(set) var scheduler: Scheduler
    /// The connection below.
    public nonisolated let client: SchedulerClient
    let options: DriverOptions
    let logger: Logger

    /// Makes a driver that looks for the leader at a location.
    public init(
        _ scheduler: Scheduler, master: MasterLocation, info: FrameworkInfo, options: DriverOptions = DriverOptions(),
        logger: Logger? = nil
    ) {
        let logger = logger ?? Logger(label: "framework.\(info.name)")
        let client = SchedulerClient(framework: info, master: master, options: options.connection, logger: logger)
        self.init(scheduler, client: client, options: options, logger: logger)
    }

    /// Makes a driver on a connection.
    public init(_ scheduler: Scheduler, client: SchedulerClient, options: DriverOptions = DriverOptions(), logger: Logger) {
        (self.scheduler, self.client, self.options, self.logger) = (scheduler, client, options, logger)
    }

    /// Gives the scheduler a command and sends the calls it answers with.
    public func submit(_ command: Scheduler.Command) {
    }

    /// Runs until the scheduler returns `.teardown`, the task is cancelled or the service group shuts down.
    ///
    /// Errors as for `SchedulerClient.run`. May be called once.
    public func run() async throws {
        try await client.run()
    }
}
