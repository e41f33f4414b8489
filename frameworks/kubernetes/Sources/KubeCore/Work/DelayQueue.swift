internal import ClusterBase

/// Keys that become due later, the earliest first; a key waits once, for the earliest time it was given.
struct DelayQueue<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Sendable {
        var due: Instant
        var order: UInt64
        var key: Key

        func precedes(_ other: Entry) -> Bool { (due, order) < (other.due, other.order) }
    }

    /// A binary heap; an entry whose time is no longer the key's is stale and skipped.
    private var heap: [Entry] = []
    private var dueTimes: [Key: Instant] = [:]
    private var counter: UInt64 = 0

    /// How many keys wait.
    var count: Int { dueTimes.count }

    /// Adds a key, or moves it forward.
    mutating func add(_ key: Key, due: Instant) {
        if let waiting = dueTimes[key], waiting <= due { return }
        dueTimes[key] = due
        counter += 1
        heap.append(Entry(due: due, order: counter, key: key))
        siftUp(heap.count - 1)
    }

    /// Takes a key out before its time.
    mutating func remove(_ key: Key) { dueTimes[key] = nil }

    /// When the next key is due.
    mutating func nextDue() -> Instant? {
        dropStale()
        return heap.first?.due
    }

    /// Takes the next key that is due.
    mutating func take(at now: Instant) -> Key? {
        dropStale()
        guard let first = heap.first, first.due <= now else { return nil }
        dropFirst()
        dueTimes[first.key] = nil
        return first.key
    }

    private mutating func dropStale() {
        while let first = heap.first, dueTimes[first.key] != first.due { dropFirst() }
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
