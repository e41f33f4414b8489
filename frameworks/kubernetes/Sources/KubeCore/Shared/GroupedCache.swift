internal import KubeModel

/// A cache that also finds objects by a text they have in common, such as the uid of their owner; groups are in order.
struct GroupedCache: Sendable {
    /// All objects.
    private(set) var all = ObjectCache()
    private var groups: [String: [ObjectKey]] = [:]
    private let group: @Sendable (KubeObject) -> String?

    /// An empty cache; objects whose `group` is nil are in none.
    init(by group: @escaping @Sendable (KubeObject) -> String?) { self.group = group }

    /// The object of a key, or nil.
    subscript(key: ObjectKey) -> KubeObject? { all[key] }

    /// The names of the groups that have objects, in order.
    var names: [String] { groups.keys.sorted() }

    /// The objects of a group, by key.
    func objects(of name: String) -> [KubeObject] { (groups[name] ?? []).compactMap { all[$0] } }

    /// Takes a delta; returns the object as it was known before.
    @discardableResult
    mutating func apply(_ delta: ObjectDelta) -> KubeObject? {
        let key = delta.object.key
        let before = all[key]
        all.apply(delta)
        let (old, new) = (before.flatMap(group), all[key].flatMap(group))
        if old != new {
            if let old { remove(key, from: old) }
            if let new { insert(key, into: new) }
        }
        return before
    }

    private mutating func insert(_ key: ObjectKey, into name: String) {
        let place = place(of: key, in: groups[name] ?? [])
        groups[name, default: []].insert(key, at: place)
    }

    private mutating func remove(_ key: ObjectKey, from name: String) {
        let place = place(of: key, in: groups[name] ?? [])
        guard groups[name]?.indices.contains(place) == true, groups[name]?[place] == key else { return }
        groups[name]?.remove(at: place)
        if groups[name]?.isEmpty == true { groups[name] = nil }
    }

    /// Where a key is, or belongs, in a sorted list.
    private func place(of key: ObjectKey, in keys: [ObjectKey]) -> Int {
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
