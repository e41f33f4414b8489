internal import ClusterBase

/// What one framework refused in one role, by agent number.
///
/// A bit per agent answers the common question "nothing refused here" without a look-up.
struct FilterTable: Sendable {
    struct Filter: Sendable {
        var refused: ResourceBundle
        var expiry: Instant
    }

    private(set) var bits = AgentBits()
    private var filters: [Int32: [Filter]] = [:]

    /// Agents with a filter.
    var count: Int { filters.count }

    func mayHold(_ agent: Int32) -> Bool { bits.contains(agent) }

    /// Whether what would be offered is all refused by one filter.
    func refuses(_ offered: ResourceBundle, of agent: Int32, now: Instant) -> Bool {
        guard mayHold(agent), let held = filters[agent] else { return false }
        return held.contains { $0.expiry > now && $0.refused.covers(offered) }
    }

    /// Adds a filter; those that it makes superfluous go.
    mutating func add(_ filter: Filter, for agent: Int32) {
        bits.insert(agent)
        filters[agent, default: []].removeAll { $0.expiry <= filter.expiry && filter.refused.covers($0.refused) }
        filters[agent, default: []].append(filter)
    }

    /// Forgets filters whose time has come; true when there was one.
    mutating func expire(_ agent: Int32, now: Instant) -> Bool {
        guard let held = filters[agent] else { return false }
        let rest = held.filter { $0.expiry > now }
        guard rest.count < held.count else { return false }
        filters[agent] = rest
        if rest.isEmpty { remove(agent) }
        return true
    }

    mutating func remove(_ agent: Int32) {
        guard mayHold(agent) else { return }
        bits.remove(agent)
        filters[agent] = nil
    }

    mutating func removeAll() { self = FilterTable() }
}
