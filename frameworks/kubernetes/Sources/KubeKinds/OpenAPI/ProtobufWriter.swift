/// Writes fields of a protobuf message: the few kinds that OpenAPI documents need.
struct ProtobufWriter {
    /// The message so far.
    private(set) var bytes: [UInt8] = []

    private mutating func varint(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func tag(_ number: Int, wireType: UInt64) { varint(UInt64(number) << 3 | wireType) }

    /// Writes a boolean; false is the default and not written.
    mutating func flag(_ number: Int, _ value: Bool) {
        guard value else { return }
        tag(number, wireType: 0)
        varint(1)
    }

    /// Writes a text, also an empty one.
    mutating func text(_ number: Int, _ value: String) {
        tag(number, wireType: 2)
        varint(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    /// Writes a message.
    mutating func message(_ number: Int, _ write: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        write(&inner)
        tag(number, wireType: 2)
        varint(UInt64(inner.bytes.count))
        bytes.append(contentsOf: inner.bytes)
    }

    /// Writes a message within messages that hold nothing else, outermost first.
    mutating func message(_ numbers: [Int], _ write: (inout ProtobufWriter) -> Void) {
        guard let first = numbers.first else { return }
        if numbers.count == 1 { return message(first, write) }
        message(first) { $0.message(Array(numbers.dropFirst()), write) }
    }
}
