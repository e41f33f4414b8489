extension JSONValue {
    /// The document as compact UTF-8.
    ///
    /// Doubles are written with the fewest digits that read back equal, whole ones with `.0`; infinite and NaN values,
    /// which JSON lacks, are written as the strings `"Infinity"`, `"-Infinity"` and `"NaN"`.
    public var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }

    /// The document as compact text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The document with two-blank indentation and `\n` line ends, for people.
    public var prettyText: String {
        var lines = ""
        appendPretty(to: &lines, indent: "")
        return lines
    }

    private func appendPretty(to text: inout String, indent: String) {
        switch self {
        case .array(let elements) where !elements.isEmpty:
            text += "[\n"
            for (position, element) in elements.enumerated() {
                text += indent + "  "
                element.appendPretty(to: &text, indent: indent + "  ")
                text += position == elements.count - 1 ? "\n" : ",\n"
            }
            text += indent + "]"
        case .object(let object) where !object.isEmpty:
            text += "{\n"
            for (position, member) in object.enumerated() {
                text += indent + "  " + JSONValue.string(member.key).text + ": "
                member.value.appendPretty(to: &text, indent: indent + "  ")
                text += position == object.count - 1 ? "\n" : ",\n"
            }
            text += indent + "}"
        default: text += self.text
        }
    }
}

/// Writes JSON piece by piece into one buffer; the caller keeps the grammar (`separator` before each further element).
public struct JSONWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// An empty writer.
    public init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    /// Appends text that is JSON already (punctuation, keys with quotes, finished documents).
    public mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends bytes that are JSON already.
    public mutating func raw(_ json: some Sequence<UInt8>) { bytes.append(contentsOf: json) }

    /// Appends a string with quotes and escapes.
    public mutating func string(_ text: String) {
        // Most text needs no escapes and is copied as a whole.
        let isDone: Bool? = text.utf8.withContiguousStorageIfAvailable { source in
            guard Self.isPlain(source) else { return false }
            bytes.append(UInt8(ascii: "\""))
            bytes.append(contentsOf: source)
            bytes.append(UInt8(ascii: "\""))
            return true
        }
        if isDone != true { escaped(text) }
    }

    /// Whether text stands in JSON as it is.
    private static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var isPlain = true
        for byte in text {
            let isSpecial = byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7f
            isPlain = isPlain && !isSpecial
        }
        return isPlain
    }

    private mutating func escaped(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): raw("\\\"")
            case UInt8(ascii: "\\"): raw("\\\\")
            case 0x0a: raw("\\n")
            case 0x0d: raw("\\r")
            case 0x09: raw("\\t")
            case 0..<0x20, 0x7f:
                raw("\\u00")
                bytes.append(Self.hex[Int(byte >> 4)])
                bytes.append(Self.hex[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends an integer.
    public mutating func integer(_ number: some BinaryInteger) {
        guard let small = UInt32(exactly: number) else { return bytes.append(contentsOf: String(number).utf8) }
        var (rest, divisor) = (small, UInt32(1))
        while rest / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / divisor))
            rest %= divisor
            divisor /= 10
        }
    }

    /// Appends a double as `JSONValue.bytes` describes.
    public mutating func double(_ number: Double) {
        if number.isFinite {
            bytes.append(contentsOf: number.description.utf8)
        } else {
            string(number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity")
        }
    }

    /// Appends a whole tree.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: raw("null")
        case .bool(let flag): flag ? raw("true") : raw("false")
        case .integer(let number): integer(number)
        case .double(let number): double(number)
        case .string(let text): string(text)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                self.value(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            for (position, member) in object.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                string(member.key)
                bytes.append(UInt8(ascii: ":"))
                self.value(member.value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static let hex = Array("0123456789abcdef".utf8)
}
