public import KubeModel

/// An object as the store holds it: bytes of the hub form and the revision; nothing is decoded until asked for.
public struct RegistryObject: Sendable {
    /// The kind.
    public let kind: StoredKind
    /// The hub form's JSON without `metadata.resourceVersion`.
    public let bytes: [UInt8]
    /// The revision, which is the object's `resourceVersion`; 0 when there is none (dry run).
    public let revision: Int64

    init(_ kind: StoredKind, _ bytes: [UInt8], revision: Int64) {
        (self.kind, self.bytes, self.revision) = (kind, bytes, revision)
    }
}

extension RegistryObject {
    /// The tree in the hub version, with `resourceVersion`.
    public func tree() throws(APIError) -> KubeObject { throw .noSuchResource }

    /// The tree in a served version, with `resourceVersion`.
    public func tree(in served: ServedKind) throws(APIError) -> KubeObject { throw .noSuchResource }

    /// Appends the JSON in a served version, with `resourceVersion`; a copy and a splice when it is the hub version.
    public func appendJSON(in served: ServedKind, to bytes: inout [UInt8]) throws(APIError) {}
}
