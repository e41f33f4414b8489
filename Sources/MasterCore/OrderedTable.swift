internal import HashTreeCollections

/// A dictionary that iterates in the order of insertion and removes in constant (amortized) time.
///
/// Entries lie in chunks, and the index is a tree, so that a change made while a copy is held copies one chunk and a
/// path of the tree, not the table: the core goes on at nearly full speed while its state is rendered. Removal leaves a
/// hole; chunks that are empty are dropped, and holes are squeezed out when they are the larger part. Iteration order
/// is the same in every process, so it may reach effects.
struct OrderedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Slot: Sendable {
        let key: Key
        var value: Value

        mutating func apply<Result>(_ change: (inout Value) -> Result) -> Result { change(&value) }
    }

    /// Few entries are searched one by one, which saves the index.
    private static var indexThreshold: Int { 8 }
    /// Entries of a chunk, as a power of two: fewer where they are large, for a chunk is what a held copy costs.
    private static var shift: Int { MemoryLayout<Slot?>.stride > 192 ? 4 : 6 }

    // Slots are numbered for good until they are squeezed; chunk 0 begins at `dropped << shift`.
    private var chunks: [[Slot?]] = []
    private var places = TreeDictionary<Key, Int>()
    private var isIndexed = false
    private var dropped = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    var keys: [Key] {
        var result: [Key] = []
        result.reserveCapacity(count)
        for chunk in chunks { for case let slot? in chunk { result.append(slot.key) } }
        return result
    }

    var values: [Value] {
        var result: [Value] = []
        result.reserveCapacity(count)
        for chunk in chunks { for case let slot? in chunk { result.append(slot.value) } }
        return result
    }

    var firstKey: Key? {
        for chunk in chunks { for case let slot? in chunk { return slot.key } }
        return nil
    }

    /// Looks at every value in order, where it lies.
    func forEach(_ look: (Value) -> Void) { for part in 0..<chunks.count { forEach(inPart: part, look) } }

    /// How many parts the table has, for those who share the work on it.
    var partCount: Int { chunks.count }
    /// How many entries a part has at most.
    static var partSize: Int { 1 << shift }

    /// Looks at every value of one part in order, where it lies.
    func forEach(inPart part: Int, _ look: (Value) -> Void) {
        for case let slot? in chunks[part] { look(slot.value) }
    }

    /// Looks at every entry of one part in order, where it lies.
    func forEachEntry(inPart part: Int, _ look: (Key, Value) -> Void) {
        for case let slot? in chunks[part] { look(slot.key, slot.value) }
    }

    func contains(_ key: Key) -> Bool { place(of: key) != nil }

    /// Reads or replaces; a new key goes to the end, nil removes.
    subscript(key: Key) -> Value? {
        get {
            guard let place = place(of: key) else { return nil }
            return chunks[chunk(place)][offset(place)]?.value
        }
        set {
            guard let newValue else {
                removeValue(forKey: key)
                return
            }
            if let place = place(of: key) {
                chunks[chunk(place)][offset(place)]?.value = newValue
            } else {
                append(Slot(key: key, value: newValue))
            }
        }
    }

    /// Looks at a value where it lies; nil for an unknown key.
    ///
    /// A copy that outlives a change would make the change copy too.
    func read<Result>(_ key: Key, _ look: (Value) -> Result) -> Result? {
        guard let place = place(of: key), let slot = chunks[chunk(place)][offset(place)] else { return nil }
        return look(slot.value)
    }

    /// Changes a value where it lies, without copying it; nil and nothing done for an unknown key.
    @discardableResult
    mutating func update<Result>(_ key: Key, _ change: (inout Value) -> Result) -> Result? {
        guard let place = place(of: key) else { return nil }
        return chunks[chunk(place)][offset(place)]?.apply(change)
    }

    @discardableResult
    mutating func removeValue(forKey key: Key) -> Value? {
        guard let place = place(of: key) else { return nil }
        if isIndexed { places[key] = nil }
        let (chunk, offset) = (chunk(place), offset(place))
        let value = chunks[chunk][offset]?.value
        chunks[chunk][offset] = nil
        count -= 1
        if count == 0 {
            self = OrderedTable()
        } else {
            squeeze(chunk)
        }
        return value
    }

    mutating func removeAll() { self = OrderedTable() }

    // MARK: Places

    private func chunk(_ place: Int) -> Int { place >> Self.shift - dropped }
    private func offset(_ place: Int) -> Int { place & (1 << Self.shift - 1) }

    private func place(of key: Key) -> Int? {
        if isIndexed { return places[key] }
        for chunk in chunks.indices {
            for offset in chunks[chunk].indices where chunks[chunk][offset]?.key == key {
                return (chunk + dropped) << Self.shift + offset
            }
        }
        return nil
    }

    private mutating func append(_ slot: Slot) {
        if chunks.last.map({ $0.count == 1 << Self.shift }) ?? true {
            chunks.append([])
            if chunks.count > 1 { chunks[chunks.count - 1].reserveCapacity(1 << Self.shift) }
        }
        let chunk = chunks.count - 1
        let place = (chunk + dropped) << Self.shift + chunks[chunk].count
        if isIndexed { places[slot.key] = place }
        chunks[chunk].append(slot)
        count += 1
        if !isIndexed, chunks[chunk].count > Self.indexThreshold || chunk > 0 { index() }
    }

    private mutating func index() {
        isIndexed = true
        for chunk in chunks.indices {
            for offset in chunks[chunk].indices {
                if let slot = chunks[chunk][offset] { places[slot.key] = (chunk + dropped) << Self.shift + offset }
            }
        }
    }

    /// Drops chunks at the front that are full of holes; when most of the rest are holes too, all are squeezed out.
    private mutating func squeeze(_ changed: Int) {
        if changed == 0, chunks.count > 1, chunks[0].count == 1 << Self.shift {
            var empty = 0
            while empty < chunks.count - 1, chunks[empty].allSatisfy({ $0 == nil }) { empty += 1 }
            chunks.removeFirst(empty)
            dropped += empty
        }
        let slots = (chunks.count - 1) << Self.shift + (chunks.last?.count ?? 0)
        guard slots > 16 + 1 << Self.shift, slots > 2 * count else { return }
        var squeezed = OrderedTable()
        for chunk in chunks { for case let slot? in chunk { squeezed.append(slot) } }
        self = squeezed
    }
}
