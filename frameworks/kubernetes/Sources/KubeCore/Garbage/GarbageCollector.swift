internal import ClusterBase
public import KubeModel

/// Deletes what belongs to owners that are gone, and finishes foreground and orphaning deletions.
///
/// It keeps a graph of all objects by uid. An owner that the graph knows exists; one that it does not know is asked for
/// at the server before anything is deleted. Every write names the uid and the revision it was decided on, so that news
/// the graph has not heard yet makes it fail, and the key is looked at again.
///
/// Source: upstream `pkg/controller/garbagecollector` (1.20); spec `kubernetes/02` §2.10.
public struct GarbageCollector: Controller {
    /// One object to look at.
    public enum Key: Hashable, Sendable, CustomStringConvertible {
        /// Whether the object with a uid must go.
        case object(String)
        /// Whether the dependents of the object with a uid must forget it.
        case orphans(String)

        /// What is looked at.
        public var description: String {
            switch self {
            case .object(let uid): "object " + uid
            case .orphans(let uid): "orphans of " + uid
            }
        }
    }

    private enum Stage: Int { case verified, orphaned }

    /// Where an owner was looked for; once it is gone from there it never comes back, because uids do not.
    private struct Place: Hashable {
        var uid: String
        var kind: ResourceKind
        var key: ObjectKey
    }

    /// The name.
    public let name = "garbage-collector-controller"
    /// Every kind that can own or be owned.
    public let kinds: [ResourceKind]
    private let byGroupKind: [String: ResourceKind]
    private var graph = GarbageGraph()
    private var absent = RecentCache<Place, Bool>(capacity: 10_000)

    /// Makes a collector of these kinds; `aliases` are further group and kind names under which owners may be written.
    public init(kinds: [ResourceKind], aliases: [GroupVersionKind: ResourceKind] = [:]) {
        self.kinds = kinds
        var byGroupKind: [String: ResourceKind] = [:]
        for (alias, kind) in aliases { byGroupKind[Self.groupKind(alias.groupVersion.group, alias.kind)] = kind }
        for kind in kinds { byGroupKind[Self.groupKind(kind.groupVersion.group, kind.kind)] = kind }
        self.byGroupKind = byGroupKind
    }

    private static func groupKind(_ group: String, _ kind: String) -> String { kind + "." + group }

    /// Every object that owns or is owned.
    public var allKeys: [Key] {
        graph.nodes.values.flatMap { node -> [Key] in
            if node.orphansDependents { return [.orphans(node.uid)] }
            return node.owners.isEmpty && !node.waitsForDependents ? [] : [.object(node.uid)]
        }.sorted { $0.description < $1.description }
    }

    /// Takes the state of an object into the graph.
    public mutating func observe(_ delta: ObjectDelta, of kind: ResourceKind) -> [Trigger<Key>] {
        let node = GarbageNode(delta.object, kind)
        guard !node.uid.isEmpty else { return [] }
        if delta.isDeletion { return removed(node) }
        let before = graph[node.uid]
        graph.put(node)
        var keys: [Key] = []
        if node.owners != before?.owners {
            if node.owners.contains(where: { !isKnown($0, to: node) || waits($0) }) { keys.append(.object(node.uid)) }
            keys += unblocked(by: before, now: node)
        }
        if node.orphansDependents, before?.orphansDependents != true {
            keys.append(.orphans(node.uid))
        } else if node.waitsForDependents, before?.waitsForDependents != true {
            keys += graph.dependents(of: node.uid).map { .object($0.uid) } + [.object(node.uid)]
        }
        return keys.map { Trigger($0) }
    }

    private mutating func removed(_ node: GarbageNode) -> [Trigger<Key>] {
        let last = graph[node.uid] ?? node
        graph.remove(node.uid)
        absent[Place(uid: node.uid, kind: node.kind, key: node.key)] = true
        let dependents = graph.dependents(of: node.uid).map { Key.object($0.uid) }
        return (dependents + unblocked(by: last, now: nil)).map { Trigger($0) }
    }

