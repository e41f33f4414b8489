internal import ClusterBase
internal import KubeModel

/// Evictions that were granted (`status.disruptedPods`) and whose pods have not been seen to go yet.
struct GrantedDisruptions: Sendable {
    /// How long a pod may take to be marked as deleted before the eviction is thought to have failed.
    private static let patience: Int64 = 120

    /// When they were granted, by pod; those in force only.
    private(set) var times: [String: String] = [:]
    /// Pods that are still there though their time is up.
    private(set) var overdue: [KubeObject] = []
    private var ends: [UnixTime] = []

    /// What of a budget's notes still counts, given the pods that it covers.
    init(_ budget: KubeObject, pods: [KubeObject], now: UnixTime) {
        let notes = budget.strings("status", "disruptedPods")
        guard !notes.isEmpty else { return }
        let known = Dictionary(notes.map { ($0.key, $0.value) }) { first, _ in first }
        for pod in pods where !pod.isDeleting {
            guard let text = known[pod.name], let time = KubeTime.parse(text) else { continue }
            let end = time.adding(seconds: Self.patience)
            if end < now {
                overdue.append(pod)
            } else {
                times[pod.name] = text
                ends.append(end)
            }
        }
    }

    /// How long until the next of them runs out; nil when there is none.
    func nextEnd(now: UnixTime) -> Duration? {
        // A moment later: at its very end it is still in force.
        ends.min().map { now.duration(until: $0) + .seconds(1) }
    }
}
