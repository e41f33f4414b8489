/// A map that remembers about the last `capacity` keys that were used, at least half of them.
///
/// Two generations: what is used moves into the young one; when that is half full, the old one is forgotten.
struct RecentCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let generationSize: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    /// An empty cache.
    init(capacity: Int) { generationSize = max(1, capacity / 2) }

    /// The value of a key, which counts as used; setting nil forgets it.
    subscript(key: Key) -> Value? {
        mutating get {
            if let value = young[key] { return value }
            guard let value = old.removeValue(forKey: key) else { return nil }
            insert(key, value)
            return value
        }
        set {
            old[key] = nil
            if let newValue { insert(key, newValue) } else { young[key] = nil }
        }
    }

    private mutating func insert(_ key: Key, _ value: Value) {
        if young[key] == nil, young.count >= generationSize { (old, young) = (young, [:]) }
        young[key] = value
    }
}
