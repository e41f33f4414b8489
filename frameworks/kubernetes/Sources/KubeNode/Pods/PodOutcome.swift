public import KubeModel

/// What became of a pod that was launched as a task, in the words of task states (spec `kubernetes/05` §5.7).
public struct PodOutcome: Hashable, Sendable {
    /// A task's state, as far as a kubelet can say.
    public enum State: String, Hashable, Sendable {
        /// The pod was taken on: `create-binding-success`.
        case starting = "TASK_STARTING"
        /// All its containers have started for the first time: `pod-running:NAME_NAMESPACE`.
        case running = "TASK_RUNNING"
        /// It ended well, or was deleted in the API: `pod-succeeded`, `pod-deleted`.
        case finished = "TASK_FINISHED"
        /// It ended in failure, or could not be taken on.
        case failed = "TASK_FAILED"
        /// It was ended by `kill` or `shutdown`: `task-killed`, `executor-shutdown`.
        case killed = "TASK_KILLED"
        /// Its containers went away without being asked to: `containers-disappeared`.
        case lost = "TASK_LOST"

        /// Whether nothing follows.
        public var isFinal: Bool { self != .starting && self != .running }
    }

    /// The task.
    public var taskID: String
    /// The pod's uid.
    public var uid: String
    /// The pod's namespace and name.
    public var key: ObjectKey
    /// The state.
    public var state: State
    /// Why, in the words of the specification or of the pod's status.
    public var message: String
    /// The pod's metadata and status as last known, for the update's data.
    public var pod: KubeObject

    /// Makes an outcome.
    public init(
        taskID: String, uid: String, key: ObjectKey, state: State, message: String, pod: KubeObject = KubeObject()
    ) {
        (self.taskID, self.uid, self.key) = (taskID, uid, key)
        (self.state, self.message, self.pod) = (state, message, pod)
    }
}

/// A task as the root directory remembers it.
public struct RecordedTask: Hashable, Sendable {
    /// The task.
    public var taskID: String
    /// The pod it carries.
    public var pod: KubeObject
    /// What was told last; nil when nothing was.
    public var outcome: PodOutcome.State?

    /// Makes a record.
    public init(taskID: String, pod: KubeObject, outcome: PodOutcome.State? = nil) {
        (self.taskID, self.pod, self.outcome) = (taskID, pod, outcome)
    }
}
