internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// Names a task on an agent.
struct TaskKey: Hashable, Comparable, Sendable {
    var frameworkID: FrameworkID
    var taskID: TaskID

    static func < (left: Self, right: Self) -> Bool {
        (left.frameworkID, left.taskID) < (right.frameworkID, right.taskID)
    }
}

/// Check or health check.
enum ProbeKind: Hashable, Sendable { case health, check }

/// Everything an agent knows.
struct AgentState: Sendable {
    var info: AgentInfo
    var phase = AgentPhase.recovering
    var recovery = RecoveryStage.checkpoints
    var master: MasterInfo?
    var registration = RegistrationState()
    var resources: AgentResources
    var resourceVersion: UniqueID?
    var drain: AgentDrain?
    var timers = TimerQueue()
    var frameworks: [FrameworkID: Framework] = [:]
    var completedFrameworks: History<FrameworkSummary>
    /// The executor or task that a container belongs to.
    var containers: [ContainerID: ContainerOwner] = [:]
    var streams: [TaskKey: UpdateStream] = [:]
    var requests: [RequestID: RunID] = [:]
    var probes: [ProbeID: (key: TaskKey, kind: ProbeKind)] = [:]
    var lastProbe: UInt64 = 0
    var garbage = GarbageQueue()
    var counters = AgentCounters()
    var startedAt: Instant
    var hasExited = false
    var exitReason = "The agent was asked to shut down"

    init(info: AgentInfo, configuration: AgentConfiguration, now: Instant) {
        self.info = info
        resources = AgentResources(configured: info.resources)
        startedAt = now
        completedFrameworks = History(limit: configuration.completedFrameworksMax)
    }
}

/// How far recovery has come.
enum RecoveryStage: Hashable, Sendable {
    /// The checkpoints are being read.
    case checkpoints
    /// The containerizer looks for the containers.
    case containers(RecoveredAgent)
    /// Executors may subscribe again.
    case executors(timer: TimerID?)
    /// Over.
    case done
}

/// Where registration stands.
struct RegistrationState: Sendable {
    var timer: TimerID?
    var attempts = 0
    /// Whether the master that leads knows who this agent is.
    var isAuthenticated = false
    var isAuthenticating = false
    /// Registrations since then that nobody answered.
    var unanswered = 0
    /// How many authentications were begun; names the newest.
    var authentications: UInt64 = 0
    var authenticationFailures = 0
    var pingTimer: TimerID?
    var pingTimeout: Duration?
}

/// Whose container it is.
enum ContainerOwner: Hashable, Sendable {
    case executor(RunID)
    case task(RunID, TaskID)
}

/// The newest values of something; older ones are forgotten.
struct History<Element: Sendable>: Sendable {
    private var ring: [Element] = []
    private var start = 0
    let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Appends; forgets the oldest when there are too many.
    mutating func append(_ element: Element) {
        guard limit > 0 else { return }
        if ring.count < limit {
            ring.append(element)
        } else {
            ring[start] = element
            start = (start + 1) % limit
        }
    }

    /// Oldest first.
    var elements: [Element] { Array(ring[start...] + ring[..<start]) }

    /// The first that satisfies a condition, in any order.
    func first(where isWanted: (Element) -> Bool) -> Element? { ring.first(where: isWanted) }
}

/// What `/metrics/snapshot` counts since the start.
struct AgentCounters: Sendable {
    var terminal: [TaskState: Int] = [:]
    var executorsTerminated = 0
    var validUpdates = 0
    var invalidUpdates = 0
    var validMessages = 0
    var invalidMessages = 0
    var launchErrors = 0
    var recoveryErrors = 0
    var removalsSucceeded = 0
    var removalsFailed = 0
    var recoveryTime: Duration?
    var maxAllowedAge: Duration?
}
