internal import ClusterBase
internal import ClusterModel
internal import MasterCore
internal import OrderedCollections

/// The store that all masters share: what was committed stays, and only the leader commits.
struct SimulatedRegistry {
    private var agents: OrderedDictionary<AgentID, AgentInfo> = [:]
    private var unreachable: OrderedDictionary<AgentID, Instant> = [:]
    private var gone: OrderedDictionary<AgentID, Instant> = [:]
    private var quotas: OrderedDictionary<String, QuotaConfig> = [:]
    private var weights: OrderedDictionary<String, RoleWeight> = [:]
    /// How often the store was taken over; a writer with an older number is refused.
    private(set) var epoch = 0
    /// How many of the next commits fail.
    var failures = 0

    /// What a new leader reads; older writers are refused from now on.
    mutating func takeOver() -> RegistrySnapshot {
        epoch += 1
        return RegistrySnapshot(
            agents: Array(agents.values), unreachable: unreachable.map { .init(id: $0.key, since: $0.value) },
            gone: gone.map { .init(id: $0.key, since: $0.value) }, quotas: Array(quotas.values),
            weights: Array(weights.values))
    }

    /// Commits records together; false when the writer was overtaken or the write failed.
    mutating func commit(_ records: some Sequence<RegistryRecord>, epoch: Int) -> Bool {
        guard epoch == self.epoch else { return false }
        if failures > 0 {
            failures -= 1
            return false
        }
        for record in records { apply(record) }
        return true
    }

    /// Ids of admitted agents.
    var admitted: [AgentID] { Array(agents.keys) }

    /// Ids of unreachable agents.
    var unreachableAgents: [AgentID] { Array(unreachable.keys) }

    private mutating func apply(_ record: RegistryRecord) {
        switch record {
        case .putMaster: break
        case .putAgent(let info): if let id = info.id { agents[id] = info }
        case .deleteAgent(let id): agents[id] = nil
        case .putUnreachable(let id, let since): unreachable[id] = since
        case .deleteUnreachable(let id): unreachable[id] = nil
        case .deleteGone(let id): gone[id] = nil
        case .putQuota(let config): quotas[config.role] = config
        case .deleteQuota(let role): quotas[role] = nil
        case .putWeight(let entry): weights[entry.role] = entry
        }
    }
}
