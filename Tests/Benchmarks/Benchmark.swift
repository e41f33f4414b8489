/// One row of the suite.
struct Benchmark: Sendable {
    /// Its name: group, dot, subject.
    let name: String
    /// What it does, in one sentence.
    let what: String
    /// Measures; throws what went wrong, or `Skipped` when a part is missing here.
    let run: @Sendable (BenchmarkContext) async throws -> [Figure]
}

/// What a run was asked to use.
struct BenchmarkContext: Sendable {
    /// The `roost` binary that system benchmarks start.
    var binary: String
    /// This program, which is also the executor of the launch benchmarks.
    var program: String
}

/// A measured quantity.
struct Figure: Sendable {
    /// What the issue asks of it.
    enum Target: Sendable {
        case atMost(Double)
        case atLeast(Double)
    }

    /// What was measured.
    var what: String
    /// In which unit.
    var unit: String
    /// The values.
    var samples: Samples
    /// What was aimed at, if anything.
    var target: Target?

    init(_ what: String, _ unit: String, _ samples: Samples, _ target: Target? = nil) {
        (self.what, self.unit, self.samples, self.target) = (what, unit, samples, target)
    }

    /// Whether the median reaches the target; nil without one.
    var isMet: Bool? {
        switch target {
        case .atMost(let bound): samples.median <= bound
        case .atLeast(let bound): samples.median >= bound
        case nil: nil
        }
    }
}

/// A benchmark that cannot run here, with the reason.
struct Skipped: Error, CustomStringConvertible {
    let description: String

    init(_ reason: String) { description = reason }
}
