public import ClusterBase

/// The metadata of an object (`metadata`), read and written in place.
extension KubeObject {
    /// `metadata` as a tree; empty when absent.
    public var metadata: JSONObject {
        get { fields["metadata"]?.object ?? JSONObject() }
        set { fields["metadata"] = .object(newValue) }
    }

    /// `metadata.name`.
    public var name: String {
        get { text("metadata", "name") }
        set { setText(newValue, "name") }
    }

    /// `metadata.generateName`.
    public var generateName: String {
        get { text("metadata", "generateName") }
        set { setText(newValue, "generateName") }
    }

    /// `metadata.namespace`; empty for objects of the cluster.
    public var namespace: String {
        get { text("metadata", "namespace") }
        set { setText(newValue, "namespace") }
    }

    /// `metadata.uid`, a UUID in lower case.
    public var uid: String {
        get { text("metadata", "uid") }
        set { setText(newValue, "uid") }
    }

    /// `metadata.resourceVersion`, an opaque decimal; empty when absent.
    public var resourceVersion: String {
        get { text("metadata", "resourceVersion") }
        set { setText(newValue, "resourceVersion") }
    }

    /// `metadata.generation`; nil for kinds that keep none.
    public var generation: Int64? {
        get { integer("metadata", "generation") }
        set { self["metadata", "generation"] = newValue.map { .integer($0) } }
    }

    /// `metadata.creationTimestamp` as it stands (RFC 3339), or empty.
    public var creationTimestamp: String {
        get { text("metadata", "creationTimestamp") }
        set { setText(newValue, "creationTimestamp") }
    }

    /// `metadata.deletionTimestamp` as it stands (RFC 3339); empty while the object is not being deleted.
    public var deletionTimestamp: String {
        get { text("metadata", "deletionTimestamp") }
        set { setText(newValue, "deletionTimestamp") }
    }

    /// Whether deletion was requested.
    public var isDeleting: Bool { !deletionTimestamp.isEmpty }

    /// `metadata.deletionGracePeriodSeconds`.
    public var deletionGracePeriodSeconds: Int64? {
        get { integer("metadata", "deletionGracePeriodSeconds") }
        set { self["metadata", "deletionGracePeriodSeconds"] = newValue.map { .integer($0) } }
    }

    /// `metadata.labels`, in order.
    public var labels: [(key: String, value: String)] { strings("metadata", "labels") }

    /// `metadata.annotations`, in order.
    public var annotations: [(key: String, value: String)] { strings("metadata", "annotations") }

    /// The value of a label, or nil.
    public func label(_ key: String) -> String? { self["metadata", "labels", key]?.string }

    /// The value of an annotation, or nil.
    public func annotation(_ key: String) -> String? { self["metadata", "annotations", key]?.string }

    /// Sets or (with nil) removes an annotation; the last one leaves no empty map behind.
    public mutating func setAnnotation(_ key: String, _ value: String?) {
        self["metadata", "annotations", key] = value.map { .string($0) }
        if self["metadata", "annotations"]?.object?.isEmpty == true { self["metadata", "annotations"] = nil }
    }

    /// `metadata.finalizers`; setting an empty list removes the member.
    public var finalizers: [String] {
        get { list("metadata", "finalizers").compactMap(\.string) }
        set { self["metadata", "finalizers"] = newValue.isEmpty ? nil : .array(newValue.map { .string($0) }) }
    }

    /// `metadata.ownerReferences`; setting an empty list removes the member.
    public var ownerReferences: [OwnerReference] {
        get { list("metadata", "ownerReferences").compactMap(OwnerReference.init) }
        set { self["metadata", "ownerReferences"] = newValue.isEmpty ? nil : .array(newValue.map(\.value)) }
    }

    /// The owner that manages the object, if any.
    public var controller: OwnerReference? { ownerReferences.first { $0.isController } }

    private mutating func setText(_ text: String, _ key: String) {
        if text.isEmpty {
            if fields["metadata"] != nil { self["metadata", key] = nil }
        } else {
            self["metadata", key] = .string(text)
        }
    }
}

/// A reference from an object to one that owns it (`metadata.ownerReferences[]`).
public struct OwnerReference: Hashable, Sendable {
    /// The owner's `apiVersion`.
    public var apiVersion: String
    /// The owner's kind.
    public var kind: String
    /// The owner's name, in the same namespace or of the cluster.
    public var name: String
    /// The owner's uid.
    public var uid: String
    /// Whether the owner manages the object; at most one does.
    public var isController: Bool
    /// Whether the owner's foreground deletion waits for the object.
    public var blocksOwnerDeletion: Bool

    /// Makes a reference.
    public init(
        apiVersion: String, kind: String, name: String, uid: String, isController: Bool = false,
        blocksOwnerDeletion: Bool = false
    ) {
        (self.apiVersion, self.kind, self.name, self.uid) = (apiVersion, kind, name, uid)
        (self.isController, self.blocksOwnerDeletion) = (isController, blocksOwnerDeletion)
    }

    /// Reads a reference; nil when the value is not an object.
    public init?(_ value: JSONValue) {
        guard let object = KubeObject(value) else { return nil }
        self.init(
            apiVersion: object.apiVersion, kind: object.kind, name: object.text("name"), uid: object.text("uid"),
            isController: object.flag("controller"), blocksOwnerDeletion: object.flag("blockOwnerDeletion"))
    }

    /// The reference as a tree.
    public var value: JSONValue {
        var object: JSONObject = [
            "apiVersion": .string(apiVersion), "kind": .string(kind), "name": .string(name), "uid": .string(uid),
        ]
        if isController { object["controller"] = true }
        if blocksOwnerDeletion { object["blockOwnerDeletion"] = true }
        return .object(object)
    }
}
