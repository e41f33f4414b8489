internal import ClusterBase

/// What one framework refused in one role, by agent number.
struct FilterTable: Sendable {
    struct Filter: Sendable {
        var refused: ResourceBundle
        var expiry: Instant
    }

    /// One filter per agent, nearly always.
    private var filters: [Int32: Filter] = [:]
    private var more: [Int32: [Filter]] = [:]

    /// Agents with a filter.
    var count: Int { filters.count }
    /// When the first filter ends; O(n).
    var earliestExpiry: Instant? {
        let others = more.values.lazy.flatMap { $0.map(\.expiry) }.min()
        return [filters.values.lazy.map(\.expiry).min(), others].compactMap { $0 }.min()
    }

    /// What was refused by the first filter of an agent, still in force, that satisfies a condition.
    func first(_ agent: Int32, now: Instant, where condition: (ResourceBundle) -> Bool) -> ResourceBundle? {
        guard let first = filters[agent] else { return nil }
        if first.expiry > now, condition(first.refused) { return first.refused }
        guard !more.isEmpty, let others = more[agent] else { return nil }
        return others.first { $0.expiry > now && condition($0.refused) }?.refused
    }

    /// Adds a filter; those that it makes superfluous go.
    mutating func add(_ filter: Filter, for agent: Int32, covers: (ResourceBundle, ResourceBundle) -> Bool) {
        guard let first = filters[agent] else { return filters[agent] = filter }
        let rest = ([first] + (more[agent] ?? [])).filter {
            $0.expiry > filter.expiry || !covers(filter.refused, $0.refused)
        }
        set(rest + [filter], for: agent)
    }

    /// Forgets filters whose time has come; true when there was one.
    mutating func expire(_ agent: Int32, now: Instant) -> Bool {
        guard let first = filters[agent] else { return false }
        let held = [first] + (more[agent] ?? [])
        let rest = held.filter { $0.expiry > now }
        guard rest.count < held.count else { return false }
        set(rest, for: agent)
        return true
    }

    private mutating func set(_ held: [Filter], for agent: Int32) {
        filters[agent] = held.first
        if held.count > 1 { more[agent] = Array(held.dropFirst()) } else if !more.isEmpty { more[agent] = nil }
    }

    mutating func remove(_ agent: Int32) { set([], for: agent) }

    mutating func removeAll() { self = FilterTable() }

    /// Calls `body` with all that was refused.
    func forEach(_ body: (_ agent: Int32, Filter) -> Void) {
        for (agent, filter) in filters { body(agent, filter) }
        for (agent, others) in more { for filter in others { body(agent, filter) } }
    }
}
