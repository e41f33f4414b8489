public import ClusterBase
internal import Yams

/// YAML documents as JSON trees and back.
public enum YAMLText {
    /// Why a text is not acceptable YAML.
    public struct Failure: Error {
        /// What is wrong.
        public let problem: String
    }

    /// The most values a document may have once its aliases are resolved.
    private static let valueLimit = 500_000
    /// The most aliases: so few cannot make a small text grow beyond bounds.
    private static let aliasLimit = 20
    private static let depthLimit = JSONLimits().depth
    private static let flowMarks = Array("[{,:?-".utf8)

    /// Reads one document; keys must be strings, the values those of JSON.
    ///
    /// An empty document is null. Size, depth and aliases are bounded.
    public static func parse(_ bytes: [UInt8]) throws(Failure) -> JSONValue {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Failure(problem: "invalid UTF-8") }
        guard aliases(in: bytes) <= aliasLimit else {
            throw Failure(problem: "more than \(aliasLimit) aliases")
        }
        let root: Node?
        do { root = try Yams.compose(yaml: text) } catch { throw Failure(problem: "\(error)") }
        guard let root else { return .null }
        var left = valueLimit
        return try tree(root, depth: 0, &left)
    }

    /// How many `*name` begin a word.
    private static func aliases(in bytes: [UInt8]) -> Int {
        var count = 0
        for (index, byte) in bytes.enumerated().dropLast() where byte == UInt8(ascii: "*") {
            let before = index == 0 ? UInt8(ascii: " ") : bytes[index - 1]
            let startsWord = before <= 0x20 || flowMarks.contains(before)
            let after = bytes[index + 1] | 0x20
            if startsWord, (0x61...0x7a).contains(after) || (0x30...0x39).contains(bytes[index + 1]) { count += 1 }
        }
        return count
    }

    private static func tree(_ node: Node, depth: Int, _ left: inout Int) throws(Failure) -> JSONValue {
        left -= 1
        guard left > 0, depth <= depthLimit else { throw Failure(problem: "too large or nested too deeply") }
        switch node {
        case .scalar(let scalar): return try value(scalar, node)
        case .sequence(let sequence):
            var elements: [JSONValue] = []
            for element in sequence { elements.append(try tree(element, depth: depth + 1, &left)) }
            return .array(elements)
        case .mapping(let mapping):
            var object = JSONObject()
            for (key, value) in mapping {
                guard case .scalar(let name) = key else { throw Failure(problem: "a key is not a string") }
                object[name.string] = try tree(value, depth: depth + 1, &left)
            }
            return .object(object)
        case .alias: throw Failure(problem: "an alias without anchor")
        }
    }

    private static func value(_ scalar: Node.Scalar, _ node: Node) throws(Failure) -> JSONValue {
        switch Tag.Name(rawValue: node.tag.rawValue) {
        case .null: return .null
        case .bool: return .bool(node.bool ?? false)
        case .int:
            if let number = node.int { return .integer(Int64(number)) }
            fallthrough
        case .float:
            guard let number = node.float, number.isFinite else { throw Failure(problem: "number out of range") }
            return .double(number)
        default: return .string(scalar.string)
        }
    }
}

extension YAMLText {
    /// Writes a tree as one document.
    public static func text(_ value: JSONValue) -> String {
        (try? Yams.serialize(node: node(value), width: -1, allowUnicode: true)) ?? value.text
    }

    private static func node(_ value: JSONValue) -> Node {
        switch value {
        case .null: Node("null", Tag(.null))
        case .bool(let flag): Node(flag ? "true" : "false", Tag(.bool))
        case .integer(let number): Node(String(number), Tag(.int))
        case .double: Node(value.text, Tag(.float))
        case .string(let text): Node(text, Tag(.str), isAmbiguous(text) ? .doubleQuoted : .any)
        case .array(let elements): Node(elements.map(node), Tag(.seq))
        case .object(let object): Node(object.map { (node(.string($0.key)), node($0.value)) }, Tag(.map))
        }
    }

    /// Whether a string would read back as something else.
    private static func isAmbiguous(_ text: String) -> Bool { Node(text).tag.rawValue != Tag.Name.str.rawValue }
}
