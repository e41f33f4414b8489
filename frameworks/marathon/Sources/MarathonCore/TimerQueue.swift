internal import ClusterBase

/// Timers by time; a timer that no longer matters is not removed, its owner ignores it when it fires.
struct TimerQueue<Timer: Sendable>: Sendable {
    private var heap: [(at: Instant, sequence: UInt64, timer: Timer)] = []
    private var sequence: UInt64 = 0

    /// When the first one is due.
    var first: Instant? { heap.first?.at }

    /// Adds a timer; equal times fire in order of addition.
    mutating func add(_ timer: Timer, at: Instant) {
        sequence += 1
        heap.append((at, sequence, timer))
        var child = heap.count - 1
        while child > 0, precedes(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Removes and returns the first timer that is due.
    mutating func popDue(_ now: Instant) -> Timer? {
        guard let first = heap.first, first.at <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && precedes(child, smallest) {
                smallest = child
            }
            guard smallest != parent else { return first.timer }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        (heap[left].at, heap[left].sequence) < (heap[right].at, heap[right].sequence)
    }
}
