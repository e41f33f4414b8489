internal import ClusterBase
internal import KubeModel

/// The definitions part of a document: the schemas of types, in OpenAPI's words.
struct OpenAPIDefinitions {
    /// The form of OpenAPI that is written.
    enum Form {
        /// Swagger 2.0.
        case v2
        /// OpenAPI 3.0.
        case v3

        /// What references to definitions begin with.
        var referencePrefix: String {
            switch self {
            case .v2: "#/definitions/"
            case .v3: "#/components/schemas/"
            }
        }
    }

    /// The definitions by name.
    private var definitions: [String: JSONValue] = [:]
    private let library: SchemaLibrary
    private let form: Form

    init(library: SchemaLibrary, form: Form) { (self.library, self.form) = (library, form) }

    /// The definitions, by name in byte order.
    var tree: JSONValue {
        var object = JSONObject()
        for (name, definition) in definitions.sorted(by: { $0.key < $1.key }) { object[name] = definition }
        return .object(object)
    }

    /// A reference to a definition.
    func reference(_ name: String) -> JSONValue { ["$ref": .string(form.referencePrefix + name)] }

    /// Adds a type and all it refers to; returns the name of its definition.
    @discardableResult
    mutating func add(_ type: TypeSchema) -> String {
        let name = OpenAPIName.definition(of: type.name)
        guard definitions[name] == nil else { return name }
        definitions[name] = .null
        var properties = JSONObject()
        for field in type.fields.sorted(by: { $0.name < $1.name }) where field.emission != .never {
            let isHead = !type.kinds.isEmpty && (field.name == "kind" || field.name == "apiVersion")
            properties[field.name] = property(field, isHead: isHead)
        }
        var object: JSONObject = ["description": .string(type.description), "type": "object"]
        let required = type.fields.filter(\.isRequired).map(\.name).sorted()
        if !required.isEmpty { object["required"] = .array(required.map { .string($0) }) }
        if !properties.isEmpty { object["properties"] = .object(properties) }
        if !type.kinds.isEmpty { object["x-kubernetes-group-version-kind"] = .array(type.kinds.map(\.tree)) }
        definitions[name] = .object(object)
        return name
    }

    /// Adds the list of a kind's objects; returns the name of its definition.
    mutating func addList(of type: TypeSchema, kind: GroupVersionKind) -> String {
        let name = OpenAPIName.definition(of: type.name) + "List"
        guard definitions[name] == nil else { return name }
        let item = reference(add(type))
        let metadata = library["meta.v1.ListMeta"].map { described(reference(add($0)), "Data about the list.") }
        var properties: JSONObject = [
            "apiVersion": ["type": "string", "description": "The group and version that the list is written in."],
            "items": ["type": "array", "description": "The objects.", "items": item],
            "kind": ["type": "string", "description": "The kind of the list."],
        ]
        properties["metadata"] = metadata
        let listKind = GroupVersionKind(kind.groupVersion, kind.kind + "List")
        definitions[name] = [
            "description": .string("Objects of the kind \(kind.kind)."), "type": "object", "required": ["items"],
            "properties": .object(properties), "x-kubernetes-group-version-kind": [listKind.tree],
        ]
        return name
    }

    /// The schema of a field; the head of an object is `kind` and `apiVersion`, whose defaults are no news.
    private mutating func property(_ field: FieldSchema, isHead: Bool) -> JSONValue {
        guard var object = described(shape(field.type), field.description).object else { return .null }
        if let value = field.defaultValue, !isHead, !field.type.isObject { object["default"] = value }
        if !field.allowedValues.isEmpty { object["enum"] = .array(field.allowedValues.map { .string($0) }) }
        var strategies: [String] = []
        if field.mergeStrategies.contains(.merge) { strategies.append("merge") }
        if field.mergeStrategies.contains(.retainKeys) { strategies.append("retainKeys") }
        if !strategies.isEmpty { object["x-kubernetes-patch-strategy"] = .string(strategies.joined(separator: ",")) }
        if let key = field.mergeKey { object["x-kubernetes-patch-merge-key"] = .string(key) }
        if let type = field.listType { object["x-kubernetes-list-type"] = .string(type.rawValue) }
        if !field.mapKeys.isEmpty {
            object["x-kubernetes-list-map-keys"] = .array(field.mapKeys.map { .string($0) })
        }
        return .object(object)
    }

    /// A shape with a description; version 3 permits nothing beside a reference, which is therefore wrapped.
    private func described(_ shape: JSONValue, _ description: String) -> JSONValue {
        var object: JSONObject = ["description": .string(description)]
        if form == .v3, shape["$ref"] != nil {
            object["allOf"] = [shape]
        } else {
            for (key, value) in shape.object ?? JSONObject() { object[key] = value }
        }
        return .object(object)
    }

    private mutating func shape(_ type: FieldType) -> JSONValue {
        switch type {
        case .string: ["type": "string"]
        case .bool: ["type": "boolean"]
        case .int32: ["type": "integer", "format": "int32"]
        case .int64: ["type": "integer", "format": "int64"]
        case .double: ["type": "number", "format": "double"]
        case .bytes: ["type": "string", "format": "byte"]
        case .any: ["type": "object"]
        case .quantity: scalar("api.resource.Quantity", "An amount such as 500m or 1Gi.", ["type": "string"])
        case .intOrString:
            scalar(
                "util.intstr.IntOrString", "A whole number, or text such as 25%.",
                ["type": "string", "format": "int-or-string"])
        case .time:
            scalar("apis.meta.v1.Time", "A time in whole seconds.", ["type": "string", "format": "date-time"])
        case .microTime:
            scalar("apis.meta.v1.MicroTime", "A time in microseconds.", ["type": "string", "format": "date-time"])
        case .list(let element): ["type": "array", "items": shape(element)]
        case .map(let element): ["type": "object", "additionalProperties": shape(element)]
        case .object(let type): reference(add(library[type]))
        }
    }

    /// Adds a scalar that has a definition of its own; in version 3, what may be a number too says so.
    private mutating func scalar(_ name: String, _ description: String, _ shape: JSONValue) -> JSONValue {
        let name = OpenAPIName.machinery + name
        var shape = shape
        if form == .v3, shape["format"]?.string != "date-time", var object = shape.object {
            object["type"] = nil
            object["oneOf"] = [["type": "string"], ["type": "number"]]
            shape = .object(object)
        }
        definitions[name] = described(shape, description)
        return reference(name)
    }
}

/// Names of definitions.
enum OpenAPIName {
    /// The package that upstream's general types come from.
    static let machinery = "io.k8s.apimachinery.pkg."

    /// The definition of a type: `core.v1.Pod` is `io.k8s.api.core.v1.Pod`.
    static func definition(of type: String) -> String {
        type.hasPrefix("meta.") ? machinery + "apis." + type : "io.k8s.api." + type
    }
}

extension GroupVersionKind {
    /// The value of `x-kubernetes-group-version-kind`.
    var tree: JSONValue {
        ["group": .string(groupVersion.group), "kind": .string(kind), "version": .string(groupVersion.version)]
    }
}

extension FieldType {
    /// Whether it is an object, whose members have defaults of their own.
    fileprivate var isObject: Bool {
        if case .object = self { return true }
        return false
    }
}