    /// Owners that wait for their dependents and have one less to wait for.
    private func unblocked(by before: GarbageNode?, now: GarbageNode?) -> [Key] {
        (before?.owners ?? []).filter { owner in
            waits(owner) && owner.blocksOwnerDeletion && now?.owners.contains(owner) != true
        }.map { .object($0.uid) }
    }

    /// Nothing: what was told before its owner was is looked at, and then the owner is known.
    public mutating func synchronised() -> [Trigger<Key>] { [] }

    /// Whether the graph knows an owner, at a place where the dependent may name it.
    private func isKnown(_ owner: OwnerReference, to node: GarbageNode) -> Bool {
        guard let known = graph[owner.uid], known.key.name == owner.name,
            kind(of: owner) == known.kind
        else { return false }
        return known.key.namespace.isEmpty || known.key.namespace == node.key.namespace
    }

    private func waits(_ owner: OwnerReference) -> Bool { graph[owner.uid]?.waitsForDependents == true }

    private func kind(of owner: OwnerReference) -> ResourceKind? {
        byGroupKind[Self.groupKind(GroupVersion(parsing: owner.apiVersion)?.group ?? "", owner.kind)]
    }

    /// What to do about an object, or about the dependents of one.
    public mutating func plan(_ key: Key, after progress: Progress?, now: UnixTime) -> Plan<Key> {
        switch key {
        case .orphans(let uid): planOrphans(uid, after: progress)
        case .object(let uid): planObject(uid, after: progress)
        }
    }
}

// MARK: - Orphaning

extension GarbageCollector {
    private func planOrphans(_ uid: String, after progress: Progress?) -> Plan<Key> {
        guard let owner = graph[uid], owner.orphansDependents else { return .nothing }
        if progress?.failures.contains(where: { $0.code != 404 }) == true { return Plan(then: .retry) }
        let dependents = graph.dependents(of: uid)
        if progress == nil, !dependents.isEmpty {
            let patches = dependents.map { without([uid], in: $0) }
            return Plan(patches, then: .resume(stage: Stage.orphaned.rawValue))
        }
        return Plan([without(finalizer: GarbageNode.orphan, in: owner)])
    }

    /// Takes references to owners out of an object.
    private func without(_ owners: Set<String>, in node: GarbageNode) -> Intent {
        patch(node, "ownerReferences", node.owners.filter { !owners.contains($0.uid) }.map(\.value))
    }

    private func without(finalizer: String, in node: GarbageNode) -> Intent {
        patch(node, "finalizers", node.finalizers.filter { $0 != finalizer }.map { .string($0) })
    }

    private func patch(_ node: GarbageNode, _ member: String, _ list: [JSONValue]) -> Intent {
        let metadata: JSONObject = [
            "uid": .string(node.uid), "resourceVersion": .string(node.resourceVersion),
            member: list.isEmpty ? .null : .array(list),
        ]
        return .patch(node.kind, node.key, ["metadata": .object(metadata)])
    }
}

// MARK: - Deleting

extension GarbageCollector {
    /// How soon an owner is asked for again that the server knows and the graph has not heard of.
    private static let hearing = Duration.seconds(30)

    /// The references of an object, sorted by what became of the owners.
    private struct Owners {
        var solid: [OwnerReference] = []
        var waiting: [OwnerReference] = []
        var dangling: [OwnerReference] = []
        var unknown: [Place] = []
        var events: [EventNote] = []
    }

    private mutating func planObject(_ uid: String, after progress: Progress?) -> Plan<Key> {
        guard let node = graph[uid] else { return .nothing }
        if node.waitsForDependents { return planWaiting(node) }
        if node.isDeleting || node.owners.isEmpty { return .nothing }
        for outcome in progress?.outcomes ?? [] { learn(outcome, about: node) }
        guard let owners = classify(node) else { return .nothing }
        if progress == nil, !owners.unknown.isEmpty {
            let questions = owners.unknown.map { Intent.get($0.kind, $0.key) }
            return Plan(questions, events: owners.events, then: .resume(stage: Stage.verified.rawValue))
        }
        let events = progress == nil ? owners.events : []
        guard owners.solid.isEmpty, owners.unknown.isEmpty else {
            let gone = Set((owners.dangling + owners.waiting).map(\.uid))
            return Plan(
                gone.isEmpty ? [] : [without(gone, in: node)], events: events,
                then: next(for: owners, after: progress))
        }
        return delete(node, waiting: owners.waiting, events: events)
    }

