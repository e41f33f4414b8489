/// A point of time: nanoseconds since the Unix epoch (real or simulated).
///
/// Cores receive it as an argument and never ask for it. Range: years 1678 to 2262.
public struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public let nanoseconds: Int64

    /// Makes an instant from nanoseconds since the epoch.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Makes an instant from seconds since the epoch, as `TaskStatus.timestamp` carries them; clamped to the range.
    ///
    /// Whole seconds and fraction are converted apart, so that today's timestamps come back from `seconds` unchanged.
    public init(seconds: Double) {
        let whole = seconds.rounded(.towardZero)
        nanoseconds =
            whole.magnitude < 9.2e9
            ? Int64(whole) * 1_000_000_000 + Int64(((seconds - whole) * 1e9).rounded()) : Instant.clamp(seconds * 1e9)
    }

    /// The epoch itself.
    public static let epoch = Instant(nanoseconds: 0)

    /// Seconds since the epoch, as JSON endpoints show them.
    public var seconds: Double { Double(nanoseconds / 1_000_000_000) + Double(nanoseconds % 1_000_000_000) / 1e9 }

    /// Nanoseconds in text, for logs of simulations.
    public var description: String { "\(nanoseconds)ns" }

    /// Later is greater.
    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The instant `duration` later; saturates at the end of the range.
    public static func + (instant: Self, duration: Duration) -> Self {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(duration.totalNanoseconds)
        return Instant(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    /// The time from `right` to `left`.
    public static func - (left: Self, right: Self) -> Duration {
        .nanoseconds(left.nanoseconds.subtractingReportingOverflow(right.nanoseconds).partialValue)
    }

    static func clamp(_ nanoseconds: Double) -> Int64 {
        if nanoseconds.isNaN { return 0 }
        if nanoseconds >= 9.2e18 { return .max }
        return nanoseconds <= -9.2e18 ? .min : Int64(nanoseconds)
    }
}

extension Duration {
    /// The whole duration in nanoseconds, clamped to `Int64`.
    public var totalNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, overflow2) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow2 ? (seconds < 0 ? .min : .max) : sum
    }

    /// The duration in seconds, as wire messages carry it.
    public var totalSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }

    /// A duration of a number of seconds; infinite and out-of-range values are clamped, NaN is zero.
    public static func fractionalSeconds(_ seconds: Double) -> Duration { .nanoseconds(Instant.clamp(seconds * 1e9)) }
}
