import ClusterBase
import ClusterPorts
import Testing

/// What every engine of the state port promises.
///
/// `store` is empty; `others` are further stores on the same data, if the engine can have them.
func variableStoreContract(_ store: any VariableStore, others: [any VariableStore] = []) async throws {
    try await keepsWhatIsWritten(store)
    try await comparesAndSwaps(store)
    try await holdsBatchesTogether(store)
    try await appliesABatchInOrder(store)
    try await listsByPrefix(store)
    try await refusesBadInput(store)
    try await neverUsesAVersionTwice(store)
    try await countsRight([store] + others)
    try await isolatesConflicts(store)
    for other in others {
        #expect(try await other.readAll(prefix: "") == store.readAll(prefix: ""))
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// The code and field of the `ClusterError` that the body throws.
func failure(_ body: () async throws -> some Any) async -> (code: ClusterError.Code, field: String?)? {
    do {
        _ = try await body()
        return nil
    } catch {
        return (error as? ClusterError).map { ($0.code, $0.field) }
    }
}

private func read(_ store: any VariableStore, _ name: String) async throws -> Variable? {
    try await store.readAll(prefix: name).first { $0.name == name }
}

private func keepsWhatIsWritten(_ store: any VariableStore) async throws {
    #expect(try await store.readAll(prefix: "") == [])
    #expect(try await store.commit([]) == [])
    let every = (0..<1_000).map { UInt8(truncatingIfNeeded: $0) }
    for (name, value) in [("keep/a", every), ("keep/empty", []), ("keep/käse 🧀 %2F", [7]), (".hidden/..", [8])] {
        let versions = try await store.commit([.put(name: name, value: value)])
        #expect(versions.count == 1 && versions.first != .absent)
        let found = try await read(store, name)
        #expect(found?.value == value && found?.version == versions.first, "\(name)")
    }
    let large = [UInt8](repeating: 0xab, count: 1_000_000)
    _ = try await store.commit([.put(name: "keep/large", value: large)])
    #expect(try await read(store, "keep/large")?.value == large)
    _ = try await store.commit([.delete(name: "keep/large"), .delete(name: "never-there")])
    #expect(try await read(store, "keep/large") == nil)
}

private func comparesAndSwaps(_ store: any VariableStore) async throws {
    let first = try await store.commit([.put(name: "cas", value: [1], ifVersion: .absent)])[0]
    #expect(
        await failure { try await store.commit([.put(name: "cas", value: [2], ifVersion: .absent)]) } ?? (.system, nil)
            == (.conflict, "cas"))
    let second = try await store.commit([.put(name: "cas", value: [2], ifVersion: first)])[0]
    #expect(second != first)
    for stale in [
        VariableOperation.put(name: "cas", value: [3], ifVersion: first), .delete(name: "cas", ifVersion: first),
        .check(name: "cas", version: first), .check(name: "cas", version: .absent),
        .delete(name: "cas-none", ifVersion: first), .check(name: "cas-none", version: first),
        .put(name: "cas-none", value: [], ifVersion: first),
    ] {
        #expect(await failure { try await store.commit([stale]) }?.code == .conflict, "\(stale)")
    }
    #expect(try await read(store, "cas")?.value == [2])
    #expect(try await store.commit([.check(name: "cas", version: second)]) == [second])
    #expect(try await store.commit([.check(name: "cas-none", version: .absent)]) == [.absent])
    #expect(try await store.commit([.delete(name: "cas", ifVersion: second)]) == [.absent])
    #expect(try await read(store, "cas") == nil)
}

private func holdsBatchesTogether(_ store: any VariableStore) async throws {
    let version = try await store.commit([.put(name: "batch/a", value: [1]), .put(name: "batch/b", value: [1])])[0]
    let refused = await failure {
        try await store.commit([
            .put(name: "batch/b", value: [2]), .delete(name: "batch/a"), .put(name: "batch/c", value: [2]),
            .check(name: "batch/d", version: version),
        ])
    }
    #expect(refused?.code == .conflict && refused?.field == "batch/d")
    let now = try await store.readAll(prefix: "batch/")
    #expect(now.map(\.name) == ["batch/a", "batch/b"] && now.map(\.value) == [[1], [1]])
    #expect(now.first?.version == version)
    let results = try await store.commit([
        .check(name: "batch/a", version: version), .put(name: "batch/b", value: [2]), .delete(name: "batch/a"),
    ])
    #expect(results[0] == version && results[1] != .absent && results[2] == .absent)
}

private func appliesABatchInOrder(_ store: any VariableStore) async throws {
    let results = try await store.commit([
        .put(name: "order", value: [1], ifVersion: .absent), .put(name: "order", value: [2]), .delete(name: "order"),
        .check(name: "order", version: .absent), .put(name: "order", value: [3], ifVersion: .absent),
    ])
    let now = try await read(store, "order")
    #expect(now?.value == [3] && now?.version == results[4])
    #expect(results[2] == .absent && results[3] == .absent)
}

private func listsByPrefix(_ store: any VariableStore) async throws {
    let names = ["p", "p/a", "p/a/b", "p/b", "pq", "p/é", "p/z", "p/🧀", "q"]
    _ = try await store.commit(names.map { .put(name: $0, value: bytes($0)) })
    let below = try await store.readAll(prefix: "p/")
    #expect(below.map(\.name) == ["p/a", "p/a/b", "p/b", "p/z", "p/é", "p/🧀"])
    #expect(below.allSatisfy { $0.value == bytes($0.name) })
    #expect(try await store.readAll(prefix: "p").map(\.name).count == 8)
    #expect(try await store.readAll(prefix: "p/a/b/") == [])
    _ = try await store.commit(names.map { .delete(name: $0) })
}

private func refusesBadInput(_ store: any VariableStore) async throws {
    let long = String(repeating: "x", count: 256)
    for name in ["", "/", "/a", "a/", "a//b", "a\u{0}b", "a\nb", "a/\(long)", "\u{7f}"] {
        for operation in [
            VariableOperation.put(name: name, value: []), .delete(name: name), .check(name: name, version: .absent),
        ] {
            let refused = await failure { try await store.commit([.put(name: "fine", value: []), operation]) }
            #expect(refused?.code == .invalidArgument && refused?.field == "name", "\(name.debugDescription)")
        }
    }
    let tooLarge = [UInt8](repeating: 0, count: 1_000_001)
    let refused = await failure { try await store.commit([.put(name: "fine", value: tooLarge)]) }
    #expect(refused?.code == .limitExceeded && refused?.field == "fine")
    #expect(try await read(store, "fine") == nil)
}

/// A variable that is removed and made again is another: whoever remembers the old one is told.
private func neverUsesAVersionTwice(_ store: any VariableStore) async throws {
    var seen: Set<VariableVersion> = []
    for round in 0..<5 {
        let made = try await store.commit([.put(name: "again", value: [UInt8(round)])])[0]
        let changed = try await store.commit([.put(name: "again", value: [9], ifVersion: made)])[0]
        #expect(seen.insert(made).inserted && seen.insert(changed).inserted)
        _ = try await store.commit([.delete(name: "again", ifVersion: changed)])
    }
    _ = try await store.commit([.put(name: "again", value: [])])
    for old in seen {
        #expect(
            await failure { try await store.commit([.put(name: "again", value: [], ifVersion: old)]) }?.code
                == .conflict)
    }
}

