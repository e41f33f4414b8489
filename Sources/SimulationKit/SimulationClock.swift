package import ClusterBase

/// Virtual time and what is to happen in it; equal times are served in the order in which they were asked for.
package final class SimulationClock {
    private struct Entry {
        let time: Instant
        let number: UInt64
        let action: () -> Void

        func comes(before other: Entry) -> Bool {
            time == other.time ? number < other.number : time < other.time
        }
    }

    /// The present.
    package private(set) var now: Instant
    /// How many actions were served.
    package private(set) var served = 0
    private var heap: [Entry] = []
    private var lastNumber: UInt64 = 0

    /// Starts the clock.
    package init(now: Instant) { self.now = now }

    /// Asks for an action at a time; the past counts as now.
    package func at(_ time: Instant, _ action: @escaping () -> Void) {
        lastNumber += 1
        heap.append(Entry(time: max(time, now), number: lastNumber, action: action))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].comes(before: heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Asks for an action after a delay.
    package func after(_ delay: Duration, _ action: @escaping () -> Void) { at(now + delay, action) }

    /// Serves everything that is due up to a time, which is then the present.
    ///
    /// `isOver` ends it earlier.
    package func run(until end: Instant, isOver: () -> Bool) {
        while let first = heap.first, first.time <= end, !isOver() {
            removeFirst()
            now = first.time
            served += 1
            first.action()
        }
        if !isOver() { now = max(now, end) }
    }

    /// Forgets everything to come, and with it whatever the actions hold on to.
    package func stop() { heap = [] }

    private func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].comes(before: heap[least]) {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
