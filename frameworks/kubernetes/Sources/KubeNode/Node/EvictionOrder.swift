internal import KubeModel
internal import KubeletCore

/// Which pod goes first when the node runs short, and with what words (spec `kubernetes/04` §4.1).
enum EvictionOrder {
    /// Whether a pod goes before another: best effort first, then by priority; the younger first among equals.
    static func precedes(_ left: PodProgress, _ right: PodProgress) -> Bool {
        let (a, b) = (PodView(left.pod), PodView(right.pod))
        let ranks = [a, b].map { view in QoSClass.evicted.firstIndex(of: view.qosClass) ?? 0 }
        if ranks[0] != ranks[1] { return ranks[0] < ranks[1] }
        if a.priority != b.priority { return a.priority < b.priority }
        return a.object.text("status", "startTime") > b.object.text("status", "startTime")
    }

    /// How a pod is stopped.
    static func stop(_ shortage: NodePressure) -> PodStop {
        let resource = shortage.acute.contains(.memory) ? "memory" : "ephemeral-storage"
        return .evicted(
            reason: "Evicted", message: "The node was low on resource: \(resource). ", grace: .zero)
    }
}

extension QoSClass {
    /// In the order in which pods go.
    fileprivate static let evicted: [QoSClass] = [.bestEffort, .burstable, .guaranteed]
}
