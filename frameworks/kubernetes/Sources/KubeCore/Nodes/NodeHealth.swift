internal import ClusterBase
internal import KubeModel

/// What is known of a node's life, by the controller's own clock.
struct NodeHealth: Sendable {
    let uid: String
    /// When it was last heard of.
    var heard: UnixTime
    /// Its heartbeat and the renewal of its lease, as they were last seen.
    var signs: [String]
    /// Whether it was ready at the last look; nil before the first.
    var wasReady: Bool?
    /// Whether its pods must be told that it is not ready.
    var mustTellPods = false
    /// When taints without a time were first seen.
    var seen: UnixTime

    /// Begins with a node: one that never posted its status was last heard of when it was made, and was never ready.
    init(_ node: KubeObject, signs: [String], now: UnixTime) {
        let hasSpoken = node.condition("Ready") != nil
        uid = node.uid
        self.signs = signs
        seen = now
        heard = hasSpoken ? now : node.created ?? now
        wasReady = hasSpoken ? nil : false
    }

    /// Takes signs of life in: any change is one.
    mutating func take(_ signs: [String], now: UnixTime) {
        guard signs != self.signs else { return }
        (self.signs, heard) = (signs, now)
    }

    /// Takes in whether the node is ready; true when that is over since the last look.
    mutating func take(isReady: Bool) -> Bool {
        defer { wasReady = isReady }
        if isReady { mustTellPods = false } else if wasReady != false { mustTellPods = true }
        return wasReady == true && !isReady
    }
}

/// The conditions of a node that is not heard of.
enum SilentNode {
    private static let types = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"]

    /// The conditions it has to have; nil when it has them.
    static func conditions(of node: KubeObject, now: UnixTime) -> [JSONValue]? {
        let before = node.list("status", "conditions")
        var conditions = before
        let time = JSONValue.string(KubeTime.text(now))
        for type in types {
            guard let index = conditions.firstIndex(where: { $0["type"]?.string == type }) else {
                conditions.append([
                    "type": .string(type), "status": "Unknown", "lastHeartbeatTime": .string(node.creationTimestamp),
                    "lastTransitionTime": time, "reason": "NodeStatusNeverUpdated",
                    "message": "Kubelet never posted node status.",
                ])
                continue
            }
            guard var condition = KubeObject(conditions[index]), condition.text("status") != "Unknown" else { continue }
            condition["status"] = "Unknown"
            condition["reason"] = "NodeStatusUnknown"
            condition["message"] = "Kubelet stopped posting node status."
            condition["lastTransitionTime"] = time
            conditions[index] = condition.value
        }
        return conditions == before ? nil : conditions
    }
}
