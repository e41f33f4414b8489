public import ClusterBase

/// A list of operations on a document (RFC 6902, `application/json-patch+json`; spec `kubernetes/02` §2.11).
///
/// As upstream does, `test` takes an absent member of an object for null, and copies are bounded.
public struct JSONPatch: Sendable {
    /// How many operations a patch may have.
    public static let operationLimit = 10_000

    private let operations: [JSONObject]

    /// Reads a patch.
    ///
    /// Throws 400 when it is no list of objects and 413 for more than 10,000 operations.
    public init(_ document: JSONValue) throws(APIError) {
        guard let elements = document.array else {
            throw .badRequest("json: cannot unmarshal \(document.goTypeWord) into Go value of type jsonpatch.Patch")
        }
        guard elements.count <= Self.operationLimit else {
            throw .tooLarge(
                "Request entity too large: The allowed maximum operations in a JSON patch is \(Self.operationLimit), "
                    + "got \(elements.count)")
        }
        operations = elements.compactMap(\.object)
        if operations.count < elements.count, let other = elements.first(where: { $0.object == nil }) {
            throw .badRequest(
                "json: cannot unmarshal \(other.goTypeWord) into Go value of type jsonpatch.Operation")
        }
    }

    /// The document after all operations.
    ///
    /// Throws 422 when one cannot be applied.
    public func applied(to document: JSONValue) throws(APIError) -> JSONValue {
        var editor = JSONPatchEditor(document: document)
        for operation in operations {
            guard editor.apply(operation) else { throw .patchNotApplied }
        }
        return editor.document
    }
}

extension APIError {
    /// 422 as upstream answers patches that are well-formed but do not fit the object.
    static var patchNotApplied: APIError {
        APIError(422, "Invalid", "the server rejected our request due to an error in our request")
    }
}

/// A document under the operations of a patch; after one that fails it is of no use.
private struct JSONPatchEditor {
    private(set) var document: JSONValue
    private var copyBudget = PatchLimits.copiedBytes

    init(document: JSONValue) { self.document = document }

    /// Applies an operation; false when it does not fit.
    mutating func apply(_ operation: JSONObject) -> Bool {
        guard let path = operation["path"]?.string.flatMap({ JSONPointer($0)?.steps }), path.count < PatchLimits.depth
        else { return false }
        let value = operation["value"]
        switch operation["op"]?.string {
        case "add": return value.map { insert($0, at: path) } ?? false
        case "remove": return !path.isEmpty && Self.remove(path[...], from: &document) != nil
        case "replace": return value.map { replace(path, with: $0) } ?? false
        case "test":
            let found = Self.find(path[...], in: document)
            return value.map { Self.areEqual(found ?? .null, $0) && (found != nil || isMember(path)) } ?? false
        case "copy":
            guard let source = source(of: operation), let copy = Self.find(source[...], in: document) else {
                return false
            }
            return charge(copy) && insert(copy, at: path)
        case "move":
            guard let source = source(of: operation) else { return false }
            if source == path { return Self.find(path[...], in: document) != nil }
            guard !source.isEmpty, !path.starts(with: source), let moved = Self.remove(source[...], from: &document)
            else { return false }
            return charge(moved) && insert(moved, at: path)
        default: return false
        }
    }

    private func source(of operation: JSONObject) -> [String]? {
        operation["from"]?.string.flatMap { JSONPointer($0)?.steps }
    }

    /// Whether a path would be a member of an object that is there.
    private func isMember(_ path: [String]) -> Bool {
        !path.isEmpty && Self.find(path.dropLast(), in: document)?.object != nil
    }

    /// Takes what a copied value weighs from the patch's budget.
    private mutating func charge(_ value: JSONValue) -> Bool {
        guard let weight = value.weight(depth: PatchLimits.depth, budget: copyBudget) else { return false }
        copyBudget -= weight
        return true
    }

    private mutating func insert(_ value: JSONValue, at path: [String]) -> Bool {
        guard value.weight(depth: PatchLimits.depth - path.count, budget: .max) != nil else { return false }
        guard let last = path.last else {
            document = value
            return true
        }
        return Self.edit(path.dropLast(), in: &document) { parent in
            switch parent {
            case .object(var object):
                parent = .null
                object[last] = value
                parent = .object(object)
                return true
            case .array(var elements):
                guard let index = last == "-" ? elements.count : JSONPointer.index(last), index <= elements.count
                else { return false }
                parent = .null
                elements.insert(value, at: index)
                parent = .array(elements)
                return true
            default: return false
            }
        }
    }

    private mutating func replace(_ path: [String], with value: JSONValue) -> Bool {
        guard value.weight(depth: PatchLimits.depth - path.count, budget: .max) != nil else { return false }
        return Self.edit(path[...], in: &document) { target in
            target = value
            return true
        }
    }

    /// Removes and returns a value; nil when it is not there.
    private static func remove(_ path: ArraySlice<String>, from document: inout JSONValue) -> JSONValue? {
        guard let last = path.last else { return nil }
        var removed: JSONValue?
        _ = edit(path.dropLast(), in: &document) { parent in
            switch parent {
            case .object(var object):
                parent = .null
                removed = object[last]
                object[last] = nil
                parent = .object(object)
            case .array(var elements):
                guard let index = JSONPointer.index(last), index < elements.count else { return false }
                parent = .null
                removed = elements.remove(at: index)
                parent = .array(elements)
            default: return false
            }
            return removed != nil
        }
        return removed
    }

    private static func find(_ path: ArraySlice<String>, in value: JSONValue) -> JSONValue? {
        guard let step = path.first else { return value }
        let child = value.object?[step] ?? JSONPointer.index(step).flatMap { value[$0] }
        return child.flatMap { find(path.dropFirst(), in: $0) }
    }

    /// Changes a value in place; false when it is not there or the change fails.
    private static func edit(
        _ path: ArraySlice<String>, in value: inout JSONValue, _ change: (inout JSONValue) -> Bool
    ) -> Bool {
        guard let step = path.first else { return change(&value) }
        switch value {
        case .object(var object):
            guard var child = object[step] else { return false }
            value = .null
            object[step] = .null
            guard edit(path.dropFirst(), in: &child, change) else { return false }
            object[step] = child
            value = .object(object)
            return true
        case .array(var elements):
            guard let index = JSONPointer.index(step), index < elements.count else { return false }
            value = .null
            guard edit(path.dropFirst(), in: &elements[index], change) else { return false }
            value = .array(elements)
            return true
        default: return false
        }
    }

    /// Equal as RFC 6902 has it: numbers by value, members in any order.
    private static func areEqual(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.integer, .double), (.double, .integer): left.double == right.double
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { areEqual($0, $1) }
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.allSatisfy { member in right[member.key].map { areEqual(member.value, $0) } ?? false }
        default: left == right
        }
    }
}
