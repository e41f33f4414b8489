internal import AgentCore
public import ClusterBase
public import ClusterModel
public import ClusterPorts
internal import Glibc
public import HTTPTransport
internal import Libprocess
public import Logging
internal import NIOConcurrencyHelpers
internal import NIOPosix
public import ServiceLifecycle

/// An agent: listens, recovers what ran before, follows the leading master and runs its tasks.
///
/// A graceful shutdown leaves containers as they are (they are found again at the next start with the same work
/// directory), unless it was configured to stop them. `run` throws when the agent cannot go on: its port is taken, its
/// checkpoints do not fit, the master gave it another id.
public final class AgentService: Service, Sendable {
    private let configuration: AgentServiceConfiguration
    private let containerizer: any Containerizer
    private let detector: any LeaderDetector
    private let server: HTTPServer
    private let transport: LibprocessTransport
    private let logger: Logger
    private let driver: AgentDriver
    private let bound = NIOLockedValueBox<BoundAddress?>(nil)
    private let startTime = AgentClock().now

    /// Makes an agent; nothing happens before `start` or `run`.
    public init(
        _ configuration: AgentServiceConfiguration, containerizer: any Containerizer, detector: any LeaderDetector,
        logger: Logger
    ) {
        (self.configuration, self.containerizer, self.detector) = (configuration, containerizer, detector)
        self.logger = logger
        var http = HTTPServerConfiguration(
            host: configuration.host, port: Self.port(configuration))
        http.bodyLimit = configuration.bodyLimit
        http.tls = configuration.security.identity
        server = HTTPServer(http, logger: logger)
        transport = LibprocessTransport(
            tls: configuration.security.messageTLS,
            requiresPeerAddressMatch: configuration.security.requiresPeerAddressMatch, logger: logger)
        driver = AgentDriver(queueLimit: configuration.queueLimit, logger: logger)
    }

    /// Binds the port and returns the address.
    ///
    /// Called by `run` when it was not before.
    @discardableResult
    public func start() async throws -> BoundAddress {
        if let address = bound.withLockedValue({ $0 }) { return address }
        let address = try await server.start()
        if configuration.port == 0 { try rememberPort(address.port) }
        bound.withLockedValue { $0 = address }
        return address
    }

    /// The bound address; nil before `start`.
    public var address: BoundAddress? { bound.withLockedValue { $0 } }

    /// The agent's id; nil before its first registration.
    public var agentID: AgentID? {
        get async { (try? await driver.read { $0.info.id }) ?? nil }
    }

    /// Serves until shut down; throws when the agent cannot go on.
    public func run() async throws {
        let address = try await start()
        let ip = configuration.advertisedIP ?? (address.host == "0.0.0.0" ? "127.0.0.1" : address.host)
        let port = configuration.advertisedPort ?? address.port
        let info = AgentInfo(
            hostname: configuration.hostname ?? ip, port: port, resources: configuration.resources,
            attributes: configuration.attributes, domain: configuration.domain)
        let core = coreConfiguration(ip: ip, port: port)
        let channel = MasterChannel(transport: transport, host: ip, port: port, logger: logger)
        let work = WorkGroup()
        let client = try HTTPClientPool(logger: logger)
        let security = configuration.security
        let runner = ContainerRunner(
            containerizer: containerizer, work: work, tokenKey: security.executorKey, logger: logger,
            report: { [driver] in driver.report($0) })
        let authenticatee = security.credential.map { credential in
            Authenticatee(channel: channel, credential: credential) { [driver] number, result in
                driver.report(.authenticationEnded(number, result))
            }
        }
        let outside = AgentDriver.Outside(
            channel: channel, authenticatee: authenticatee, containers: runner,
            probes: ProbeRunner(containerizer: containerizer, client: client),
            work: work, workDirectory: configuration.workDirectory, recoveryAttempts: configuration.recoveryAttempts)
        let endpoints = AgentEndpoints(
            driver: driver, configuration: configuration, containerizer: containerizer,
            paths: AgentPaths(workDirectory: core.workDirectory, runtimeDirectory: core.runtimeDirectory),
            pid: core.pid, startTime: startTime)
        server.install(
            HTTPService(
                routes: AgentAccess.guarding(
                    endpoints.routes.alsoUnder(MasterChannel.process), configuration.security),
                interceptor: transport.interceptor,
                errorRenderer: ErrorTable.render))
        logger.info("agent listens", metadata: ["pid": "\(core.pid)", "work_dir": "\(core.workDirectory)"])
        let result = await Result { try await serve(core, info, outside, channel) }
        work.finish()
        driver.stop()
        await server.stop()
        await transport.shutdown()
        await client.shutdown()
        try result.get()
    }