    /// An owner that is unknown still was found just now, or could not be asked for.
    private func next(for owners: Owners, after progress: Progress?) -> Plan<Key>.Next {
        if owners.unknown.isEmpty { return .finished }
        return progress?.failures.contains { $0.code != 404 } == true ? .retry : .again(after: Self.hearing)
    }

    /// Remembers an owner as absent when the server knows nothing of its name, or another object of that name.
    private mutating func learn(_ outcome: Outcome, about node: GarbageNode) {
        guard case .get(let kind, let key) = outcome.intent else { return }
        for owner in node.owners where owner.name == key.name && self.kind(of: owner) == kind {
            let isGone =
                switch outcome.answer {
                case .failed(let error): error.code == 404
                case .object(let object): object.uid != owner.uid
                default: false
                }
            if isGone { absent[Place(uid: owner.uid, kind: kind, key: key)] = true }
        }
    }

    /// Nil when an object of the cluster names an owner in a namespace, which means nothing: it is left alone.
    private mutating func classify(_ node: GarbageNode) -> Owners? {
        var owners = Owners()
        for owner in node.owners {
            guard let kind = kind(of: owner) else {
                owners.solid.append(owner)
                continue
            }
            if node.key.namespace.isEmpty, kind.isNamespaced { return nil }
            if isKnown(owner, to: node) {
                if waits(owner) { owners.waiting.append(owner) } else { owners.solid.append(owner) }
                continue
            }
            if let elsewhere = graph[owner.uid], elsewhere.key.namespace != node.key.namespace {
                owners.events.append(mismatch(owner, of: node))
            }
            let namespace = kind.isNamespaced ? node.key.namespace : ""
            let place = Place(uid: owner.uid, kind: kind, key: ObjectKey(namespace: namespace, owner.name))
            if absent[place] == true { owners.dangling.append(owner) } else { owners.unknown.append(place) }
        }
        return owners
    }

    private func mismatch(_ owner: OwnerReference, of node: GarbageNode) -> EventNote {
        let text =
            "ownerRef [\(owner.apiVersion)/\(owner.kind), namespace: \(node.key.namespace), name: \(owner.name), "
            + "uid: \(owner.uid)] does not exist in namespace \"\(node.key.namespace)\""
        return EventNote(node.reference, .warning, reason: "OwnerRefInvalidNamespace", text)
    }

    /// An object whose deletion waits: it goes when no dependent blocks it any more.
    private func planWaiting(_ node: GarbageNode) -> Plan<Key> {
        let blocking = graph.dependents(of: node.uid).filter { dependent in
            dependent.owners.contains { $0.uid == node.uid && $0.blocksOwnerDeletion }
        }
        if blocking.isEmpty { return Plan([without(finalizer: GarbageNode.foreground, in: node)]) }
        let next = blocking.filter { !$0.waitsForDependents }
        return Plan(triggers: next.map { Trigger(.object($0.uid)) })
    }

    /// Deletes an object that no solid owner holds; in the foreground when its owner's deletion waits for it and it has
    /// dependents itself.
    private func delete(_ node: GarbageNode, waiting: [OwnerReference], events: [EventNote]) -> Plan<Key> {
        var propagation = node.propagation
        if !waiting.isEmpty, graph.hasDependents(node.uid) {
            propagation = .foreground
            // Two that wait for each other would wait for ever: this one blocks its owners no longer. The news of that
            // brings it back here.
            if node.owners.contains(where: \.blocksOwnerDeletion),
                graph.dependents(of: node.uid).contains(where: \.waitsForDependents)
            {
                let freed = node.owners.map { owner in
                    var owner = owner
                    owner.blocksOwnerDeletion = false
                    return owner.value
                }
                return Plan([patch(node, "ownerReferences", freed)], events: events)
            }
        }
        let request = DeletionRequest(
            propagation: propagation, uid: node.uid, resourceVersion: node.resourceVersion)
        return Plan([.delete(node.kind, node.key, request)], events: events)
    }
}
