/// A domain name as labels, from the most specific to the root.
///
/// Labels keep the letters they came with; each byte of one is a scalar of the same number, so that any name survives.
public struct DNSName: Hashable, Sendable {
    /// The most bytes of a name on the wire, with the lengths of its labels.
    public static let longest = 255
    /// The most bytes of a label.
    public static let longestLabel = 63
    /// The name without labels.
    public static let root = DNSName(unchecked: [])

    /// The labels; none of them is empty.
    public let labels: [String]

    init(unchecked labels: [String]) { self.labels = labels }

    /// Makes a name; nil when a label is empty or too long, holds what is no byte, or the whole is too long.
    public init?(_ labels: [String]) {
        var length = 1
        for label in labels {
            let count = label.unicodeScalars.count
            guard (1...Self.longestLabel).contains(count), label.unicodeScalars.allSatisfy({ $0.value < 256 }) else {
                return nil
            }
            length += count + 1
        }
        guard length <= Self.longest else { return nil }
        self.labels = labels
    }

    /// Reads dotted text, with or without the last dot; nil when it is no name.
    public init?(_ text: String) {
        let trimmed = text.hasSuffix(".") ? text.dropLast() : text[...]
        if trimmed.isEmpty {
            guard text == "." else { return nil }
            self = .root
        } else {
            self.init(trimmed.split(separator: ".", omittingEmptySubsequences: false).map(String.init))
        }
    }

    /// The name in small letters (ASCII only): names are equal when these are.
    public var folded: DNSName { DNSName(unchecked: labels.map(Self.fold)) }

    static func fold(_ label: String) -> String {
        guard label.utf8.contains(where: { (65...90).contains($0) }) else { return label }
        return String(
            String.UnicodeScalarView(label.unicodeScalars.map { ("A"..."Z").contains($0) ? Self.small($0) : $0 }))
    }

    private static func small(_ letter: Unicode.Scalar) -> Unicode.Scalar {
        Unicode.Scalar(UInt8(truncatingIfNeeded: letter.value) | 0x20)
    }

    /// The labels before a suffix, in small letters; nil when the name does not end in it.
    ///
    /// - Parameter suffix: in small letters.
    func labels(before suffix: DNSName) -> [String]? {
        guard labels.count >= suffix.labels.count else { return nil }
        let own = folded.labels
        return own.suffix(suffix.labels.count).elementsEqual(suffix.labels) ? own.dropLast(suffix.labels.count) : nil
    }

    /// The name with labels put before it; nil when that is too long.
    func prefixed(_ labels: String...) -> DNSName? { DNSName(labels + self.labels) }
}

extension DNSName: CustomStringConvertible {
    /// Dotted text with the last dot; bytes that have no place in it, and dots within labels, as `\DDD`.
    public var description: String {
        labels.isEmpty ? "." : labels.map { Self.escape($0) + "." }.joined()
    }

    private static func escape(_ label: String) -> String {
        label.unicodeScalars.map { scalar in
            if (0x21...0x7e).contains(scalar.value), scalar != ".", scalar != "\\" { return String(scalar) }
            let digits = String(scalar.value)
            return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }.joined()
    }
}
