internal import CAllocationCounter

/// Measured values of one quantity, in ascending order; never empty.
struct Samples: Sendable {
    let values: [Double]

    init(_ values: [Double]) {
        precondition(!values.isEmpty, "nothing was measured")
        self.values = values.sorted()
    }

    init(_ value: Double) { values = [value] }

    var median: Double { percentile(50) }
    var minimum: Double { values[0] }
    var maximum: Double { values[values.count - 1] }

    /// The value below which a share of the samples lies, interpolated; 0...100.
    func percentile(_ percent: Double) -> Double {
        let place = percent / 100 * Double(values.count - 1)
        let lower = Int(place.rounded(.down))
        let upper = min(lower + 1, values.count - 1)
        return values[lower] + (values[upper] - values[lower]) * (place - Double(lower))
    }

    func map(_ transform: (Double) -> Double) -> Samples { Samples(values.map(transform)) }
}

extension Duration {
    var milliseconds: Double { seconds * 1e3 }
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// Ways to measure.
enum Measure {
    /// How long the body takes.
    static func time(_ body: () throws -> Void) rethrows -> Duration {
        let start = ContinuousClock.now
        try body()
        return ContinuousClock.now - start
    }

    /// Nanoseconds per call: the mean over `calls`, once per repeat, after one repeat that does not count.
    static func nanoseconds(calls: Int, repeats: Int = 9, _ body: () throws -> Void) rethrows -> Samples {
        try Samples(
            (0...repeats).map { _ in
                try time { for _ in 0..<calls { try body() } }.seconds * 1e9 / Double(calls)
            }.dropFirst().map { $0 })
    }

    /// Heap allocations of this thread per call, over 100 calls.
    static func allocations(_ body: () throws -> Void) rethrows -> Samples {
        try body()
        let before = roost_allocation_count()
        for _ in 0..<100 { try body() }
        return Samples(Double(roost_allocation_count() - before) / 100)
    }

    /// One value per repeat, after one that does not count.
    static func repeated(_ repeats: Int = 5, _ body: () throws -> Double) rethrows -> Samples {
        try Samples((0...repeats).map { _ in try body() }.dropFirst().map { $0 })
    }

    /// Makes the optimizer believe that a value is used.
    @inline(never)
    static func keep<Value>(_ value: Value) { withExtendedLifetime(value) {} }
}
