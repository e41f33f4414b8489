public import ClusterBase

/// Keys that become due later, the earliest first; setting a key again replaces its time.
public struct TimerQueue<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Sendable {
        var due: Instant
        var order: UInt64
        var key: Key

        func precedes(_ other: Entry) -> Bool { (due, order) < (other.due, other.order) }
    }

    /// A binary heap; an entry whose order is no longer the key's is stale and skipped.
    private var heap: [Entry] = []
    private var current: [Key: (order: UInt64, due: Instant)] = [:]
    private var counter: UInt64 = 0

    /// Makes an empty queue.
    public init() {}

    /// How many keys wait.
    public var count: Int { current.count }

    /// Sets the time of a key.
    public mutating func set(_ key: Key, due: Instant) {
        counter += 1
        current[key] = (counter, due)
        heap.append(Entry(due: due, order: counter, key: key))
        siftUp(heap.count - 1)
        if heap.count > 64, heap.count > 4 * current.count { rebuild() }
    }

    /// Adds a key, or moves it forward; an earlier time that it has stays.
    public mutating func advance(_ key: Key, to due: Instant) {
        if let waiting = current[key], waiting.due <= due { return }
        set(key, due: due)
    }

    /// Whether a key waits.
    public func contains(_ key: Key) -> Bool { current[key] != nil }

    /// Takes a key out before its time.
    public mutating func remove(_ key: Key) { current[key] = nil }

    /// When the next key is due.
    public mutating func nextDue() -> Instant? {
        dropStale()
        return heap.first?.due
    }

    /// Takes the next key that is due.
    public mutating func take(at now: Instant) -> Key? {
        dropStale()
        guard let first = heap.first, first.due <= now else { return nil }
        dropFirst()
        current[first.key] = nil
        return first.key
    }

    /// Takes a key if it is due; true when it was.
    public mutating func takeIfDue(_ key: Key, at now: Instant) -> Bool {
        guard let waiting = current[key], waiting.due <= now else { return false }
        current[key] = nil
        return true
    }

    private mutating func rebuild() {
        let live = heap.filter { current[$0.key]?.order == $0.order }
        heap = live.sorted { $0.precedes($1) }
    }

    private mutating func dropStale() {
        while let first = heap.first, current[first.key]?.order != first.order { dropFirst() }
    }

    private mutating func dropFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        siftDown(0)
    }

    private mutating func siftUp(_ start: Int) {
        var at = start
        while at > 0, heap[at].precedes(heap[(at - 1) / 2]) {
            heap.swapAt(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    private mutating func siftDown(_ start: Int) {
        var at = start
        while true {
            var least = at
            for child in [2 * at + 1, 2 * at + 2] where child < heap.count && heap[child].precedes(heap[least]) {
                least = child
            }
            if least == at { return }
            heap.swapAt(at, least)
            at = least
        }
    }
}
