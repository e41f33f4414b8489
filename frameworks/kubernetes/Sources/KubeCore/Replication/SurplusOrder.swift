internal import KubeModel

/// Which of a controller's pods go first when there are too many.
///
/// Not assigned before assigned; pending, unknown, running; not ready before ready; those whose node has most of their
/// kin; the latest ready; the most often restarted; the youngest. Source: upstream
/// `pkg/controller/controller_utils.go`, `ActivePodsWithRanks` (1.20).
struct SurplusOrder {
    private struct Place {
        var pod: KubeObject
        /// Compared from left to right, the smaller going first.
        var ranks: [Int64]
    }

    private static let phases: [String: Int64] = ["Pending": 0, "Unknown": 1, "Running": 2]

    /// The first `count` pods to go; `kin` are the pods of controllers with the same owner.
    static func first(_ count: Int, of pods: [KubeObject], kin: [KubeObject]) -> [KubeObject] {
        guard count < pods.count else { return pods }
        var perNode: [String: Int64] = [:]
        for pod in kin.map(PodState.init) where pod.isActive { perNode[pod.node, default: 0] += 1 }
        let places = pods.map { Place(pod: $0, ranks: ranks(PodState($0), perNode)) }
        return places.sorted { left, right in
            if left.ranks != right.ranks { return left.ranks.lexicographicallyPrecedes(right.ranks) }
            return left.pod.key < right.pod.key
        }.prefix(count).map(\.pod)
    }

    private static func ranks(_ pod: PodState, _ perNode: [String: Int64]) -> [Int64] {
        [
            pod.node.isEmpty ? 0 : 1,
            phases[pod.pod.text("status", "phase")] ?? 0,
            pod.isReady ? 1 : 0,
            -(perNode[pod.node] ?? 0),
            pod.isReady ? latestFirst(pod.readySince) : 0,
            -pod.restarts,
            latestFirst(pod.pod.created),
        ]
    }

    /// A missing time counts as the latest.
    private static func latestFirst(_ time: UnixTime?) -> Int64 { time.map { -$0.microseconds } ?? .min }
}
