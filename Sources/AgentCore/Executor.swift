internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// A framework that has, or is about to have, executors here.
struct Framework: Sendable {
    let id: FrameworkID
    var info: FrameworkInfo
    /// Set once the master said to shut it down: its updates are dropped, nothing new starts.
    var isTerminating = false
    var executors: [ExecutorID: Executor] = [:]
    /// The executor of every task that has not ended.
    var taskExecutors: [TaskID: ExecutorID] = [:]
    var completedExecutors: History<ExecutorSummary>

    /// A state as the framework may see it: without PARTITION_AWARE the finer states of lost tasks are TASK_LOST.
    func visible(_ state: TaskState) -> TaskState { info.isPartitionAware ? state : state.legacy }
}

/// A run of an executor: a process of the framework's, or the agent itself speaking for one (decision D20).
struct Executor: Sendable {
    /// Who supervises the tasks.
    enum Supervision: Hashable, Sendable {
        /// A process of the framework's that subscribes.
        case process
        /// The agent; one task, whose container is the run's.
        case command
        /// The agent; groups of tasks, each with a container below the run's.
        case groups
    }

    /// How far its life has come.
    enum Stage: Hashable, Sendable {
        /// Started (or found after a restart), not subscribed yet.
        case registering(timer: TimerID?)
        /// Subscribed (nil: the stream broke and may come back), or supervised by the agent.
        case running(stream: RequestID?, heartbeat: TimerID?)
        /// Told to shut down; destroyed when the timer fires.
        case terminating(stream: RequestID?, timer: TimerID?)
        /// Its container is gone; waits for acknowledgements.
        case terminated
    }

    /// Something a process has not been given yet.
    enum Queued: Hashable, Sendable {
        case task(TaskInfo)
        case group([TaskInfo])

        var tasks: [TaskInfo] {
            switch self {
            case .task(let task): [task]
            case .group(let tasks): tasks
            }
        }
    }

    /// Why the agent itself ends it, in the words of the tasks' last status.
    struct Verdict: Hashable, Sendable {
        var state: TaskState
        var reason: StatusReason
        var message: String
    }

    let run: RunID
    let info: ExecutorInfo
    let supervision: Supervision
    let isCheckpointed: Bool
    var stage: Stage
    /// Set once its container runs; stays nil for groups.
    var start: ContainerStart?
    var queue: [Queued] = []
    var tasks: [TaskID: LaunchedTask] = [:]
    /// Ended tasks whose last update is not acknowledged.
    var ended: [TaskID: TaskRecord] = [:]
    var completed: History<TaskRecord>
    /// What the tasks use that have not ended, queued ones included.
    var taskResources: Resources = []
    /// The persistent volumes that the sandbox of a process shows.
    var volumes: [VolumeMount] = []
    var verdict: Verdict?
    var hasDeliveredTask = false
    var lastGroup = 0

    /// The open event stream.
    var stream: RequestID? {
        switch stage {
        case .running(let stream, _): stream
        case .terminating(let stream, _): stream
        case .registering, .terminated: nil
        }
    }

    /// Whether it is supposed to end, or has.
    var isEnding: Bool {
        switch stage {
        case .terminating, .terminated: true
        case .registering, .running: false
        }
    }

    /// The timer of its stage.
    var timers: [TimerID?] {
        switch stage {
        case .registering(let timer): [timer]
        case .running(_, let heartbeat): [heartbeat]
        case .terminating(_, let timer): [timer]
        case .terminated: []
        }
    }

    /// Queued tasks in order.
    var queuedTasks: [TaskInfo] { queue.flatMap(\.tasks) }

    mutating func apply<Result>(_ body: (inout Executor) -> Result) -> Result { body(&self) }
}

/// A task that was handed to its executor, or that the agent runs itself.
struct LaunchedTask: Sendable {
    var record: TaskRecord
    /// Set when the agent runs it itself.
    var supervised: SupervisedTask?
}

/// A task that the agent runs itself.
struct SupervisedTask: Sendable {
    /// Why it is being ended.
    enum Ending: Hashable, Sendable {
        /// A kill or shutdown came before it ran.
        case duringLaunch
        /// Kill, shutdown, or another task of its group ended badly.
        case killed
        /// The health check failed too often.
        case unhealthy
        /// It ran for as long as it may.
        case tooLong
    }

    let info: TaskInfo
    let containerID: ContainerID
    /// Tasks of one group have the same number.
    let group: Int
    var start: ContainerStart?
    var ending: Ending?
    var health: HealthTracker?
    var check: CheckTracker?
    var completionTimer: TimerID?

    /// Timers to take back when it ends.
    var timers: [TimerID?] { [health?.timer, check?.timer, completionTimer] }
}

/// The state of a health check.
struct HealthTracker: Sendable {
    let definition: HealthCheck
    var startedAt: Instant
    var failures = 0
    var hasSucceeded = false
    var isHealthy: Bool?
    var timer: TimerID?
}

/// The state of a check.
struct CheckTracker: Sendable {
    let definition: CheckInfo
    var status: CheckStatus
    var timer: TimerID?

    init(_ definition: CheckInfo) {
        self.definition = definition
        status =
            switch definition.probe {
            case .command: .command(exitCode: nil)
            case .http: .http(statusCode: nil)
            case .tcp: .tcp(succeeded: nil)
            }
    }
}
