internal import ClusterBase

/// What happens when a timer fires.
enum TimerAction: Hashable, Sendable {
    /// Send a registration (again).
    case register
    /// The master has been silent for too long.
    case pingWatchdog
    /// Executors had their time to subscribe again after a restart.
    case executorReregistration
    /// An executor had its time to subscribe.
    case executorRegistration(RunID)
    /// An executor had its time to shut down.
    case executorShutdown(RunID)
    /// An executor's stream is due for a sign of life.
    case executorHeartbeat(RunID)
    /// The head of a stream of updates was not acknowledged.
    case updateRetry(TaskKey)
    /// The status of an operation was not acknowledged.
    case operationRetry(UniqueID)
    /// A check is due.
    case probe(TaskKey, ProbeKind)
    /// A task has run for as long as it may.
    case maxCompletion(TaskKey)
    /// Measure the disk.
    case diskWatch
    /// The oldest directory to remove is due.
    case garbage
}

/// Names a timer that has been set.
struct TimerID: Hashable, Sendable {
    fileprivate let number: UInt64
}

/// Timers in the order they fire: a binary heap; cancelled ones are left in it until they are half of it.
struct TimerQueue: Sendable {
    private struct Entry {
        var deadline: Instant
        var id: UInt64

        static func < (left: Entry, right: Entry) -> Bool { (left.deadline, left.id) < (right.deadline, right.id) }
    }

    private var heap: [Entry] = []
    private var actions: [UInt64: TimerAction] = [:]
    private var lastID: UInt64 = 0

    /// The next deadline.
    var next: Instant? { heap.first?.deadline }

    /// How many timers are set.
    var count: Int { actions.count }

    /// Sets a timer.
    mutating func set(_ action: TimerAction, at deadline: Instant) -> TimerID {
        lastID += 1
        actions[lastID] = action
        heap.append(Entry(deadline: deadline, id: lastID))
        siftUp(heap.count - 1)
        return TimerID(number: lastID)
    }

    /// Takes a timer back; nothing happens when it has fired.
    mutating func cancel(_ id: TimerID?) {
        guard let id, actions.removeValue(forKey: id.number) != nil else { return }
        if heap.count > 64, heap.count > 2 * actions.count { rebuild() }
        dropCancelled()
    }

    /// Removes and returns the first timer that is due.
    mutating func popDue(_ now: Instant) -> TimerAction? {
        while let first = heap.first, first.deadline <= now {
            removeFirst()
            guard let action = actions.removeValue(forKey: first.id) else { continue }
            dropCancelled()
            return action
        }
        return nil
    }

    private mutating func dropCancelled() {
        while let first = heap.first, actions[first.id] == nil { removeFirst() }
    }

    private mutating func rebuild() {
        heap.removeAll { actions[$0.id] == nil }
        heap.sort(by: <)
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }
}
