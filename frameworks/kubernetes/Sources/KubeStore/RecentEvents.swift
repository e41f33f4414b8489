/// The last events in memory, so that a watch from a recent revision needs no file.
struct RecentEvents {
    private var events: [StoreEvent] = []
    /// How many events at the front are forgotten already; they are moved away in large steps.
    private var forgotten = 0
    private var bytes = 0
    private let limit: Int
    /// Every event after this revision is here.
    private(set) var start: Int64

    init(start: Int64, limit: Int) { (self.start, self.limit) = (start, limit) }

    mutating func append(_ news: [StoreEvent]) {
        events += news
        bytes += news.reduce(0) { $0 + $1.footprint }
        while bytes > limit, forgotten < events.count { forgetFirstRevision() }
        tidy()
    }

    /// Forgets what happened up to a revision.
    mutating func forget(upTo revision: Int64) {
        while forgotten < events.count, events[forgotten].revision <= revision { forgetFirstRevision() }
        start = max(start, revision)
        tidy()
    }

    /// The events after a revision to keys with a prefix.
    func events(after revision: Int64, prefix: KeyText) -> [StoreEvent] {
        let first = events.partitionPoint { $0.revision > revision }
        return events[max(first, forgotten)...].filter { KeyText($0.key).hasPrefix(prefix) }
    }

    private mutating func forgetFirstRevision() {
        start = events[forgotten].revision
        while forgotten < events.count, events[forgotten].revision == start {
            bytes -= events[forgotten].footprint
            events[forgotten].value = nil
            events[forgotten].previous = nil
            forgotten += 1
        }
    }

    private mutating func tidy() {
        guard forgotten > 256, forgotten * 2 > events.count else { return }
        events.removeFirst(forgotten)
        forgotten = 0
    }
}

extension StoreEvent {
    /// About how many bytes of memory it takes.
    fileprivate var footprint: Int { 128 + key.utf8.count + (value?.count ?? 0) + (previous?.value.count ?? 0) }
}
