internal import KubeModel

/// An object in the ownership graph: as much of it as deciding about it takes.
struct GarbageNode: Hashable, Sendable {
    /// The finalizer of a deletion that waits for dependents.
    static let foreground = "foregroundDeletion"
    /// The finalizer of a deletion that leaves dependents alone.
    static let orphan = "orphan"

    var kind: ResourceKind
    var key: ObjectKey
    var uid: String
    var resourceVersion: String
    var owners: [OwnerReference]
    var finalizers: [String]
    var isDeleting: Bool

    init(_ object: KubeObject, _ kind: ResourceKind) {
        (self.kind, key, uid, resourceVersion) = (kind, object.key, object.uid, object.resourceVersion)
        (owners, finalizers, isDeleting) = (object.ownerReferences, object.finalizers, object.isDeleting)
    }

    /// Whether its deletion waits for its dependents.
    var waitsForDependents: Bool { isDeleting && finalizers.contains(Self.foreground) }
    /// Whether its deletion waits until its dependents have forgotten it.
    var orphansDependents: Bool { isDeleting && finalizers.contains(Self.orphan) }

    /// What its own deletion should do with its dependents: what somebody asked for before, or nothing special.
    var propagation: DeletionPropagation {
        if finalizers.contains(Self.orphan) { return .orphan }
        return finalizers.contains(Self.foreground) ? .foreground : .background
    }

    /// The object as events name it.
    var reference: KubeObject {
        var object = KubeObject()
        (object.apiVersion, object.kind) = (kind.groupVersion.description, kind.kind)
        (object.namespace, object.name, object.uid) = (key.namespace, key.name, uid)
        return object
    }
}
