internal import ClusterBase
public import HTTPTransport
public import Logging
public import ServiceLifecycle

/// The Kubernetes control plane as a service: store, API server and, unless switched off, the controllers.
///
/// `start` opens the store, binds the port and makes the system objects; `run` does that if need be and serves until
/// graceful shutdown.
public actor KubernetesService: Service {
    private let configuration: KubernetesConfiguration
    private let logger: Logger
    private var bound: BoundAddress?

    /// Makes a control plane that is not running.
    public init(_ configuration: KubernetesConfiguration, logger: Logger) {
        (self.configuration, self.logger) = (configuration, logger)
    }

    /// Where the API is bound; nil before `start`.
    public var address: BoundAddress? { bound }

    /// Opens the store, binds the API's port and makes the system objects; returns the address.
    ///
    /// At a second call it does nothing else. Throws `ClusterError`: `invalidArgument` (service range), `system` (work
    /// directory or store), `unavailable` (the port cannot be bound).
    @discardableResult
    public func start() async throws -> BoundAddress {
        throw ClusterError(.unavailable, "the control plane cannot be started yet")
    }

    /// Serves until graceful shutdown or cancellation; throws what `start` throws.
    public func run() async throws { try await start() }

    /// Ends what `start` began, for those who do not use `run`; the store keeps everything.
    public func stop() async {}
}
