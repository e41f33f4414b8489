internal import ClusterBase
internal import KubeModel

/// The numbers of a deployment's spec.
///
/// Source: upstream `pkg/controller/deployment/util/deployment_util.go` (1.20).
struct DeploymentNumbers: Sendable {
    /// Means "no limit" for the history and the progress deadline.
    private static let unlimited = Int64(Int32.max)

    /// The wanted number of pods.
    let replicas: Int
    /// How many pods there may be beyond that during a rolling update.
    let maxSurge: Int
    /// How many pods may be missing during a rolling update.
    let maxUnavailable: Int
    /// Whether pods are replaced bit by bit, not all at once.
    let isRolling: Bool
    /// `spec.minReadySeconds`.
    let minReadySeconds: Int64
    /// How many old replica sets are kept; nil = all.
    let historyLimit: Int?
    /// How long a rollout may show no progress; nil = for ever.
    let progressDeadlineSeconds: Int64?

    init(_ deployment: KubeObject) {
        replicas = Int(clamping: deployment.integer("spec", "replicas") ?? 1)
        isRolling = deployment.text("spec", "strategy", "type") != "Recreate"
        minReadySeconds = deployment.integer("spec", "minReadySeconds") ?? 0
        let limit = deployment.integer("spec", "revisionHistoryLimit")
        historyLimit = limit == Self.unlimited ? nil : limit.map { Int(clamping: $0) }
        let deadline = deployment.integer("spec", "progressDeadlineSeconds")
        progressDeadlineSeconds = deadline == Self.unlimited ? nil : deadline
        guard isRolling else {
            (maxSurge, maxUnavailable) = (0, 0)
            return
        }
        let update = KubeObject(deployment["spec", "strategy", "rollingUpdate"]) ?? KubeObject()
        let surge = IntOrString(update["maxSurge"])?.scaled(of: replicas, rounding: .up) ?? 0
        let unavailable = IntOrString(update["maxUnavailable"])?.scaled(of: replicas, rounding: .down) ?? 0
        maxSurge = surge
        // Without either no step were possible.
        maxUnavailable = min(surge == 0 && unavailable == 0 ? 1 : unavailable, replicas)
    }

    /// The fewest pods that must be available.
    var minAvailable: Int { replicas - maxUnavailable }
    /// The most pods there may be.
    var maximum: Int { replicas + maxSurge }
}
