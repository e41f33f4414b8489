internal import ClusterBase
public import HTTPTransport
internal import KubeAPI
internal import KubeClient
internal import KubeModel
internal import KubeRegistry
public import Logging
public import ServiceLifecycle

/// The Kubernetes control plane as a service: store, API server and, unless switched off, the controllers.
///
/// `start` opens the store, binds the port and makes the system objects; `run` does that if need be and serves until
/// graceful shutdown.
public actor KubernetesService: Service {
    private let configuration: KubernetesConfiguration
    private let logger: Logger
    private var running: Running?
    private var manager: ControllerManager?

    private struct Running {
        var plane: ControlPlane
        var keeper: APIServiceKeeper
        var address: BoundAddress
    }

    /// Makes a control plane that is not running.
    public init(_ configuration: KubernetesConfiguration, logger: Logger) {
        (self.configuration, self.logger) = (configuration, logger)
    }

    /// Where the API is bound; nil before `start`.
    public var address: BoundAddress? { running?.address }

    /// What each controller has done so far; empty when none run here or another manager leads.
    public var controllerMetrics: [ControllerMetrics] { get async { await manager?.metrics ?? [] } }

    /// Opens the store, binds the API's port and makes the system objects; returns the address.
    ///
    /// At a second call it does nothing else. Throws `ClusterError`: `invalidArgument` (service range), `system` (work
    /// directory or store), `unavailable` (the port cannot be bound).
    @discardableResult
    public func start() async throws -> BoundAddress {
        if let running { return running.address }
        let plane = try ControlPlane(configuration, logger: logger)
        do {
            try await plane.registry.start()
            let address = try await plane.server.start()
            let keeper = APIServiceKeeper(
                plane, advertised: advertisedAddress, port: address.port, logger: logger)
            await keeper.tryToReconcile()
            running = Running(plane: plane, keeper: keeper, address: address)
            logger.info("kubernetes serves", metadata: ["address": "\(address)"])
            return address
        } catch {
            await plane.server.stop()
            await plane.close()
            guard let error = error as? APIError else { throw error }
            throw ClusterError(.system, "the control plane cannot start: \(error.message)")
        }
    }

    /// Serves until graceful shutdown or cancellation; throws what `start` throws.
    public func run() async throws {
        try await start()
        guard let running else { return }
        let result: Result<Void, any Error>
        do {
            try await serve(running)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await stop()
        try result.get()
    }

    /// Ends what `start` began, for those who do not use `run`; the store keeps everything.
    public func stop() async {
        guard let running else { return }
        self.running = nil
        await running.plane.server.stop()
        await running.plane.close()
    }

    /// Runs all parts; the controllers end first, while they can still give back their lease.
    private func serve(_ running: Running) async throws {
        let (plane, keeper) = (running.plane, running.keeper)
        let controllers = configuration.controllers.map { settings in
            var settings = settings
            settings.client.server = localURL(running.address)
            return settings
        }
        do {
            try await cancelWhenGracefulShutdown {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    defer { group.cancelAll() }
                    group.addTask { try await plane.registry.run() }
                    group.addTask { try await keeper.run() }
                    if let controllers {
                        group.addTask { try await self.keepControlling(controllers) }
                    }
                    try await group.next()
                }
            }
        } catch is CancellationError {
            // The control plane was asked to end.
        }
    }

    /// Competes for the lease again whenever it is lost: here the API server need not end with the controllers.
    private func keepControlling(_ configuration: ControllerManagerConfiguration) async throws {
        while !Task.isCancelled {
            let manager = ControllerManager(configuration, logger: logger)
            self.manager = manager
            do { try await manager.run() } catch let error as LeaderElector.Lost {
                logger.warning("controllers stop", metadata: ["reason": "\(error)"])
            }
        }
        try Task.checkCancellation()
    }

    /// The address for the `kubernetes` service's endpoint; nil when nobody else could use it.
    private var advertisedAddress: String? {
        if let given = configuration.advertiseAddress { return given }
        let isPrivate = configuration.host.hasPrefix("127.") || ["localhost", "::1"].contains(configuration.host)
        return isPrivate || Self.wildcards.contains(configuration.host) ? nil : configuration.host
    }

    private static let wildcards: Set<String> = ["0.0.0.0", "::", ""]

    private func localURL(_ address: BoundAddress) -> String {
        let host = Self.wildcards.contains(address.host) ? "127.0.0.1" : address.host
        return "http://\(BoundAddress(host: host, port: address.port))"
    }
}
