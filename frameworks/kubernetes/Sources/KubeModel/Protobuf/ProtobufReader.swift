public import ClusterBase

/// Reads the protobuf form of request bodies (`application/vnd.kubernetes.protobuf`) into the tree that JSON gives.
///
/// Newer clients send what they create in this form. The body is an envelope (`runtime.Unknown` behind four magic
/// bytes) that names kind and version; the fields of the message are those of the schema, by numbers that stand in a
/// text of their own. Fields without a number here are passed over, as unknown members of JSON are. Answers are always
/// JSON. Source: apimachinery `pkg/runtime/serializer/protobuf`; spec `kubernetes/01` §1.4.
public struct ProtobufReader: Sendable {
    /// A field by its number: what it is, or the message that embeds further fields of the same object.
    private indirect enum Place: Sendable {
        case field(FieldSchema)
        case embedded([Int: Place])
    }

    /// No message nests deeper.
    private static let depthLimit = 64
    private static let magic: [UInt8] = [0x6b, 0x38, 0x73, 0x00]

    /// Kinds that every group has, with their types.
    private static let anyGroup = ["DeleteOptions": "meta.v1.DeleteOptions"]

    private let library: SchemaLibrary
    private let places: [String: [Int: Place]]
    private let types: [GroupVersionKind: TypeSchema]

    /// Joins a library with the numbers of its fields: lines of `TYPE FIELD=NUMBER…`, where `2.1` is field 1 of the
    /// message in field 2, and a line that begins with `+` goes on with the one before. Unknown names are passed over.
    public init(library: SchemaLibrary, numbers: String) {
        self.library = library
        var places: [String: [Int: Place]] = [:]
        var type: TypeSchema?
        for line in numbers.split(separator: "\n") {
            var words = line.split(separator: " ")[...]
            guard let first = words.popFirst() else { continue }
            if first != "+" { type = library[String(first)] }
            guard let type else { continue }
            for word in words {
                let parts = word.split(separator: "=")
                guard parts.count == 2, let field = type[String(parts[0])] else { continue }
                let path = parts[1].split(separator: ".").compactMap { Int($0) }
                Self.put(.field(field), at: path[...], in: &places[type.name, default: [:]])
            }
        }
        self.places = places
        var types: [GroupVersionKind: TypeSchema] = [:]
        for type in library.types { for kind in type.kinds { types[kind] = type } }
        self.types = types
    }

    private static func put(_ place: Place, at path: ArraySlice<Int>, in places: inout [Int: Place]) {
        guard let first = path.first else { return }
        guard path.count > 1 else {
            places[first] = place
            return
        }
        var inner: [Int: Place] = [:]
        if case .embedded(let known)? = places[first] { inner = known }
        put(place, at: path.dropFirst(), in: &inner)
        places[first] = .embedded(inner)
    }

    /// The document in an envelope, with its `kind` and `apiVersion`; nil when the bytes are none, or of a kind that is
    /// not known.
    public func document(_ body: [UInt8]) -> JSONValue? {
        guard body.starts(with: Self.magic), let (kind, raw) = try? Self.envelope(body.dropFirst(4)),
            let type = types[kind] ?? Self.anyGroup[kind.kind].flatMap({ library[$0] }),
            var object = try? message(raw, type, depth: 0)
        else { return nil }
        object["kind"] = .string(kind.kind)
        object["apiVersion"] = .string(kind.groupVersion.description)
        return .object(object)
    }

    private static func envelope(
        _ bytes: ArraySlice<UInt8>
    ) throws(WireCursor.Malformed) -> (GroupVersionKind, ArraySlice<UInt8>) {
        var (version, kind, raw) = ("", "", ArraySlice<UInt8>())
        var cursor = WireCursor(bytes)
        while let (number, value) = try cursor.next() {
            guard case .bytes(let bytes) = value else { continue }
            if number == 2 { raw = bytes }
            guard number == 1 else { continue }
            var names = WireCursor(bytes)
            while let (number, value) = try names.next() {
                guard case .bytes(let text) = value else { continue }
                if number == 1 { version = String(decoding: text, as: UTF8.self) }
                if number == 2 { kind = String(decoding: text, as: UTF8.self) }
            }
        }
        guard let groupVersion = GroupVersion(parsing: version) else { throw WireCursor.Malformed() }
        return (GroupVersionKind(groupVersion, kind), raw)
    }

    private func message(
        _ bytes: ArraySlice<UInt8>, _ type: TypeSchema, depth: Int
    ) throws(WireCursor.Malformed) -> JSONObject {
        var object = JSONObject()
        try read(bytes, places[type.name] ?? [:], into: &object, depth: depth)
        return object
    }

    private func read(
        _ bytes: ArraySlice<UInt8>, _ places: [Int: Place], into object: inout JSONObject, depth: Int
    ) throws(WireCursor.Malformed) {
        guard depth < Self.depthLimit else { throw WireCursor.Malformed() }
        var cursor = WireCursor(bytes)
        while let (number, value) = try cursor.next() {
            switch (places[number], value) {
            case (.embedded(let inner)?, .bytes(let bytes)): try read(bytes, inner, into: &object, depth: depth + 1)
            case (.field(let field)?, _): try add(value, field, to: &object, depth: depth)
            default: break
            }
        }
    }