    private func serve(
        _ configuration: AgentConfiguration, _ info: AgentInfo, _ outside: AgentDriver.Outside, _ channel: MasterChannel
    ) async throws {
        var store = CheckpointStore(
            paths: AgentPaths(
                workDirectory: configuration.workDirectory, runtimeDirectory: configuration.runtimeDirectory),
            bootID: Self.bootID)
        let isStrict = self.configuration.isStrict
        let (readStore, recovered) = try await NIOThreadPool.singleton.runIfActive { [store] in
            var store = store
            let recovered = try store.recover(strict: isStrict)
            return (store, recovered)
        }
        store = readStore
        let core = AgentCore(
            configuration: configuration, info: info, seed: UInt64.random(in: .min ... .max), now: driver.now)
        driver.report(.recovered(recovered))
        channel.open(
            deliver: { [driver] sender, message in driver.post(.masterMessage(from: sender, message)) },
            exited: { [driver] pid in driver.report(.masterLinkBroken(pid)) })
        try await withGracefulShutdownHandler {
            try await lead(core, store, outside)
        } onGracefulShutdown: { [driver, self] in
            if self.configuration.stopsTasksAtShutdown {
                driver.report(.shutdownRequested(reason: "the agent was stopped with its tasks"))
            } else {
                driver.stop()
            }
        }
    }

    /// Runs the core beside the detection of the leader; the core's end ends both.
    private func lead(_ core: AgentCore, _ store: CheckpointStore, _ outside: AgentDriver.Outside) async throws {
        try await withThrowingTaskGroup(of: AgentDriver.End?.self) { group in
            let (driver, detector) = (driver, detector)
            group.addTask {
                do {
                    for try await leader in detector.leaders() { driver.report(.masterDetected(leader)) }
                } catch {
                    guard Task.isCancelled || Task.isShuttingDownGracefully else { throw error }
                }
                if Task.isCancelled || Task.isShuttingDownGracefully { return nil }
                throw ClusterError(.unavailable, "detection of the leading master has ended")
            }
            group.addTask {
                let end = await driver.run(core: core, store: store, outside)
                return end ?? AgentDriver.End(reason: "stopped", isFailure: false)
            }
            defer { group.cancelAll() }
            while let ended = try await group.next() {
                guard let end = ended else { continue }
                guard end.isFailure else {
                    logger.info("the agent ends", metadata: ["reason": "\(end.reason)"])
                    return
                }
                throw ClusterError(.system, end.reason)
            }
        }
    }

    private func coreConfiguration(ip: String, port: Int) -> AgentConfiguration {
        let work = FileSystem.absolute(configuration.workDirectory)
        var core = AgentConfiguration(
            ip: ip, port: port, workDirectory: work,
            runtimeDirectory: configuration.runtimeDirectory.map(FileSystem.absolute) ?? work + "/run")
        core.version = ProductVersion.mesos
        core.registrationBackoffFactor = configuration.registrationBackoffFactor
        core.authenticates = configuration.security.credential != nil
        core.authenticationBackoffFactor = configuration.security.authenticationBackoffFactor
        core.authenticationTimeoutMin = configuration.security.authenticationTimeoutMin
        core.authenticationTimeoutMax = configuration.security.authenticationTimeoutMax
        core.executorRegistrationTimeout = configuration.executorRegistrationTimeout
        core.executorReregistrationTimeout = configuration.executorReregistrationTimeout
        core.executorShutdownGracePeriod = configuration.executorShutdownGracePeriod
        core.recoveryTimeout = configuration.recoveryTimeout
        core.dockerStopTimeout = configuration.dockerStopTimeout
        core.gcDelay = configuration.gcDelay
        core.gcDiskHeadroom = configuration.gcDiskHeadroom
        core.diskWatchInterval = configuration.diskWatchInterval
        core.completedExecutorsMax = configuration.completedExecutorsMax
        core.executorEnvironment = configuration.executorEnvironment
        core.sandboxInContainer = configuration.sandboxDirectory
        core.switchesUser = configuration.switchesUser
        core.enforcesCPULimit = configuration.enforcesCPULimit
        core.reconnectsExecutors = configuration.reconnectsExecutors
        core.containerLabels = ["work_dir": work]
        if let cluster = configuration.cluster { core.containerLabels["cluster"] = cluster }
        return core
    }

    // MARK: Remembered port

    private static func portFile(_ configuration: AgentServiceConfiguration) -> String {
        FileSystem.absolute(configuration.workDirectory) + "/meta/agent_port"
    }

    /// The port to bind: with 0 the one of the last start, so that surviving executors find their agent again (D22).
    private static func port(_ configuration: AgentServiceConfiguration) -> Int {
        guard configuration.port == 0, let bytes = (try? FileSystem.read(portFile(configuration))) ?? nil else {
            return configuration.port
        }
        return Int(String(decoding: bytes, as: UTF8.self)) ?? 0
    }

    private func rememberPort(_ port: Int) throws {
        let file = Self.portFile(configuration)
        try FileSystem.makeDirectories(String(file.prefix(file.utf8.count - "/agent_port".utf8.count)))
        try FileSystem.replace(file, with: Array("\(port)".utf8), sync: false)
    }

    /// The running kernel's boot id; empty where the system has none.
    private static var bootID: String {
        guard let bytes = try? FileSystem.read("/proc/sys/kernel/random/boot_id", offset: 0, count: 64) else {
            return ""
        }
        return String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
    }
}

extension Result where Failure == any Error {
    /// The outcome of asynchronous work as a value.
    fileprivate init(_ work: () async throws -> Success) async {
        do { self = .success(try await work()) } catch { self = .failure(error) }
    }
}

extension FileSystem {
    /// The path from the root, whether or not it exists.
    static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path }
        return (resolved(".") ?? "") + "/" + path
    }
}
