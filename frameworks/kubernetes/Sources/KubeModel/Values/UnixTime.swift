/// Seconds since 1970-01-01T00:00:00Z with a fraction, as the API's clocks read them.
public struct UnixTime: Hashable, Comparable, Sendable {
    /// Whole microseconds since the epoch.
    public var microseconds: Int64

    /// A time from microseconds.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// A time from whole seconds.
    public init(seconds: Int64) { microseconds = seconds * 1_000_000 }

    /// Whole seconds, rounded down.
    public var seconds: Int64 { microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000 }

    /// By time.
    public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}
