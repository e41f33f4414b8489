public import ClusterBase
public import HTTPTransport

/// A small client for tests: JSON in, JSON out.
public struct JSONClient: Sendable {
    /// An answer.
    public struct Answer: Sendable {
        /// The status code.
        public var status: Int
        /// The body as a tree; `null` when it is not JSON.
        public var json: JSONValue
        /// The body as text.
        public var text: String
        /// The body.
        public var body: [UInt8]
        /// The header fields.
        public var headers: HeaderFields
    }

    private let base: String
    private let pool: HTTPClientPool

    /// Makes a client of one server in a scope.
    public init(_ base: String, in scope: TestScope) throws {
        self.base = base
        let pool = try HTTPClientPool()
        self.pool = pool
        scope.onExit { await pool.shutdown() }
    }

    /// Sends a request.
    public func send(
        _ method: RequestMethod, _ path: String, _ body: String? = nil, headers: HeaderFields = [:]
    ) async throws -> Answer {
        var headers = headers
        if body != nil, headers["content-type"] == nil { headers["Content-Type"] = "application/json" }
        let response = try await pool.send(
            ClientRequest(method, base + path, headers: headers, body: body.map { Array($0.utf8) }))
        return Answer(
            status: response.status.code, json: (try? JSONValue(parsing: response.body)) ?? .null, text: response.text,
            body: response.body, headers: response.headers)
    }

    /// GETs a tree; throws `TestError` unless the status is 200.
    public func get(_ path: String) async throws -> JSONValue {
        let answer = try await send(.get, path)
        guard answer.status == 200 else { throw TestError("GET \(base)\(path): \(answer.status) \(answer.text)") }
        return answer.json
    }

    /// The tree, or nil while the server does not answer with 200: for waiting on servers that restart.
    public func poll(_ path: String) async -> JSONValue? { try? await get(path) }
}
