internal import ClusterBase

/// The messages and enums of a `FileDescriptorSet`, as far as the tables need them.
///
/// Field numbers below are those of protobuf's own `descriptor.proto`.
struct ProtoSchema {
    struct Message {
        var name: String
        var fields: [Field] = []
        var isMapEntry = false
    }

    struct Field {
        var name = ""
        var number = 0
        var label = 0
        var type = 0
        var typeName = ""
        var defaultText: String?
        var isDeprecated = false
    }

    struct Enumeration {
        var name: String
        var values: [(name: String, number: Int)] = []
    }

    private(set) var messages: [Message] = []
    private(set) var enumerations: [Enumeration] = []

    /// Reads a serialized `FileDescriptorSet`; messages and enums come out sorted by full name.
    init(descriptorSet bytes: [UInt8]) throws {
        for (number, file) in try Self.fields(of: bytes[...]) where number == 1 { try readFile(file.bytes) }
        messages.sort { $0.name < $1.name }
        enumerations.sort { $0.name < $1.name }
    }

    private mutating func readFile(_ bytes: ArraySlice<UInt8>) throws {
        let fields = try Self.fields(of: bytes)
        let package = fields.first { $0.number == 2 }?.value.text ?? ""
        for (number, value) in fields {
            if number == 4 { try readMessage(value.bytes, in: package) }
            if number == 5 { try readEnumeration(value.bytes, in: package) }
        }
    }

    private mutating func readMessage(_ bytes: ArraySlice<UInt8>, in scope: String) throws {
        let fields = try Self.fields(of: bytes)
        var message = Message(name: scope + "." + (fields.first { $0.number == 1 }?.value.text ?? ""))
        for (number, value) in fields {
            switch number {
            case 2: message.fields.append(try Self.field(value.bytes))
            case 3: try readMessage(value.bytes, in: message.name)
            case 4: try readEnumeration(value.bytes, in: message.name)
            case 7:
                message.isMapEntry = try Self.fields(of: value.bytes).contains {
                    $0.number == 7 && $0.value.number == 1
                }
            default: break
            }
        }
        messages.append(message)
    }

    private mutating func readEnumeration(_ bytes: ArraySlice<UInt8>, in scope: String) throws {
        let fields = try Self.fields(of: bytes)
        var enumeration = Enumeration(name: scope + "." + (fields.first { $0.number == 1 }?.value.text ?? ""))
        for (number, value) in fields where number == 2 {
            let parts = try Self.fields(of: value.bytes)
            let name = parts.first { $0.number == 1 }?.value.text ?? ""
            enumeration.values.append((name, parts.first { $0.number == 2 }?.value.number ?? 0))
        }
        enumerations.append(enumeration)
    }

    private static func field(_ bytes: ArraySlice<UInt8>) throws -> Field {
        var field = Field()
        for (number, value) in try fields(of: bytes) {
            switch number {
            case 1: field.name = value.text
            case 3: field.number = value.number
            case 4: field.label = value.number
            case 5: field.type = value.number
            case 6: field.typeName = String(value.text.dropFirst())
            case 7: field.defaultText = value.text
            case 8: field.isDeprecated = try fields(of: value.bytes).contains { $0.number == 3 && $0.value.number == 1 }
            default: break
            }
        }
        return field
    }

    private struct Value {
        var number = 0
        var bytes: ArraySlice<UInt8> = []
        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    private static func fields(of bytes: ArraySlice<UInt8>) throws -> [(number: Int, value: Value)] {
        var found: [(Int, Value)] = []
        var rest = bytes
        func varint() throws -> Int {
            var result: UInt64 = 0
            for shift in stride(from: UInt64(0), to: 64, by: 7) {
                guard let byte = rest.popFirst() else { break }
                result |= UInt64(byte & 0x7f) << shift
                if byte < 0x80 { return Int(truncatingIfNeeded: result) }
            }
            throw ClusterError(.invalidArgument, "the descriptor set ends in the middle")
        }
        while !rest.isEmpty {
            let tag = try varint()
            switch tag & 7 {
            case 0: found.append((tag >> 3, Value(number: try varint())))
            case 2:
                let length = try varint()
                guard length >= 0, length <= rest.count else {
                    throw ClusterError(.invalidArgument, "the descriptor set ends in the middle")
                }
                found.append((tag >> 3, Value(bytes: rest.prefix(length))))
                rest = rest.dropFirst(length)
            default: throw ClusterError(.invalidArgument, "unexpected wire type \(tag & 7) in the descriptor set")
            }
        }
        return found
    }
}
