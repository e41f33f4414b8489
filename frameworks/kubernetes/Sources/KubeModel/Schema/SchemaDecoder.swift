internal import ClusterBase

/// Reads one document by schema; see `SchemaLibrary.decode`.
struct SchemaDecoder {
    /// Paths of fields that no schema has; the first hundred, as upstream reports them.
    private(set) var unknownFields: [String] = []
    private static let unknownFieldLimit = 100
    private let library: SchemaLibrary
    private var path: [PathStep] = []

    /// A step from the document to the value at hand.
    private enum PathStep {
        case field(type: Int, field: Int)
        case index(Int)
        case key(String)
    }

    init(library: SchemaLibrary) { self.library = library }

    /// Reads a document as the type at a place of the library.
    mutating func document(_ value: JSONValue, as type: Int) throws(SchemaMismatch) -> JSONObject {
        guard case .object(let object) = value else {
            let schema = library.types[type]
            throw SchemaMismatch(
                problem: "json: cannot unmarshal \(value.goTypeWord) into Go value of type "
                    + "\(schema.shortVersion).\(schema.shortName)")
        }
        return try self.object(object, as: type)
    }

    private mutating func object(_ object: JSONObject, as type: Int) throws(SchemaMismatch) -> JSONObject {
        let schema = library.types[type]
        var values = [JSONValue?](repeating: nil, count: schema.fields.count)
        for (key, member) in object {
            guard let position = schema.position(of: key) else {
                if unknownFields.count < Self.unknownFieldLimit {
                    unknownFields.append(pathText + (path.isEmpty ? "" : ".") + key)
                }
                continue
            }
            if case .null = member { continue }
            path.append(.field(type: type, field: position))
            values[position] = try value(member, as: schema.fields[position].type)
            path.removeLast()
        }
        var result = JSONObject()
        for position in values.indices where values[position] != nil || schema.isImplied[position] {
            if let value = try written(values[position], schema.fields, position) {
                result[schema.fields[position].name] = value
            }
        }
        return result
    }

    /// What is written for a field that was read as `value`, or nil.
    private mutating func written(
        _ value: JSONValue?, _ fields: [FieldSchema], _ position: Int
    ) throws(SchemaMismatch) -> JSONValue? {
        let emission = fields[position].emission
        if let value, emission == .ifGiven || !value.isEmpty { return emission == .never ? nil : value }
        if let standard = fields[position].defaultValue { return try self.value(standard, as: fields[position].type) }
        guard emission == .always else { return nil }
        if let value { return value }
        return try zero(fields[position].type)
    }

    /// The empty value of a type as upstream writes it.
    private mutating func zero(_ type: FieldType) throws(SchemaMismatch) -> JSONValue {
        switch type {
        case .string, .bytes: ""
        case .bool: false
        case .int32, .int64, .double, .intOrString: 0
        case .quantity: "0"
        case .time, .microTime, .any: .null
        case .list: []
        case .map: .object(JSONObject())
        case .object(let reference): .object(try object(JSONObject(), as: reference.index))
        }
    }

    private mutating func value(_ value: JSONValue, as type: FieldType) throws(SchemaMismatch) -> JSONValue {
        switch (type, value) {
        case (.string, .string), (.bool, .bool), (.any, _), (.double, .double), (.double, .integer), (.int64, .integer),
            (.intOrString, .string):
            return value
        case (.int32, .integer(let number)), (.intOrString, .integer(let number)):
            guard Int32(exactly: number) != nil else { throw mismatch(value, .int32) }
            return value
        case (.object(let reference), .object(let members)):
            return .object(try object(members, as: reference.index))
        case (.list(let element), .array(let elements)): return try list(elements, of: element)
        case (.map(let element), .object(let members)): return try map(members, of: element)
        case (.bytes, .string), (.quantity, _), (.time, .string), (.microTime, .string):
            switch CanonicalScalar.text(of: value, as: type) {
            case .success(let text): return .string(text)
            case .failure(let error): throw mismatch(value, type, error.problem)
            }
        default: throw mismatch(value, type)
        }
    }

    private mutating func list(_ elements: [JSONValue], of type: FieldType) throws(SchemaMismatch) -> JSONValue {
        var result: [JSONValue] = []
        result.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            path.append(.index(index))
            if case .null = element {
                result.append(try zero(type))
            } else {
                result.append(try value(element, as: type))
            }
            path.removeLast()
        }
        return .array(result)
    }

    /// Reads a map; keys are written in byte order, as upstream does.
    private mutating func map(_ members: JSONObject, of type: FieldType) throws(SchemaMismatch) -> JSONValue {
        var pairs: [(key: String, value: JSONValue)] = []
        pairs.reserveCapacity(members.count)
        for (key, member) in members {
            path.append(.key(key))
            if case .null = member {
                pairs.append((key, try zero(type)))
            } else {
                pairs.append((key, try value(member, as: type)))
            }
            path.removeLast()
        }
        if pairs.count > 1 { pairs.sort { $0.key < $1.key } }
        var result = JSONObject()
        for (key, value) in pairs { result[key] = value }
        return .object(result)
    }
}

extension SchemaDecoder {
    /// The path as field validation writes it: `spec.containers[0].name`.
    private var pathText: String {
        path.reduce(into: "") { text, step in
            switch step {
            case .field(let type, let field):
                text += (text.isEmpty ? "" : ".") + library.types[type].fields[field].name
            case .index(let index): text += "[\(index)]"
            case .key(let key): text += "[\(key)]"
            }
        }
    }

    /// A value of the wrong type, in the words of upstream's JSON decoder: the struct, the path of fields, the type.
    private func mismatch(_ value: JSONValue, _ type: FieldType, _ detail: String = "") -> SchemaMismatch {
        var fields: [String] = []
        var owner = ""
        for case .field(let type, let field) in path {
            owner = library.types[type].shortName
            fields.append(library.types[type].fields[field].name)
        }
        let word =
            switch (type, value) {
            case (.int32, .integer), (.int32, .double), (.int64, .double): "number \(value.text)"
            default: value.goTypeWord
            }
        return SchemaMismatch(
            problem: "json: cannot unmarshal \(word) into Go struct field \(owner).\(fields.joined(separator: ".")) "
                + "of type \(goName(type))" + (detail.isEmpty ? "" : ": " + detail))
    }

    private func goName(_ type: FieldType) -> String {
        switch type {
        case .string: "string"
        case .bool: "bool"
        case .int32: "int32"
        case .int64: "int64"
        case .double: "float64"
        case .bytes: "[]uint8"
        case .quantity: "resource.Quantity"
        case .intOrString: "intstr.IntOrString"
        case .time: "v1.Time"
        case .microTime: "v1.MicroTime"
        case .any: "runtime.RawExtension"
        case .list(let element): "[]" + goName(element)
        case .map(let element): "map[string]" + goName(element)
        case .object(let reference): "\(library[reference].shortVersion).\(library[reference].shortName)"
        }
    }
}

/// A value that does not have the type its schema says.
struct SchemaMismatch: Error {
    /// What is wrong, in upstream's words.
    var problem: String
}

extension JSONValue {
    /// Whether it is the empty value of its type; objects are by having no members.
    fileprivate var isEmpty: Bool {
        switch self {
        case .null: true
        case .bool(let flag): !flag
        case .integer(let number): number == 0
        case .double(let number): number == 0
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        }
    }
}
