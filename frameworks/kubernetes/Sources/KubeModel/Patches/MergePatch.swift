public import ClusterBase

/// A document merged into another, null removing members (RFC 7386, `application/merge-patch+json`).
public enum MergePatch {
    /// The document after the patch.
    ///
    /// Throws 400 when the patch is not an object or too deep.
    public static func apply(_ patch: JSONValue, to document: JSONValue) throws(APIError) -> JSONValue {
        guard patch.object != nil else {
            throw .badRequest(
                "error decoding patch: json: cannot unmarshal \(patch.goTypeWord) into Go value of type "
                    + "map[string]interface {}")
        }
        guard patch.weight(depth: PatchLimits.depth, budget: .max) != nil else {
            throw .badRequest("error decoding patch: nested deeper than \(PatchLimits.depth) levels")
        }
        return merged(patch, into: document)
    }

    /// The algorithm of RFC 7386 for any two documents; the nesting must be bounded.
    static func merged(_ patch: JSONValue, into document: JSONValue) -> JSONValue {
        guard let members = patch.object else { return patch }
        var object = document.object ?? JSONObject()
        for (key, value) in members where !value.isNull { object[key] = merged(value, into: object[key] ?? .null) }
        object.removeAll { members[$0]?.isNull == true }
        return .object(object)
    }
}
