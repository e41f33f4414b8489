public import KubeKinds
public import KubeModel

/// A kind with what storing its objects takes, made once at start and shared by every version it is served in.
public final class StoredKind: Sendable {
    /// The kind's row.
    public let row: KindRow
    /// Where its objects lie, with a slash at the end: `/registry/pods/`, `/registry/apps/deployments/`.
    public let prefix: String

    init(_ row: KindRow) {
        self.row = row
        prefix = Self.root + (row.group.isEmpty ? "" : row.group + "/") + row.plural + "/"
    }

    /// Where all objects lie.
    static let root = "/registry/"

    /// The store's key of an object.
    func key(_ namespace: String, _ name: String) -> String {
        row.isNamespaced ? "\(prefix)\(namespace)/\(name)" : prefix + name
    }

    /// The prefix of a namespace's objects; of all when the namespace is empty or the kind has none.
    func prefix(of namespace: String) -> String {
        namespace.isEmpty || !row.isNamespaced ? prefix : "\(prefix)\(namespace)/"
    }
}

/// A kind in one of the versions it is served in: what a path names.
public final class ServedKind: Sendable {
    /// The kind.
    public let stored: StoredKind
    /// Row and version.
    public let entry: KindTable.Entry
    /// Whether this version is the one objects are stored in, so that stored bytes are served as they are.
    public let isHub: Bool

    init(_ stored: StoredKind, _ entry: KindTable.Entry) {
        (self.stored, self.entry) = (stored, entry)
        isHub = entry.version.toHub == nil && entry.version.fromHub == nil && entry.kind == entry.row.hubKind
    }

    /// The kind's row.
    public var row: KindRow { stored.row }
    /// The version's row.
    public var version: VersionRow { entry.version }
    /// What names new objects may have.
    var nameRule: NameRule { version.legacy?.nameRule(row.nameRule) ?? row.nameRule }
    /// Whether DELETE answers with the object, and not with a Status; `isGone` says that nothing of it is left.
    func returnsObject(onDelete isGone: Bool) -> Bool {
        version.legacy == nil && (!isGone || row.returnsObjectOnDelete)
    }
    /// Group and plural as paths name them, for messages.
    public var resource: GroupResource { GroupResource(group: entry.version.groupVersion.group, entry.plural) }
}

/// What a request is about: a resource in a version, and the part of it that the path names.
public struct ResourceTarget: Sendable {
    /// The resource.
    public var kind: ServedKind
    /// The namespace; empty for kinds of the cluster and for all namespaces.
    public var namespace: String
    /// The object's name; empty for a collection.
    public var name: String
    /// The subresource; empty for the object itself.
    public var subresource: String

    /// Makes a target; the path's words are taken as they are.
    public init(_ kind: ServedKind, namespace: String = "", name: String = "", subresource: String = "") {
        (self.kind, self.namespace, self.name, self.subresource) = (kind, namespace, name, subresource)
    }
}
