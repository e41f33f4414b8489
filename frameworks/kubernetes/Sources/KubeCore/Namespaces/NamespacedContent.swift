public import KubeModel

/// A kind whose objects a namespace takes with it.
public struct NamespacedContent: Hashable, Sendable {
    /// The kind.
    public var kind: ResourceKind
    /// Whether one request can delete all its objects of a namespace.
    public var deletesCollections: Bool

    /// Makes a row.
    public init(_ kind: ResourceKind, deletesCollections: Bool = true) {
        (self.kind, self.deletesCollections) = (kind, deletesCollections)
    }
}
