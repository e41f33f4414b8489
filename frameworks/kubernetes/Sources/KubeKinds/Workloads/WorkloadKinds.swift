internal import KubeModel

/// The kinds that run containers: pods and the controllers that keep copies of them.
///
/// Each is a row with its strategy beside it. Source: upstream 1.20's `pkg/registry/core/pod`,
/// `pkg/registry/core/replicationcontroller`, `pkg/registry/apps/*` and `pkg/apis/*/{v1,validation}`; spec
/// `kubernetes/02`, `kubernetes/03`.
public enum WorkloadKinds {
    /// The rows, in no particular order.
    public static let all: [KindRow] = [
        pod, podTemplate, replicationController, deployment, replicaSet, podDisruptionBudget,
    ]

    /// The stable version of the apps group.
    static let apps = GroupVersion(group: "apps", "v1")
    /// The group in which the controllers were first served.
    static let extensions = GroupVersion(group: "extensions", "v1beta1")
    /// The group of evictions and their budgets.
    static let policy = GroupVersion(group: "policy", "v1beta1")
    /// The verbs discovery shows for a subresource that is read and written.
    static let readWrite = ["get", "patch", "update"]
}
