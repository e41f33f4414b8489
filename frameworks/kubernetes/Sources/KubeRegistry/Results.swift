public import KubeModel

/// What `Registry.getNow` found.
public enum Lookup: Sendable {
    /// The object.
    case found(RegistryObject)
    /// It does not exist; the 404.
    case absent(APIError)
    /// Memory cannot tell; ask `Registry.get`.
    case unknown
}

/// What a verb answers with.
public enum Reply: Sendable {
    /// An object of the target's kind, to be served in the target's version.
    case object(RegistryObject)
    /// A tree to be served as it is: Scale, Status, ComponentStatus.
    case tree(KubeObject)
}

/// What became of a write.
public struct WriteResult: Sendable {
    /// What to answer with.
    public var reply: Reply
    /// The HTTP status: 200, 201 or 202.
    public var code: Int
    /// Texts for `Warning` headers.
    public var warnings: [String] = []
}

/// A part of a collection.
public struct ListResult: Sendable {
    /// The objects, by namespace and name in byte order.
    public var items: [RegistryObject]
    /// Objects that are not stored but computed (ComponentStatus); `items` is empty then.
    public var trees: [KubeObject] = []
    /// The revision of the list.
    public var revision: Int64
    /// Asks for the next part; empty on the last.
    public var continueToken = ""
    /// How many objects follow; nil when unknown.
    public var remaining: Int?
}
