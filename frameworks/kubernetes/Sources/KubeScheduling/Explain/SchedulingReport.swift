public import ClusterBase
public import ClusterModel
public import KubeModel

/// A task as the scheduler knows it (`/debug/registry/tasks`).
public struct TaskReport: Hashable, Sendable {
    /// The task.
    public var taskID: TaskID
    /// Its pod; empty names for a task without one.
    public var pod: ObjectKey
    /// The agent.
    public var agentID: AgentID
    /// The node.
    public var node: String
    /// The last state known, such as `TASK_RUNNING`.
    public var state: String
    /// What it is charged, as Mesos writes resources.
    public var resources: String
}

/// A pod that waits (`/debug/scheduler/podqueue`).
public struct QueueReport: Hashable, Sendable {
    /// The pod.
    public var pod: ObjectKey
    /// Why it waits: the message of its last failure, `binding`, `launching`, or empty before the first try.
    public var message: String
    /// How often it was tried.
    public var attempts: Int
    /// When it is tried again at the latest; nil when it waits for something else.
    public var due: Instant?
}

/// Why a pod is where it is.
public struct PodExplanation: Hashable, Sendable {
    /// What a node says to the pod.
    public struct Verdict: Hashable, Sendable {
        /// The node.
        public var node: String
        /// Why it would not take the pod now, in upstream's words; empty when it would.
        public var reasons: [String]
    }

    /// `waiting`, `binding`, `bound` (its task is not launched), `launched`, `ended` or `ignored`.
    public var state: String
    /// In words.
    public var message: String
    /// The node it is bound to, or empty.
    public var node: String
    /// What each node says to it, by name; empty unless it waits.
    public var verdicts: [Verdict]
}
