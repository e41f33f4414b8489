internal import ClusterBase
internal import KubeModel

/// Rules of the numbers in a controller's `status`.
struct ReplicaStatusRules: Sendable {
    /// Numbers that may not be negative, in the order in which they are looked at.
    let counts: [String]
    /// Numbers that may not exceed `replicas`.
    let parts: [String]

    /// Of replication controllers and replica sets.
    static let copies = ReplicaStatusRules(
        counts: ["replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration"],
        parts: ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"])

    /// Of deployments.
    static let deployment = ReplicaStatusRules(
        counts: [
            "observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas",
            "unavailableReplicas", "collisionCount",
        ],
        parts: ["updatedReplicas", "readyReplicas", "availableReplicas"])

    /// What is wrong with a new status.
    func check(_ status: FieldView, old: FieldView) -> [FieldError] {
        func count(_ name: String) -> Int64 { status[name].integer ?? 0 }
        var errors = counts.flatMap { status[$0].notNegative }
        errors += parts.filter { count($0) > count("replicas") }
            .map { status[$0].invalid("cannot be greater than status.replicas") }
        if count("availableReplicas") > count("readyReplicas") {
            errors.append(status["availableReplicas"].invalid("cannot be greater than readyReplicas"))
        }
        let collisions = status["collisionCount"]
        if let before = old["collisionCount"].integer, collisions.integer ?? -1 < before {
            errors.append(
                .invalid(collisions.path, .integer(collisions.integer ?? 0), "cannot be decremented"))
        }
        return errors
    }
}
