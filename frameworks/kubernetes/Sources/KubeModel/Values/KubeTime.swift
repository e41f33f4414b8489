/// Times and ages as the API writes them; later or earlier times than the years 0 to 9999 are held there.
public enum KubeTime {
    /// The seconds of the years that four digits can write.
    static let years = -62_167_219_200...Int64(253_402_300_799)

    /// Reads RFC 3339 with any offset and fraction; nil for anything else.
    ///
    /// Digits beyond microseconds are dropped.
    public static func parse(_ text: String) -> UnixTime? {
        var text = text
        return text.withUTF8 { bytes in
            var scanner = TimeScanner(bytes: bytes)
            return scanner.time()
        }
    }

    /// A time in whole seconds (upstream's `Time`): `2026-01-02T03:04:05Z`.
    public static func text(_ time: UnixTime) -> String { civil(time, withMicroseconds: false) }

    /// A time in microseconds (upstream's `MicroTime`): `2026-01-02T03:04:05.000000Z`.
    public static func microText(_ time: UnixTime) -> String { civil(time, withMicroseconds: true) }

    /// The canonical form of a `Time`; nil when the text is no time.
    public static func canonical(_ text: String) -> String? { parse(text).map(self.text) }

    /// The canonical form of a `MicroTime`; nil when the text is no time.
    public static func canonicalMicro(_ text: String) -> String? { parse(text).map(microText) }

    /// The age of a timestamp as tables show it; `<unknown>` for an empty or malformed one.
    public static func age(of timestamp: String, at now: UnixTime) -> String {
        guard let time = parse(timestamp) else { return "<unknown>" }
        return humanDuration(microseconds: now.microseconds - time.microseconds)
    }

    /// A span as tables show it, such as `5m30s` or `3d4h` (spec `kubernetes/03` §3.3).
    public static func humanDuration(microseconds: Int64) -> String {
        let seconds = microseconds / 1_000_000
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400)
        switch seconds {
        case ..<(-1): return "<invalid>"
        case ..<0: return "0s"
        case ..<120: return "\(seconds)s"
        case ..<(10 * 60): return pair(minutes, "m", seconds % 60, "s")
        case ..<(3 * 3600): return "\(minutes)m"
        case ..<(8 * 3600): return pair(hours, "h", minutes % 60, "m")
        case ..<(48 * 3600): return "\(hours)h"
        case ..<(8 * 86400): return pair(days, "d", hours % 24, "h")
        case ..<(2 * 365 * 86400): return "\(days)d"
        case ..<(8 * 365 * 86400): return pair(days / 365, "y", days % 365, "d")
        default: return "\(days / 365)y"
        }
    }

    private static func pair(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit)\(small)\(smallUnit)"
    }

    /// Writes the date and time of day in UTC.
    private static func civil(_ time: UnixTime, withMicroseconds: Bool) -> String {
        let seconds = min(max(time.seconds, years.lowerBound), years.upperBound)
        let days = (seconds >= 0 ? seconds : seconds - 86399) / 86400
        let date = CivilDate(days: days)
        let ofDay = seconds - days * 86400
        let fields: [(value: Int64, digits: Int, separator: StaticString)] = [
            (date.year, 4, "-"), (date.month, 2, "-"), (date.day, 2, "T"), (ofDay / 3600, 2, ":"),
            (ofDay / 60 % 60, 2, ":"), (ofDay % 60, 2, withMicroseconds ? "." : "Z"),
            (time.microseconds - time.seconds * 1_000_000, 6, "Z"),
        ]
        return String(unsafeUninitializedCapacity: 28) { buffer in
            var at = 0
            for field in fields.prefix(withMicroseconds ? 7 : 6) {
                var rest = field.value
                for place in (0..<field.digits).reversed() {
                    buffer[at + place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
                at += field.digits
                buffer[at] = field.separator.utf8Start[0]
                at += 1
            }
            return at
        }
    }
}
