/// Finds values in compact JSON without reading them; of malformed JSON it may find nothing or too much, never crash.
struct JSONSkimmer {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The end of the value that begins at an offset, or nil when it has none.
    func end(ofValueAt start: Int) -> Int? {
        bytes.withUnsafeBufferPointer { Self.end($0, start) }
    }

    /// The bytes of a member's value, of the object that begins at an offset; nil when it has no such member.
    ///
    /// Keys with escapes are not recognised.
    func member(_ name: String, ofObjectAt start: Int) -> Range<Int>? {
        let quoted = Array("\"\(name)\":".utf8)
        return bytes.withUnsafeBufferPointer { buffer in
            var at = start + 1
            while at < buffer.count, buffer[at] == UInt8(ascii: "\""), let keyEnd = Self.end(buffer, at) {
                let value = keyEnd + 1
                guard value < buffer.count, let end = Self.end(buffer, value) else { return nil }
                if buffer[at..<value].elementsEqual(quoted) { return value..<end }
                at = end + 1
            }
            return nil
        }
    }

    private static func end(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        var (at, depth) = (start, 0)
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at += 1
                while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
                    at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard at < bytes.count else { return nil }
                if depth == 0 { return at + 1 }
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return at }
                depth -= 1
                if depth == 0 { return at + 1 }
            case UInt8(ascii: ","):
                if depth == 0 { return at }
            default: break
            }
            at += 1
        }
        return nil
    }
}
