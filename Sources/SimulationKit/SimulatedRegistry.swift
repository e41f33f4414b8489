internal import ClusterBase
internal import ClusterModel
internal import MasterCore
internal import OrderedCollections

/// The store that all masters share: what was committed stays, and only the leader commits.
struct SimulatedRegistry {
    private var agents: OrderedDictionary<AgentID, AgentInfo> = [:]
    private var unreachable: OrderedDictionary<AgentID, Instant> = [:]
    private var gone: OrderedDictionary<AgentID, Instant> = [:]
    private var deactivated: OrderedDictionary<AgentID, RegistrySnapshot.Deactivated> = [:]
    private var schedule = MaintenanceSchedule()
    private var down: OrderedSet<MachineID> = []
    private var capabilities: OrderedSet<String> = []
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
            weights: Array(weights.values), deactivations: Array(deactivated.values), schedule: schedule,
            downMachines: Array(down), minimumCapabilities: Array(capabilities))
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
        case .putGone(let id, let since): gone[id] = since
        case .deleteGone(let id): gone[id] = nil
        case .putDeactivation(let id, let drain): deactivated[id] = .init(id: id, drain: drain)
        case .deleteDeactivation(let id): deactivated[id] = nil
        case .putSchedule(let schedule): self.schedule = schedule
        case .putDown(let machine): down.append(machine)
        case .deleteDown(let machine): down.remove(machine)
        case .putCapability(let name): capabilities.append(name)
        case .deleteCapability(let name): capabilities.remove(name)
        case .putQuota(let config): quotas[config.role] = config
        case .deleteQuota(let role): quotas[role] = nil
        case .putWeight(let entry): weights[entry.role] = entry
        }
    }
}
