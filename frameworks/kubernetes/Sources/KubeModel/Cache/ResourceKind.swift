/// A resource as a client addresses it: one version of one kind.
public struct ResourceKind: Hashable, Sendable, CustomStringConvertible {
    /// Group and version, as the path names them.
    public var groupVersion: GroupVersion
    /// The kind, such as `Pod`.
    public var kind: String
    /// The resource, such as `pods`.
    public var plural: String
    /// Whether its objects live in namespaces.
    public var isNamespaced: Bool

    /// Makes a resource.
    public init(_ groupVersion: GroupVersion, _ kind: String, plural: String, isNamespaced: Bool = true) {
        (self.groupVersion, self.kind) = (groupVersion, kind)
        (self.plural, self.isNamespaced) = (plural, isNamespaced)
    }

    /// Group and plural, as messages name them.
    public var resource: GroupResource { GroupResource(group: groupVersion.group, plural) }

    /// `pods.v1`, `deployments.v1.apps`.
    public var description: String {
        plural + "." + groupVersion.version + (groupVersion.group.isEmpty ? "" : "." + groupVersion.group)
    }

    /// Core v1 pods.
    public static let pods = ResourceKind(.v1, "Pod", plural: "pods")
    /// Core v1 services.
    public static let services = ResourceKind(.v1, "Service", plural: "services")
    /// Core v1 endpoints.
    public static let endpoints = ResourceKind(.v1, "Endpoints", plural: "endpoints")
    /// Core v1 events.
    public static let events = ResourceKind(.v1, "Event", plural: "events")
    /// Core v1 namespaces.
    public static let namespaces = ResourceKind(.v1, "Namespace", plural: "namespaces", isNamespaced: false)
    /// Core v1 nodes.
    public static let nodes = ResourceKind(.v1, "Node", plural: "nodes", isNamespaced: false)
    /// Core v1 replication controllers.
    public static let replicationControllers = ResourceKind(
        .v1, "ReplicationController", plural: "replicationcontrollers")
    /// Replica sets of `apps/v1`.
    public static let replicaSets = ResourceKind(GroupVersion(group: "apps", "v1"), "ReplicaSet", plural: "replicasets")
    /// Deployments of `apps/v1`.
    public static let deployments = ResourceKind(GroupVersion(group: "apps", "v1"), "Deployment", plural: "deployments")
    /// Disruption budgets of `policy/v1beta1`.
    public static let podDisruptionBudgets = ResourceKind(
        GroupVersion(group: "policy", "v1beta1"), "PodDisruptionBudget", plural: "poddisruptionbudgets")
    /// Leases of `coordination.k8s.io/v1`.
    public static let leases = ResourceKind(GroupVersion(group: "coordination.k8s.io", "v1"), "Lease", plural: "leases")
}
