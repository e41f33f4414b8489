internal import ClusterBase
internal import KubeModel

/// What controllers of pods read of a pod.
///
/// Source: upstream `pkg/controller/controller_utils.go` and `pkg/api/v1/pod/util.go` (1.20).
struct PodState {
    let pod: KubeObject

    init(_ pod: KubeObject) { self.pod = pod }

    /// Whether its containers have ended for good.
    var hasEnded: Bool { ["Succeeded", "Failed"].contains(pod.text("status", "phase")) }

    /// Whether it counts as one of a controller's pods: it neither ended nor is it going.
    var isActive: Bool { !hasEnded && !pod.isDeleting }

    /// The node it is bound to; empty before.
    var node: String { pod.text("spec", "nodeName") }

    /// Whether the condition `Ready` holds.
    var isReady: Bool { pod.conditionStatus("Ready") == "True" }

    /// Since when the condition `Ready` holds; nil when it does not, or does not say.
    var readySince: UnixTime? {
        guard let ready = pod.condition("Ready"), ready.text("status") == "True" else { return nil }
        return ready.time("lastTransitionTime")
    }

    /// When it counts as available, having been ready for so many seconds; nil when it is not ready.
    func available(after seconds: Int64) -> UnixTime? {
        guard isReady else { return nil }
        if seconds == 0 { return UnixTime(seconds: 0) }
        return readySince?.adding(seconds: seconds)
    }

    /// The most restarts of one of its containers.
    var restarts: Int64 {
        pod.list("status", "containerStatuses").compactMap { $0["restartCount"]?.integer }.max() ?? 0
    }
}
