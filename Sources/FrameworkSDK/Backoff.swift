internal import ClusterBase

/// Delays between tries: random, from nearly nothing, within a bound that doubles (full jitter).
///
/// The first try of many clients at once is thereby spread as well as the later ones.
struct Backoff: Sendable {
    let initial: Duration
    let maximum: Duration
    private(set) var tries = 0

    init(initial: Duration, maximum: Duration) { (self.initial, self.maximum) = (initial, maximum) }

    /// The next delay: a random share (`unit`, 0..<1) of the bound.
    mutating func next(unit: Double) -> Duration {
        let bound = min(maximum.totalSeconds, initial.totalSeconds * Double(UInt64(1) << UInt64(min(tries, 32))))
        tries += 1
        return .fractionalSeconds(bound * unit)
    }

    /// Starts over.
    mutating func reset() { tries = 0 }
}
