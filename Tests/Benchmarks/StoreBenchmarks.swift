internal import KubeStore
internal import Synchronization
internal import TestSupport

/// The store behind the Kubernetes API, on the disk of the temporary directory, with values of 2 KB.
let storeBenchmarks = [
    Benchmark(name: "store.create", what: "durable creates by one client and by 64", run: create),
    Benchmark(
        name: "store.read", what: "gets from memory and from the file, listings, opening; 50,000 objects", run: read),
    Benchmark(name: "store.watch", what: "writes of which each concerns ten of 1,000 watches", run: watch),
]

private let value = [UInt8](repeating: 0x61, count: 2_048)

private func key(_ number: Int) -> String { "/registry/pods/space-\(number % 10)/pod-\(number)" }

private func withSQLiteStore<Result>(_ body: (SQLiteStore, String) async throws -> Result) async throws -> Result {
    let directory = try TemporaryDirectory("store")
    let path = directory.path("objects.db")
    let store = try SQLiteStore(path: path)
    do {
        let result = try await body(store, path)
        await store.close()
        return result
    } catch {
        await store.close()
        throw error
    }
}

/// Creates objects by several clients; returns how many a second.
private func fill(_ store: SQLiteStore, _ numbers: Range<Int>, clients: Int) async throws -> Double {
    let next = Counter(numbers.lowerBound)
    let start = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<clients {
            group.addTask {
                while let number = next.take(below: numbers.upperBound) {
                    _ = try await store.commit([.create(key: key(number), value: value)])
                }
            }
        }
        try await group.waitForAll()
    }
    return Double(numbers.count) / (ContinuousClock.now - start).seconds
}

private func create(_ context: BenchmarkContext) async throws -> [Figure] {
    try await withSQLiteStore { store, _ in
        let alone = try await fill(store, 0..<2_000, clients: 1)
        var together: [Double] = []
        for round in 1...3 {
            together.append(try await fill(store, round * 20_000..<(round + 1) * 20_000, clients: 64))
        }
        return [
            Figure("creates, 1 client", "1/s", Samples(alone)),
            Figure("creates, 64 clients", "1/s", Samples(together), .atLeast(3_000)),
        ]
    }
}

private func read(_ context: BenchmarkContext) async throws -> [Figure] {
    try await withSQLiteStore { store, path in
        _ = try await fill(store, 0..<50_000, clients: 64)
        await store.close()
        var opening: [Double] = []
        for _ in 0..<5 {
            let start = ContinuousClock.now
            let again = try SQLiteStore(path: path)
            _ = try await again.list(prefix: "/registry/", after: nil, limit: 1, at: nil)
            opening.append((ContinuousClock.now - start).milliseconds)
            await again.close()
        }
        let again = try SQLiteStore(path: path)
        var (misses, hits, listings) = ([Double](), [Double](), [Double]())
        for number in stride(from: 0, to: 50_000, by: 25) {
            let start = ContinuousClock.now
            _ = try await again.get(key(number))
            misses.append((ContinuousClock.now - start).milliseconds * 1_000)
        }
        for _ in 0..<20 {
            let start = ContinuousClock.now
            for number in stride(from: 0, to: 25_000, by: 25) { _ = again.peek(key(number + 25_000)) }
            hits.append((ContinuousClock.now - start).milliseconds)
        }
        for _ in 0..<20 {
            let start = ContinuousClock.now
            let page = try await again.list(prefix: "/registry/pods/space-3/", after: nil, limit: nil, at: nil)
            guard page.values.count == 5_000 else { throw TestError("\(page.values.count) objects were listed") }
            listings.append((ContinuousClock.now - start).milliseconds)
        }
        await again.close()
        return [
            Figure("open and list one of 50,000", "ms", Samples(opening), .atMost(500)),
            Figure("get from the file", "µs", Samples(misses)),
            Figure("get from memory", "µs", Samples(hits)),
            Figure("list 5,000", "ms", Samples(listings)),
        ]
    }
}

private func watch(_ context: BenchmarkContext) async throws -> [Figure] {
    try await withSQLiteStore { store, _ in
        let heard = Counter(0)
        var watches: [any StoreWatch] = []
        for number in 0..<1_000 {
            watches.append(
                try await store.watch(prefix: "/registry/pods/space-\(number % 100)/", after: 1) { signal in
                    if case .events(let events) = signal { heard.add(events.count) }
                })
        }
        var times: [Double] = []
        for number in 0..<500 {
            let start = ContinuousClock.now
            _ = try await store.commit([.create(key: "/registry/pods/space-\(number % 100)/\(number)", value: value)])
            while heard.value < (number + 1) * 10 { await Task.yield() }
            times.append((ContinuousClock.now - start).milliseconds)
        }
        for watch in watches { watch.cancel() }
        return [Figure("from a write to its tenth watch", "ms", Samples(times), .atMost(10))]
    }
}

/// A number that several tasks count up.
private final class Counter: Sendable {
    private let number: Atomic<Int>

    init(_ first: Int) { number = Atomic(first) }

    var value: Int { number.load(ordering: .relaxed) }

    func add(_ count: Int) { number.add(count, ordering: .relaxed) }

    /// The next number, if it is below the end.
    func take(below end: Int) -> Int? {
        let taken = number.add(1, ordering: .relaxed).oldValue
        return taken < end ? taken : nil
    }
}
