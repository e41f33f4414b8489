public import Logging

/// A client with kept connections, over async-http-client.
///
/// URLs are `http`, `https`, `http+unix` and `https+unix` (the socket's path percent-encoded as the host; a `Host`
/// field is added, which Docker wants). Redirects are never followed.
public final class HTTPClientPool: Sendable {
    let core: ClientCore

    /// Makes a pool.
    ///
    /// `shutdown` waits for the end of its connections; a pool that is merely let go closes them as well.
    public init(_ configuration: HTTPClientConfiguration = HTTPClientConfiguration(), logger: Logger? = nil) throws {
        core = try ClientCore(configuration, logger: logger)
    }

    /// Sends a request and reads the whole response.
    ///
    /// Throws `ClusterError`: `unavailable` (cannot connect, connection lost), `timeout`, `limitExceeded` (response
    /// body beyond `ClientRequest.bodyLimit`), `invalidArgument` (URL). Any status is a response, not an error.
    public func send(_ request: ClientRequest) async throws -> ClientResponse { try await core.send(request) }

    /// Sends a request and returns once the response's head is there; the body is read at the reader's pace.
    ///
    /// `ClientRequest.timeout` bounds the time to the head only. Errors as for `send`.
    public func stream(_ request: ClientRequest) async throws -> StreamingResponse { try await core.stream(request) }

    /// Closes the connections; requests under way fail.
    public func shutdown() async { await core.shutdown() }
}

/// The bounds of a client.
public struct HTTPClientConfiguration: Sendable {
    /// How long to wait for a connection.
    public var connectTimeout: Duration = .seconds(10)
    /// The most connections to one host at a time.
    public var connectionsPerHost = 64
    /// How long an unused connection is kept.
    public var idleTimeout: Duration = .seconds(60)
    /// Whom to trust where the URL asks for TLS.
    public var trust = TLSTrust()

    /// Makes a configuration with the default bounds.
    public init() {}
}

/// A request to send.
public struct ClientRequest: Sendable {
    /// The method.
    public var method: RequestMethod
    /// The absolute URL.
    public var url: String
    /// The header fields; `Host` and `Content-Length` are added.
    public var headers: HeaderFields
    /// The body; nil sends none.
    public var body: [UInt8]?
    /// How long the whole exchange may take (for `stream`: until the head).
    public var timeout: Duration
    /// The most response body bytes `send` reads.
    public var bodyLimit: Int

    /// Makes a request.
    public init(
        _ method: RequestMethod, _ url: String, headers: HeaderFields = [:], body: [UInt8]? = nil,
        timeout: Duration = .seconds(30), bodyLimit: Int = 64 << 20
    ) {
        (self.method, self.url, self.headers, self.body) = (method, url, headers, body)
        (self.timeout, self.bodyLimit) = (timeout, bodyLimit)
    }

    /// Makes a request to a server on a unix socket; `path` is path and query as they stand on the wire.
    public init(
        _ method: RequestMethod, socket: String, path: String, headers: HeaderFields = [:], body: [UInt8]? = nil,
        timeout: Duration = .seconds(30), bodyLimit: Int = 64 << 20
    ) {
        self.init(
            method, "http+unix://\(PercentCoding.encode(socket))\(path)", headers: headers, body: body,
            timeout: timeout, bodyLimit: bodyLimit)
    }
}

/// A response that was read completely.
public struct ClientResponse: Sendable {
    /// The status.
    public var status: HTTPStatus
    /// The header fields.
    public var headers: HeaderFields
    /// The body after transfer and content decoding.
    public var body: [UInt8]

    /// Makes a response, as tests of clients do.
    public init(_ status: HTTPStatus, headers: HeaderFields = [:], body: [UInt8] = []) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }
}

/// A response whose body is still to come.
public struct StreamingResponse: Sendable {
    /// The status.
    public var status: HTTPStatus
    /// The header fields.
    public var headers: HeaderFields
    /// The body, to be read once; leaving the loop (or cancelling its task) closes the connection.
    public var body: StreamingBody
}
