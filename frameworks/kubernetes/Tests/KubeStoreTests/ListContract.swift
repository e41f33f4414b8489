import KubeStore
import Testing

/// What every engine promises about listings and compaction.
@Suite(.timeLimit(.minutes(1))) struct ListContract {
    @Test(arguments: StoreEngine.allCases)
    func aListingHoldsThePrefixInByteOrder(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            for key in ["/p/b", "/p/a", "/p/ab", "/p", "/q/a", "/p/", "/o/z", "/p0"] { try await store.put(key, key) }
            #expect(try await store.list("/p/").values.map(\.key) == ["/p/", "/p/a", "/p/ab", "/p/b"])
            #expect(try await store.list("/p").values.map(\.key) == ["/p", "/p/", "/p/a", "/p/ab", "/p/b", "/p0"])
            #expect(try await store.list("").values.count == 8)
            #expect(try await store.list("/x").values.isEmpty)
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func pagesOfOneListingShowOneRevision(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            for index in 10..<20 { try await store.put("/p/\(index)", "old") }
            let first = try await store.list(prefix: "/p/", after: nil, limit: 4, at: nil)
            #expect(first.values.map(\.key) == ["/p/10", "/p/11", "/p/12", "/p/13"])
            #expect(first.remaining == 6)
            // What happens meanwhile does not show.
            try await store.put("/p/15", "new")
            try await store.put("/p/16", nil)
            try await store.put("/p/165", "new")
            try await store.put("/p/17", nil)
            try await store.put("/p/17", "back")
            let second = try await store.list(prefix: "/p/", after: "/p/13", limit: 4, at: first.revision)
            #expect(second.values.map(\.key) == ["/p/14", "/p/15", "/p/16", "/p/17"])
            #expect(second.values.allSatisfy { $0.value == Array("old".utf8) })
            #expect(second.revision == first.revision)
            #expect(second.remaining == 2)
            let third = try await store.list(prefix: "/p/", after: "/p/17", limit: 4, at: first.revision)
            #expect(third.values.map(\.key) == ["/p/18", "/p/19"])
            #expect(third.remaining == 0)
            let none = try await store.list(prefix: "/p/", after: nil, limit: 0, at: first.revision)
            #expect(none == StorePage(values: [], revision: first.revision, remaining: 10))
            let now = try await store.list("/p/")
            #expect(now.values.map(\.key).contains("/p/165"))
            #expect(now.values.count == 10)
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func theFutureAndTheForgottenAreRefused(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            for round in 0..<5 { try await store.put("/a", "\(round)") }
            try await store.put("/a", nil)
            let last = try await store.put("/b", "b")
            #expect(
                await refusal { try await store.list("/", at: last + 1) } == .future(requested: last + 1, current: last)
            )
            #expect(
                await refusal { try await store.compact(before: last + 1) }
                    == .future(requested: last + 1, current: last))
            try await store.compact(before: 5)
            try await store.compact(before: 3)
            #expect(await refusal { try await store.list("/", at: 4) } == .compacted(requested: 4, oldest: 5))
            #expect(
                await refusal { try await store.watch(prefix: "/", after: 4) { _ in } }
                    == .compacted(requested: 4, oldest: 5))
            #expect(try await store.list("/", at: 5).values.map(\.value) == [Array("3".utf8)])
            let watch = try await RecordedWatch(store, "/", after: 5)
            let events = await watch.events(upTo: last)
            #expect(events.map(\.revision) == [6, 7, 8])
            #expect(events.first?.previous?.modRevision == 5)
            try await store.compact(before: last)
            #expect(try await store.list("/", at: last).values.map(\.key) == ["/b"])
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func historyIsKeptForATimeAndACount(engine: StoreEngine) async throws {
        let clock = TestClock()
        let options = StoreOptions(historyAge: .seconds(60), historyRevisions: 32, clock: clock.now)
        try await withStore(engine, options) { store in
            for round in 0..<10 { try await store.put("/a", "\(round)") }
            #expect(try await store.list("/", at: 2).values.count == 1)
            clock.advance(.seconds(61))
            try await store.put("/a", "later")
            clock.advance(.seconds(61))
            // What is older than a minute goes with the next writes.
            let last = try await store.put("/a", "last")
            try await store.put("/b", "b")
            guard case .compacted? = await refusal({ try await store.list("/", at: 2) }) else {
                Issue.record("history of two minutes ago is still there")
                return
            }
            #expect(try await store.list("/", at: last).values.count == 1)
            for round in 0..<100 { try await store.put("/b", "\(round)") }
            let now = try await store.revision
            guard case .compacted? = await refusal({ try await store.list("/", at: now - 40) }) else {
                Issue.record("more history is kept than was asked for")
                return
            }
            #expect(try await store.list("/", at: now - 30).values.count == 2)
        }
    }
}
