internal import ClusterBase

/// A revisioned map in memory: the present state and how it came about, nothing clever.
struct MemoryModel: Sendable {
    private var present: [KeyText: StoreVersion] = [:]
    private var sorted: [KeyText] = []
    private var history: [PlannedChange] = []
    private(set) var revision: Int64 = 1
    /// The oldest revision that can be listed and watched from.
    private(set) var floor: Int64 = 0

    func find(_ key: KeyText) -> StoreVersion? { present[key] }

    /// Applies a transaction; what it changed is empty when it held only checks.
    mutating func commit(_ changes: [StoreChange], now: Instant) throws -> [PlannedChange] {
        try StorePlan.check(changes)
        let plan = try StorePlan.make(changes, revision: revision + 1, now: now) { present[$0] }
        guard !plan.isEmpty else { return [] }
        revision += 1
        for change in plan { put(KeyText(change.key), change.version) }
        history += plan
        return plan
    }

    func list(prefix: String, after: String?, limit: Int?, at wanted: Int64?) throws -> StorePage {
        let wanted = wanted ?? revision
        try requireHistory(wanted)
        guard wanted <= revision else { throw StoreError.future(requested: wanted, current: revision) }
        let prefix = KeyText(prefix)
        let since = history[history.partitionPoint { ChangeID.revision(of: $0.id) > wanted }...]
        let changedSince = Dictionary(
            since.map { (KeyText($0.key), $0.previous) }, uniquingKeysWith: { first, _ in first })
        let gone = changedSince.keys.filter { present[$0] == nil }.sorted()
        var keys = sorted
        if !gone.isEmpty { keys = (keys + gone).sorted() }
        let start = after.map { after in keys.partitionPoint { KeyText(after) < $0 } } ?? 0
        let values = keys[start...].filter { $0.hasPrefix(prefix) }
            .compactMap { (changedSince[$0] ?? present[$0])?.stored }
        let page = Array(values.prefix(max(0, limit ?? .max)))
        return StorePage(values: page, revision: wanted, remaining: values.count - page.count)
    }

    func requireHistory(_ wanted: Int64) throws(StoreError) {
        guard wanted >= floor else { throw .compacted(requested: wanted, oldest: floor) }
    }

    mutating func compact(before wanted: Int64) throws(StoreError) {
        guard wanted <= revision else { throw .future(requested: wanted, current: revision) }
        guard wanted > floor else { return }
        floor = wanted
        history.removeFirst(history.partitionPoint { ChangeID.revision(of: $0.id) > wanted })
    }

    /// The keys whose time has come, at most `limit`, by deadline and key; and when the next one's comes.
    func due(_ now: Instant, limit: Int) -> (keys: [StoreVersion], next: Int64?) {
        let mortal = present.values.compactMap { version in version.expires.map { (at: $0, version: version) } }
            .sorted { ($0.at, KeyText($0.version.stored.key)) < ($1.at, KeyText($1.version.stored.key)) }
        let due = mortal.prefix { $0.at <= StorePlan.milliseconds(now) }
        return (due.prefix(limit).map(\.version), mortal.dropFirst(min(due.count, limit)).first?.at)
    }

    var bytes: Int { present.values.reduce(0) { $0 + $1.stored.value.count + $1.stored.key.utf8.count } }

    private mutating func put(_ key: KeyText, _ version: StoreVersion?) {
        let place = sorted.partitionPoint { !($0 < key) }
        let isThere = place < sorted.count && sorted[place] == key
        switch (isThere, version) {
        case (false, .some): sorted.insert(key, at: place)
        case (true, nil): sorted.remove(at: place)
        case (true, .some), (false, nil): break
        }
        present[key] = version
    }
}
