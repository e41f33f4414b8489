public import ClusterBase
public import HTTPTransport
internal import Synchronization

/// Talks to a Docker engine through its unix socket (Engine API 1.40 or later, decision D10).
///
/// Every call throws `ClusterError` with the engine's own words: `notFound` (404), `conflict` (409),
/// `invalidArgument` (400), `system` (500), `unavailable` when no engine answers.
public struct DockerEngineClient: Sendable {
    /// The path of the engine's socket.
    public let socket: String
    private let http: HTTPClientPool
    private let version: DockerAPIVersion

    /// Makes a client.
    ///
    /// The pool should allow two connections for each container plus a few.
    public init(socket: String, http: HTTPClientPool) {
        (self.socket, self.http, version) = (socket, http, DockerAPIVersion())
    }

    /// Whether an engine answers.
    public func ping() async throws { _ = try await call(.get, "/_ping", timeout: .seconds(5)) }

    /// The engine's version document.
    public func version() async throws -> JSONValue { try await call(.get, "/version") }

    /// Creates a container; returns its id.
    public func create(name: String, _ description: JSONValue) async throws -> String {
        let path = "/containers/create?name=\(PercentCoding.encode(name))"
        let answer = try await call(.post, path, body: description, timeout: .seconds(120))
        guard let id = answer["Id"]?.string else { throw ClusterError(.system, "the engine named no container") }
        return id
    }

    /// Starts a created container.
    public func start(_ container: String) async throws {
        _ = try await call(.post, "/containers/\(container)/start", timeout: .seconds(120))
    }

    /// Waits until the container does not run; returns its exit status.
    ///
    /// Lasts as long as the container.
    public func wait(_ container: String) async throws -> Int64 {
        let response = try await stream(
            .post, "/containers/\(container)/wait?condition=not-running", timeout: .seconds(31_536_000))
        var bytes: [UInt8] = []
        for try await chunk in response.body {
            bytes += chunk
            guard bytes.count < 1 << 16 else { throw ClusterError(.limitExceeded, "the engine's answer is too long") }
        }
        let answer = try DockerEngineClient.parse(bytes)
        if let words = answer["Error"]?["Message"]?.string, !words.isEmpty { throw ClusterError(.system, words) }
        guard let status = answer["StatusCode"]?.integer else {
            throw ClusterError(.unavailable, "the engine ended the wait without an answer")
        }
        return status
    }

    /// Sends a signal, by name or number; false when the container does not run.
    @discardableResult
    public func kill(_ container: String, signal: String) async throws -> Bool {
        do {
            _ = try await call(.post, "/containers/\(container)/kill?signal=\(PercentCoding.encode(signal))")
            return true
        } catch let error as ClusterError where error.code == .conflict || error.code == .notFound {
            return false
        }
    }

    /// Sends the container's stop signal, and SIGKILL after some seconds; returns when it has ended.
    ///
    /// Nothing happens when it does not run.
    public func stop(_ container: String, seconds: Int) async throws {
        let limit = Duration.seconds(seconds) + .seconds(60)
        _ = try await call(.post, "/containers/\(container)/stop?t=\(seconds)", timeout: limit)
    }

    /// Removes a container with its anonymous volumes, killing it first; nothing happens when it is gone.
    public func remove(_ container: String) async throws {
        do {
            _ = try await call(.delete, "/containers/\(container)?force=1&v=1", timeout: .seconds(60))
        } catch let error as ClusterError where error.code == .notFound {
        } catch let error as ClusterError where error.code == .conflict && error.message.contains("already in progress")
        {
        }
    }

    /// The engine's description of a container.
    public func inspect(_ container: String) async throws -> JSONValue {
        try await call(.get, "/containers/\(container)/json")
    }

    /// All containers, running or not, that have all the labels (`key=value`, or `key` with any value).
    ///
    /// - Parameter image: only those made from this image.
    public func list(labels: [String], image: String? = nil) async throws -> [JSONValue] {
        var filters = JSONObject()
        if !labels.isEmpty { filters["label"] = .array(labels.sorted().map { .string($0) }) }
        if let image { filters["ancestor"] = [.string(image)] }
        let query = filters.isEmpty ? "" : "&filters=\(PercentCoding.encode(JSONValue.object(filters).text))"
        return try await call(.get, "/containers/json?all=1\(query)").array ?? []
    }

    /// Changes limits of a running container.
    public func update(_ container: String, _ resources: JSONValue) async throws {
        _ = try await call(.post, "/containers/\(container)/update", body: resources)
    }