/// Several tasks on several stores count one variable up by compare-and-swap: no step is lost.
private func countsRight(_ stores: [any VariableStore]) async throws {
    let (workers, steps) = (4, 10)
    _ = try await stores[0].commit([.put(name: "count", value: bytes("0"))])
    try await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<workers {
            let store = stores[worker % stores.count]
            group.addTask {
                for _ in 0..<steps {
                    while true {
                        guard let now = try await read(store, "count"),
                            let count = Int(String(decoding: now.value, as: UTF8.self))
                        else { throw ClusterError(.notFound, "count") }
                        do {
                            let next = bytes("\(count + 1)")
                            _ = try await store.commit([.put(name: "count", value: next, ifVersion: now.version)])
                            break
                        } catch let error as ClusterError where error.code == .conflict { continue }
                    }
                }
            }
        }
        try await group.waitForAll()
    }
    #expect(try await read(stores[0], "count")?.value == bytes("\(workers * steps)"))
}

/// Batches that are gathered into one write keep their own fate.
private func isolatesConflicts(_ store: any VariableStore) async throws {
    let current = try await store.commit([.put(name: "isolated/shared", value: [0])])[0]
    let outcomes = try await withThrowingTaskGroup(of: (Int, ClusterError.Code?).self) { group in
        for index in 0..<60 {
            group.addTask {
                let check = VariableOperation.check(
                    name: "isolated/shared", version: index % 3 == 0 ? .absent : current)
                let refused = await failure {
                    try await store.commit([.put(name: "isolated/\(index)", value: bytes("\(index)")), check])
                }
                return (index, refused?.code)
            }
        }
        return try await group.reduce(into: [Int: ClusterError.Code?]()) { $0[$1.0] = $1.1 }
    }
    for index in 0..<60 {
        #expect(outcomes[index] == (index % 3 == 0 ? .some(.conflict) : .some(nil)))
        #expect(try await read(store, "isolated/\(index)")?.value == (index % 3 == 0 ? nil : bytes("\(index)")))
    }
}
