/// A dictionary that iterates in the order of insertion and removes in constant (amortized) time.
///
/// Removal leaves a hole; holes are squeezed out when they are the larger part. Iteration order is the same in every
/// process, so it may reach effects.
struct OrderedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Slot: Sendable {
        let key: Key
        var value: Value

        mutating func apply<Result>(_ change: (inout Value) -> Result) -> Result { change(&value) }
    }

    private var slots: [Slot?] = []
    private var places: [Key: Int] = [:]
    private var head = 0  // no slot before it is taken

    var count: Int { places.count }
    var isEmpty: Bool { places.isEmpty }
    var keys: [Key] { slots[head...].compactMap { $0?.key } }
    var values: [Value] { slots[head...].compactMap { $0?.value } }
    var firstKey: Key? { isEmpty ? nil : slots[head]?.key }

    func contains(_ key: Key) -> Bool { places[key] != nil }

    /// Reads or replaces; a new key goes to the end, nil removes.
    subscript(key: Key) -> Value? {
        get { places[key].flatMap { slots[$0]?.value } }
        set {
            guard let newValue else {
                removeValue(forKey: key)
                return
            }
            if let place = places[key] {
                slots[place]?.value = newValue
            } else {
                places[key] = slots.count
                slots.append(Slot(key: key, value: newValue))
            }
        }
    }

    /// Looks at a value where it lies; nil for an unknown key.
    ///
    /// A copy that outlives a change would make the change copy too.
    func read<Result>(_ key: Key, _ look: (Value) -> Result) -> Result? {
        guard let place = places[key], let slot = slots[place] else { return nil }
        return look(slot.value)
    }

    /// Changes a value where it lies, without copying it; nil and nothing done for an unknown key.
    @discardableResult
    mutating func update<Result>(_ key: Key, _ change: (inout Value) -> Result) -> Result? {
        guard let place = places[key] else { return nil }
        return slots[place]?.apply(change)
    }

    @discardableResult
    mutating func removeValue(forKey key: Key) -> Value? {
        guard let place = places.removeValue(forKey: key) else { return nil }
        let value = slots[place]?.value
        slots[place] = nil
        while head < slots.count, slots[head] == nil { head += 1 }
        squeeze()
        return value
    }

    mutating func removeAll() { self = OrderedTable() }

    private mutating func squeeze() {
        guard slots.count > 16, slots.count > 2 * places.count else { return }
        slots.removeAll { $0 == nil }
        head = 0
        for (place, slot) in slots.enumerated() { if let slot { places[slot.key] = place } }
    }
}
