internal import ClusterBase
public import KubeModel

/// What tells the kinds apart whose objects keep a number of pods.
public struct ReplicaRow: Sendable {
    /// The name in events and metrics.
    public var name: String
    /// The kind.
    public var kind: ResourceKind
    /// Reads the selector; a malformed one chooses nothing.
    var selector: @Sendable (KubeObject) -> LabelSelector

    /// `ReplicationController`, whose selector is a map of labels.
    public static let replicationControllers = ReplicaRow(
        name: "replication-controller", kind: .replicationControllers
    ) { LabelSelector(map: $0["spec", "selector"]) }

    /// `ReplicaSet`.
    public static let replicaSets = ReplicaRow(name: "replicaset-controller", kind: .replicaSets) { owner in
        (try? LabelSelector(object: owner["spec", "selector"])) ?? .nothing
    }
}
