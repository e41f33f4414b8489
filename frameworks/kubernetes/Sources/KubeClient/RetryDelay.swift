internal import ClusterBase

/// Delays between tries: a random part of a bound that doubles.
struct RetryDelay: Sendable {
    let first: Duration
    let longest: Duration
    private(set) var tries = 0

    init(first: Duration, longest: Duration) { (self.first, self.longest) = (first, longest) }

    /// The next delay, between half of the bound and all of it.
    mutating func next() -> Duration {
        let doubled = first.totalSeconds * Double(UInt64(1) << UInt64(min(tries, 32)))
        tries += 1
        return .fractionalSeconds(min(doubled, longest.totalSeconds) * Double.random(in: 0.5...1))
    }

    /// Starts over.
    mutating func reset() { tries = 0 }
}
