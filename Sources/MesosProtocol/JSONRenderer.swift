internal import ClusterBase

/// Writes JSON from protobuf bytes; see `JSONTranscoder.json`.
///
/// A message is first split into values, kept on a stack that all levels share; then each field is written once, with
/// all of its values. Encoders write the values of a field together; where they did not, the values are sorted first.
struct JSONRenderer {
    /// Deeper than anything let in can become when it is embedded in our own messages.
    private static let maximumDepth = 200

    private struct Value {
        var field: Int
        var number: UInt64 = 0
        var range: Range<Int> = 0..<0
    }

    private(set) var output: [UInt8] = []
    private let bytes: [UInt8]
    private let dialect: JSONDialect
    private var stack: [Value] = []

    init(_ bytes: [UInt8], _ dialect: JSONDialect) {
        (self.bytes, self.dialect) = (bytes, dialect)
        output.reserveCapacity(bytes.count * 3)
    }

    mutating func message(_ descriptor: MessageDescriptor, _ range: Range<Int>, depth: Int) throws(WireError) {
        guard depth <= Self.maximumDepth else { throw .tooDeep }
        let fields = descriptor.fields
        let base = stack.count
        defer { stack.removeLast(stack.count - base) }
        let seen = try split(fields, range)
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        var at = base
        let end = stack.count
        while at < end {
            let field = fields.all[stack[at].field]
            var next = at + 1
            while next < end, stack[next].field == stack[at].field { next += 1 }
            try member(field, at..<next, isFirst: &isFirst, depth: depth)
            at = next
        }
        var absent = fields.defaultMask & ~seen
        while absent != 0 {
            let field = fields.all[absent.trailingZeroBitCount]
            absent &= absent - 1
            guard let text = field.defaultJSON, field.isShown(in: dialect) else { continue }
            key(field, isFirst: &isFirst)
            output.append(contentsOf: text)
        }
        output.append(UInt8(ascii: "}"))
    }

    private mutating func key(_ field: FieldDescriptor, isFirst: inout Bool) {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        isFirst = false
        output.append(contentsOf: dialect == .v1 ? field.prefix : field.prefixV0)
    }

    /// Puts the values of a message on the stack, those of one field together; returns the bits of the fields present.
    private mutating func split(_ fields: MessageFields, _ range: Range<Int>) throws(WireError) -> UInt64 {
        let base = stack.count
        var cursor = WireCursor(bytes, range)
        var seen: UInt64 = 0
        var isScattered = false
        while let (number, type) = try cursor.tag() {
            guard let index = fields.index(ofNumber: number), fields.all[index].isShown(in: dialect) else {
                try cursor.skip(type)
                continue
            }
            let field = fields.all[index]
            let bit: UInt64 = 1 << UInt64(index)
            if seen & bit != 0, stack[stack.count - 1].field != index { isScattered = true }
            if type == .bytes, field.allowsPacked(type) {
                try splitPacked(field, index, WireCursor(bytes, cursor.range()))
                seen |= bit
                continue
            }
            guard type == field.wireType else { throw .malformed }
            var value = Value(field: index)
            switch type {
            case .varint: value.number = try cursor.varint()
            case .fixed64: value.number = try cursor.fixed(8)
            case .fixed32: value.number = try cursor.fixed(4)
            case .bytes: value.range = try cursor.range()
            }
            if case .enumeration(let enumeration) = field.kind,
                enumeration.values.name(Int32(truncatingIfNeeded: value.number), dialect) == nil
            {
                continue
            }
            seen |= bit
            stack.append(value)
        }
        if isScattered {
            let sorted = stack[base...].enumerated().sorted {
                ($0.element.field, $0.offset) < ($1.element.field, $1.offset)
            }
            stack.replaceSubrange(base..., with: sorted.map(\.element))
        }
        return seen
    }

    private mutating func splitPacked(_ field: FieldDescriptor, _ index: Int, _ packed: WireCursor) throws(WireError) {
        var cursor = packed
        while cursor.at < cursor.end {
            switch field.wireType {
            case .varint: stack.append(Value(field: index, number: try cursor.varint()))
            case .fixed64: stack.append(Value(field: index, number: try cursor.fixed(8)))
            default: stack.append(Value(field: index, number: try cursor.fixed(4)))
            }
        }
    }

    private mutating func member(
        _ field: FieldDescriptor, _ values: Range<Int>, isFirst: inout Bool, depth: Int
    ) throws(WireError) {
        switch field.label {
        case .required, .optional:
            key(field, isFirst: &isFirst)
            if values.count > 1, case .message(let message) = field.kind {
                return try merged(message, values, depth: depth)
            }
            try value(field, stack[values.upperBound - 1], depth: depth)
        case .repeated:
            key(field, isFirst: &isFirst)
            output.append(UInt8(ascii: "["))
            for index in values {
                if index > values.lowerBound { output.append(UInt8(ascii: ",")) }
                try value(field, stack[index], depth: depth)
            }
            output.append(UInt8(ascii: "]"))
        case .map:
            key(field, isFirst: &isFirst)
            try map(field, values, depth: depth)
        }
    }

