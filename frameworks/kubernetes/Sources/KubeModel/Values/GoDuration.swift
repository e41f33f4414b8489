/// Spans of time in the text form of Go: `1m0s`, `1.5h`, `250ms`.
public enum GoDuration {
    private static let units: [(text: String, nanoseconds: Int64)] = [
        ("ns", 1), ("us", 1000), ("µs", 1000), ("μs", 1000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    /// Reads a span, such as `1h15m30.5s` or `0`, in nanoseconds; nil when malformed or beyond `Int64`.
    public static func parse(_ text: String) -> Int64? {
        var rest = text[...]
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        if rest == "0" { return 0 }
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        while !rest.isEmpty {
            guard let part = component(&rest) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(part)
            if overflow { return nil }
            total = sum
        }
        return isNegative ? -total : total
    }

    /// One number with its unit, in nanoseconds; fractions of a nanosecond are dropped.
    private static func component(_ rest: inout Substring) -> Int64? {
        let whole = rest.prefix(while: \.isASCIIDigit)
        rest = rest[whole.endIndex...]
        var fraction = rest.prefix(0)
        if rest.first == "." {
            rest.removeFirst()
            fraction = rest.prefix(while: \.isASCIIDigit)
            rest = rest[fraction.endIndex...]
        }
        guard !(whole.isEmpty && fraction.isEmpty), whole.utf8.count <= 19 else { return nil }
        let name = rest.prefix { $0 != "." && !$0.isASCIIDigit }
        guard let unit = units.first(where: { $0.text == name })?.nanoseconds else { return nil }
        rest = rest[name.endIndex...]
        var (part, scale): (Int128, Int128) = (0, 1)
        for digit in fraction.utf8.prefix(18) { (part, scale) = (part * 10 + Int128(digit - 0x30), scale * 10) }
        let nanoseconds = (Int128(String(whole)) ?? 0) * Int128(unit) + part * Int128(unit) / scale
        return Int64(exactly: nanoseconds)
    }

    /// Writes a span of nanoseconds: `1m0s`, `1.5s`, `250ms`, `0s`.
    public static func text(nanoseconds: Int64) -> String {
        if nanoseconds == 0 { return "0s" }
        let sign = nanoseconds < 0 ? "-" : ""
        let magnitude = nanoseconds.magnitude
        if magnitude < 1_000_000_000 {
            let (unit, digits, name): (UInt64, Int, String) =
                magnitude < 1000 ? (1, 0, "ns") : magnitude < 1_000_000 ? (1000, 3, "µs") : (1_000_000, 6, "ms")
            return sign + decimal(magnitude / unit, magnitude % unit, digits: digits) + name
        }
        let seconds = magnitude / 1_000_000_000
        var text = decimal(seconds % 60, magnitude % 1_000_000_000, digits: 9) + "s"
        if seconds >= 60 { text = "\(seconds / 60 % 60)m" + text }
        if seconds >= 3600 { text = "\(seconds / 3600)h" + text }
        return sign + text
    }

    /// A number with a fraction of so many digits, zeros at the end left out.
    private static func decimal(_ whole: UInt64, _ fraction: UInt64, digits: Int) -> String {
        guard fraction > 0 else { return "\(whole)" }
        let text = "\(fraction)"
        var padded = String(repeating: "0", count: digits - text.utf8.count) + text
        while padded.last == "0" { padded.removeLast() }
        return "\(whole).\(padded)"
    }
}

extension Character {
    /// Whether it is one of `0` to `9`.
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
