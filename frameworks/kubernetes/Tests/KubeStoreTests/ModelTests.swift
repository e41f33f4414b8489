import ClusterBase
import KubeStore
import TestSupport
import Testing

/// Random operations on the SQLite engine and on the model in memory: both must always say the same.
@Suite(.timeLimit(.minutes(2))) struct ModelTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func theEnginesAgree(seed: UInt64) async throws {
        try await withTestScope { scope in
            var run = try await ModelRun(seed: seed, path: scope.directory.path("objects.db"))
            do {
                for _ in 0..<250 { try await run.step() }
                try await run.finish()
            } catch {
                await run.close()
                throw error
            }
        }
    }
}

private struct ModelRun {
    private let clock = TestClock()
    private let path: String
    private let options: StoreOptions
    private let model: MemoryStore
    private var store: SQLiteStore
    private var random: SeededRandom
    private var watches: [(after: Int64, prefix: String, expected: RecordedWatch, actual: RecordedWatch)] = []

    init(seed: UInt64, path: String) async throws {
        random = SeededRandom(seed: seed)
        self.path = path
        // Little memory, so that files are read, entries forgotten and watches caught up.
        options = StoreOptions(
            cacheBytes: 2_000, historyRevisions: 1_000_000, recentEventBytes: 1_000, clock: clock.now)
        model = MemoryStore(options: options)
        store = try SQLiteStore(path: path, options: options)
    }

    func close() async {
        await store.close()
        await model.close()
    }

    mutating func step() async throws {
        switch random.below(100) {
        case ..<60: try await commit()
        case ..<70: try await get()
        case ..<85: try await list()
        case ..<92: try await watch()
        case ..<95: try await expire()
        case ..<98: try await compact()
        default: try await reopen()
        }
    }

    mutating func finish() async throws {
        try await compareWatches()
        try await reopen()
        let everything = try await model.list("")
        #expect(try await store.list("") == everything)
        await close()
    }

    private mutating func key() -> String {
        "/\(["a", "ab", "b", "b/c", "\u{e9}"][random.below(5)])/\(random.below(6))"
    }

    private mutating func prefix() -> String { ["", "/", "/a", "/a/", "/b/", "/ab/3", "/none"][random.below(7)] }

    private mutating func revision(_ now: Int64) -> Int64 {
        max(0, now + 1 - Int64(random.below(random.chance(0.5) ? 5 : 60)))
    }

    private mutating func change(_ key: String) async throws -> StoreChange {
        let value = (0..<random.below(80)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let timeToLive = random.chance(0.2) ? 1 + random.below(20) : nil
        var expected = try await model.get(key)?.modRevision
        if random.chance(0.1) { expected = (expected ?? 1) + 1 }
        switch random.below(10) {
        case ..<4: return .create(key: key, value: value, timeToLive: timeToLive)
        case ..<7: return .update(key: key, value: value, expected: expected ?? 1, timeToLive: timeToLive)
        case ..<9: return .delete(key: key, expected: random.chance(0.5) ? expected : nil)
        default: return .check(key: key, expected: expected)
        }
    }

    private mutating func commit() async throws {
        var changes: [StoreChange] = []
        var keys: Set<String> = []
        for _ in 0...random.below(3) {
            let key = key()
            if keys.insert(key).inserted { changes.append(try await change(key)) }
        }
        let expected = await outcome { try await model.commit(changes) }
        let actual = await outcome { try await store.commit(changes) }
        #expect(actual == expected, "\(changes)")
    }

    private mutating func get() async throws {
        let key = key()
        let expected = try await model.get(key)
        switch store.peek(key) {
        case .value(let value): #expect(value == expected)
        case .absent: #expect(expected == nil)
        case .unknown: break
        }
        #expect(try await store.get(key) == expected)
    }

    private mutating func list() async throws {
        let (prefix, now) = (prefix(), try await model.revision)
        let after = random.chance(0.5) ? key() : nil
        let limit = random.chance(0.5) ? random.below(6) : nil
        let wanted = random.chance(0.6) ? revision(now) : nil
        let expected = await outcome { try await model.list(prefix: prefix, after: after, limit: limit, at: wanted) }
        let actual = await outcome { try await store.list(prefix: prefix, after: after, limit: limit, at: wanted) }
        #expect(actual == expected, "\(prefix) after \(after ?? "-") limit \(limit ?? -1) at \(wanted ?? -1)")
    }

    private mutating func watch() async throws {
        let (prefix, now) = (prefix(), try await model.revision)
        let after = revision(now)
        let expected = await outcome { try await RecordedWatch(model, prefix, after: after) }
        let actual = await outcome { try await RecordedWatch(store, prefix, after: after) }
        switch (expected, actual) {
        case (.success(let expected), .success(let actual)): watches.append((after, prefix, expected, actual))
        case (.failure(let expected), .failure(let actual)): #expect(actual == expected)
        default: Issue.record("\(expected) but \(actual)")
        }
    }

    private mutating func expire() async throws {
        clock.advance(random.duration(below: .seconds(15)))
        // Either may have done so by itself just now; nothing else happens before both have.
        try await model.expire()
        try await store.expire()
        let revision = try await model.revision
        #expect(try await store.revision == revision)
    }

    private mutating func compact() async throws {
        let revision = revision(try await model.revision)
        // A watch that has not caught up would end.
        try await compareWatches()
        let expected = await outcome { try await model.compact(before: revision) }.mapped
        let actual = await outcome { try await store.compact(before: revision) }.mapped
        #expect(actual == expected)
    }

    /// Watches do not outlive the store; they are compared before it goes.
    private mutating func reopen() async throws {
        try await compareWatches()
        watches = []
        await store.close()
        store = try SQLiteStore(path: path, options: options)
        let revision = try await model.revision
        #expect(try await store.revision == revision)
    }

    private func compareWatches() async throws {
        let now = try await model.revision
        for (after, prefix, expected, actual) in watches where after <= now {
            let events = await expected.events(upTo: now)
            #expect(await actual.events(upTo: now) == events, "\(prefix) after \(after)")
        }
    }
}

private func outcome<Value>(_ operation: () async throws -> Value) async -> Result<Value, StoreError> {
    do {
        return .success(try await operation())
    } catch let error as StoreError {
        return .failure(error)
    } catch {
        return .failure(.unavailable("\(error)"))
    }
}

extension Result where Success == Void {
    /// Comparable in place of nothing.
    fileprivate var mapped: Result<Bool, Failure> { map { true } }
}
