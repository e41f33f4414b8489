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

/// Times and ages as the API writes them.
public enum KubeTime {
    /// Reads RFC 3339 with any offset and fraction; nil for anything else. Digits beyond microseconds are dropped.
    public static func parse(_ text: String) -> UnixTime? { nil }

    /// A time in whole seconds (upstream's `Time`): `2026-01-02T03:04:05Z`.
    public static func text(_ time: UnixTime) -> String { "" }

    /// A time in microseconds (upstream's `MicroTime`): `2026-01-02T03:04:05.000000Z`.
    public static func microText(_ time: UnixTime) -> String { "" }

    /// The canonical form of a `Time`; nil when the text is no time.
    public static func canonical(_ text: String) -> String? { parse(text).map(self.text) }

    /// The canonical form of a `MicroTime`; nil when the text is no time.
    public static func canonicalMicro(_ text: String) -> String? { parse(text).map(microText) }

    /// The age of a timestamp as tables show it; `<unknown>` for an empty or malformed one.
    public static func age(of timestamp: String, at now: UnixTime) -> String { "<unknown>" }

    /// A span as tables show it, such as `5m30s` or `3d4h` (spec `kubernetes/03` §3.3).
    public static func humanDuration(microseconds: Int64) -> String { "" }
}
