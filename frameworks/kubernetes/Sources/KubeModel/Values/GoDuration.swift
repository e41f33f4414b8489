/// Spans of time in the text form of Go: `1m0s`, `1.5h`, `250ms`.
public enum GoDuration {
    /// Reads a span, such as `1h15m30.5s`, in nanoseconds; nil when malformed or beyond `Int64`.
    public static func parse(_ text: String) -> Int64? { nil }

    /// Writes a span of nanoseconds: `1m0s`, `1.5s`, `0s`.
    public static func text(nanoseconds: Int64) -> String { "" }
}
