/// Durations and sizes in the text form of flags, environment variables and configuration.
///
/// Source: spec `mesos/09` conventions; mesos `3rdparty/stout/include/stout/duration.hpp`, `bytes.hpp`.
public enum UnitText {
    private static let durationUnits: [(name: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("ms", 1e6), ("secs", 1e9), ("mins", 6e10), ("hrs", 3.6e12), ("days", 8.64e13),
        ("weeks", 6.048e14),
    ]
    private static let sizeUnits: [(name: String, bytes: Double)] = [
        ("TB", 1_099_511_627_776), ("GB", 1_073_741_824), ("MB", 1_048_576), ("KB", 1024), ("B", 1),
    ]

    /// Parses a number followed by `ns us ms secs mins hrs days weeks`, such as `15secs` or `1.5mins`; nil otherwise.
    public static func duration(_ text: String) -> Duration? {
        guard let (number, unit) = split(text), let row = durationUnits.first(where: { $0.name == unit }) else {
            return nil
        }
        let nanoseconds = number * row.nanoseconds
        return abs(nanoseconds) < 9.2e18 ? .nanoseconds(Int64(nanoseconds.rounded())) : nil
    }

    /// Writes a duration with the largest unit that divides it, such as `5secs` or `1500ms`.
    public static func text(_ duration: Duration) -> String {
        let total = duration.totalNanoseconds
        for unit in durationUnits.reversed() where total != 0 {
            let size = Int64(unit.nanoseconds)
            if total % size == 0 { return "\(total / size)\(unit.name)" }
        }
        return total == 0 ? "0ns" : "\(total)ns"
    }

    /// Parses a number followed by `B KB MB GB TB` (powers of 1024); nil otherwise.
    public static func bytes(_ text: String) -> UInt64? {
        guard let (number, unit) = split(text), let row = sizeUnits.first(where: { $0.name == unit }) else {
            return nil
        }
        let bytes = number * row.bytes
        return bytes >= 0 && bytes < 1.8e19 ? UInt64(bytes) : nil
    }

    private static func split(_ text: String) -> (Double, String)? {
        let trimmed = text.drop { $0 == " " }
        let numeric = trimmed.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-" || $0 == "+") }
        guard let number = Double(numeric), number.isFinite else { return nil }
        return (number, String(trimmed[numeric.endIndex...].filter { $0 != " " }))
    }
}
