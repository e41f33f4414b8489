public import HTTPTransport

/// How an API server is reached, and within which bounds.
public struct KubeClientConfiguration: Sendable {
    /// The server's URL: scheme, host and port, perhaps a path prefix; no trailing slash needed.
    public var server: String
    /// The value of the `Authorization` field, asked for with each request so that tokens may change; nil sends none.
    public var authorization: @Sendable () -> String? = { nil }
    /// Whom to trust where the URL asks for TLS, and the client's certificate.
    public var trust = TLSTrust()
    /// `User-Agent`.
    public var userAgent = "roost"
    /// How long a request may take (a watch: until it begins).
    public var timeout: Duration = .seconds(30)
    /// How often a request that the server refused for now (429, or 5xx with `Retry-After`) is tried again, and a read
    /// that lost its connection.
    public var retries = 5
    /// The longest the client waits before such a try, whatever the server asks for.
    public var longestRetryDelay: Duration = .seconds(10)
    /// The most connections at a time; each watch holds one.
    public var connections = 128
    /// The most objects asked for with one request of a listing.
    public var pageSize = 500
    /// The most bytes of an answer, and of one event of a watch.
    public var bodyLimit = 64 << 20

    /// Makes a configuration with the default bounds.
    public init(server: String) { self.server = server }
}
