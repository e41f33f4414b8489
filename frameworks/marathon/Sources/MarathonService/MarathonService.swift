internal import ClusterBase
public import ClusterPorts
internal import FrameworkSDK
public import HTTPTransport
public import Logging
internal import MarathonAPI
internal import MarathonCore
public import ServiceLifecycle

/// Marathon as a service: its API on a port, its framework at the master, its state in a store.
///
/// `start` recovers the state and binds the port; `run` does that if need be and serves until graceful shutdown. Tasks
/// survive both; a Marathon on the same store takes them over.
public actor MarathonService: Service {
    /// The version that `/v2/info` tells.
    public static let version = "1.11.0"
    private let configuration: MarathonConfiguration
    private let store: any VariableStore
    private let logger: Logger
    private let makeLink: SchedulerLinkMaker
    private let clock: @Sendable () -> Instant
    private let seed: UInt64
    private var running: Running?
    private var waitsForStart: [CheckedContinuation<MarathonDriver, any Error>] = []
    private var hasEnded = false

    private struct Running {
        var driver: MarathonDriver
        var link: any SchedulerLink
        var server: HTTPServer
        var address: BoundAddress
    }

    /// Makes a Marathon; `store` holds its state under names of its own.
    public init(_ configuration: MarathonConfiguration, store: any VariableStore, logger: Logger) {
        self.init(
            configuration, store: store, logger: logger, makeLink: SchedulerClient.maker(configuration, logger: logger),
            clock: SystemClock.now, seed: UInt64.random(in: 0 ... .max))
    }

    init(
        _ configuration: MarathonConfiguration, store: any VariableStore, logger: Logger,
        makeLink: @escaping SchedulerLinkMaker, clock: @escaping @Sendable () -> Instant, seed: UInt64
    ) {
        (self.configuration, self.store, self.logger) = (configuration, store, logger)
        (self.makeLink, self.clock, self.seed) = (makeLink, clock, seed)
    }

    /// Where the API is bound; nil before `start`.
    public var address: BoundAddress? { running?.address }

    /// Returns when the master has taken the framework in; throws `unavailable` when the service ends before.
    public func ready() async throws {
        let driver = if let running { running.driver } else { try await started() }
        try await driver.registered()
    }

    private func started() async throws -> MarathonDriver {
        if hasEnded { throw ClusterError(.unavailable, "Marathon is shutting down") }
        return try await withCheckedThrowingContinuation { waitsForStart.append($0) }
    }

    /// Recovers the state and binds the API's port.
    ///
    /// Returns the address; at a second call it does nothing else.
    /// Throws `ClusterError`: `system` for state that cannot be read, `unavailable` for a port that cannot be bound.
    @discardableResult
    public func start() async throws -> BoundAddress {
        if let running { return running.address }
        let variables = try await readState()
        let (core, first) = try MarathonCore.recover(
            settings: configuration.settings, seed: seed,
            variables: variables.map { (String($0.name.dropFirst(MarathonDriver.prefix.count)), $0.value) },
            now: clock())
        let server = HTTPServer(
            HTTPServerConfiguration(host: configuration.httpHost, port: configuration.httpPort), logger: logger)
        let address = try await server.start()
        let link = makeLink(configuration.framework(id: core.frameworkID, httpPort: address.port))
        let driver = MarathonDriver(
            core: core, first: first, store: store, link: link, info: info(port: address.port), logger: logger,
            clock: clock)
        server.install(MarathonRoutes.service(driver))
        running = Running(driver: driver, link: link, server: server, address: address)
        for waiter in waitsForStart { waiter.resume(returning: driver) }
        waitsForStart = []
        logger.info("marathon serves", metadata: ["address": "\(address)"])
        return address
    }

    /// Reads the state, again and again while the store is away, until shutdown.
    private func readState() async throws -> [Variable] {
        while true {
            do { return try await store.readAll(prefix: MarathonDriver.prefix) } catch let error as ClusterError
                where error.code == .unavailable || error.code == .timeout
            {
                if Task.isShuttingDownGracefully { throw error }
                logger.warning("cannot read the state, trying again", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Serves until graceful shutdown or cancellation.
    ///
    /// Throws what ends Marathon otherwise: `ClusterError` when the state cannot be stored, `SchedulerFailure` when the
    /// master does not want the framework.
    public func run() async throws {
        do { try await start() } catch {
            finish(error)
            throw error
        }
        guard let running else { return }
        let result: Result<Void, any Error>
        do {
            try await MarathonService.serve(running)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await running.driver.stop()
        await running.server.stop()
        finish(ClusterError(.unavailable, "Marathon is shutting down"))
        try result.get()
    }

    private func finish(_ error: any Error) {
        hasEnded = true
        for waiter in waitsForStart { waiter.resume(throwing: error) }
        waitsForStart = []
    }

    private static func serve(_ running: Running) async throws {
        let (driver, link, server) = (running.driver, running.link, running.server)
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await driver.commitOutcomes() }
            group.addTask { await driver.keepDeadlines() }
            group.addTask { await driver.keepStreamsAlive() }
            group.addTask { await driver.readSignals() }
            group.addTask { try await link.run() }
            group.addTask { try await server.run() }
            let ending = await group.nextResult()
            // Whoever waits for an answer gets one, or the server would wait for them.
            await driver.stop()
            if case .failure(let error) = ending, !(error is CancellationError) { throw error }
        }
    }

    private func info(port: Int) -> MarathonInfo {
        MarathonInfo(
            version: MarathonService.version, hostname: configuration.hostname, httpPort: port,
            frameworkName: configuration.frameworkName, user: configuration.user,
            master: configuration.master.description,
            webuiURL: configuration.webuiURL ?? "http://\(configuration.hostname):\(port)",
            failoverTimeoutSeconds: Int(configuration.failoverTimeout.totalSeconds), zk: configuration.zk)
    }
}
