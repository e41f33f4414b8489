internal import KubeModel

/// A task that was launched on this node.
struct LaunchedTask: Sendable {
    /// Why a task's pod is ended, when it is not the API that asked.
    enum End: Sendable {
        /// The task was killed.
        case killed
        /// The node goes out of use.
        case shutdown

        /// The outcome's message.
        var message: String {
            switch self {
            case .killed: "task-killed"
            case .shutdown: "executor-shutdown"
            }
        }
    }

    let taskID: String
    /// The pod as the task carries it.
    let copy: KubeObject
    /// What was told last.
    var told: PodOutcome.State?
    var end: End?
    /// How long the end may take, when that was said.
    var grace: Duration?

    var record: RecordedTask { RecordedTask(taskID: taskID, pod: copy, outcome: told) }
}
