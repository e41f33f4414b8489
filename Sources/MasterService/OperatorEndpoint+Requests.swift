internal import MasterCore
internal import MesosProtocol

extension OperatorRequest {
    /// What a call asks of agents, their resources or their machines; nil for other calls.
    init?(_ call: OperatorCall) {
        switch call {
        case .reserveResources(let agent, let source, let resources):
            self = .reserve(agent, source: source, resources: resources)
        case .unreserveResources(let agent, let resources): self = .unreserve(agent, resources)
        case .createVolumes(let agent, let volumes): self = .createVolumes(agent, volumes)
        case .destroyVolumes(let agent, let volumes): self = .destroyVolumes(agent, volumes)
        case .growVolume(let agent, let volume, let addition):
            self = .growVolume(agent, volume: volume, addition: addition)
        case .shrinkVolume(let agent, let volume, let subtract):
            self = .shrinkVolume(agent, volume: volume, subtract: subtract)
        case .updateMaintenanceSchedule(let schedule): self = .updateSchedule(schedule)
        case .startMaintenance(let machines): self = .startMaintenance(machines)
        case .stopMaintenance(let machines): self = .stopMaintenance(machines)
        case .drainAgent(let agent, let config): self = .drain(agent, config)
        case .deactivateAgent(let agent): self = .deactivate(agent)
        case .reactivateAgent(let agent): self = .reactivate(agent)
        case .markAgentGone(let agent): self = .markGone(agent)
        default: return nil
        }
    }
}
