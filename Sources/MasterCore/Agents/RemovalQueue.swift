internal import ClusterBase
internal import ClusterModel

/// Agents that wait for the rate limit to let them be removed, first come, first served.
///
/// Those that come back leave the queue, and the next one takes their turn.
struct RemovalQueue: Sendable {
    /// Who waits.
    private var waiting = OrderedTable<AgentID, String>()
    /// Before this nobody may be removed.
    private(set) var next: Instant

    init(now: Instant) { next = now }

    var isEmpty: Bool { waiting.isEmpty }

    /// Whether somebody may be removed at once.
    func isOpen(at now: Instant) -> Bool { waiting.isEmpty && next <= now }

    func contains(_ id: AgentID) -> Bool { waiting.contains(id) }

    /// Puts an agent at the end, with the reason of its removal.
    mutating func append(_ id: AgentID, why: String) { waiting[id] = why }

    /// Takes an agent out before its turn; says whether it was in.
    mutating func cancel(_ id: AgentID) -> Bool { waiting.removeValue(forKey: id) != nil }

    /// The agent whose turn it is.
    mutating func popFirst() -> (id: AgentID, why: String)? {
        guard let id = waiting.firstKey, let why = waiting.removeValue(forKey: id) else { return nil }
        return (id, why)
    }

    /// Notes that one was removed now.
    mutating func spend(_ interval: Duration, at now: Instant) { next = now + interval }
}
