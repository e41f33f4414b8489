internal import ResourceModel

/// The algebra of resources, in the shapes of upstream's Resources benchmarks; mean time per operation.
let resourcesBenchmarks: [Benchmark] = [
    Benchmark(name: "resources.arithmetic", what: "sums and differences of three kinds of resources") { _ in
        arithmetic()
    },
    Benchmark(name: "resources.filters", what: "parts of four scalars") { _ in filters() },
    Benchmark(name: "resources.contains", what: "nine pairs of scalars, ranges, and both") { _ in contains() },
    Benchmark(name: "resources.parse", what: "a text of a hundred resources") { _ in try parse() },
    Benchmark(name: "resources.ranges", what: "sums and differences of ranges that overlap") { _ in ranges() },
]

private func mean(_ what: String, calls: Int, _ body: () -> Void) -> Figure {
    Figure(what, "µs", Measure.nanoseconds(calls: calls, repeats: 3, body).map { $0 / 1_000 })
}

private let scalars: Resources = [
    .scalar("cpus", 1), .scalar("gpus", 1), .scalar("mem", 128), .scalar("disk", 256),
]

private func arithmetic() -> [Figure] {
    var reserved = Resources()
    for number in 0..<1_000 {
        for var entry in scalars {
            entry.reservations = [
                .init(
                    kind: .dynamic, role: "\(number)", principal: "principal_\(number)",
                    labels: [.init(key: "key_\(number)", value: "value_\(number)")])
            ]
            reserved.add(entry)
        }
    }
    let volume = Resource(
        name: "disk", value: .scalar(Scalar(256)), reservations: [.init(kind: .static, role: "test")],
        disk: Resource.Disk(persistenceID: "persistentId", containerPath: "/volume"), isShared: true)
    let shared: Resources = [.scalar("cpus", 1), .scalar("mem", 128), volume]
    let shapes: [(String, Resources, Int)] = [
        ("four scalars", scalars, 50_000), ("4,000 reservations", reserved, 2), ("a shared volume", shared, 50_000),
    ]
    return shapes.flatMap { name, resources, calls in
        var total = Resources()
        // As many sums as differences, so that nothing is left.
        return [
            mean("\(name): total += r", calls: calls) { total += resources },
            mean("\(name): total -= r", calls: calls) { total -= resources },
            mean("\(name): total = total + r", calls: calls) { total = total + resources },
            mean("\(name): total = total - r", calls: calls) { total = total - resources },
        ]
    }
}

private func filters() -> [Figure] {
    let revocable: Resources = [Resource(name: "cpus", value: .scalar(Scalar(1)), isRevocable: true)]
    var reserved = Resources()
    for var entry in scalars {
        entry.reservations = [.init(kind: .static, role: "role")]
        reserved.add(entry)
    }
    let calls = 50_000
    return [
        mean("nonRevocable", calls: calls) { _ = scalars.nonRevocable },
        mean("revocable", calls: calls) { _ = revocable.filter(\.isRevocable) },
        mean("unreserved", calls: calls) { _ = scalars.unreserved },
        mean("reserved for a role", calls: calls) { _ = reserved.filter { $0.role == "role" } },
    ]
}

private func fragment(_ number: Int) -> ClosedRange<UInt64> { UInt64(1 + 2 * number)...UInt64(1 + 2 * number) }

private func contains() -> [Figure] {
    let few: Resources = [.scalar("cpus", 1), .scalar("mem", 128)]
    let all: Resources = [.ranges("ports", [1...16_000])]
    let fragments: Resources = [.ranges("ports", (0..<8_000).map(fragment))]
    let shapes: [(String, Resources, Resources, Int)] = [
        ("scalars, all there", scalars, few, 5_000), ("scalars, not there", few, scalars, 5_000),
        ("scalars, the same", few, few, 5_000), ("8,000 ranges in one", all, fragments, 100),
        ("one range in 8,000", fragments, all, 50), ("8,000 ranges, the same", fragments, fragments, 10),
        ("both, all there", scalars + all, few + fragments, 100),
        ("both, not there", few + fragments, scalars + all, 50),
        ("both, the same", few + fragments, few + fragments, 10),
    ]
    return shapes.map { name, whole, part, calls in mean(name, calls: calls) { _ = whole.contains(part) } }
}

private func parse() throws -> [Figure] {
    let text = (0..<100).map { "res\($0):\($0)" }.joined(separator: ";")
    _ = try Resources(parsing: text)
    return [mean("100 resources", calls: 1_000) { _ = try? Resources(parsing: text) }]
}

private func ranges() -> [Figure] {
    [10, 100, 1_000].flatMap { count in
        let ranges = (0..<count).map { 1 + UInt64($0) * 10 }
        let left: Resources = [.ranges("ports", ranges.map { $0...($0 + 5) })]
        let right: Resources = [.ranges("ports", ranges.map { ($0 + 2)...($0 + 7) })]
        return [
            mean("\(count) ranges: a += b", calls: 1_000) {
                var result = left
                result += right
            },
            mean("\(count) ranges: a -= b", calls: 1_000) {
                var result = left
                result -= right
            },
            mean("\(count) ranges: a + b", calls: 1_000) { _ = left + right },
            mean("\(count) ranges: a - b", calls: 1_000) { _ = left - right },
        ]
    }
}
