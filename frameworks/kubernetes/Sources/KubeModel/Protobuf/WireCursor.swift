/// Walks over the fields of a protobuf message; what does not parse ends the walk with an error.
struct WireCursor {
    /// A field's value as it lies on the wire.
    enum Value {
        /// A varint or fixed number.
        case number(UInt64)
        /// Text, bytes, or a message.
        case bytes(ArraySlice<UInt8>)
    }

    /// Bytes that are no protobuf message.
    struct Malformed: Error {}

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The next field, or nil at the end.
    mutating func next() throws(Malformed) -> (number: Int, value: Value)? {
        guard !rest.isEmpty else { return nil }
        let key = try varint()
        guard let number = Int(exactly: key >> 3), number > 0 else { throw Malformed() }
        switch key & 7 {
        case 0: return (number, .number(try varint()))
        case 1: return (number, .number(try fixed(8)))
        case 2:
            guard let length = Int(exactly: try varint()), length <= rest.count else { throw Malformed() }
            defer { rest = rest.dropFirst(length) }
            return (number, .bytes(rest.prefix(length)))
        case 5: return (number, .number(try fixed(4)))
        default: throw Malformed()
        }
    }

    /// The next number of a packed list, or nil at the end.
    mutating func nextPacked() throws(Malformed) -> UInt64? { rest.isEmpty ? nil : try varint() }

    private mutating func varint() throws(Malformed) -> UInt64 {
        var (value, shift) = (UInt64(0), UInt64(0))
        while let byte = rest.popFirst() {
            guard shift < 64 else { throw Malformed() }
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        throw Malformed()
    }

    private mutating func fixed(_ count: Int) throws(Malformed) -> UInt64 {
        guard rest.count >= count else { throw Malformed() }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
