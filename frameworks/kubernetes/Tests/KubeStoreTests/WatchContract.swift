import ClusterBase
import KubeStore
import Testing

/// What every engine promises about watches.
@Suite(.timeLimit(.minutes(1))) struct WatchContract {
    @Test(arguments: StoreEngine.allCases)
    func aWatchTellsHistoryAndThenWhatComes(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            let first = try await store.put("/p/a", "1")
            let second = try await store.put("/p/a", "2")
            let watch = try await RecordedWatch(store, "/p/", after: first)
            let third = try await store.put("/p/a", nil)
            let fourth = try await store.put("/p/b", "")
            try await store.put("/q", "other")
            let value = { (text: String, revision: Int64) in
                StoredValue(key: "/p/a", value: Array(text.utf8), createRevision: first, modRevision: revision)
            }
            let expected = [
                StoreEvent(key: "/p/a", value: Array("2".utf8), previous: value("1", first), revision: second),
                StoreEvent(key: "/p/a", value: nil, previous: value("2", second), revision: third),
                StoreEvent(key: "/p/b", value: [], previous: nil, revision: fourth),
            ]
            #expect(await watch.events(upTo: fourth) == expected)
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func aTransactionsEventsComeTogether(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            let watch = try await RecordedWatch(store, "/", after: 1)
            let revision = try await store.commit([
                .create(key: "/b", value: [1]), .create(key: "/a", value: [2]), .create(key: "/c", value: [3]),
            ])
            let events = await watch.events(upTo: revision)
            #expect(events.map(\.key) == ["/b", "/a", "/c"])
            #expect(events.allSatisfy { $0.revision == revision })
            #expect(watch.recorder.record.batches == 1)
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func watchesGetTheirOwnPrefixOnly(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            let prefixes = ["", "/", "/p", "/p/", "/p/a", "/p/ab", "/q/", "/p/a/"]
            var watches: [RecordedWatch] = []
            for prefix in prefixes { watches.append(try await RecordedWatch(store, prefix, after: 1)) }
            let keys = ["/p/a", "/p/ab", "/p/a/x", "/q", "/q/x", "/p", "/", "/p/b"]
            var last: Int64 = 0
            for key in keys { last = try await store.put(key, key) }
            for (prefix, watch) in zip(prefixes, watches) {
                #expect(await watch.events(upTo: last).map(\.key) == keys.filter { $0.hasPrefix(prefix) })
            }
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func progressTellsOfWhatDoesNotConcern(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            let watch = try await RecordedWatch(store, "/quiet/", after: 1)
            #expect(await watch.recorder.until { $0.progress > 0 }.progress == 1)
            let revision = try await store.put("/loud", "x")
            #expect(await watch.events(upTo: revision).isEmpty)
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func aWatchFromTheFutureWaits(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            let watch = try await RecordedWatch(store, "/", after: 4)
            for round in 0..<5 { try await store.put("/a", "\(round)") }
            let record = await watch.recorder.until { $0.events.count == 2 && $0.progress >= 4 }
            #expect(record.events.map(\.revision) == [5, 6])
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func aCancelledWatchHearsNothing(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            let cancelled = try await RecordedWatch(store, "/", after: 1)
            let other = try await RecordedWatch(store, "/", after: 1)
            let recorder = WatchRecorder()
            // Nobody holds this one.
            _ = try await store.watch(prefix: "/", after: 1) { recorder.receive($0) }
            await cancelled.recorder.until { $0.progress > 0 }
            cancelled.watch.cancel()
            cancelled.watch.cancel()
            let last = try await store.put("/a", "x")
            #expect(await other.events(upTo: last).count == 1)
            #expect(cancelled.recorder.record.events.isEmpty)
            #expect(recorder.record.events.isEmpty)
        }
    }

    /// Watches that begin at any time, from any revision, under load: each must tell exactly the one history.
    @Test(arguments: StoreEngine.allCases, [4 << 20, 2_000])
    func nothingIsMissedOrToldTwiceUnderLoad(engine: StoreEngine, recentEventBytes: Int) async throws {
        try await withStore(engine, StoreOptions(recentEventBytes: recentEventBytes)) { store in
            let all = try await RecordedWatch(store, "/", after: 1)
            let late = try await withThrowingTaskGroup(of: [LateWatch].self) { group in
                for client in 0..<16 {
                    group.addTask {
                        for round in 0..<40 { try await store.put("/\(client % 4)/\(client)", "\(round)") }
                        return []
                    }
                }
                for seed in 0..<8 {
                    group.addTask { try await LateWatch.start(6, store, seed: seed) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            let last = try await store.revision
            let history = await all.events(upTo: last)
            #expect(history.map(\.revision) == Array(2...last))
            for late in late {
                let expected = history.filter { $0.revision > late.after && $0.key.hasPrefix(late.prefix) }
                #expect(await late.watch.events(upTo: last) == expected, "\(late.prefix) after \(late.after)")
            }
        }
    }
}

/// A watch begun while others write, from a revision that has passed.
private struct LateWatch: Sendable {
    var after: Int64
    var prefix: String
    var watch: RecordedWatch

    /// Starts watches one after another, with a write between them.
    static func start(_ count: Int, _ store: any RevisionedStore, seed: Int) async throws -> [LateWatch] {
        var random = SeededRandom(seed: UInt64(seed))
        var watches: [LateWatch] = []
        for _ in 0..<count {
            let after = Int64.random(in: 1...(try await store.revision), using: &random)
            let prefix = ["/", "/1/", "/2/2"][random.below(3)]
            watches.append(
                LateWatch(after: after, prefix: prefix, watch: try await RecordedWatch(store, prefix, after: after)))
            try await store.put("/pause/\(seed)", "x")
        }
        return watches
    }
}
