internal import ClusterBase
public import ClusterModel
public import ClusterPorts
internal import Foundation
internal import HTTPTransport
internal import Libprocess
public import Logging
internal import MasterCore
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix
public import ServiceLifecycle

/// A master: listens, stands for election, and serves while it leads.
///
/// Start order: the port is bound, the candidacy entered; once elected the registry is read and the core starts. Losing
/// the candidacy, another leader, or a registry that cannot be written end `run` with an error: the process is to exit
/// and a supervisor to start it again (spec `mesos/07` §7.4).
public final class MasterService: Service, Sendable {
    private let configuration: MasterServiceConfiguration
    private let contender: any LeaderContender
    private let detector: any LeaderDetector
    private let server: HTTPServer
    private let transport: LibprocessTransport
    private let logger: Logger
    private let leadership = Leadership()
    private let registry: Registry
    private let bound = NIOLockedValueBox<MasterInfo?>(nil)
    private let startTime = ServiceClock().now

    /// Makes a master; nothing happens before `start` or `run`.
    public init(
        _ configuration: MasterServiceConfiguration, store: any VariableStore, contender: any LeaderContender,
        detector: any LeaderDetector, logger: Logger
    ) {
        (self.configuration, self.contender, self.detector) = (configuration, contender, detector)
        self.logger = logger
        registry = Registry(
            store: store, timeout: configuration.registryStoreTimeout, fetchTimeout: configuration.registryFetchTimeout)
        var http = HTTPServerConfiguration(host: configuration.host, port: configuration.port)
        http.bodyLimit = configuration.bodyLimit
        http.tls = configuration.security.identity
        server = HTTPServer(http, logger: logger)
        transport = LibprocessTransport(
            tls: configuration.security.messageTLS,
            requiresPeerAddressMatch: configuration.security.requiresPeerAddressMatch, logger: logger)
    }

    /// Binds the port; returns how this master presents itself.
    ///
    /// Called by `run` when it was not before.
    @discardableResult
    public func start() async throws -> MasterInfo {
        if let info = bound.withLockedValue({ $0 }) { return info }
        let address = try await server.start()
        let ip = configuration.advertisedIP ?? (address.host == "0.0.0.0" ? "127.0.0.1" : address.host)
        let info = MasterInfo(
            id: UUID().uuidString.lowercased(), ip: ip, port: configuration.advertisedPort ?? address.port,
            hostname: configuration.hostname ?? ip, version: ProductVersion.mesos,
            capabilities: ["AGENT_UPDATE", "AGENT_DRAINING", "QUOTA_V2"], domain: configuration.domain)
        bound.withLockedValue { $0 = info }
        return info
    }

    /// Serves until shut down; throws when this master has to step down.
    public func run() async throws {
        let info = try await start()
        let channel = AgentChannel(transport: transport, host: info.ip, port: info.port, logger: logger)
        let driver = MasterDriver(
            channel: channel, registry: registry, timer: MultiThreadedEventLoopGroup.singleton.next(),
            configuration: configuration, logger: logger)
        let surroundings = StateJSON.Surroundings(
            flags: configuration.flags, cluster: configuration.cluster, startTime: startTime, leader: info)
        let reads = StateReads(take: { try await driver.read { $0.state } }) { document, filter, state in
            document.plan(state, filter, surroundings)
        }
        let endpoints = MasterEndpoints(
            driver: driver, reads: reads, leadership: leadership, configuration: configuration, info: info,
            startTime: startTime)
        let answers = endpoints.routes.alsoUnder("master") + PageRoutes(leadership: leadership).routes
        let routes = answers + HelpEndpoint(answers).own
        server.install(
            HTTPService(
                routes: Firewall(configuration.disabledEndpoints).guarding(
                    MasterAccess.guarding(routes, configuration)),
                interceptor: transport.interceptor, errorRenderer: ErrorTable.render))
        logger.info("master listens", metadata: ["pid": "\(info.pid)", "id": "\(info.id)"])
        do {
            try await withGracefulShutdownHandler {
                try await self.serve(info, driver, channel)
            } onGracefulShutdown: {
                driver.stop()
            }
        } catch {
            await close(driver)
            throw error
        }
        await close(driver)
    }

