internal import ClusterBase
internal import KubeModel

/// The conditions of a node, in the reference's words.
struct NodeConditions: Hashable, Sendable {
    /// One condition without its times.
    struct Condition: Hashable, Sendable {
        var type: String
        var isTrue: Bool
        var reason: String
        var message: String

        /// The reason of the event that tells of it; nil where none does.
        var event: String? {
            switch type {
            case "MemoryPressure": isTrue ? "NodeHasInsufficientMemory" : "NodeHasSufficientMemory"
            case "DiskPressure": isTrue ? "NodeHasDiskPressure" : "NodeHasNoDiskPressure"
            case "PIDPressure": isTrue ? "NodeHasInsufficientPID" : "NodeHasSufficientPID"
            case "Ready": isTrue ? "NodeReady" : "NodeNotReady"
            default: nil
            }
        }
    }

    /// Whether there is too little memory.
    var hasMemoryPressure = false
    /// Whether there is too little disk.
    var hasDiskPressure = false
    /// Why the node is not ready; nil when it is.
    var problem: String?

    /// All of them, in the reference's order.
    var all: [Condition] {
        [
            Condition(
                type: "MemoryPressure", isTrue: hasMemoryPressure,
                reason: hasMemoryPressure ? "KubeletHasInsufficientMemory" : "KubeletHasSufficientMemory",
                message: hasMemoryPressure
                    ? "kubelet has insufficient memory available" : "kubelet has sufficient memory available"),
            Condition(
                type: "DiskPressure", isTrue: hasDiskPressure,
                reason: hasDiskPressure ? "KubeletHasDiskPressure" : "KubeletHasNoDiskPressure",
                message: hasDiskPressure ? "kubelet has disk pressure" : "kubelet has no disk pressure"),
            Condition(
                type: "PIDPressure", isTrue: false, reason: "KubeletHasSufficientPID",
                message: "kubelet has sufficient PID available"),
            Condition(
                type: "Ready", isTrue: problem == nil, reason: problem == nil ? "KubeletReady" : "KubeletNotReady",
                message: problem ?? "kubelet is posting ready status"),
        ]
    }

    /// The conditions as the API has them: a transition is as old as the state, also across restarts.
    ///
    /// - Parameter before: those that the node has.
    func trees(before: [JSONValue], now: UnixTime) -> [JSONValue] {
        let time = KubeTime.text(now)
        return all.map { condition in
            let status = condition.isTrue ? "True" : "False"
            let old = before.first { $0["type"]?.string == condition.type }
            let transition = old?["status"]?.string == status ? old?["lastTransitionTime"]?.string : nil
            return [
                "type": .string(condition.type), "status": .string(status), "lastHeartbeatTime": .string(time),
                "lastTransitionTime": .string(transition ?? time), "reason": .string(condition.reason),
                "message": .string(condition.message),
            ]
        }
    }
}
