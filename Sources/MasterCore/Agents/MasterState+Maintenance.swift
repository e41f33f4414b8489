public import ClusterBase
public import ClusterModel

extension MasterState {
    /// All planned maintenance, as the operator wrote it.
    public var schedule: MaintenanceSchedule { maintenance.schedule }

    /// Machines in the schedule and how they stand, in the order in which they came.
    public var machines: [MachineInfo] { maintenance.machines.values }

    /// Outstanding requests to leave agents, oldest first.
    public var inverseOffers: [InverseOffer] { maintenance.offers.values }

    /// How maintenance stands: which machines drain, with the answers of frameworks, and which are down.
    ///
    /// Linear in machines and scheduled agents.
    public var maintenanceStatus: MaintenanceStatus {
        var answers: [MachineID: [InverseOfferStatus]] = [:]
        for id in maintenance.agents.keys {
            guard let agent = agentTable[id], let entry = maintenance.agents[id] else { continue }
            answers[MasterCore.machine(of: agent.info, at: agent.pid), default: []] += entry.answers.values
        }
        var status = MaintenanceStatus()
        for key in maintenance.machines.keys {
            guard let machine = maintenance.machines[key] else { continue }
            switch machine.mode {
            case .draining: status.draining.append(.init(id: machine.id, statuses: answers[key] ?? []))
            case .down: status.down.append(machine.id)
            case .up: break
            }
        }
        return status
    }
}

extension AgentView {
    /// Whether an operator took it out of use: it keeps its tasks and is not offered.
    public var isDeactivated: Bool { agent.deactivation != nil }
    /// How far its emptying is, if it is to be emptied.
    public var drainInfo: DrainInfo? { agent.deactivation?.drain }
    /// When its emptying began; nil when this master did not see it.
    public var drainStarted: Instant? { agent.deactivation?.started }
}

extension FrameworkView {
    /// What it is asked to leave.
    ///
    /// Linear in all inverse offers.
    public func inverseOffers(in state: MasterState) -> [InverseOffer] {
        state.maintenance.offers.values.filter { $0.frameworkID == id }
    }
}
