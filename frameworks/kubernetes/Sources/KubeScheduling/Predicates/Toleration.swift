internal import ClusterBase
internal import KubeModel

/// A mark of a node that keeps pods off.
struct Taint: Hashable, Sendable {
    var key: String
    var value: String
    var effect: String

    /// The keys of taints that mean that nothing is heard of the node.
    static let lost: Set<String> = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]
    /// What the node life cycle puts on nodes that are marked unschedulable.
    static let unschedulable = Taint(key: "node.kubernetes.io/unschedulable", value: "", effect: "NoSchedule")

    init(key: String, value: String, effect: String) { (self.key, self.value, self.effect) = (key, value, effect) }

    init(_ taint: JSONValue) {
        (key, value) = (taint["key"]?.string ?? "", taint["value"]?.string ?? "")
        effect = taint["effect"]?.string ?? ""
    }

    /// Whether pods that do not bear it must stay away.
    var isHard: Bool { effect == "NoSchedule" || effect == "NoExecute" }

    /// As messages show it.
    var text: String { "{\(key): \(value)}" }
}

/// What a pod bears.
struct Toleration: Hashable, Sendable {
    var key: String
    var exists: Bool
    var value: String
    /// Empty for every effect.
    var effect: String

    init(_ toleration: JSONValue) {
        (key, value) = (toleration["key"]?.string ?? "", toleration["value"]?.string ?? "")
        exists = toleration["operator"]?.string == "Exists"
        effect = toleration["effect"]?.string ?? ""
    }

    /// Source: upstream `ToleratesTaint` (spec `kubernetes/05` §5.1).
    func bears(_ taint: Taint) -> Bool {
        guard effect.isEmpty || effect == taint.effect else { return false }
        guard key.isEmpty || key == taint.key else { return false }
        return exists || value == taint.value
    }
}
