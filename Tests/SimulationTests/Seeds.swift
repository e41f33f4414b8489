import Foundation

/// Which seeds are run: `SEED=n` one of them, `SIM_SEEDS` and `SIM_FIRST_SEED` another number or another start.
enum Seeds {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
    }

    /// The seeds to run, in groups of ten so that every core of the machine has something to do.
    static func batches(default count: UInt64) -> [ClosedRange<UInt64>] {
        if let seed = number("SEED") { return [seed...seed] }
        let first = number("SIM_FIRST_SEED") ?? 1
        let last = first + max(1, number("SIM_SEEDS") ?? count) - 1
        return stride(from: first, through: last, by: 10).map { $0...min($0 + 9, last) }
    }
}
