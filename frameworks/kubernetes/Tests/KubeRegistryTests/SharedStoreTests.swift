internal import ClusterBase
internal import KubeModel
internal import KubeRegistry
internal import KubeStore
internal import Synchronization
internal import TestSupport
internal import Testing

/// What happens when the store does things by itself: other servers write to it, keys come to an end, watches break.
@Suite struct SharedStoreTests {
    @Test func twoServersOnOneStoreHandOutDifferentAddresses() async throws {
        let first = try await World { $0.random = { 3 } }
        let second = try await World(store: first.store) { $0.random = { 3 } }
        let made = await (0..<24).asyncCompact { index in
            let world = index % 2 == 0 ? first : second
            return try? await world.create("default/services", ServiceClaimTests.service("s\(index)"))
        }
        #expect(made.count == 24)
        #expect(Set(made.map { $0.text("spec", "clusterIP") }).count == 24)
    }

    @Test func aWatchSeesWhatAnotherServerWrites() async throws {
        let first = try await World()
        let second = try await World(store: first.store)
        let (recorder, handle) = try await first.watch("default/widgets")
        try await second.create(widget: Widget.make("w"))
        try await recorder.wait(for: 1)
        #expect(recorder.changes == ["ADDED w"])
        handle.cancel()
    }

    @Test func eventsComeToAnEndByThemselves() async throws {
        let time = StoreTime()
        let store = MemoryStore(options: StoreOptions(clock: { time.now }))
        let world = try await World(store: store)
        let event = KubeObject([
            "metadata": ["name": "e"], "involvedObject": ["kind": "Pod", "namespace": "default", "name": "p"],
            "reason": "Started", "type": "Normal",
        ])
        try await world.create("default/events", event)
        let (recorder, handle) = try await world.watch("default/events")
        time.advance(by: .seconds(3_700))
        try await store.expire()
        try await recorder.wait(for: 2)
        #expect(recorder.changes == ["ADDED e", "DELETED e"])
        #expect(try await world.names("default/events").isEmpty)
        handle.cancel()
    }

    @Test func aBrokenWatchOfTheStoreIsTakenUpAgain() async throws {
        let store = BreakingStore()
        let registry = try await World.registry(on: store)
        let world = World(store: store.inner, registry: registry)
        let (recorder, handle) = try await world.watch("default/widgets")
        for index in 0..<5 {
            try await world.create(widget: Widget.make("a\(index)"))
            store.breakWatches()
            try await world.create(widget: Widget.make("b\(index)"))
        }
        try await recorder.wait(for: 10)
        #expect(recorder.changes == (0..<5).flatMap { ["ADDED a\($0)", "ADDED b\($0)"] })
        #expect(recorder.end == nil)
        handle.cancel()
    }

    @Test func aThousandWatchersGetWhatConcernsThem() async throws {
        let world = try await World()
        let start = "\(try await world.store.revision)"
        var watches: [(Recorder, WatchHandle)] = []
        for index in 0..<1_000 {
            watches.append(
                try await world.watch("default/widgets", from: start) { $0.labelSelector = "group=g\(index % 100)" })
        }
        for index in 0..<100 {
            try await world.create(widget: Widget.make("w\(index)", labels: ["group": "g\(index)"]))
        }
        for (index, watch) in watches.enumerated() {
            try await watch.0.wait(for: 1)
            #expect(watch.0.changes == ["ADDED w\(index % 100)"])
        }
        #expect(world.registry.watchCount == 1_000)
        watches = []
        #expect(world.registry.watchCount == 0, "a watch ends with its handle")
    }
}

/// A clock of the store that stands still until it is moved.
private final class StoreTime: Sendable {
    private let time = Mutex(Instant(nanoseconds: 1_700_000_000_000_000_000))
    var now: Instant { time.withLock { $0 } }
    func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
}

/// A store whose watches can be broken off, as a lost connection does.
private final class BreakingStore: RevisionedStore {
    let inner = MemoryStore()
    private let watches = Mutex<[(watch: any StoreWatch, receive: @Sendable (WatchSignal) -> Void)]>([])

    func breakWatches() {
        let broken = watches.withLock { watches in
            defer { watches = [] }
            return watches
        }
        for (watch, receive) in broken {
            watch.cancel()
            receive(.ended(nil))
        }
    }

    var revision: Int64 { get async throws { try await inner.revision } }
    func peek(_ key: String) -> StorePeek { .unknown }
    func get(_ key: String) async throws -> StoredValue? { try await inner.get(key) }
    func commit(_ changes: [StoreChange]) async throws -> Int64 { try await inner.commit(changes) }
    func list(prefix: String, after: String?, limit: Int?, at revision: Int64?) async throws -> StorePage {
        try await inner.list(prefix: prefix, after: after, limit: limit, at: revision)
    }
    func watch(
        prefix: String, after revision: Int64, receive: @escaping @Sendable (WatchSignal) -> Void
    ) async throws -> any StoreWatch {
        let watch = try await inner.watch(prefix: prefix, after: revision, receive: receive)
        if prefix == "/registry/" { watches.withLock { $0.append((watch, receive)) } }
        return watch
    }
    func compact(before revision: Int64) async throws { try await inner.compact(before: revision) }
    func sizeOnDisk() async -> Int? { nil }
    func close() async { await inner.close() }
}