    /// One sample of consumption.
    public func statistics(_ container: String) async throws -> JSONValue {
        try await call(.get, "/containers/\(container)/stats?stream=false&one-shot=true")
    }

    /// What the engine says of itself and its host.
    public func info() async throws -> JSONValue { try await call(.get, "/info") }

    /// The engine's description of a network; nil when there is none of the name.
    public func inspectNetwork(_ name: String) async throws -> JSONValue? {
        do {
            return try await call(.get, "/networks/\(PercentCoding.encode(name))")
        } catch let error as ClusterError where error.code == .notFound {
            return nil
        }
    }

    /// One exchange; an empty answer is `null`, one that is not JSON is a string.
    func call(
        _ method: RequestMethod, _ path: String, body: JSONValue? = nil, timeout: Duration = .seconds(30)
    ) async throws -> JSONValue {
        let response: ClientResponse
        do {
            let headers: HeaderFields = body == nil ? [:] : ["Content-Type": "application/json"]
            response = try await http.send(
                try await request(method, path, body: body?.bytes, headers: headers, timeout: timeout))
        } catch {
            throw explain(error)
        }
        guard response.status.isSuccess || response.status == .notModified else {
            throw DockerEngineClient.refusal(response.status, response.body)
        }
        return response.body.isEmpty ? .null : (try? DockerEngineClient.parse(response.body)) ?? .string(response.text)
    }

    /// One exchange whose answer is read as it comes; `timeout` bounds the time until it begins.
    func stream(
        _ method: RequestMethod, _ path: String, body: [UInt8]? = nil, headers: HeaderFields = [:],
        timeout: Duration = .seconds(30)
    ) async throws -> StreamingResponse {
        let response: StreamingResponse
        do {
            response = try await http.stream(
                try await request(method, path, body: body, headers: headers, timeout: timeout))
        } catch {
            throw explain(error)
        }
        if response.status.isSuccess || response.status == .switchingProtocols { return response }
        var words: [UInt8] = []
        for try await chunk in response.body where words.count < 1 << 16 { words += chunk }
        throw DockerEngineClient.refusal(response.status, words)
    }

    private func request(
        _ method: RequestMethod, _ path: String, body: [UInt8]?, headers: HeaderFields, timeout: Duration
    ) async throws -> ClientRequest {
        ClientRequest(
            method, socket: socket, path: "/v\(try await spokenVersion())\(path)", headers: headers,
            body: body ?? (method == .post ? [] : nil), timeout: timeout)
    }

    /// The version to speak, agreed upon at the first call.
    func spokenVersion() async throws -> String {
        if let agreed = version.agreed { return agreed }
        let answer = try await http.send(ClientRequest(.get, socket: socket, path: "/version", timeout: .seconds(30)))
        let document = try DockerEngineClient.parse(answer.body)
        return version.agree(newest: document["ApiVersion"]?.string, oldest: document["MinAPIVersion"]?.string)
    }

    func explain(_ error: any Error) -> any Error {
        guard let error = error as? ClusterError else { return error }
        let words =
            error.code == .unavailable ? "no Docker engine answers at \(socket)" : "the Docker engine at \(socket)"
        return ClusterError(error.code, words, cause: error.cause ?? error)
    }

    static func parse(_ bytes: [UInt8]) throws(ClusterError) -> JSONValue {
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw ClusterError(.system, "the engine's answer is not JSON", cause: error)
        }
    }

    static func refusal(_ status: HTTPStatus, _ body: [UInt8]) -> ClusterError {
        let words = (try? parse(body))?["message"]?.string ?? String(decoding: body.prefix(1000), as: UTF8.self)
        let codes: [Int: ClusterError.Code] = [400: .invalidArgument, 404: .notFound, 409: .conflict, 500: .system]
        return ClusterError(codes[status.code] ?? .unavailable, words.isEmpty ? "the engine answered \(status)" : words)
    }
}

/// The version of the API that an engine and we have agreed upon.
final class DockerAPIVersion: Sendable {
    /// What this client was written for.
    static let preferred = 41
    private let minor = Mutex<Int?>(nil)

    /// The agreed version, such as `1.41`; nil before the engine was asked.
    var agreed: String? { minor.withLock { $0 }.map { "1.\($0)" } }

    /// Takes the preferred version if the engine speaks it, else the nearest it does.
    func agree(newest: String?, oldest: String?) -> String {
        func number(_ text: String?) -> Int? { text.flatMap { $0.split(separator: ".").last }.flatMap { Int($0) } }
        let choice = max(min(Self.preferred, number(newest) ?? Self.preferred), number(oldest) ?? 0)
        minor.withLock { $0 = choice }
        return "1.\(choice)"
    }
}
