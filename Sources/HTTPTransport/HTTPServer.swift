public import Logging
internal import NIOConcurrencyHelpers
internal import NIOCore
public import ServiceLifecycle

/// An HTTP/1.1 listener (decision D17).
///
/// Give it to a `ServiceGroup` (`run`), or use `start` and `stop`. `start` may come first, to learn the port, and
/// `install` later: until then requests get a 503.
public final class HTTPServer: Service, Sendable {
    let configuration: HTTPServerConfiguration
    let logger: Logger
    let core: ServerCore

    /// Makes a server that is not bound yet.
    public init(_ configuration: HTTPServerConfiguration, service: HTTPService? = nil, logger: Logger) {
        (self.configuration, self.logger) = (configuration, logger)
        core = ServerCore(configuration, logger: logger)
        if let service { core.install(service) }
    }

    /// Replaces what is served; requests that run already end as they began.
    public func install(_ service: HTTPService) { core.install(service) }

    /// Binds the port and serves; returns the address.
    ///
    /// Throws `ClusterError` `unavailable` (the address cannot be bound) or `invalidArgument` (TLS material). A second
    /// call only returns the address.
    @discardableResult
    public func start() async throws -> BoundAddress { try await core.start() }

    /// The address, or nil before `start`.
    public var address: BoundAddress? { core.address }

    /// What the server has seen so far.
    public var counters: ServerCounters { core.counters }

    /// Stops listening, ends streams (`serverStopping`), lets the answers under way finish within
    /// `stopTimeout`, and closes every connection.
    public func stop() async { await core.stop() }

    /// Serves until graceful shutdown or cancellation.
    public func run() async throws {
        try await start()
        try? await gracefulShutdown()
        await stop()
    }
}

/// What a server has seen since it was made.
public struct ServerCounters: Sendable {
    /// Connections open now.
    public var connections = 0
    /// Connections accepted.
    public var accepted = 0
    /// Connections refused because of `connectionLimit`.
    public var refused = 0
    /// Requests read completely, intercepted ones included.
    public var requests = 0
    /// Streams ended by `overflow`.
    public var overflows = 0
}
