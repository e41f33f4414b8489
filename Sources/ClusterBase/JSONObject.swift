/// The members of a JSON object, in order; keys are unique.
///
/// Small objects are searched linearly, larger ones through an index.
public struct JSONObject: Sendable, ExpressibleByDictionaryLiteral {
    private var entries: [Entry] = []
    private var index: Index?
    private static let indexThreshold = 12

    /// An empty object.
    public init() {}

    /// An object of pairs in order.
    public init(dictionaryLiteral pairs: (String, JSONValue)...) {
        for (key, value) in pairs { self[key] = value }
    }

    /// How many members it has.
    public var count: Int { entries.count }
    /// Whether it has none.
    public var isEmpty: Bool { entries.isEmpty }
    /// The keys in order.
    public var keys: [String] { entries.map(\.key) }

    /// The value of a key; setting nil removes it, setting a new key appends it.
    ///
    /// - Complexity: O(1) but for removals, which are O(members); see `removeAll(where:)` for many.
    public subscript(key: String) -> JSONValue? {
        get { position(of: key).map { entries[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let at?, let value?): entries[at].value = value
            case (let at?, nil):
                index?.remove(key, at: at)
                entries.remove(at: at)
            case (nil, let value?):
                entries.append(Entry(key: key, value: value))
                if index != nil {
                    index?.append(key)
                } else if entries.count > Self.indexThreshold {
                    index = Index(entries)
                }
            case (nil, nil): break
            }
        }
    }

    /// Removes the members whose keys a predicate accepts.
    public mutating func removeAll(where isRemoved: (_ key: String) throws -> Bool) rethrows {
        let count = entries.count
        try entries.removeAll { try isRemoved($0.key) }
        if index != nil, entries.count < count { index = Index(entries) }
    }

    private func position(of key: String) -> Int? {
        if let index { return index.position(of: key) }
        return entries.firstIndex { $0.key == key }
    }
}

/// A member of an object.
private struct Entry: Hashable, Sendable {
    var key: String
    var value: JSONValue
}

/// Where keys stand, by numbers that removals leave as they are.
private struct Index: Sendable {
    private var numbers: [String: Int]
    /// The number of each entry, growing.
    private var order: [Int]
    private var next: Int

    init(_ entries: [Entry]) {
        numbers = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.key, $0) })
        order = Array(entries.indices)
        next = entries.count
    }

    func position(of key: String) -> Int? {
        guard let number = numbers[key] else { return nil }
        if number < order.count, order[number] == number { return number }
        var (low, high) = (0, min(number, order.count - 1))
        while low < high {
            let middle = (low + high) / 2
            if order[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func append(_ key: String) {
        numbers[key] = next
        order.append(next)
        next += 1
    }

    mutating func remove(_ key: String, at position: Int) {
        numbers[key] = nil
        order.remove(at: position)
    }
}

extension JSONObject: Sequence {
    /// Walks the members in order.
    public struct Iterator: IteratorProtocol {
        private var entries: IndexingIterator<[Entry]>

        fileprivate init(_ entries: [Entry]) { self.entries = entries.makeIterator() }

        /// The next member.
        public mutating func next() -> (key: String, value: JSONValue)? { entries.next().map { ($0.key, $0.value) } }
    }

    /// The members in order.
    public func makeIterator() -> Iterator { Iterator(entries) }

    /// How many members it has.
    public var underestimatedCount: Int { entries.count }
}

extension JSONObject: Hashable {
    /// Equal when both have the same members, in whatever order.
    public static func == (left: Self, right: Self) -> Bool {
        guard left.count == right.count else { return false }
        return left.entries.indices.allSatisfy { place in
            let (entry, other) = (left.entries[place], right.entries[place])
            return entry.key == other.key ? entry.value == other.value : right[entry.key] == entry.value
        }
    }

    /// Feeds a hash that does not depend on order.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(entries.reduce(0) { $0 &+ $1.hashValue })
    }
}
