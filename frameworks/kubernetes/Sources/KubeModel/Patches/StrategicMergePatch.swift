public import ClusterBase

/// A merge that knows the keys of lists (`application/strategic-merge-patch+json`; spec `kubernetes/02` §2.12).
///
/// Behaves as apimachinery 1.20 `pkg/util/strategicpatch`, but that parts which the document lacks are taken without
/// the directives and nulls in them.
public enum StrategicMergePatch {
    /// The document after the patch, which is not yet decoded as its type.
    ///
    /// Throws upstream's errors: 400 for malformed directives, 422 for lists of lists, 500 for a missing merge key.
    public static func apply(
        _ patch: JSONValue, to document: JSONValue, schema: any MergeSchema
    ) throws(APIError) -> JSONValue {
        guard let members = patch.object, let object = document.object,
            patch.weight(depth: PatchLimits.depth, budget: .max) != nil
        else { throw .badRequest("invalid JSON document") }
        return .object(try StrategicMerge.merge(members, into: object, schema))
    }
}

/// The words that tell a strategic merge what to do.
enum MergeDirective {
    static let marker = "$patch"
    static let replace = "replace"
    static let delete = "delete"
    static let merge = "merge"
    static let retainKeys = "$retainKeys"
    static let deleteFromList = "$deleteFromPrimitiveList"
    static let elementOrder = "$setElementOrder"

    /// The field a parallel directive such as `$setElementOrder/containers` is about; nil for other keys.
    ///
    /// Throws when the key begins with the directive but has no field.
    static func field(of key: String, _ directive: String, _ error: APIError) throws(APIError) -> String? {
        guard key.hasPrefix(directive) else { return nil }
        let rest = key.dropFirst(directive.count)
        guard rest.first == "/" else { throw error }
        return String(rest.dropFirst())
    }

    /// Whether a key is a directive about a list of the same object.
    static func isParallel(_ key: String) -> Bool { key.hasPrefix(deleteFromList) || key.hasPrefix(elementOrder) }
}

extension APIError {
    static let badPrimitiveList = badRequest("invalid patch format of primitive list")
    static let badRetainKeys = badRequest("invalid patch format of retainKeys")
    static let badElementOrder = badRequest("invalid patch format of setElementOrder list")

    /// 500 with upstream's bare words, as it answers faults of strategic merge patches that it has no code for.
    static func strategicMerge(_ message: String) -> APIError { APIError(500, "", message) }

    static func noMergeKey(_ element: JSONValue, _ key: String) -> APIError {
        strategicMerge("map: \(element.goText) does not contain declared merge key: \(key)")
    }

    static func badDirective(_ directive: JSONValue, _ map: JSONObject) -> APIError {
        strategicMerge("unknown patch type: \(directive.goText) in map: \(JSONValue.object(map).goText)")
    }
}
