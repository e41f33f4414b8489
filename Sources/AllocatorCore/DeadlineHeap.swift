package import ClusterBase

/// Things that wait for a time, earliest first; equal times in the order of insertion.
///
/// Entries cannot be taken back: whoever uses it checks whether an entry still means something when its time has come.
/// `push` and `pop` are O(log n).
package struct DeadlineHeap<Payload: Sendable>: Sendable {
    private struct Entry: Sendable {
        let deadline: Instant
        let order: UInt64
        let payload: Payload

        func isBefore(_ other: Entry) -> Bool {
            deadline == other.deadline ? order < other.order : deadline < other.deadline
        }
    }

    private var entries: [Entry] = []
    private var pushed: UInt64 = 0

    package init() {}

    /// How many entries wait, stale ones included.
    package var count: Int { entries.count }
    /// The earliest time; nil when nothing waits.
    package var earliest: Instant? { entries.first?.deadline }

    /// Adds an entry.
    package mutating func push(_ payload: Payload, at deadline: Instant) {
        entries.append(Entry(deadline: deadline, order: pushed, payload: payload))
        pushed += 1
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].isBefore(entries[parent]) else { break }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// Removes all entries.
    package mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

    /// Removes and returns the earliest entry that is not after `now`.
    package mutating func pop(until now: Instant) -> (deadline: Instant, payload: Payload)? {
        guard let first = entries.first, first.deadline <= now else { return nil }
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            sink()
        }
        return (first.deadline, first.payload)
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in (2 * parent + 1)..<(2 * parent + 3) where child < entries.count {
                if entries[child].isBefore(entries[least]) { least = child }
            }
            guard least != parent else { return }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
