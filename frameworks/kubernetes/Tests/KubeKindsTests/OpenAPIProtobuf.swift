/// A protobuf message read without a schema: the fields by number, each with its values in order.
struct OpenAPIProtobuf {
    /// A value as it is on the wire.
    enum Value: Hashable {
        case number(UInt64)
        case bytes([UInt8])
    }

    private(set) var fields: [Int: [Value]] = [:]

    /// Reads a message; nil when it is malformed or has wire types that documents do not use.
    init?(_ bytes: [UInt8]) {
        var at = 0
        while at < bytes.count {
            guard let tag = Self.varint(bytes, &at) else { return nil }
            let number = Int(tag >> 3)
            switch tag & 7 {
            case 0:
                guard let value = Self.varint(bytes, &at) else { return nil }
                fields[number, default: []].append(.number(value))
            case 2:
                guard let length = Self.varint(bytes, &at), bytes.count - at >= length else { return nil }
                fields[number, default: []].append(.bytes(Array(bytes[at..<(at + Int(length))])))
                at += Int(length)
            default: return nil
            }
        }
    }

    private static func varint(_ bytes: [UInt8], _ at: inout Int) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < bytes.count, shift < 64 {
            let byte = bytes[at]
            at += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }

    /// The messages of a field.
    func messages(_ number: Int) -> [OpenAPIProtobuf] {
        (fields[number] ?? []).compactMap { value in
            if case .bytes(let bytes) = value { return OpenAPIProtobuf(bytes) }
            return nil
        }
    }

    /// The first message at a path of fields, or nil.
    func message(_ path: Int...) -> OpenAPIProtobuf? {
        path.reduce(Optional(self)) { message, number in message?.messages(number).first }
    }

    /// The texts of a field.
    func texts(_ number: Int) -> [String] {
        (fields[number] ?? []).compactMap { value in
            if case .bytes(let bytes) = value { return String(validating: bytes, as: UTF8.self) }
            return nil
        }
    }

    /// The first text of a field, or empty.
    func text(_ number: Int) -> String { texts(number).first ?? "" }

    /// The entries of a field that are name and value.
    func named(_ number: Int) -> [String: OpenAPIProtobuf] {
        Dictionary(
            messages(number).compactMap { entry in entry.message(2).map { (entry.text(1), $0) } },
            uniquingKeysWith: { first, _ in first })
    }
}
