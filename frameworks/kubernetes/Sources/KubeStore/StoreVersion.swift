internal import ClusterBase

/// One value of a key as the engines keep it: what callers see, its place in history and when it ends.
struct StoreVersion: Hashable, Sendable {
    var stored: StoredValue
    /// Where the change stands in history; see `ChangeID`.
    var id: Int64
    /// Milliseconds since the epoch at which the store deletes the key, if ever.
    var expires: Int64?
}

/// The place of a change in history: its revision and its place within the transaction, in one ascending number.
enum ChangeID {
    /// Changes one transaction may hold.
    static let perTransaction = 4_096

    static func first(of revision: Int64) -> Int64 { revision * Int64(perTransaction) }
    static func make(_ revision: Int64, _ place: Int) -> Int64 { first(of: revision) + Int64(place) }
    static func revision(of id: Int64) -> Int64 { id / Int64(perTransaction) }
}

/// What one change of a transaction does once its condition is known to hold.
struct PlannedChange: Sendable {
    var key: String
    /// The new version, or nil to delete the key.
    var version: StoreVersion?
    var previous: StoreVersion?
    var id: Int64

    var event: StoreEvent {
        StoreEvent(
            key: key, value: version?.stored.value, previous: previous?.stored, revision: ChangeID.revision(of: id))
    }
}

/// The rules of a transaction, the same for every engine.
enum StorePlan {
    /// Refuses what no engine takes, whatever it holds.
    static func check(_ changes: [StoreChange]) throws(StoreError) {
        guard changes.count <= ChangeID.perTransaction else {
            throw .unavailable("a transaction of \(changes.count) changes (limit \(ChangeID.perTransaction))")
        }
        guard changes.count > 1 else { return }
        var keys: Set<KeyText> = []
        for change in changes where !keys.insert(KeyText(change.key)).inserted {
            throw .unavailable("key \(change.key) occurs twice in one transaction")
        }
    }

    /// What a transaction would change as `revision`, with `current` telling the present version of a key.
    ///
    /// Empty when it holds only checks. Nothing is changed yet, so a refused transaction leaves no trace.
    static func make(
        _ changes: [StoreChange], revision: Int64, now: Instant, current: (KeyText) throws -> StoreVersion?
    ) throws -> [PlannedChange] {
        var plan: [PlannedChange] = []
        for change in changes {
            let found = try current(KeyText(change.key))
            try require(change, found)
            guard let outcome = change.outcome else { continue }
            let id = ChangeID.make(revision, plan.count)
            var planned = PlannedChange(key: change.key, version: nil, previous: found, id: id)
            if case .put(let value, let timeToLive) = outcome {
                planned.version = StoreVersion(
                    stored: StoredValue(
                        key: change.key, value: value, createRevision: found?.stored.createRevision ?? revision,
                        modRevision: revision),
                    id: id, expires: timeToLive.map { deadline(now, $0) } ?? found?.expires)
            }
            plan.append(planned)
        }
        return plan
    }

    /// Milliseconds since the epoch, as deadlines are kept.
    static func milliseconds(_ instant: Instant) -> Int64 { instant.nanoseconds / 1_000_000 }

    private static func deadline(_ now: Instant, _ seconds: Int) -> Int64 {
        milliseconds(now) + Int64(min(max(seconds, 0), 1 << 32)) * 1_000
    }

    private static func require(_ change: StoreChange, _ found: StoreVersion?) throws(StoreError) {
        switch change {
        case .create(let key, _, _):
            if let found { throw .exists(key: key, current: found.stored) }
        case .delete(let key, nil):
            if found == nil { throw .absent(key: key) }
        case .check(let key, nil):
            if let found { throw .conflict(key: key, current: found.stored) }
        case .update(let key, _, let expected, _), .delete(let key, .some(let expected)),
            .check(let key, .some(let expected)):
            guard let found else { throw .absent(key: key) }
            guard found.stored.modRevision == expected else { throw .conflict(key: key, current: found.stored) }
        }
    }
}

extension StoreChange {
    fileprivate enum Outcome {
        case put(value: [UInt8], timeToLive: Int?)
        case delete
    }

    /// What it does to its key; nil for a check.
    fileprivate var outcome: Outcome? {
        switch self {
        case .create(_, let value, let timeToLive), .update(_, let value, _, let timeToLive):
            .put(value: value, timeToLive: timeToLive)
        case .delete: .delete
        case .check: nil
        }
    }
}
