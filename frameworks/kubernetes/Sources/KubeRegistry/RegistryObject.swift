internal import ClusterBase
internal import KubeKinds
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

    /// The tree in the hub version, with `resourceVersion`.
    ///
    /// Throws 500 when the stored bytes are damaged.
    public func tree() throws(APIError) -> KubeObject {
        do {
            var tree = try StoredForm.object(bytes, revision: revision)
            if revision == 0 { tree.resourceVersion = "" }
            return tree
        } catch {
            throw .internalError("stored \(kind.row.resource) cannot be read: \(error)")
        }
    }

    /// The tree in a served version, with `resourceVersion`.
    public func tree(in served: ServedKind) throws(APIError) -> KubeObject {
        served.versioned(try tree())
    }

    /// Appends the JSON in a served version, with `resourceVersion`; a copy and a splice when it is the hub version.
    public func appendJSON(in served: ServedKind, to output: inout [UInt8]) throws(APIError) {
        if !served.isHub {
            output += try tree(in: served).value.bytes
        } else if revision == 0 {
            output += bytes
        } else {
            StoredForm.append(bytes, revision: revision, to: &output)
        }
    }
}

extension ServedKind {
    /// The versioned form of a tree in the hub version.
    func versioned(_ hub: KubeObject) -> KubeObject {
        if isHub { return hub }
        var object = hub
        version.fromHub?(&object)
        object.kind = entry.kind.kind
        object.apiVersion = entry.kind.groupVersion.description
        return object
    }
}
