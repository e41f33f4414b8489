/// The latest events in order, bounded in number and bytes; the oldest make room.
struct EventRing {
    private var events: [HubEvent?] = []
    private var first = 0
    private var bytes = 0
    private let countLimit: Int
    private let bytesLimit: Int
    /// Events of later revisions are all here.
    private(set) var floor: Int64
    /// The sequence number of `events[first]`.
    private var firstSequence = 0

    init(after revision: Int64, countLimit: Int, bytesLimit: Int) {
        (self.countLimit, self.bytesLimit) = (countLimit, bytesLimit)
        floor = revision
    }

    /// The number the next event gets.
    var endSequence: Int { firstSequence + events.count - first }

    mutating func append(_ event: HubEvent) {
        events.append(event)
        bytes += event.bytes
        while events.count - first > countLimit || (bytes > bytesLimit && events.count - first > 1) { removeFirst() }
    }

    /// The number of the first event after a revision; nil when that may have made room already.
    func sequence(after revision: Int64) -> Int? {
        guard revision >= floor else { return nil }
        var (low, high) = (first, events.count)
        while low < high {
            let middle = (low + high) / 2
            if let event = events[middle], event.revision <= revision { low = middle + 1 } else { high = middle }
        }
        return firstSequence + low - first
    }

    /// The events from a number on; nil when some of them made room already.
    func events(from sequence: Int) -> [HubEvent]? {
        guard sequence >= firstSequence else { return nil }
        return events[min(first + sequence - firstSequence, events.count)...].compactMap(\.self)
    }

    private mutating func removeFirst() {
        if let event = events[first] {
            bytes -= event.bytes
            floor = max(floor, event.revision)
        }
        events[first] = nil
        first += 1
        firstSequence += 1
        if first > events.count / 2 && first > 64 {
            events.removeFirst(first)
            first = 0
        }
    }
}
