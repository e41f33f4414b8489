internal import ClusterBase

/// Reads JSON into protobuf bytes; see `JSONTranscoder.wire`.
struct JSONMessageReader {
    private var scanner: JSONScanner
    private let dialect: JSONDialect
    private var buffer: WireBuffer
    /// Whether some message lacks a required field.
    private(set) var isIncomplete = false

    var output: [UInt8] { buffer.bytes }

    init(_ text: [UInt8], _ dialect: JSONDialect) {
        (scanner, self.dialect, buffer) = (JSONScanner(text), dialect, WireBuffer(capacity: text.count))
    }

    /// One object that fills the text but for white space.
    mutating func document(_ descriptor: MessageDescriptor) throws(WireError) {
        guard try scanner.peek() == UInt8(ascii: "{") else { throw scanner.error("expecting a JSON object") }
        try message(descriptor, depth: 0)
        while scanner.at < scanner.text.count {
            guard [0x20, 0x0a, 0x0d, 0x09].contains(scanner.text[scanner.at]) else {
                throw scanner.error("unexpected text after the object")
            }
            scanner.at += 1
        }
    }

    private mutating func message(_ descriptor: MessageDescriptor, depth: Int) throws(WireError) {
        guard depth <= JSONTranscoder.maximumDepth else { throw .tooDeep }
        let fields = descriptor.fields
        var seen: UInt64 = 0
        var hint = 0
        scanner.at += 1
        guard try !scanner.isEmptyList(UInt8(ascii: "}")) else { return note(fields.requiredMask) }
        repeat {
            _ = try scanner.peek()
            let key = try scanner.string()
            try scanner.expect(UInt8(ascii: ":"))
            guard let index = fields.index(ofKey: key, dialect: dialect, hint: hint) else {
                try scanner.skipValue(depth: depth + 1)
                continue
            }
            hint = index + 1
            let before = buffer.bytes.count
            try member(fields.all[index], depth: depth)
            if buffer.bytes.count > before { seen |= 1 << UInt64(index) }
        } while try scanner.another(UInt8(ascii: "}"))
        note(fields.requiredMask & ~seen)
    }

    private mutating func note(_ missing: UInt64) { if missing != 0 { isIncomplete = true } }

    /// The value of a key: one element, or for repeated fields a list of them.
    private mutating func member(_ field: FieldDescriptor, depth: Int) throws(WireError) {
        let first = try scanner.peek()
        if field.label == .map { return try map(field, first, depth: depth) }
        guard first == UInt8(ascii: "[") else { return try element(field, first, depth: depth) }
        guard field.label == .repeated else { throw unexpected("array", field) }
        scanner.at += 1
        if try scanner.isEmptyList(UInt8(ascii: "]")) { return }
        repeat {
            try element(field, try scanner.peek(), depth: depth)
        } while try scanner.another(UInt8(ascii: "]"))
    }

    private func unexpected(_ what: String, _ field: FieldDescriptor) -> WireError {
        .mismatch("Not expecting a JSON \(what) for field '\(field.name)'")
    }

    private mutating func element(_ field: FieldDescriptor, _ first: UInt8, depth: Int) throws(WireError) {
        switch first {
        case UInt8(ascii: "{"):
            guard case .message(let inner) = field.kind else { throw unexpected("object", field) }
            let start = buffer.open(field.number)
            try message(inner, depth: depth + 1)
            buffer.close(start)
        case UInt8(ascii: "["): throw unexpected("array", field)
        case UInt8(ascii: "\""): try text(field, try scanner.string())
        case UInt8(ascii: "t"), UInt8(ascii: "f"):
            let value = try scanner.bool()
            guard case .bool = field.kind else { throw unexpected("boolean", field) }
            put(field, value ? 1 : 0)
        case UInt8(ascii: "n"): try scanner.literal("null")
        default: try number(field, try scanner.number(), "number")
        }
    }

    private mutating func put(_ field: FieldDescriptor, _ value: UInt64) {
        buffer.tag(field.number, .varint)
        buffer.varint(value)
    }

