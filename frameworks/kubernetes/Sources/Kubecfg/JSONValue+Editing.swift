internal import ClusterBase
internal import Yams

extension JSONValue {
    /// The object with a member set, or removed when nil.
    func with(_ key: String, _ value: JSONValue?) -> JSONValue {
        var object = object ?? JSONObject()
        object[key] = value
        return .object(object)
    }

    /// The object with what lies at a path changed; objects on the way are made.
    func changing(_ path: some Collection<String>, _ change: (JSONValue) -> JSONValue) -> JSONValue {
        guard let first = path.first else { return change(self) }
        return with(first, (self[first] ?? [:]).changing(path.dropFirst(), change))
    }

    /// A YAML node as a tree; keys that are no text are written as text.
    init(yaml node: Node) {
        switch node {
        case .mapping(let mapping):
            var object = JSONObject()
            for (key, value) in mapping { object[key.string ?? ""] = JSONValue(yaml: value) }
            self = .object(object)
        case .sequence(let sequence): self = .array(sequence.map { JSONValue(yaml: $0) })
        default:
            if node.null != nil {
                self = .null
            } else if let flag = node.bool {
                self = .bool(flag)
            } else if let number = node.int {
                self = .integer(Int64(number))
            } else if let number = node.float {
                self = .double(number)
            } else {
                self = .string(node.string ?? "")
            }
        }
    }

    /// The tree as a YAML node.
    var yaml: Node {
        switch self {
        case .object(let object): Node(object.map { (Node($0.key), $0.value.yaml) })
        case .array(let elements): Node(elements.map(\.yaml))
        case .string(let text): Node(text, Tag(.str))
        case .null: Node("null", Tag(.null))
        case .bool(let flag): Node(flag ? "true" : "false", Tag(.bool))
        case .integer(let number): Node("\(number)", Tag(.int))
        case .double(let number): Node("\(number)", Tag(.float))
        }
    }
}
