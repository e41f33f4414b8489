internal import ClusterBase
internal import KubeModel

/// When a pod leaves a node that has taints with the effect `NoExecute`.
///
/// Source: upstream `pkg/controller/nodelifecycle/scheduler/taint_manager.go` (1.20).
struct PodEvictionRule {
    /// What admission lets every pod stay on a lost node; it stands for the cluster's own timeout.
    private static let defaultSeconds: Int64 = 300

    /// How long pods stay on a lost node.
    let timeout: Duration

    /// When a pod leaves because of taints; nil when it tolerates all of them.
    ///
    /// - Parameter seen: the time of a taint that has none.
    func due(_ pod: KubeObject, taints: [KubeObject], seen: UnixTime) -> UnixTime? {
        let tolerations = pod.list("spec", "tolerations").compactMap { KubeObject($0) }
        return taints.compactMap { taint -> UnixTime? in
            guard let stay = stay(taint, tolerations) else { return nil }
            let since = max(taint.time("timeAdded") ?? seen, pod.created ?? UnixTime(seconds: 0))
            return UnixTime(microseconds: since.microseconds + stay.totalNanoseconds / 1_000)
        }.min()
    }

    /// How long a taint is borne; nil for ever.
    private func stay(_ taint: KubeObject, _ tolerations: [KubeObject]) -> Duration? {
        let isLost = [NodeTaints.notReady, NodeTaints.unreachable].contains(taint.text("key"))
        let matching = tolerations.filter { Self.tolerates($0, taint) }
        if matching.isEmpty { return isLost ? timeout : .zero }
        guard let seconds = matching.compactMap({ $0.integer("tolerationSeconds") }).min() else { return nil }
        return isLost && seconds == Self.defaultSeconds ? timeout : .seconds(max(0, seconds))
    }

    private static func tolerates(_ toleration: KubeObject, _ taint: KubeObject) -> Bool {
        let (key, effect) = (toleration.text("key"), toleration.text("effect"))
        guard effect.isEmpty || effect == taint.text("effect") else { return false }
        guard key.isEmpty || key == taint.text("key") else { return false }
        return toleration.text("operator") == "Exists" || toleration.text("value") == taint.text("value")
    }
}