    private func add(
        _ value: WireCursor.Value, _ field: FieldSchema, to object: inout JSONObject, depth: Int
    ) throws(WireCursor.Malformed) {
        switch field.type {
        case .list(let element):
            var list = object[field.name]?.array ?? []
            list += try elements(value, element, depth)
            object[field.name] = .array(list)
        case .map(let element):
            guard case .bytes(let bytes) = value else { throw WireCursor.Malformed() }
            var map = object[field.name]?.object ?? JSONObject()
            var (key, entry): (String, JSONValue?) = ("", nil)
            var cursor = WireCursor(bytes)
            while let (number, value) = try cursor.next() {
                if number == 1, case .bytes(let text) = value { key = String(decoding: text, as: UTF8.self) }
                if number == 2 { entry = try self.value(value, element, depth) }
            }
            map[key] = entry ?? Self.empty(element)
            object[field.name] = .object(map)
        default: object[field.name] = try self.value(value, field.type, depth)
        }
    }

    /// The elements that a field brings to a list: one, or the numbers of a packed list.
    private func elements(
        _ value: WireCursor.Value, _ type: FieldType, _ depth: Int
    ) throws(WireCursor.Malformed) -> [JSONValue] {
        guard type == .int32 || type == .int64, case .bytes(let packed) = value else {
            return [try self.value(value, type, depth)]
        }
        var (numbers, cursor) = ([JSONValue](), WireCursor(packed))
        while let number = try cursor.nextPacked() { numbers.append(.integer(Int64(bitPattern: number))) }
        return numbers
    }

    private func value(
        _ value: WireCursor.Value, _ type: FieldType, _ depth: Int
    ) throws(WireCursor.Malformed) -> JSONValue {
        switch (type, value) {
        case (.bool, .number(let number)): return .bool(number != 0)
        case (.int32, .number(let number)): return .integer(Int64(Int32(truncatingIfNeeded: number)))
        case (.int64, .number(let number)): return .integer(Int64(bitPattern: number))
        case (.double, .number(let number)): return .double(Double(bitPattern: number))
        case (.string, .bytes(let text)): return .string(String(decoding: text, as: UTF8.self))
        case (.bytes, .bytes(let bytes)): return .string(String(decoding: Base64.encode(bytes), as: UTF8.self))
        case (.object(let reference), .bytes(let bytes)):
            return .object(try message(bytes, library[reference], depth: depth + 1))
        case (.quantity, .bytes(let bytes)): return .string(try Special(bytes).text)
        case (.intOrString, .bytes(let bytes)): return try Special(bytes).intOrString
        case (.time, .bytes(let bytes)): return try Special(bytes).time(KubeTime.text)
        case (.microTime, .bytes(let bytes)): return try Special(bytes).time(KubeTime.microText)
        case (.any, .bytes(let bytes)): return (try? JSONValue(parsing: try Special(bytes).raw)) ?? .null
        default: throw WireCursor.Malformed()
        }
    }

    private static func empty(_ type: FieldType) -> JSONValue {
        switch type {
        case .object, .map, .any: [:]
        default: ""
        }
    }
}

/// The small messages whose JSON form is no object: quantities, times, numbers or text.
private struct Special {
    private var numbers: [Int: UInt64] = [:]
    private var texts: [Int: ArraySlice<UInt8>] = [:]

    init(_ bytes: ArraySlice<UInt8>) throws(WireCursor.Malformed) {
        var cursor = WireCursor(bytes)
        while let (number, value) = try cursor.next() {
            switch value {
            case .number(let value): numbers[number] = value
            case .bytes(let bytes): texts[number] = bytes
            }
        }
    }

    /// `Quantity`: field 1.
    var text: String { texts[1].map { String(decoding: $0, as: UTF8.self) } ?? "0" }
    /// `FieldsV1`, `RawExtension`: field 1.
    var raw: ArraySlice<UInt8> { texts[1] ?? [] }

    /// `IntOrString`: field 1 says which of 2 and 3 counts.
    var intOrString: JSONValue {
        numbers[1] == 1
            ? .string(texts[3].map { String(decoding: $0, as: UTF8.self) } ?? "")
            : .integer(Int64(Int32(truncatingIfNeeded: numbers[2] ?? 0)))
    }

    /// `Time`, `MicroTime`: seconds and nanoseconds; an empty message is no time.
    func time(_ text: (UnixTime) -> String) -> JSONValue {
        let (seconds, nanoseconds) = (Int64(bitPattern: numbers[1] ?? 0), Int64(bitPattern: numbers[2] ?? 0))
        guard seconds != 0 || nanoseconds != 0, abs(seconds / 2) < 200_000_000_000 else { return .null }
        return .string(text(UnixTime(microseconds: seconds * 1_000_000 + (nanoseconds % 1_000_000_000) / 1_000)))
    }
}
