/// The state of a task; raw values are the wire numbers (`TaskState` of the v1 messages, spec `mesos/03` §3.1).
public enum TaskState: Int, Hashable, Sendable, CaseIterable {
    /// Accepted by the master, not yet by an executor.
    case staging = 6
    /// The executor prepares it.
    case starting = 0
    /// It runs.
    case running = 1
    /// It is being killed.
    case killing = 8
    /// Ended by itself with success.
    case finished = 2
    /// Ended without success.
    case failed = 3
    /// Ended by request.
    case killed = 4
    /// Refused: the description is invalid.
    case error = 7
    /// Lost, for frameworks that do not know the finer states below.
    case lost = 5
    /// Never launched.
    case dropped = 9
    /// On an agent that cannot be reached; may come back.
    case unreachable = 10
    /// Was running and certainly no longer is.
    case gone = 11
    /// An operator said that its agent is gone.
    case goneByOperator = 12
    /// Nobody knows it (answer to reconciliation only).
    case unknown = 13

    /// Whether the task has ended for good.
    public var isTerminal: Bool {
        switch self {
        case .finished, .failed, .killed, .error, .lost, .dropped, .gone, .goneByOperator: true
        case .staging, .starting, .running, .killing, .unreachable, .unknown: false
        }
    }

    /// The name on the wire: `TASK_RUNNING`.
    public var wireName: String {
        switch self {
        case .staging: "TASK_STAGING"
        case .starting: "TASK_STARTING"
        case .running: "TASK_RUNNING"
        case .killing: "TASK_KILLING"
        case .finished: "TASK_FINISHED"
        case .failed: "TASK_FAILED"
        case .killed: "TASK_KILLED"
        case .error: "TASK_ERROR"
        case .lost: "TASK_LOST"
        case .dropped: "TASK_DROPPED"
        case .unreachable: "TASK_UNREACHABLE"
        case .gone: "TASK_GONE"
        case .goneByOperator: "TASK_GONE_BY_OPERATOR"
        case .unknown: "TASK_UNKNOWN"
        }
    }

    /// The state that a framework without PARTITION_AWARE is told instead (spec `mesos/01` §1.7).
    public var legacy: TaskState {
        switch self {
        case .dropped, .unreachable, .gone, .goneByOperator, .unknown: .lost
        default: self
        }
    }
}

/// Who made a status; raw values are the wire numbers.
public enum StatusSource: Int, Hashable, Sendable, CaseIterable {
    /// The master.
    case master = 0
    /// The agent.
    case agent = 1
    /// The executor.
    case executor = 2
}

/// Why a status was sent; raw values are the wire numbers (spec `mesos/03` §3.2).
public enum StatusReason: Int, Hashable, Sendable, CaseIterable {
    // The meanings stand in the spec's table; the names are the wire names without `REASON_`.
    /// REASON_COMMAND_EXECUTOR_FAILED.
    case commandExecutorFailed = 0
    /// REASON_EXECUTOR_TERMINATED.
    case executorTerminated = 1
    /// REASON_EXECUTOR_UNREGISTERED.
    case executorUnregistered = 2
    /// REASON_FRAMEWORK_REMOVED.
    case frameworkRemoved = 3
    /// REASON_GC_ERROR.
    case gcError = 4
    /// REASON_INVALID_FRAMEWORKID.
    case invalidFrameworkID = 5
    /// REASON_INVALID_OFFERS.
    case invalidOffers = 6
    /// REASON_MASTER_DISCONNECTED.
    case masterDisconnected = 7
    /// REASON_CONTAINER_LIMITATION_MEMORY.
    case containerLimitationMemory = 8
    /// REASON_RECONCILIATION.
    case reconciliation = 9
    /// REASON_AGENT_DISCONNECTED.
    case agentDisconnected = 10
    /// REASON_AGENT_REMOVED.
    case agentRemoved = 11
    /// REASON_AGENT_RESTARTED.
    case agentRestarted = 12
    /// REASON_AGENT_UNKNOWN.
    case agentUnknown = 13
    /// REASON_TASK_INVALID.
    case taskInvalid = 14
    /// REASON_TASK_UNAUTHORIZED.
    case taskUnauthorized = 15
    /// REASON_TASK_UNKNOWN.
    case taskUnknown = 16
    /// REASON_CONTAINER_PREEMPTED.
    case containerPreempted = 17
    /// REASON_RESOURCES_UNKNOWN.
    case resourcesUnknown = 18
    /// REASON_CONTAINER_LIMITATION.
    case containerLimitation = 19
    /// REASON_CONTAINER_LIMITATION_DISK.
    case containerLimitationDisk = 20
    /// REASON_CONTAINER_LAUNCH_FAILED.
    case containerLaunchFailed = 21
    /// REASON_CONTAINER_UPDATE_FAILED.
    case containerUpdateFailed = 22
    /// REASON_EXECUTOR_REGISTRATION_TIMEOUT.
    case executorRegistrationTimeout = 23
    /// REASON_EXECUTOR_REREGISTRATION_TIMEOUT.
    case executorReregistrationTimeout = 24
    /// REASON_TASK_GROUP_INVALID.
    case taskGroupInvalid = 25
    /// REASON_TASK_GROUP_UNAUTHORIZED.
    case taskGroupUnauthorized = 26
    /// REASON_IO_SWITCHBOARD_EXITED.
    case ioSwitchboardExited = 27
    /// REASON_TASK_CHECK_STATUS_UPDATED.
    case taskCheckStatusUpdated = 28
    /// REASON_TASK_HEALTH_CHECK_STATUS_UPDATED.
    case taskHealthCheckStatusUpdated = 29
    /// REASON_TASK_KILLED_DURING_LAUNCH.
    case taskKilledDuringLaunch = 30
    /// REASON_AGENT_REMOVED_BY_OPERATOR.
    case agentRemovedByOperator = 31
    /// REASON_AGENT_REREGISTERED.
    case agentReregistered = 32
    /// REASON_MAX_COMPLETION_TIME_REACHED.
    case maxCompletionTimeReached = 33
    /// REASON_AGENT_DRAINING.
    case agentDraining = 34
}
