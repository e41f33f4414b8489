internal import KubeModel

/// What deployments read of their replica sets.
extension KubeObject {
    /// `spec.replicas`.
    var size: Int { Int(clamping: integer("spec", "replicas") ?? 1) }
    /// `status.replicas`.
    var actualSize: Int { Int(clamping: integer("status", "replicas") ?? 0) }
    /// The pods that are available and may be counted on: what is above `spec.replicas` is about to go.
    var steadySize: Int { min(Int(clamping: integer("status", "availableReplicas") ?? 0), size) }
    /// The rollout it belongs to; 0 when it does not say.
    var revision: Int64 { annotation(DeploymentNames.revision).flatMap { Int64($0) } ?? 0 }
    /// The deployment's number of pods when it was last sized, if it says.
    var desiredSize: Int? { annotation(DeploymentNames.desired).flatMap { Int($0) } }

    /// Whether it was made before another; the name decides between those of one second.
    func isOlder(than other: KubeObject) -> Bool {
        (creationTimestamp, name) < (other.creationTimestamp, other.name)
    }
}

extension Sequence where Element == KubeObject {
    /// The sum of `spec.replicas`.
    var size: Int { reduce(0) { $0 + $1.size } }
    /// The sum of `status.replicas`.
    var actualSize: Int { reduce(0) { $0 + $1.actualSize } }
    /// The sum of a count in the status.
    func count(_ member: String) -> Int { reduce(0) { $0 + Int(clamping: $1.integer("status", member) ?? 0) } }
}
