internal import KubeModel

/// Who owns whom, by uid; owners that are not known may have dependents here, too.
struct GarbageGraph: Sendable {
    private(set) var nodes: [String: GarbageNode] = [:]
    private var dependentsByOwner: [String: Set<String>] = [:]

    /// The object with a uid, or nil when it is not known.
    subscript(uid: String) -> GarbageNode? { nodes[uid] }

    /// Takes an object's new state.
    mutating func put(_ node: GarbageNode) {
        unlink(node.uid)
        nodes[node.uid] = node
        for owner in node.owners { dependentsByOwner[owner.uid, default: []].insert(node.uid) }
    }

    /// Takes an object out; its dependents stay.
    mutating func remove(_ uid: String) {
        unlink(uid)
        nodes[uid] = nil
    }

    /// The objects that name an owner, by kind, namespace and name.
    func dependents(of uid: String) -> [GarbageNode] {
        (dependentsByOwner[uid] ?? []).compactMap { nodes[$0] }.sorted {
            ($0.kind.description, $0.key, $0.uid) < ($1.kind.description, $1.key, $1.uid)
        }
    }

    /// Whether any object names an owner.
    func hasDependents(_ uid: String) -> Bool { dependentsByOwner[uid] != nil }

    private mutating func unlink(_ uid: String) {
        for owner in nodes[uid]?.owners ?? [] {
            dependentsByOwner[owner.uid]?.remove(uid)
            if dependentsByOwner[owner.uid]?.isEmpty == true { dependentsByOwner[owner.uid] = nil }
        }
    }
}
