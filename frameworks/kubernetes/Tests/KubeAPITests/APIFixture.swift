import ClusterBase
import HTTPTransport
import KubeAPI
import KubeKinds
import KubeModel
import KubeRegistry
import KubeSchemas
import KubeStore
import Logging
import Synchronization
import TestSupport

/// A whole API server on a free port over a store in memory, with a clock that stands still.
struct APIFixture: Sendable {
    static let now = UnixTime(seconds: 1_700_000_000)
    static let library = Result { try SchemaLibrary(parsing: KubeSchemas.all) }

    let base: String
    let registry: Registry
    let server: KubeAPIServer
    private let client: HTTPClientPool

    struct Answer: Sendable {
        var status: Int
        var headers: HeaderFields
        var text: String

        var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }
        var type: String { headers["content-type"] ?? "" }
    }

    /// Runs a body against a server and stops everything, also on failure.
    static func run(
        store: any RevisionedStore = MemoryStore(), connect: (any ConnectHandler)? = nil,
        _ configure: (inout KubeAPIConfiguration) -> Void = { _ in },
        _ body: (APIFixture) async throws -> Void
    ) async throws {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let random = SplitMix()
        var rules = RegistryConfiguration(now: { now }, random: { random.next() })
        rules.serviceAddresses = ServiceAddresses(range: "10.10.10.0/24", nodePorts: 30_000...30_100)
        rules.systemObjects = SystemObjects.namespaces
        let registry = Registry(
            store: store, kinds: .standard, library: try library.get(), configuration: rules)
        try await registry.start()
        var configuration = KubeAPIConfiguration(now: { now })
        configuration.port = 0
        configure(&configuration)
        let server = KubeAPIServer(configuration, registry: registry, connect: connect, logger: quiet)
        let client = try HTTPClientPool()
        func stop() async {
            await client.shutdown()
            await server.stop()
            await registry.shutdown()
            await store.close()
        }
        do {
            let address = try await server.start()
            try await body(APIFixture(base: "http://\(address)", registry: registry, server: server, client: client))
        } catch {
            await stop()
            throw error
        }
        await stop()
    }

    /// Sends a request and reads the whole answer.
    func send(
        _ method: RequestMethod, _ path: String, _ body: String? = nil, _ headers: HeaderFields = [:]
    ) async throws -> Answer {
        try await send(method, path, bytes: body.map { Array($0.utf8) }, headers)
    }

    /// Sends a request whose body is no text.
    func send(
        _ method: RequestMethod, _ path: String, bytes: [UInt8]?, _ headers: HeaderFields
    ) async throws -> Answer {
        let response = try await client.send(ClientRequest(method, base + path, headers: headers, body: bytes))
        return Answer(status: response.status.code, headers: response.headers, text: response.text)
    }

    /// GETs with an `Accept` field.
    func get(_ path: String, accept: String? = nil) async throws -> Answer {
        try await send(.get, path, nil, accept.map { ["Accept": $0] } ?? [:])
    }

    /// Creates an object; throws unless it was created.
    @discardableResult
    func create(_ path: String, _ object: JSONValue) async throws -> JSONValue {
        let answer = try await send(.post, path, object.text)
        guard answer.status == 201 else { throw TestError("POST \(path): \(answer.status) \(answer.text)") }
        return answer.json
    }

    /// Begins a watch.
    func watch(_ path: String, accept: String? = nil) async throws -> WatchReader {
        let response = try await client.stream(
            ClientRequest(.get, base + path, headers: accept.map { ["Accept": $0] } ?? [:]))
        return WatchReader(response)
    }
}

/// Deterministic random bits for any thread.
private final class SplitMix: Sendable {
    private let count = Atomic<UInt64>(0)

    func next() -> UInt64 {
        var bits = count.add(1, ordering: .relaxed).newValue &* 0x9e37_79b9_7f4a_7c15
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }
}

/// Reads the lines of a watch as they come.
final class WatchReader {
    let status: Int
    let headers: HeaderFields
    private var body: StreamingBody.AsyncIterator
    private var buffer: [UInt8] = []

    init(_ response: StreamingResponse) {
        (status, headers) = (response.status.code, response.headers)
        body = response.body.makeAsyncIterator()
    }

    /// The next line, or nil at the clean end of the stream.
    func next() async throws -> JSONValue? {
        while true {
            if let end = buffer.firstIndex(of: 0x0a) {
                let line = Array(buffer[..<end])
                buffer.removeFirst(end + 1)
                return try JSONValue(parsing: line)
            }
            guard let bytes = try await body.next() else { return nil }
            buffer += bytes
        }
    }

    /// The types and names of the next events.
    func next(_ count: Int) async throws -> [String] {
        var result: [String] = []
        while result.count < count, let event = try await next() {
            result.append("\(event["type"]?.string ?? "") \(event["object"]?["metadata"]?["name"]?.string ?? "")")
        }
        return result
    }
}

/// Objects the tests use.
enum Sample {
    static func configMap(_ name: String, labels: JSONValue = [:], data: JSONValue = ["a": "b"]) -> JSONValue {
        ["metadata": ["name": .string(name), "labels": labels], "data": data]
    }

    static func pod(_ name: String, image: String = "nginx") -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": .string(name)],
            "spec": ["containers": [["name": "c", "image": .string(image)]]],
        ]
    }

    static let configMaps = "/api/v1/namespaces/default/configmaps"
    static let pods = "/api/v1/namespaces/default/pods"
}
