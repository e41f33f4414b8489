internal import ClusterBase
internal import KubeModel

/// A condition in a deployment's status.
struct DeploymentCondition: Sendable {
    let type: String
    let status: String
    let reason: String
    let message: String

    private init(_ type: String, _ status: String, _ reason: String, _ message: String) {
        (self.type, self.status, self.reason, self.message) = (type, status, reason, message)
    }

    /// It says that there are enough pods, or not.
    static func available(_ isAvailable: Bool) -> Self {
        isAvailable
            ? Self("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
            : Self("Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    }

    static func found(_ set: String) -> Self {
        Self("Progressing", "True", "FoundNewReplicaSet", "Found new replica set \"\(set)\"")
    }
    static func made(_ set: String) -> Self {
        Self("Progressing", "True", "NewReplicaSetCreated", "Created new replica set \"\(set)\"")
    }
    static func notMade(_ message: String) -> Self {
        Self("Progressing", "False", "ReplicaSetCreateError", message)
    }
    static let paused = Self("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused")
    static let resumed = Self("Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed")

    /// The subject is such as `ReplicaSet "web-1"`.
    static func progressed(_ subject: String) -> Self {
        Self("Progressing", "True", completed, "\(subject) has successfully progressed.")
    }
    static func progressing(_ subject: String) -> Self {
        Self("Progressing", "True", "ReplicaSetUpdated", "\(subject) is progressing.")
    }
    static func timedOut(_ subject: String) -> Self {
        Self("Progressing", "False", expired, "\(subject) has timed out progressing.")
    }

    /// The reason of a rollout that came to its end.
    static let completed = "NewReplicaSetAvailable"
    /// The reason of a rollout that shows no progress any more.
    static let expired = "ProgressDeadlineExceeded"
    /// The reason of one that waits.
    static let pausedReason = "DeploymentPaused"

    /// The condition as a tree.
    func value(updated: String, changed: String) -> JSONValue {
        [
            "type": .string(type), "status": .string(status), "lastUpdateTime": .string(updated),
            "lastTransitionTime": .string(changed), "reason": .string(reason), "message": .string(message),
        ]
    }
}
