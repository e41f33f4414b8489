import ClusterBase
import KubeStore
import Testing

/// What every engine promises about times to live.
@Suite(.timeLimit(.minutes(1))) struct ExpiryContract {
    @Test(arguments: StoreEngine.allCases)
    func keysEndByOrdinaryTransactions(engine: StoreEngine) async throws {
        let clock = TestClock()
        try await withStore(engine, StoreOptions(clock: clock.now)) { store in
            try await store.put("/a", "ten", timeToLive: 10)
            try await store.put("/b", "twenty", timeToLive: 20)
            let last = try await store.put("/c", "for ever")
            #expect(try await store.expire() == 0)
            clock.advance(.seconds(10))
            let watch = try await RecordedWatch(store, "/", after: last)
            #expect(try await store.expire() == 1)
            let events = await watch.events(upTo: last + 1)
            #expect(events.map(\.key) == ["/a"])
            #expect(events.first?.value == nil)
            #expect(events.first?.previous?.value == Array("ten".utf8))
            #expect(try await store.list("/").values.map(\.key) == ["/b", "/c"])
            clock.advance(.seconds(100))
            #expect(try await store.expire() == 1)
            #expect(try await store.list("/").values.map(\.key) == ["/c"])
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func anUpdateStartsTheTimeAgainOrLetsItGoOn(engine: StoreEngine) async throws {
        let clock = TestClock()
        try await withStore(engine, StoreOptions(clock: clock.now)) { store in
            for key in ["/kept", "/renewed", "/again"] { try await store.put(key, "1", timeToLive: 10) }
            clock.advance(.seconds(8))
            try await store.put("/kept", "2")
            try await store.put("/renewed", "2", timeToLive: 10)
            try await store.put("/again", nil)
            try await store.put("/again", "2")
            clock.advance(.seconds(4))
            #expect(try await store.expire() == 1)
            #expect(try await store.list("/").values.map(\.key) == ["/again", "/renewed"])
            clock.advance(.seconds(10))
            #expect(try await store.expire() == 1)
            #expect(try await store.list("/").values.map(\.key) == ["/again"])
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func manyEndInBoundedTransactions(engine: StoreEngine) async throws {
        let clock = TestClock()
        try await withStore(engine, StoreOptions(clock: clock.now)) { store in
            let last = try await store.commit((0..<1_000).map { .create(key: "/\($0)", value: [], timeToLive: 1) })
            clock.advance(.seconds(2))
            #expect(try await store.expire() == 1_000)
            #expect(try await store.revision == last + 4)
            #expect(try await store.list("/").values.isEmpty)
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func theStoreDoesSoByItself(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            let last = try await store.put("/a", "x", timeToLive: 1)
            let watch = try await RecordedWatch(store, "/", after: last)
            let events = await watch.recorder.until { !$0.events.isEmpty }.events
            #expect(events.map(\.value) == [nil])
        }
    }
}
