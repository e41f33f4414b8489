internal import ClusterBase
internal import FrameworkSDK
public import HTTPTransport
internal import KubeClient
internal import KubeCore
internal import KubeModel
internal import KubeScheduling
public import Logging
public import ServiceLifecycle

/// The Kubernetes scheduler as a service: a framework at the master, a client of the API server, and an HTTP server of
/// its own.
///
/// `start` binds the port; `run` does that if need be and schedules until graceful shutdown, while it holds the lease
/// if one is asked for. Pods survive its end; the next scheduler goes on with the same framework.
public actor SchedulerService: Service {
    private static let leaseKey = ObjectKey(namespace: "kube-system", "kube-scheduler")
    /// How long a scheduler waits before it competes again after another one took its framework.
    private static let deposedPause = Duration.seconds(2)

    private let configuration: SchedulerConfiguration
    private let logger: Logger
    private var server: HTTPServer?
    private var session: SchedulerSession?
    private var waiters: [CheckedContinuation<Void, any Error>] = []
    private var hasEnded = false

    /// Makes a scheduler that is not running.
    public init(_ configuration: SchedulerConfiguration, logger: Logger) {
        (self.configuration, self.logger) = (configuration, logger)
    }

    /// Where the HTTP server is bound; nil before `start`.
    public var address: BoundAddress? { server?.address }

    /// Returns when this scheduler leads, the master has taken the framework in, and all objects are known.
    ///
    /// Throws `unavailable` when the service ends before.
    public func ready() async throws {
        if await session?.driver.isReady == true { return }
        guard !hasEnded else { throw Self.ended }
        try await withCheckedThrowingContinuation { waiters.append($0) }
    }

    private static var ended: ClusterError { ClusterError(.unavailable, "the scheduler is shutting down") }

    /// Binds the port of the HTTP server; returns the address.
    ///
    /// At a second call it does nothing else. Throws `ClusterError` `unavailable` when the port cannot be bound, and
    /// `invalidArgument` for unusable lease times.
    @discardableResult
    public func start() async throws -> BoundAddress {
        if let address = server?.address { return address }
        let timing = configuration.leaseTiming
        guard timing.duration > timing.renewDeadline, timing.renewDeadline > timing.retryPeriod else {
            throw ClusterError(
                .invalidArgument,
                "the lease must last longer than the renew deadline, and that longer than the retry period",
                field: "leader_elect_lease_duration")
        }
        let server = HTTPServer(
            HTTPServerConfiguration(host: configuration.host, port: configuration.port), logger: logger)
        let address = try await server.start()
        self.server = server
        let place = PublicAddress(configuration, bound: address)
        server.install(
            SchedulerRoutes(
                driver: { [weak self] in await self?.session?.driver },
                program: configuration.executor.program.location(servedAt: place.url), logger: logger
            ).service)
        logger.info("scheduler serves", metadata: ["address": "\(address)"])
        return address
    }

    /// Schedules until graceful shutdown or cancellation.
    ///
    /// Throws what ends it otherwise: `SchedulerFailure` when the master does not want the framework, `ClusterError`
    /// for what `start` throws, for unusable TLS material and when another scheduler's framework id is found.
    public func run() async throws {
        let result: Result<Void, any Error>
        do {
            let address = try await start()
            try await serve(PublicAddress(configuration, bound: address))
            result = .success(())
        } catch is CancellationError {
            result = .success(())
        } catch {
            result = Task.isCancelled || Task.isShuttingDownGracefully ? .success(()) : .failure(error)
        }
        await server?.stop()
        server = nil
        hasEnded = true
        for waiter in waiters { waiter.resume(throwing: Self.ended) }
        waiters = []
        try result.get()
    }

    private func serve(_ place: PublicAddress) async throws {
        try await cancelWhenGracefulShutdown {
            try await self.schedule(place)
        }
    }

    /// Leads, session after session; competes anew when the lease or the framework is lost to another scheduler.
    private func schedule(_ place: PublicAddress) async throws {
        guard configuration.electsLeader else { return try await lead(place) }
        var settings = configuration.client
        (settings.retries, settings.timeout) = (0, configuration.leaseTiming.retryPeriod * 2)
        let client = try KubeClient(settings)
        let identity = configuration.identity ?? "\(HostName.current)_\(UInt64.random(in: 0 ... .max))"
        let result: Result<Void, any Error>
        do {
            try await compete(client, identity, place)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await client.shutdown()
        try result.get()
    }

    private func compete(_ client: KubeClient, _ identity: String, _ place: PublicAddress) async throws {
        while true {
            let elector = LeaderElector(
                client: client,
                election: LeaderElection(identity: identity, key: Self.leaseKey, timing: configuration.leaseTiming),
                logger: logger)
            do {
                try await elector.lead { try await self.lead(place) }
                await elector.release()
                return
            } catch let error as LeaderElector.Lost {
                logger.warning("scheduling stops", metadata: ["reason": "\(error)"])
            } catch SchedulerFailure.failedOver {
                await elector.release()
                logger.warning("scheduling stops", metadata: ["reason": "\(SchedulerFailure.failedOver)"])
                try await Task.sleep(for: Self.deposedPause)
            } catch {
                await elector.release()
                throw error
            }
        }
    }

    /// Schedules for as long as this scheduler leads; begins anew as another framework when the master has removed the
    /// old one with all its pods' tasks.
    private func lead(_ place: PublicAddress) async throws {
        while true {
            let session = try await SchedulerSession.open(configuration, place, logger: logger)
            self.session = session
            let result: Result<Void, any Error>
            do {
                try await session.run { await self.becameReady() }
                result = .success(())
            } catch {
                result = .failure(error)
            }
            self.session = nil
            await session.close()
            guard case .failure(SchedulerFailure.removed(let words)) = result else { return try result.get() }
            logger.warning("the framework begins anew", metadata: ["reason": "\(words)"])
        }
    }

    private func becameReady() {
        for waiter in waiters { waiter.resume() }
        waiters = []
    }
}
