public import ClusterBase

/// A merge that knows the keys of lists (`application/strategic-merge-patch+json`; spec `kubernetes/02` §2.12).
public enum StrategicMergePatch {
    /// The document after the patch, which is not yet decoded as its type.
    ///
    /// Throws upstream's errors: 400 for malformed directives, 422 for lists of lists, 500 for a missing merge key.
    public static func apply(
        _ patch: JSONValue, to document: JSONValue, schema: any MergeSchema
    ) throws(APIError) -> JSONValue { document }
}
