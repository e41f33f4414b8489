/// Where and within which bounds a server serves.
public struct HTTPServerConfiguration: Sendable {
    /// The address to bind: an IP address or a name that resolves to one.
    public var host: String
    /// The port to bind; 0 picks a free one.
    public var port: Int
    /// TLS material, or nil for clear text.
    public var tls: TLSIdentity?
    /// The most bytes of a request's body where the route says nothing else; beyond it the answer is 413.
    public var bodyLimit = 8 << 20
    /// The most bytes of request line and header fields together; beyond it the answer is 431.
    public var headLimit = 80 << 10
    /// The most connections at a time; further ones get a 503 and are closed.
    public var connectionLimit = 20_000
    /// How many pipelined requests (or `bodyLimit` bytes of them) may wait on one connection before the server stops
    /// reading from it.
    public var pipelineLimit = 64
    /// How long a client may take for the head of a request, from its first byte.
    public var headTimeout: Duration = .seconds(30)
    /// How long a client may be silent within a request's body.
    public var bodyTimeout: Duration = .seconds(60)
    /// How long a connection may be idle between requests.
    ///
    /// Not applied to connections that have carried an intercepted message, nor (when an interceptor is installed) to
    /// those that were silent from the start: libprocess links are.
    public var idleTimeout: Duration = .seconds(300)
    /// How long a client may leave the bytes of an answer or a stream untaken before it is disconnected.
    public var writeTimeout: Duration = .seconds(60)
    /// Smaller bodies are sent as they are, even to clients that accept gzip.
    public var compressionMinimum = 1_024
    /// How long `stop` waits for the answers under way.
    public var stopTimeout: Duration = .seconds(5)

    /// Makes a configuration with the default bounds.
    public init(host: String = "127.0.0.1", port: Int = 0, tls: TLSIdentity? = nil) {
        (self.host, self.port, self.tls) = (host, port, tls)
    }
}

/// The address a server is bound to.
public struct BoundAddress: Hashable, Sendable, CustomStringConvertible {
    /// The numeric IP address; may be a wildcard (`0.0.0.0`).
    public var host: String
    /// The port, never 0.
    public var port: Int

    /// Makes an address.
    public init(host: String, port: Int) { (self.host, self.port) = (host, port) }

    /// `host:port`, an IPv6 address in brackets.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// What a server serves: routes, what answers when none fits, and who sees requests before the routes.
public struct HTTPService: Sendable {
    /// The routes.
    public var routes: [Route]
    /// Answers what no route takes; nil is a plain 404.
    public var fallback: RouteHandler?
    /// Sees requests before routing.
    public var interceptor: (any RequestInterceptor)?
    /// Renders what handlers throw.
    public var errorRenderer: ErrorRenderer
    /// Answers a body of more than so many bytes.
    public var bodyTooLarge: @Sendable (_ limit: Int) -> HTTPResponse = { limit in
        .error(.contentTooLarge, "The request body must not be larger than \(limit) bytes")
    }

    /// Makes a service.
    public init(
        routes: [Route], fallback: RouteHandler? = nil, interceptor: (any RequestInterceptor)? = nil,
        errorRenderer: @escaping ErrorRenderer = ErrorTable.render
    ) {
        (self.routes, self.fallback) = (routes, fallback)
        (self.interceptor, self.errorRenderer) = (interceptor, errorRenderer)
    }
}