    private func close(_ driver: MasterDriver) async {
        driver.stop()
        await server.stop()
        await transport.shutdown()
    }

    /// Contends, waits for the election, then runs the core until something ends it.
    private func serve(_ info: MasterInfo, _ driver: MasterDriver, _ channel: AgentChannel) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.stand(info, driver, channel) }
            group.addTask {
                // A shutdown ends the election's endless streams.
                try? await gracefulShutdown()
            }
            try await group.next()
            group.cancelAll()
        }
    }

    private func stand(_ info: MasterInfo, _ driver: MasterDriver, _ channel: AgentChannel) async throws {
        let candidacy = try await contender.contend(info)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await candidacy.lost()
                    if Task.isCancelled { return }
                    throw ClusterError(.notLeader, "Lost candidacy as a leader")
                }
                group.addTask { try await self.follow(info, driver, channel) }
                try await group.next()
                group.cancelAll()
            }
        } catch {
            await candidacy.withdraw()
            throw error
        }
        await candidacy.withdraw()
    }

    /// Follows the election; once this master is elected, leads.
    ///
    /// The first of the two that ends, ends both.
    private func follow(_ info: MasterInfo, _ driver: MasterDriver, _ channel: AgentChannel) async throws {
        let (elections, elected) = AsyncStream<Void>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.detect(info, elected) }
            group.addTask {
                for await _ in elections { return try await self.lead(info, driver, channel) }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Watches who leads; yields once when it is this master, and throws when it no longer is.
    private func detect(_ info: MasterInfo, _ elected: AsyncStream<Void>.Continuation) async throws {
        var isElected = false
        for try await leader in detector.leaders() {
            if leader?.id == info.id {
                guard !isElected else { continue }
                isElected = true
                logger.info("elected as the leading master", metadata: ["id": "\(info.id)"])
                elected.yield()
            } else if isElected {
                throw ClusterError(.notLeader, "another master leads, or none: \(leader?.pid ?? "none")")
            } else {
                leadership.role = leader.map { .standby(leader: $0) } ?? .leaderless
                logger.info("the leading master changed", metadata: ["leader": "\(leader?.pid ?? "none")"])
            }
        }
        // The stream of a fixed answer ends; wait to be cancelled.
        while !Task.isCancelled { try await Task.sleep(for: .seconds(3_600)) }
    }

    private func lead(_ info: MasterInfo, _ driver: MasterDriver, _ channel: AgentChannel) async throws {
        leadership.role = .recovering
        let start = ContinuousClock.now
        let snapshot = try await registry.recover(as: info)
        driver.metrics.stateFetch.add(ContinuousClock.now - start)
        logger.info(
            "registry recovered",
            metadata: ["agents": "\(snapshot.agents.count)", "unreachable": "\(snapshot.unreachable.count)"])
        let core = MasterCore(
            configuration: configuration.core, master: info, seed: UInt64.random(in: .min ... .max), now: driver.now)
        driver.post(.recovered(snapshot))
        let authenticator = Authenticator(
            channel: channel, credentials: configuration.security.peerCredentials,
            timeout: configuration.security.authenticationTimeout, timer: MultiThreadedEventLoopGroup.singleton.next(),
            asked: { driver.metrics.authentications.withLockedValue { $0 += 1 } },
            decided: { pid, principal in driver.post(.agentAuthenticated(pid: pid, principal: principal)) })
        defer { authenticator.stop() }
        channel.open(
            authenticator,
            deliver: { pid, message in driver.post(.agentSpoke(pid: pid, message)) },
            exited: { pid in driver.post(.agentLinkBroken(pid: pid)) })
        leadership.role = .leading
        async let _: Void? = configuration.whitelistFile.map(WhitelistFile.init)?
            .watch(every: configuration.whitelistInterval, driver, logger)
        try await driver.run(core: core)
    }
}
