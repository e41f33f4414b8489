/// The three ways to patch an object.
public enum PatchType: String, Sendable {
    /// A list of operations (RFC 6902).
    case json = "application/json-patch+json"
    /// A tree merged in (RFC 7386).
    case merge = "application/merge-patch+json"
    /// A tree merged in by the kind's merge keys.
    case strategic = "application/strategic-merge-patch+json"
}
