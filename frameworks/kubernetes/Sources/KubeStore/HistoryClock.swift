internal import ClusterBase

/// Decides how far history may be forgotten: not what is younger than an age, but never more than a number of
/// revisions.
///
/// It notes now and then which revision was current when; the file keeps no times, so after a start all earlier
/// history counts as new. It acts only when something is written.
struct HistoryClock: Sendable {
    private var marks: [(time: Instant, revision: Int64)]
    private var floor: Int64
    private let age: Duration
    private let revisions: Int64
    /// Compaction waits until it is worth this many revisions, or a mark has aged.
    private var step: Int64 { max(1, revisions / 16) }

    init(_ options: StoreOptions, revision: Int64, floor: Int64) {
        (age, revisions, self.floor) = (options.historyAge, Int64(max(1, options.historyRevisions)), floor)
        marks = [(options.clock(), revision)]
    }

    /// Notes that `revision` is current; returns the revision to compact before, when there is something to gain.
    mutating func note(_ revision: Int64, now: Instant) -> Int64? {
        if let last = marks.last, now - last.time >= age / 16 { marks.append((now, revision)) }
        let aged = marks.partitionPoint { now - $0.time < age }
        var target = floor
        if aged > 0 {
            target = max(target, marks[aged - 1].revision)
            marks.removeFirst(aged)
            if marks.isEmpty { marks.append((now, revision)) }
        }
        if revision - floor > revisions + step { target = max(target, revision - revisions) }
        guard target > floor else { return nil }
        floor = target
        return target
    }
}
