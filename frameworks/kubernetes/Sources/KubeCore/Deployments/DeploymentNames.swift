/// Annotations and labels that deployments keep on themselves and on their replica sets.
///
/// Source: upstream `pkg/controller/deployment/util/deployment_util.go` (1.20).
enum DeploymentNames {
    /// Tells a deployment's replica sets and their pods apart.
    static let hashLabel = "pod-template-hash"
    /// Which rollout a replica set belongs to, and a deployment is at.
    static let revision = "deployment.kubernetes.io/revision"
    /// Earlier revisions of a replica set that was rolled back to.
    static let history = "deployment.kubernetes.io/revision-history"
    /// The deployment's number of pods when the replica set was last sized.
    static let desired = "deployment.kubernetes.io/desired-replicas"
    /// The most pods it allowed then.
    static let maximum = "deployment.kubernetes.io/max-replicas"
    /// Which revision to return to; `spec.rollbackTo` of `extensions/v1beta1`.
    static let rollback = "deprecated.deployment.rollback.revision"
    private static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

    /// Annotations that are not handed from deployments to replica sets and back.
    static let unshared: Set<String> = [lastApplied, revision, history, desired, maximum, rollback]
    /// The most bytes of `history`.
    static let longestHistory = 2_000
}
