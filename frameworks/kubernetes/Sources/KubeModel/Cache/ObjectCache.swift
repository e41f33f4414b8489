/// The objects of one kind by namespace and name: what an informer knows.
///
/// An object that was deleted and made anew under the same name between two looks is told as a deletion followed by an
/// addition, because its uid differs.
public struct ObjectCache: Sendable {
    private var namespaces: [String: [String: KubeObject]] = [:]
    private var keysByUID: [String: ObjectKey] = [:]

    /// An empty cache.
    public init() {}

    /// How many objects are known.
    public var count: Int { keysByUID.count }

    /// The object of a key, or nil.
    public subscript(key: ObjectKey) -> KubeObject? { namespaces[key.namespace]?[key.name] }

    /// The object with a uid, or nil.
    public func object(uid: String) -> KubeObject? { keysByUID[uid].flatMap { self[$0] } }

    /// The objects of a namespace, by name.
    public func objects(in namespace: String) -> [KubeObject] {
        (namespaces[namespace] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
    }

    /// The keys of all objects, in order.
    public var keys: [ObjectKey] { keysByUID.values.sorted() }

    /// Takes an object's new state; returns what that means, or nothing when it is no news.
    public mutating func put(_ object: KubeObject) -> [ObjectDelta] {
        let key = object.key
        guard let old = self[key] else {
            store(object, key)
            return [.added(object)]
        }
        if old.uid != object.uid {
            erase(old, key)
            store(object, key)
            return [.deleted(old), .added(object)]
        }
        guard old.resourceVersion != object.resourceVersion || object.resourceVersion.isEmpty else { return [] }
        store(object, key)
        return [.changed(object, from: old)]
    }

    /// Takes the news that an object is gone and tells the last state given; nothing when it was not known.
    public mutating func remove(_ object: KubeObject) -> [ObjectDelta] {
        let key = object.key
        guard let old = self[key], old.uid == object.uid else { return [] }
        erase(old, key)
        return [.deleted(object)]
    }

    /// Takes a complete listing: what is absent from it is gone.
    ///
    /// Deletions come first, then news in the listing's order.
    public mutating func replace(with objects: [KubeObject]) -> [ObjectDelta] {
        let listed = Set(objects.map(\.key))
        var deltas: [ObjectDelta] = []
        for key in keys where !listed.contains(key) {
            guard let old = self[key] else { continue }
            erase(old, key)
            deltas.append(.deleted(old))
        }
        for object in objects { deltas += put(object) }
        return deltas
    }

    private mutating func store(_ object: KubeObject, _ key: ObjectKey) {
        namespaces[key.namespace, default: [:]][key.name] = object
        keysByUID[object.uid] = key
    }

    private mutating func erase(_ object: KubeObject, _ key: ObjectKey) {
        namespaces[key.namespace]?[key.name] = nil
        if namespaces[key.namespace]?.isEmpty == true { namespaces[key.namespace] = nil }
        keysByUID[object.uid] = nil
    }
}

extension ObjectCache {
    /// Takes a delta that another cache told.
    public mutating func apply(_ delta: ObjectDelta) {
        _ = delta.isDeletion ? remove(delta.object) : put(delta.object)
    }
}
