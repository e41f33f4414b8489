import ClusterBase
import KubeStore
import Synchronization
import TestSupport
import Testing

/// The engines that keep the port's contract; a further one is a further case.
enum StoreEngine: CaseIterable, Sendable {
    case memory
    case sqlite

    func open(_ scope: TestScope, _ options: StoreOptions = StoreOptions()) throws -> any TestableStore {
        switch self {
        case .memory: MemoryStore(options: options)
        case .sqlite: try SQLiteStore(path: scope.directory.path("objects.db"), options: options)
        }
    }
}

/// A store whose times to live end when the test says so.
protocol TestableStore: RevisionedStore {
    @discardableResult
    func expire() async throws -> Int
}

extension MemoryStore: TestableStore {}
extension SQLiteStore: TestableStore {}

/// Runs a test with an engine, which is closed at the end.
func withStore(
    _ engine: StoreEngine, _ options: StoreOptions = StoreOptions(),
    _ body: (any TestableStore) async throws -> Void
) async throws {
    try await withTestScope { scope in
        let store = try engine.open(scope, options)
        scope.onExit { await store.close() }
        try await body(store)
    }
}

/// A clock that stands still until a test moves it.
final class TestClock: Sendable {
    private let time = Mutex(Instant(nanoseconds: 1_700_000_000_000_000_000))

    var now: @Sendable () -> Instant { { [self] in time.withLock { $0 } } }

    func advance(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
}

extension RevisionedStore {
    func list(_ prefix: String, at revision: Int64? = nil) async throws -> StorePage {
        try await list(prefix: prefix, after: nil, limit: nil, at: revision)
    }

    /// Creates, updates or deletes a key, whatever it holds.
    @discardableResult
    func put(_ key: String, _ text: String?, timeToLive: Int? = nil) async throws -> Int64 {
        guard let text else { return try await commit([.delete(key: key)]) }
        let expected = try await get(key)?.modRevision
        return try await commit([
            expected.map { .update(key: key, value: Array(text.utf8), expected: $0, timeToLive: timeToLive) }
                ?? .create(key: key, value: Array(text.utf8), timeToLive: timeToLive)
        ])
    }
}

/// The error an operation throws, if it is one of the port's.
func refusal<Value>(_ operation: () async throws -> Value) async -> StoreError? {
    do {
        _ = try await operation()
        return nil
    } catch {
        return error as? StoreError
    }
}
