public import ClusterBase

/// How create, update and patch are to be done.
public struct WriteOptions: Sendable {
    /// Whether everything but the commit is to be done (`dryRun=All`).
    public var isDryRun = false
    /// Who writes, for `managedFields`; kept for server-side apply.
    public var fieldManager = ""
    /// What becomes of unknown fields.
    public var fieldValidation = FieldValidation.ignore
    /// Who asks.
    public var user = ""

    /// The usual options; set what differs.
    public init() {}
}

/// What becomes of fields in a body that the schema does not know (`fieldValidation`).
public enum FieldValidation: String, Sendable {
    /// They are dropped.
    case ignore = "Ignore"
    /// They are dropped, and named in `WriteResult.warnings`.
    case warn = "Warn"
    /// They fail the request with 400.
    case strict = "Strict"
}

/// A patch by its content type.
public enum PatchBody: Sendable {
    /// `application/json-patch+json`.
    case json(JSONValue)
    /// `application/merge-patch+json`.
    case merge(JSONValue)
    /// `application/strategic-merge-patch+json`.
    case strategic(JSONValue)
}

/// Which part of a collection is wanted; texts are as the query has them and are checked by the registry.
public struct ListOptions: Sendable {
    /// `labelSelector`.
    public var labelSelector = ""
    /// `fieldSelector`.
    public var fieldSelector = ""
    /// `resourceVersion`.
    public var resourceVersion = ""
    /// `resourceVersionMatch`.
    public var resourceVersionMatch = ""
    /// `limit`; 0 means all.
    public var limit = 0
    /// `continue`.
    public var continueToken = ""

    /// Everything, as of now; set what differs.
    public init() {}
}

/// Which changes are wanted, and from when; texts are as the query has them and are checked by the registry.
public struct WatchOptions: Sendable {
    /// `labelSelector`.
    public var labelSelector = ""
    /// `fieldSelector`; a watch of a single object (`ResourceTarget.name`) needs none.
    public var fieldSelector = ""
    /// `resourceVersion`: empty or `0` begins with what exists, as `ADDED`.
    public var resourceVersion = ""
    /// `resourceVersionMatch`, which only goes with `sendInitialEvents`.
    public var resourceVersionMatch = ""
    /// `allowWatchBookmarks`.
    public var allowsBookmarks = false
    /// `sendInitialEvents`: what exists, then a bookmark that says so; nil when not given.
    public var sendsInitialEvents: Bool?

    /// Everything that comes, after what exists; set what differs.
    public init() {}
}
