/// A place in a document (RFC 6901).
struct JSONPointer: Sendable {
    /// The steps from the root, unescaped; none for the whole document.
    let steps: [String]

    /// Reads `/spec/containers/0`; nil unless it is empty or begins with a slash, and escapes are `~0` and `~1`.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        var steps: [[UInt8]] = []
        var at = 0
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "/"): steps.append([])
            case _ where steps.isEmpty: return nil
            case UInt8(ascii: "~"):
                at += 1
                guard at < bytes.count, bytes[at] == UInt8(ascii: "0") || bytes[at] == UInt8(ascii: "1") else {
                    return nil
                }
                steps[steps.count - 1].append(bytes[at] == UInt8(ascii: "0") ? UInt8(ascii: "~") : UInt8(ascii: "/"))
            case let byte: steps[steps.count - 1].append(byte)
            }
            at += 1
        }
        self.steps = steps.map { String(decoding: $0, as: UTF8.self) }
    }

    /// A step as the index of an element; nil unless it is decimal without leading zeros.
    static func index(_ step: String) -> Int? {
        guard !step.isEmpty, step.utf8.allSatisfy(ASCIISet.digits.contains), let index = Int(step),
            step.utf8.count == 1 || step.utf8.first != UInt8(ascii: "0")
        else { return nil }
        return index
    }
}
