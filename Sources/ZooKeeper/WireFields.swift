/// The fields of one protobuf message by number, last value wins: just enough to read legacy group members.
struct WireFields {
    struct Malformed: Error {}

    private(set) var numbers: [Int: UInt64] = [:]
    private(set) var bytes: [Int: [UInt8]] = [:]

    init() {}

    /// Reads varint and length-delimited fields; fixed ones are skipped, groups refused.
    init(_ message: [UInt8]) throws(Malformed) {
        var rest = message[...]
        while !rest.isEmpty {
            let key = try Self.varint(&rest)
            guard let field = Int(exactly: key >> 3), field > 0 else { throw Malformed() }
            switch key & 7 {
            case 0: numbers[field] = try Self.varint(&rest)
            case 1: try Self.skip(8, &rest)
            case 2:
                guard let count = Int(exactly: try Self.varint(&rest)), count <= rest.count else { throw Malformed() }
                bytes[field] = Array(rest.prefix(count))
                rest = rest.dropFirst(count)
            case 5: try Self.skip(4, &rest)
            default: throw Malformed()
            }
        }
    }

    func text(_ field: Int) -> String? { bytes[field].map { String(decoding: $0, as: UTF8.self) } }

    private static func skip(_ count: Int, _ rest: inout ArraySlice<UInt8>) throws(Malformed) {
        guard count <= rest.count else { throw Malformed() }
        rest = rest.dropFirst(count)
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) throws(Malformed) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { throw Malformed() }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        throw Malformed()
    }
}