    /// A singular message that comes in several pieces: protobuf merges them, as if they were one after the other.
    private mutating func merged(_ message: MessageDescriptor, _ values: Range<Int>, depth: Int) throws(WireError) {
        var joined: [UInt8] = []
        for index in values { joined.append(contentsOf: bytes[stack[index].range]) }
        var renderer = JSONRenderer(joined, dialect)
        try renderer.message(message, 0..<joined.count, depth: depth + 1)
        output.append(contentsOf: renderer.output)
    }

    /// A map: of entries with the same key the last one counts.
    private mutating func map(_ field: FieldDescriptor, _ values: Range<Int>, depth: Int) throws(WireError) {
        guard case .message(let entry) = field.kind else { return }
        var members: [(key: [UInt8], value: [UInt8])] = []
        var places: [[UInt8]: Int] = [:]
        for index in values {
            var renderer = JSONRenderer(bytes, dialect)
            let member = try renderer.entry(entry.fields, stack[index].range, depth: depth + 1)
            if let place = places[member.key] {
                members[place] = member
            } else {
                places[member.key] = members.count
                members.append(member)
            }
        }
        output.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            output.append(contentsOf: member.key)
            output.append(UInt8(ascii: ":"))
            output.append(contentsOf: member.value)
        }
        output.append(UInt8(ascii: "}"))
    }

    private mutating func entry(
        _ fields: MessageFields, _ range: Range<Int>, depth: Int
    ) throws(WireError) -> (key: [UInt8], value: [UInt8]) {
        _ = try split(fields, range)
        func last(_ index: Int) -> Value? { stack.last { $0.field == index } }
        try value(fields.all[0], last(0) ?? Value(field: 0), depth: depth)
        let isText = output.first == UInt8(ascii: "\"")
        let key = isText ? output : [UInt8(ascii: "\"")] + output + [UInt8(ascii: "\"")]
        output.removeAll()
        try value(fields.all[1], last(1) ?? Value(field: 1), depth: depth)
        return (key, output)
    }

    private mutating func value(_ field: FieldDescriptor, _ value: Value, depth: Int) throws(WireError) {
        switch field.kind {
        case .double: double(Double(bitPattern: value.number))
        case .float: double(Double(Float(bitPattern: UInt32(truncatingIfNeeded: value.number))))
        case .int32: integer(Int64(Int32(truncatingIfNeeded: value.number)))
        case .int64: integer(Int64(bitPattern: value.number))
        case .uint32: unsigned(UInt64(UInt32(truncatingIfNeeded: value.number)))
        case .uint64: unsigned(value.number)
        case .bool: output.append(contentsOf: value.number != 0 ? "true".utf8 : "false".utf8)
        case .string: string(value.range)
        case .bytes:
            output.append(UInt8(ascii: "\""))
            Base64.encode(bytes[value.range], into: &output)
            output.append(UInt8(ascii: "\""))
        case .enumeration(let enumeration):
            output.append(UInt8(ascii: "\""))
            output.append(contentsOf: enumeration.values.name(Int32(truncatingIfNeeded: value.number), dialect) ?? [])
            output.append(UInt8(ascii: "\""))
        case .message(let message): try self.message(message, value.range, depth: depth + 1)
        }
    }
}

extension JSONRenderer {
    private mutating func integer(_ value: Int64) {
        if value < 0 { output.append(UInt8(ascii: "-")) }
        unsigned(value.magnitude)
    }

    private mutating func unsigned(_ value: UInt64) {
        if value < 10 { return output.append(UInt8(ascii: "0") + UInt8(value)) }
        let start = output.count
        var rest = value
        while rest > 0 {
            output.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        }
        output[start...].reverse()
    }

    private mutating func double(_ value: Double) {
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53, whole != 0 || value.sign == .plus {
            integer(whole)
            output.append(contentsOf: ".0".utf8)
        } else if value.isFinite {
            output.append(contentsOf: value.description.utf8)
        } else {
            output.append(
                contentsOf: value.isNaN ? "\"NaN\"".utf8 : value > 0 ? "\"Infinity\"".utf8 : "\"-Infinity\"".utf8)
        }
    }

    /// Text with escapes; invalid UTF-8 is repaired.
    private mutating func string(_ range: Range<Int>) {
        output.append(UInt8(ascii: "\""))
        var isASCII = true
        var isPlain = true
        for byte in bytes[range] {
            if byte >= 0x80 { isASCII = false }
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7f {
                isPlain = false
            }
        }
        if isASCII, isPlain {
            output.append(contentsOf: bytes[range])
        } else {
            for byte in String(decoding: bytes[range], as: UTF8.self).utf8 { escaped(byte) }
        }
        output.append(UInt8(ascii: "\""))
    }

    private mutating func escaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            output.append(UInt8(ascii: "\\"))
            output.append(byte)
        case 0x0a: output.append(contentsOf: "\\n".utf8)
        case 0x0d: output.append(contentsOf: "\\r".utf8)
        case 0x09: output.append(contentsOf: "\\t".utf8)
        case 0..<0x20, 0x7f:
            let digits = Array("0123456789abcdef".utf8)
            output.append(contentsOf: "\\u00".utf8)
            output.append(digits[Int(byte >> 4)])
            output.append(digits[Int(byte & 15)])
        default: output.append(byte)
        }
    }
}
