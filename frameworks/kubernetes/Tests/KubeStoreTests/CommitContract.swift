import KubeStore
import Testing

/// What every engine promises about commits and single keys.
@Suite(.timeLimit(.minutes(1))) struct CommitContract {
    @Test(arguments: StoreEngine.allCases)
    func aFreshStoreIsEmptyAtRevisionOne(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            let revision = try await store.revision
            #expect(revision == 1)
            #expect(try await store.list("") == StorePage(values: [], revision: 1, remaining: 0))
            #expect(try await store.get("/a") == nil)
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func aTransactionTakesOneRevision(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            let first = try await store.commit([.create(key: "/a", value: [1]), .create(key: "/b", value: [])])
            #expect(first == 2)
            let second = try await store.commit([
                .update(key: "/a", value: [2], expected: first), .delete(key: "/b", expected: first),
                .create(key: "/c", value: [3]), .check(key: "/d", expected: nil),
            ])
            #expect(second == 3)
            #expect(try await store.revision == second)
            let changed = StoredValue(key: "/a", value: [2], createRevision: first, modRevision: second)
            #expect(try await store.get("/a") == changed)
            #expect(try await store.get("/b") == nil)
            let created = StoredValue(key: "/c", value: [3], createRevision: second, modRevision: second)
            #expect(try await store.list("/").values == [changed, created])
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func conditionsAreRefusedByName(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            let revision = try await store.put("/a", "one")
            let value = try #require(try await store.get("/a"))
            let cases: [(StoreChange, StoreError)] = [
                (.create(key: "/a", value: []), .exists(key: "/a", current: value)),
                (.update(key: "/a", value: [], expected: 7), .conflict(key: "/a", current: value)),
                (.update(key: "/b", value: [], expected: 7), .absent(key: "/b")),
                (.delete(key: "/a", expected: 1), .conflict(key: "/a", current: value)),
                (.delete(key: "/b"), .absent(key: "/b")),
                (.delete(key: "/b", expected: revision), .absent(key: "/b")),
                (.check(key: "/a", expected: nil), .conflict(key: "/a", current: value)),
                (.check(key: "/a", expected: 1), .conflict(key: "/a", current: value)),
                (.check(key: "/b", expected: 1), .absent(key: "/b")),
            ]
            for (change, error) in cases {
                #expect(await refusal { try await store.commit([change]) } == error, "\(change)")
            }
            #expect(try await store.revision == revision)
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func aRefusedTransactionChangesNothing(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            let revision = try await store.put("/a", "one")
            let refused = await refusal {
                try await store.commit([
                    .create(key: "/new", value: [1]), .delete(key: "/a"), .check(key: "/none", expected: 5),
                ])
            }
            #expect(refused == .absent(key: "/none"))
            #expect(try await store.get("/new") == nil)
            #expect(try await store.get("/a")?.modRevision == revision)
            #expect(try await store.put("/b", "two") == revision + 1)
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func checksAloneTakeNoRevision(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            let revision = try await store.put("/a", "one")
            #expect(try await store.commit([.check(key: "/a", expected: revision)]) == revision)
            #expect(try await store.commit([]) == revision)
            #expect(try await store.revision == revision)
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func transactionsHaveBounds(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            let many = (0..<4_097).map { StoreChange.create(key: "/k\($0)", value: []) }
            guard case .unavailable? = await refusal({ try await store.commit(many) }) else {
                Issue.record("4,097 changes were taken")
                return
            }
            let revision = try await store.commit(Array(many.dropLast()))
            #expect(try await store.list("/k").values.count == 4_096)
            #expect(try await store.list("/k", at: revision - 1).values.isEmpty)
            let twice: [StoreChange] = [.create(key: "/x", value: [1]), .check(key: "/x", expected: nil)]
            guard case .unavailable? = await refusal({ try await store.commit(twice) }) else {
                Issue.record("a key occurred twice")
                return
            }
            #expect(try await store.get("/x") == nil)
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func aKeyIsItsBytes(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            // The same character, composed and decomposed: two names for the system, one for Swift's comparison.
            let (composed, decomposed) = ("/\u{e9}", "/e\u{301}")
            try await store.put(composed, "composed")
            try await store.put(decomposed, "decomposed")
            try await store.put("/z", "z")
            #expect(
                try await store.list("/").values.map { String(decoding: $0.value, as: UTF8.self) } == [
                    "decomposed", "z", "composed",
                ])
            #expect(try await store.get(composed)?.value == Array("composed".utf8))
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func memoryIsNeverOlderThanWhatWasCommitted(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            for round in 0..<50 {
                let revision = try await store.put("/a", "\(round)")
                guard case .value(let value) = store.peek("/a") else {
                    Issue.record("what was just written is not in memory")
                    return
                }
                #expect(value.modRevision == revision)
            }
            try await store.put("/a", nil)
            #expect(store.peek("/a") == .absent)
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func concurrentUpdatesLoseNothing(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            let keys = (0..<4).map { "/counter/\($0)" }
            for key in keys { try await store.put(key, "0") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<32 {
                    group.addTask {
                        for _ in 0..<10 { try await increment(store, keys[client % keys.count]) }
                    }
                }
                try await group.waitForAll()
            }
            let values = try await store.list("/counter/").values
            #expect(values.map { String(decoding: $0.value, as: UTF8.self) } == ["80", "80", "80", "80"])
            #expect(try await store.revision == 5 + 320)
        }
    }

    @Test(arguments: StoreEngine.allCases)
    func nothingWorksAfterClose(engine: StoreEngine) async throws {
        try await withStore(engine) { store in
            try await store.put("/a", "one")
            let watch = try await RecordedWatch(store, "/", after: 1)
            await watch.recorder.until { $0.progress > 1 }
            await store.close()
            let record = await watch.recorder.until { $0.end != nil }
            #expect(record.end == .some(.none))
            let closed = StoreError.unavailable("the store is closed")
            #expect(await refusal { try await store.commit([.delete(key: "/a")]) } == closed)
            #expect(await refusal { try await store.get("/a") } == closed)
            #expect(await refusal { try await store.list("/") } == closed)
            #expect(await refusal { try await store.revision } == closed)
            #expect(await refusal { try await store.compact(before: 1) } == closed)
            #expect(await refusal { try await store.watch(prefix: "", after: 1) { _ in } } == closed)
            #expect(store.peek("/a") == .unknown)
            #expect(await store.sizeOnDisk() == nil)
            await store.close()
        }
    }
}

/// Adds one to a number, trying again when another came first.
private func increment(_ store: any RevisionedStore, _ key: String) async throws {
    while true {
        let value = try #require(try await store.get(key))
        let number = try #require(Int(String(decoding: value.value, as: UTF8.self)))
        do {
            _ = try await store.commit([
                .update(key: key, value: Array("\(number + 1)".utf8), expected: value.modRevision)
            ])
            return
        } catch StoreError.conflict(_, let current) {
            #expect(current.modRevision > value.modRevision)
        }
    }
}
