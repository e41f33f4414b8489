public import ClusterModel
public import ResourceModel

/// What an operator asks of agents, their resources and their machines; all or nothing.
///
/// Answered by one `MasterEffect.respond`: `.ok` or `.accepted`, or `.refused` with upstream's status and words (spec
/// `mesos/06` §6.8, §6.12, §6.13 and `mesos/08`).
public enum OperatorRequest: Hashable, Sendable {
    /// RESERVE_RESOURCES: turns `source` (empty = the unreserved form) into `resources`.
    case reserve(AgentID, source: Resources, resources: Resources)
    /// UNRESERVE_RESOURCES.
    case unreserve(AgentID, Resources)
    /// CREATE_VOLUMES.
    case createVolumes(AgentID, Resources)
    /// DESTROY_VOLUMES.
    case destroyVolumes(AgentID, Resources)
    /// GROW_VOLUME.
    case growVolume(AgentID?, volume: Resource, addition: Resource)
    /// SHRINK_VOLUME.
    case shrinkVolume(AgentID?, volume: Resource, subtract: Scalar)
    /// UPDATE_MAINTENANCE_SCHEDULE: replaces the whole schedule.
    case updateSchedule(MaintenanceSchedule)
    /// START_MAINTENANCE: scheduled machines go down, their agents with them.
    case startMaintenance([MachineID])
    /// STOP_MAINTENANCE: machines that are down come back and leave the schedule.
    case stopMaintenance([MachineID])
    /// DRAIN_AGENT.
    case drain(AgentID, DrainConfig)
    /// DEACTIVATE_AGENT.
    case deactivate(AgentID)
    /// REACTIVATE_AGENT.
    case reactivate(AgentID)
    /// MARK_AGENT_GONE.
    case markGone(AgentID)
}
