public import HTTPTransport
internal import KubeModel
public import KubeRegistry
public import Logging
public import ServiceLifecycle

/// The API server's HTTP face over a registry.
///
/// Paths are read once (`RequestInfo`), looked up in the kind table, and answered from the registry; what the server
/// tells of itself (discovery, schemas) is made from the same table. Give it to a `ServiceGroup` (`run`), or use
/// `start` and `stop`; the registry is started and run by its owner.
public final class KubeAPIServer: Service, Sendable {
    /// What it serves; for tests without sockets and for sharing a port.
    public let service: HTTPService
    private let server: HTTPServer
    let core: APICore

    /// Makes a server that is not bound yet; without `connect`, requests for nodes go to them (`NodeConnect`).
    public init(
        _ configuration: KubeAPIConfiguration, registry: Registry, connect: (any ConnectHandler)? = nil, logger: Logger
    ) {
        core = APICore(configuration, registry, connect ?? NodeConnect(registry: registry), logger)
        service = core.service
        var http = HTTPServerConfiguration(host: configuration.host, port: configuration.port, tls: configuration.tls)
        http.bodyLimit = configuration.bodyLimit
        http.compressionMinimum = 128 << 10
        server = HTTPServer(http, service: service, logger: logger)
    }

    /// Binds the port and serves; returns the address. Throws as `HTTPServer.start` does.
    @discardableResult
    public func start() async throws -> BoundAddress { try await server.start() }

    /// The address, or nil before `start`.
    public var address: BoundAddress? { server.address }

    /// Stops listening, ends watches cleanly and lets the answers under way finish.
    public func stop() async { await server.stop() }

    /// Serves until graceful shutdown or cancellation.
    public func run() async throws {
        try await start()
        try? await gracefulShutdown()
        await stop()
    }
}
