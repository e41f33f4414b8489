internal import ClusterBase
internal import ClusterModel
internal import KubeModel

/// A pod as the scheduler knows it.
struct PodEntry: Sendable {
    enum Phase: String, Sendable {
        /// Nothing is to be done about it.
        case ignored
        /// It waits for a node.
        case waiting
        /// Its binding is being written.
        case binding
        /// It has a node, and no task.
        case bound
        /// It has a task that has not ended.
        case launched
        /// Its task has ended, or its containers have.
        case ended
    }

    var object: KubeObject
    let key: ObjectKey
    let uid: String
    /// The number of its shape.
    var shape: Int
    var priority: Int64
    /// Its place in the order of arrival.
    let sequence: UInt64
    var phase = Phase.ignored
    /// The node it counts on; -1 for none.
    var node = -1
    /// The ports that it was counted with.
    var countedPorts: [PodPort] = []
    /// What is, or will be, launched for it.
    var assignment: Assignment?
    /// Its task, while that lives.
    var task: TaskID?
    /// Whether a task of it may have run.
    var wasLaunched = false
    /// Whether an answer to a write of its annotations is waited for.
    var isWriting = false
    var isDeletionAsked = false

    /// How often it found no node, or a write failed.
    var attempts = 0
    /// Whether it was looked at once, so that the next failure is told.
    var wasLookedAt = false
    /// Whether its time has come to be tried again.
    var isDue = false
    var due: Instant?
    /// Why it found no node.
    var message = ""
    /// The message that its condition was last asked to say.
    var announced = ""

    var launchedAt: Instant?
    var relaunches = 0
    /// Until when no task is launched for it.
    var holdUntil: Instant?

    var isDeleting: Bool { object.isDeleting }
    var hasEnded: Bool { ["Succeeded", "Failed"].contains(object.text("status", "phase")) }
    var isMirror: Bool { object.annotation("kubernetes.io/config.mirror") != nil }
}

/// Where and as what a pod is launched.
struct Assignment: Sendable {
    var agent: AgentID
    var offer: OfferID
    var task: TaskID
    var ports: [PodPort]
}
