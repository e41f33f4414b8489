internal import ClusterModel
internal import KubeModel

/// A task that was launched and has not ended, as far as is known.
struct TaskEntry: Sendable {
    let id: TaskID
    /// The number of its pod; nil for a task that sweeps, and for one whose pod is gone.
    var pod: Int?
    /// The pod's name, for people.
    var key: ObjectKey
    let agent: AgentID
    let node: Int
    /// The last state heard; nil before the first.
    var state: TaskState?
    /// What it is charged, for people.
    var resources = ""
    var kills = 0
}