    private mutating func number(_ field: FieldDescriptor, _ value: JSONNumber, _ what: String) throws(WireError) {
        func whole<Value: FixedWidthInteger>(_ type: Value.Type) throws(WireError) -> UInt64 {
            guard let integer = value.integer(type) else {
                throw .mismatch("The number for field '\(field.name)' is out of range")
            }
            return UInt64(truncatingIfNeeded: integer)
        }
        switch field.kind {
        case .double:
            buffer.tag(field.number, .fixed64)
            buffer.fixed(value.double.bitPattern, 8)
        case .float:
            buffer.tag(field.number, .fixed32)
            buffer.fixed(UInt64(Float(value.double).bitPattern), 4)
        case .int32: put(field, try whole(Int32.self))
        case .int64: put(field, try whole(Int64.self))
        case .uint32: put(field, try whole(UInt32.self))
        case .uint64: put(field, try whole(UInt64.self))
        case .bool, .string, .bytes, .message, .enumeration: throw unexpected(what, field)
        }
    }

    /// A JSON string for a field: text, base64, an enum's name, or a number or boolean in quotes.
    private mutating func text(_ field: FieldDescriptor, _ text: ArraySlice<UInt8>) throws(WireError) {
        switch field.kind {
        case .string: put(field, text)
        case .bytes:
            guard let data = Base64.decode(text) else {
                throw .mismatch("Failed to base64 decode bytes field '\(field.name)'")
            }
            put(field, data)
        case .enumeration(let enumeration):
            if let value = enumeration.values.number(text, dialect) {
                put(field, UInt64(truncatingIfNeeded: Int64(value)))
            } else if field.label == .required {
                throw .mismatch(
                    "Failed to find enum for '\(String(decoding: text, as: UTF8.self))' in field '\(field.name)'")
            }
        case .bool:
            if text.elementsEqual("true".utf8) { return put(field, 1) }
            guard text.elementsEqual("false".utf8) else { throw unexpected("string", field) }
            put(field, 0)
        case .double, .float, .int32, .int64, .uint32, .uint64:
            if let special = Self.special(field, text) { return try number(field, .real(special), "string") }
            var inner = JSONScanner(Array(text))
            guard let value = try? inner.number(), inner.at == text.count else { throw unexpected("string", field) }
            try number(field, value, "string")
        case .message: throw unexpected("string", field)
        }
    }

    private static func special(_ field: FieldDescriptor, _ text: ArraySlice<UInt8>) -> Double? {
        switch field.kind {
        case .double, .float: break
        default: return nil
        }
        if text.elementsEqual("Infinity".utf8) { return .infinity }
        if text.elementsEqual("-Infinity".utf8) { return -.infinity }
        return text.elementsEqual("NaN".utf8) ? .nan : nil
    }

    private mutating func put(_ field: FieldDescriptor, _ content: some Collection<UInt8>) {
        buffer.tag(field.number, .bytes)
        buffer.varint(UInt64(content.count))
        buffer.append(content)
    }

    /// A map: an object whose keys are the entries' keys.
    private mutating func map(_ field: FieldDescriptor, _ first: UInt8, depth: Int) throws(WireError) {
        if first == UInt8(ascii: "n") { return try scanner.literal("null") }
        guard first == UInt8(ascii: "{"), case .message(let entry) = field.kind else {
            throw .mismatch("Expecting a JSON object for field '\(field.name)'")
        }
        scanner.at += 1
        if try scanner.isEmptyList(UInt8(ascii: "}")) { return }
        let (keyField, valueField) = (entry.fields.all[0], entry.fields.all[1])
        repeat {
            _ = try scanner.peek()
            let key = try scanner.string()
            try scanner.expect(UInt8(ascii: ":"))
            let start = buffer.open(field.number)
            try text(keyField, key)
            try element(valueField, try scanner.peek(), depth: depth + 1)
            buffer.close(start)
        } while try scanner.another(UInt8(ascii: "}"))
    }
}
