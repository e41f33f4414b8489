internal import ClusterBase
internal import GRDB

/// What the writing connection knows and does: one transaction of the file for a group of commits.
struct StoreWriter {
    /// What a turn is to do besides the commits.
    enum Duty {
        case none
        /// Delete keys whose time to live has ended.
        case expire
    }

    /// What a turn did.
    struct Outcome {
        var results: [Result<Int64, any Error>] = []
        var changes: [PlannedChange] = []
        var expired = 0
        var nextDeadline: Int64?
        var error: StoreError?
    }

    /// History rows a turn looks at while it sweeps, besides twice as many as it writes.
    private static let sweepLimit = 256

    private(set) var revision: Int64
    /// The oldest revision that can be listed and watched from.
    private(set) var floor: Int64
    /// The last change whose predecessor has been removed.
    private var swept: Int64
    /// What `floor` is to become.
    private var target: Int64
    private var history: HistoryClock
    /// After a failure commits come first: sweeping waits for a transaction that succeeds.
    private var sweepsNext = true
    /// How many transactions were written; commits that come together share one.
    private(set) var transactions = 0

    init(_ content: StoreFile.Content, _ options: StoreOptions) {
        (revision, floor, swept, target) = (content.revision, content.floor, content.swept, content.floor)
        history = HistoryClock(options, revision: content.revision, floor: content.floor)
    }

    /// Whether history that may be forgotten is still in the file.
    var mustSweep: Bool { floor < target || swept < ChangeID.first(of: target + 1) - 1 }

    /// Whether another turn would sweep; not after a failure.
    var canSweep: Bool { mustSweep && sweepsNext }

    mutating func compact(before wanted: Int64) throws(StoreError) {
        guard wanted <= revision else { throw .future(requested: wanted, current: revision) }
        target = max(target, wanted)
        sweepsNext = true
    }

    /// Writes a group in one transaction; afterwards all of it is durable and in the cache, or nothing has changed.
    mutating func write(
        _ commits: [WaitingCommit], duty: Duty, file: StoreFile, cache: ValueCache, now: Instant
    ) -> Outcome {
        var group = WriteGroup(revision: revision, now: now)
        var outcome = Outcome()
        var (newFloor, newSwept) = (floor, swept)
        do {
            try file.writer.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    outcome.results = try commits.map { try group.apply($0.changes, db, cache) }
                    if duty == .expire { outcome.expired = try group.expire(db, cache) }
                    if canSweep {
                        let limit = Self.sweepLimit + 2 * group.changes.count
                        newFloor = target
                        newSwept = try ChangeTable.sweep(db, behind: swept, upTo: target, limit: limit)
                        try ChangeTable.saveHistory(db, floor: newFloor, swept: newSwept)
                    }
                    if duty == .expire { outcome.nextDeadline = try ChangeTable.nextDeadline(db) }
                    return .commit
                }
            }
        } catch {
            sweepsNext = false
            let error = file.translate(error)
            return Outcome(results: commits.map { _ in .failure(error) }, error: error)
        }
        (floor, swept, sweepsNext) = (newFloor, newSwept, true)
        transactions += 1
        guard let last = group.changes.last else { return outcome }
        revision = ChangeID.revision(of: last.id)
        cache.publish(group.changes, revision: revision)
        target = max(target, history.note(revision, now: now) ?? target)
        outcome.changes = group.changes
        outcome.nextDeadline = outcome.nextDeadline ?? group.changes.compactMap(\.version?.expires).min()
        return outcome
    }
}

/// The changes of one group, applied to the file as they come and to memory only when all of them are durable.
private struct WriteGroup {
    private var versions: [KeyText: StoreVersion?] = [:]
    private(set) var changes: [PlannedChange] = []
    private var revision: Int64
    private let now: Instant

    init(revision: Int64, now: Instant) { (self.revision, self.now) = (revision, now) }

    /// Applies one commit; a refused one has written nothing, and only the file's own errors are thrown.
    mutating func apply(
        _ requested: [StoreChange], _ db: Database, _ cache: ValueCache
    ) throws -> Result<Int64, any Error> {
        do {
            let plan = try StorePlan.make(requested, revision: revision + 1, now: now) { key in
                try current(key, db, cache)
            }
            guard !plan.isEmpty else { return .success(revision) }
            for change in plan {
                try ChangeTable.insert(db, change)
                versions[KeyText(change.key)] = .some(change.version)
            }
            revision += 1
            changes += plan
            return .success(revision)
        } catch let error as StoreError {
            return .failure(error)
        }
    }

    /// Deletes keys whose time has come, in one transaction; returns how many.
    mutating func expire(_ db: Database, _ cache: ValueCache) throws -> Int {
        let due = try ChangeTable.due(
            db, at: StorePlan.milliseconds(now), limit: StoreOptions.expiriesPerTransaction)
        guard !due.isEmpty else { return 0 }
        _ = try apply(due.map { .delete(key: $0) }, db, cache).get()
        return due.count
    }

    private func current(_ key: KeyText, _ db: Database, _ cache: ValueCache) throws -> StoreVersion? {
        if let known = versions[key] { return known }
        switch cache.find(key) {
        case .value(let version): return version
        case .absent: return nil
        case nil: return try ChangeTable.find(db, key.text, at: revision)
        }
    }
}
