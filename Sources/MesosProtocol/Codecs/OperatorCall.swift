public import ClusterBase
public import ClusterModel
public import ResourceModel

/// A call to the operator API of a master or an agent (spec `mesos/08` §8.4).
public enum OperatorCall: Hashable, Sendable {
    /// GET_HEALTH.
    case getHealth
    /// GET_FLAGS.
    case getFlags
    /// GET_VERSION.
    case getVersion
    /// GET_METRICS; how long to wait for slow ones.
    case getMetrics(timeout: Duration?)
    /// GET_LOGGING_LEVEL.
    case getLoggingLevel
    /// SET_LOGGING_LEVEL: how much is logged more than usual, and for how long.
    case setLoggingLevel(Int, duration: Duration)
    /// LIST_FILES: what a directory holds.
    case listFiles(path: String)
    /// READ_FILE: bytes of a file; without a length as many as one answer takes.
    case readFile(path: String, offset: UInt64, length: UInt64?)
    /// GET_STATE.
    case getState
    /// GET_AGENTS (master only).
    case getAgents
    /// GET_FRAMEWORKS.
    case getFrameworks
    /// GET_EXECUTORS.
    case getExecutors
    /// GET_OPERATIONS.
    case getOperations
    /// GET_TASKS.
    case getTasks
    /// GET_ROLES (master only).
    case getRoles
    /// GET_MASTER (master only).
    case getMaster
    /// SUBSCRIBE (master only).
    case subscribe
    /// TEARDOWN (master only): end a framework.
    case teardown(FrameworkID)
    /// GET_QUOTA (master only).
    case getQuota
    /// UPDATE_QUOTA (master only): all of them, or none.
    case updateQuota([QuotaConfig], force: Bool)
    /// SET_QUOTA (master only).
    case setQuota(QuotaRequest)
    /// REMOVE_QUOTA (master only).
    case removeQuota(role: String)
    /// GET_WEIGHTS (master only).
    case getWeights
    /// UPDATE_WEIGHTS (master only).
    case updateWeights([RoleWeight])
    /// RESERVE_RESOURCES (master only): turn `source`, or the same resources with one reservation less, into these.
    case reserveResources(AgentID, source: Resources, resources: Resources)
    /// UNRESERVE_RESOURCES (master only).
    case unreserveResources(AgentID, Resources)
    /// CREATE_VOLUMES (master only).
    case createVolumes(AgentID, Resources)
    /// DESTROY_VOLUMES (master only).
    case destroyVolumes(AgentID, Resources)
    /// GROW_VOLUME (master only).
    case growVolume(AgentID, volume: Resource, addition: Resource)
    /// SHRINK_VOLUME (master only).
    case shrinkVolume(AgentID, volume: Resource, subtract: Scalar)
    /// GET_MAINTENANCE_STATUS (master only).
    case getMaintenanceStatus
    /// GET_MAINTENANCE_SCHEDULE (master only).
    case getMaintenanceSchedule
    /// UPDATE_MAINTENANCE_SCHEDULE (master only): the whole schedule.
    case updateMaintenanceSchedule(MaintenanceSchedule)
    /// START_MAINTENANCE (master only): scheduled machines go down.
    case startMaintenance([MachineID])
    /// STOP_MAINTENANCE (master only): machines come back.
    case stopMaintenance([MachineID])
    /// DRAIN_AGENT (master only).
    case drainAgent(AgentID, DrainConfig)
    /// DEACTIVATE_AGENT (master only).
    case deactivateAgent(AgentID)
    /// REACTIVATE_AGENT (master only).
    case reactivateAgent(AgentID)
    /// MARK_AGENT_GONE (master only).
    case markAgentGone(AgentID)
    /// GET_RESOURCE_PROVIDERS (agent only).
    case getResourceProviders
    /// GET_AGENT (agent only).
    case getAgent
    /// GET_CONTAINERS (agent only).
    case getContainers(showNested: Bool, showStandalone: Bool)
    /// A call that this version does not carry out; its wire name.
    case unsupported(String)
}
