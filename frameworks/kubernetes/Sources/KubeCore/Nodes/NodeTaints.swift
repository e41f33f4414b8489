internal import ClusterBase
internal import KubeModel

/// The taints that a node's conditions mean.
///
/// Source: upstream `pkg/controller/nodelifecycle/node_lifecycle_controller.go` (1.20).
enum NodeTaints {
    /// Put on a node that says it is not ready.
    static let notReady = "node.kubernetes.io/not-ready"
    /// Put on a node that says nothing any more.
    static let unreachable = "node.kubernetes.io/unreachable"
    private static let unschedulable = "node.kubernetes.io/unschedulable"

    private static let byCondition: [(type: String, status: String, key: String)] = [
        ("Ready", "False", notReady), ("Ready", "Unknown", unreachable),
        ("MemoryPressure", "True", "node.kubernetes.io/memory-pressure"),
        ("DiskPressure", "True", "node.kubernetes.io/disk-pressure"),
        ("NetworkUnavailable", "True", "node.kubernetes.io/network-unavailable"),
        ("PIDPressure", "True", "node.kubernetes.io/pid-pressure"),
    ]

    /// The taint of a node that is lost to its pods; nil for a ready one, and for one that did not speak yet.
    static func lost(_ node: KubeObject) -> String? {
        switch node.conditionStatus("Ready") {
        case "False": notReady
        case "Unknown": unreachable
        default: nil
        }
    }

    /// The keys of the taints that keep new pods off a node.
    private static func keepingOff(_ node: KubeObject) -> Set<String> {
        var keys = Set(byCondition.filter { node.conditionStatus($0.type) == $0.status }.map(\.key))
        if node.flag("spec", "unschedulable") { keys.insert(unschedulable) }
        return keys
    }

    /// A node's taints as its conditions mean them; `evicting` is the key that drives pods away.
    ///
    /// Taints of other people stay, and those that are right keep the time at which they were put on.
    static func taints(of node: KubeObject, evicting: String?, now: UnixTime) -> [JSONValue] {
        let own = Set(byCondition.map(\.key) + [unschedulable])
        var wanted = keepingOff(node).sorted().map { (key: $0, effect: "NoSchedule") }
        if let evicting { wanted.append((evicting, "NoExecute")) }
        var taints = node.list("spec", "taints").filter { taint in
            let (key, effect) = (taint["key"]?.string ?? "", taint["effect"]?.string ?? "")
            let isOwn =
                effect == "NoSchedule"
                ? own.contains(key) : effect == "NoExecute" && [notReady, unreachable].contains(key)
            guard isOwn, !wanted.contains(where: { $0 == (key, effect) }) else {
                wanted.removeAll { $0 == (key, effect) }
                return true
            }
            return false
        }
        taints += wanted.map { taint in
            ["key": .string(taint.key), "effect": .string(taint.effect), "timeAdded": .string(KubeTime.text(now))]
        }
        return taints
    }

    /// The taints that drive pods away.
    static func evicting(_ node: KubeObject) -> [KubeObject] {
        node.list("spec", "taints").compactMap { KubeObject($0) }.filter { $0.text("effect") == "NoExecute" }
    }
}
