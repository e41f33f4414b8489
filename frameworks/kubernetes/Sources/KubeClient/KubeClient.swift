public import ClusterBase
public import HTTPTransport
internal import KubeModel
public import Logging

/// A client of a Kubernetes API server, without generated types: resources are named by `ResourceKind`.
///
/// Calls throw `APIError` when the server refuses, and `ClusterError` (`unavailable`, `timeout`) when it cannot be
/// reached. What the server refuses for now (429, or 5xx with `Retry-After`) is tried again; so are reads that lost
/// their connection.
public final class KubeClient: Sendable {
    let configuration: KubeClientConfiguration
    private let pool: HTTPClientPool
    private let base: String

    /// Makes a client; nothing is sent yet.
    ///
    /// Throws `ClusterError` `invalidArgument` for unusable TLS material.
    public init(_ configuration: KubeClientConfiguration, logger: Logger? = nil) throws {
        self.configuration = configuration
        var pooling = HTTPClientConfiguration()
        pooling.connectionsPerHost = configuration.connections
        pooling.trust = configuration.trust
        pool = try HTTPClientPool(pooling, logger: logger)
        base = configuration.server.hasSuffix("/") ? String(configuration.server.dropLast()) : configuration.server
    }

    /// Closes the connections; calls and watches under way fail.
    public func shutdown() async { await pool.shutdown() }

    /// Sends a request and reads the answer's JSON; `null` when it has no body.
    ///
    /// - Parameter path: path and query, as they stand on the wire.
    public func send(
        _ method: RequestMethod, _ path: String, body: JSONValue? = nil, contentType: String = "application/json"
    ) async throws -> JSONValue {
        var delay = RetryDelay(first: .milliseconds(50), longest: configuration.longestRetryDelay)
        let request = request(method, path, body: body, contentType: contentType)
        while true {
            let isLast = delay.tries >= configuration.retries
            do {
                let response = try await pool.send(request)
                if (200..<300).contains(response.status.code) { return try Self.tree(response.body) }
                guard !isLast, let wait = retryAfter(response) else { throw Self.error(of: response) }
                try await Task.sleep(for: max(wait, delay.next()))
            } catch let error as ClusterError where error.code == .unavailable && method == .get && !isLast {
                try await Task.sleep(for: delay.next())
            }
        }
    }

    /// Sends a request and returns when its answer begins; a refusal is thrown.
    func stream(_ path: String) async throws -> StreamingBody {
        let response = try await pool.stream(request(.get, path, body: nil, contentType: ""))
        guard response.status.code == 200 else {
            var body: [UInt8] = []
            for try await part in response.body where body.count < 64 << 10 { body += part }
            throw Self.error(of: ClientResponse(response.status, headers: response.headers, body: body))
        }
        return response.body
    }

    private func request(_ method: RequestMethod, _ path: String, body: JSONValue?, contentType: String)
        -> ClientRequest
    {
        var headers: HeaderFields = ["Accept": "application/json", "User-Agent": configuration.userAgent]
        headers["Authorization"] = configuration.authorization()
        if body != nil { headers["Content-Type"] = contentType }
        return ClientRequest(
            method, base + path, headers: headers, body: body?.bytes, timeout: configuration.timeout,
            bodyLimit: configuration.bodyLimit)
    }

    /// How long to wait before another try; nil when the answer is final.
    private func retryAfter(_ response: ClientResponse) -> Duration? {
        let seconds = response.headers["Retry-After"].flatMap { Int64($0) }
        guard response.status.code == 429 || (response.status.code >= 500 && seconds != nil) else { return nil }
        return min(.seconds(max(0, seconds ?? 1)), configuration.longestRetryDelay)
    }

    private static func tree(_ body: [UInt8]) throws -> JSONValue {
        if body.isEmpty { return .null }
        do { return try JSONValue(parsing: body) } catch {
            throw ClusterError(.unavailable, "the server's answer is not JSON", cause: error)
        }
    }

    private static func error(of response: ClientResponse) -> APIError {
        let tree = (try? JSONValue(parsing: response.body)).flatMap { KubeObject($0) } ?? KubeObject()
        return APIError(status: tree, code: response.status.code)
    }
}
