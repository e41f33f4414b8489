internal import ClusterBase

/// Tokens that come at a rate, up to a number kept for bursts.
struct TokenBucket: Sendable {
    private let perSecond: Double
    private let burst: Double
    private var tokens: Double
    private var filledAt: Instant?

    /// A full bucket.
    init(perSecond: Double, burst: Double) { (self.perSecond, self.burst, tokens) = (perSecond, burst, burst) }

    private mutating func fill(_ now: Instant) {
        if let filledAt { tokens = min(burst, tokens + max(0, (now - filledAt).totalSeconds) * perSecond) }
        filledAt = now
    }

    /// Takes a token that is there; false when there is none.
    mutating func take(at now: Instant) -> Bool {
        fill(now)
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    /// Takes a token in advance; returns how long until it comes.
    mutating func reserve(at now: Instant) -> Duration {
        fill(now)
        tokens -= 1
        return tokens >= 0 ? .zero : .fractionalSeconds(-tokens / perSecond)
    }
}
