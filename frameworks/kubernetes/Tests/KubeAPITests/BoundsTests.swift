import ClusterBase
import HTTPTransport
import KubeAPI
import KubeStore
import NIOConcurrencyHelpers
import TestSupport
import Testing

@Suite struct BoundsTests {
    @Test func tooManyWritesAreTurnedAway() async throws {
        let store = GatedStore()
        try await APIFixture.run(store: store) { configuration in
            configuration.writesInFlight = 1
        } _: { api in
            store.isClosed = true
            async let first = api.send(.post, Sample.configMaps, Sample.configMap("a").text)
            try await eventually("a write waits", holds: { store.waiting == 1 })
            let second = try await api.send(.post, Sample.configMaps, Sample.configMap("b").text)
            #expect(second.status == 429 && second.headers["retry-after"] == "1")
            #expect(second.json["reason"] == "TooManyRequests" && second.json["details"]?["retryAfterSeconds"] == 1)
            #expect(try await api.get(Sample.configMaps).status == 200)
            let metrics = try await api.get("/metrics").text
            #expect(metrics.contains("apiserver_current_inflight_requests{request_kind=\"mutating\"} 1\n"))
            store.isClosed = false
            #expect(try await first.status == 201)
            #expect(try await api.send(.post, Sample.configMaps, Sample.configMap("b").text).status == 201)
        }
    }

    @Test func slowRequestsEndWithATimeout() async throws {
        let store = GatedStore()
        try await APIFixture.run(store: store) { configuration in
            configuration.requestTimeout = .milliseconds(100)
        } _: { api in
            store.isClosed = true
            let answer = try await api.send(.post, Sample.configMaps, Sample.configMap("a").text)
            #expect(answer.status == 504 && answer.json["reason"] == "Timeout")
            #expect(answer.json["message"]?.string?.hasPrefix("Timeout: ") == true)
            store.isClosed = false
            let metrics = try await api.get("/metrics").text
            #expect(metrics.contains("code=\"504\"} 1\n") && !metrics.contains("code=\"201\"} 1\n"))
        }
    }

    @Test func largeBodiesAreRefusedBeforeTheyAreRead() async throws {
        try await APIFixture.run { api in
            let body = Sample.configMap("a", data: ["a": .string(String(repeating: "x", count: 3 << 20))]).text
            let answer = try await api.send(.post, Sample.configMaps, body)
            #expect(answer.status == 413 && answer.type == "application/json")
            #expect(answer.json["reason"] == "RequestEntityTooLarge")
            #expect(answer.json["message"] == "Request entity too large: limit is 3145728")
            #expect(try await api.get(Sample.configMaps).status == 200)
        }
    }

    /// A short text that its aliases make 9⁹ values long.
    private static let bomb = (0..<9).map { level in
        let item = level == 0 ? "x" : "*a\(level - 1)"
        return "a\(level): &a\(level) [\(Array(repeating: item, count: 9).joined(separator: ","))]"
    }.joined(separator: "\n")

    @Test func hostileBodiesHurtNobody() async throws {
        try await APIFixture.run { api in
            let deep = String(repeating: "[", count: 100_000)
            #expect(try await api.send(.post, Sample.configMaps, deep).status == 400)
            let objects = String(repeating: #"{"a":"#, count: 50_000)
            #expect(try await api.send(.post, Sample.configMaps, objects).status == 400)
            let twice = #"{"metadata":{"name":"first"},"metadata":{"name":"second"}}"#
            let created = try await api.send(.post, Sample.configMaps, twice)
            #expect(created.status == 201 && created.json["metadata"]?["name"] == "second")
            let yaml: HeaderFields = ["Content-Type": "application/yaml"]
            for text in [
                String(repeating: "[", count: 100_000), "a: &a [1]\nb: [*a", "- x\n- {", "\u{0}", "? [a]\n: b",
                Self.bomb,
            ] {
                let answer = try await api.send(.post, Sample.configMaps, text, yaml)
                #expect(answer.status == 400 && answer.json["kind"] == "Status", "\(text.prefix(20)): \(answer.text)")
            }
            let operations = JSONValue.array(
                Array(repeating: ["op": "test", "path": "/data/a", "value": "b"], count: 10_001))
            let patch = try await api.send(
                .patch, Sample.configMaps + "/second", operations.text, ["Content-Type": "application/json-patch+json"])
            #expect(patch.status == 413)
        }
    }
}

/// A store whose commits wait while it is closed.
final class GatedStore: RevisionedStore {
    private let inner = MemoryStore()
    private let state = NIOLockedValueBox((isClosed: false, waiting: 0))

    var isClosed: Bool {
        get { state.withLockedValue { $0.isClosed } }
        set { state.withLockedValue { $0.isClosed = newValue } }
    }
    var waiting: Int { state.withLockedValue { $0.waiting } }

    func commit(_ changes: [StoreChange]) async throws -> Int64 {
        state.withLockedValue { $0.waiting += 1 }
        defer { state.withLockedValue { $0.waiting -= 1 } }
        try await eventually("the store opens", holds: { !isClosed })
        return try await inner.commit(changes)
    }

    var revision: Int64 { get async throws { try await inner.revision } }
    func peek(_ key: String) -> StorePeek { inner.peek(key) }
    func get(_ key: String) async throws -> StoredValue? { try await inner.get(key) }
    func list(prefix: String, after: String?, limit: Int?, at revision: Int64?) async throws -> StorePage {
        try await inner.list(prefix: prefix, after: after, limit: limit, at: revision)
    }
    func watch(
        prefix: String, after revision: Int64, receive: @escaping @Sendable (WatchSignal) -> Void
    ) async throws -> any StoreWatch {
        try await inner.watch(prefix: prefix, after: revision, receive: receive)
    }
    func compact(before revision: Int64) async throws { try await inner.compact(before: revision) }
    func sizeOnDisk() async -> Int? { await inner.sizeOnDisk() }
    func close() async { await inner.close() }
}
