internal import ClusterBase
internal import KubeCore
internal import KubeModel

/// The conditions of a pod that its node states (spec `kubernetes/04` §4.2).
struct PodConditions {
    /// One condition.
    struct Condition: Equatable {
        var type: String
        var isTrue: Bool
        var reason = ""
        var message = ""

        var status: String { isTrue ? "True" : "False" }
    }

    /// The types that are the node's to state, in order.
    static let types = ["Initialized", "Ready", "ContainersReady", "PodScheduled"]

    let view: PodView
    let phase: PodPhase
    let initial: [ContainerReport]
    /// Empty when the statuses of containers are left out.
    let proper: [ContainerReport]

    /// The conditions, in order.
    var all: [Condition] { [initialized, ready, containersReady, Condition(type: "PodScheduled", isTrue: true)] }

    private var initialized: Condition {
        let type = "Initialized"
        if view.initContainers.isEmpty {
            return Condition(type: type, isTrue: true, reason: phase == .succeeded ? "PodCompleted" : "")
        }
        if initial.isEmpty { return Condition(type: type, isTrue: false, reason: "UnknownContainerStatuses") }
        if phase == .succeeded { return Condition(type: type, isTrue: true, reason: "PodCompleted") }
        let incomplete = initial.filter { !$0.isReady }.map(\.name)
        guard !incomplete.isEmpty else { return Condition(type: type, isTrue: true) }
        return Condition(
            type: type, isTrue: false, reason: "ContainersNotInitialized",
            message: "containers with incomplete status: [\(incomplete.joined(separator: " "))]")
    }

    private var containersReady: Condition {
        let type = "ContainersReady"
        if proper.isEmpty { return Condition(type: type, isTrue: false, reason: "UnknownContainerStatuses") }
        if phase == .succeeded { return Condition(type: type, isTrue: false, reason: "PodCompleted") }
        let unready = proper.filter { !$0.isReady }.map(\.name)
        guard !unready.isEmpty else { return Condition(type: type, isTrue: true) }
        return Condition(
            type: type, isTrue: false, reason: "ContainersNotReady",
            message: "containers with unready status: [\(unready.joined(separator: " "))]")
    }

    private var ready: Condition {
        var condition = containersReady
        condition.type = "Ready"
        guard condition.isTrue else { return condition }
        let missing = view.readinessGates.compactMap { gate -> String? in
            switch view.object.conditionStatus(gate) {
            case "True": nil
            case "": "corresponding condition of pod readiness gate \"\(gate)\" does not exist."
            case let status: "the status of pod readiness gate \"\(gate)\" is not \"True\", but \(status)"
            }
        }
        if missing.isEmpty { return condition }
        return Condition(
            type: "Ready", isTrue: false, reason: "ReadinessGatesNotReady", message: missing.joined(separator: ", "))
    }
}

extension PodConditions.Condition {
    /// The condition as a tree.
    func tree(since: UnixTime) -> KubeObject {
        var object: JSONObject = ["type": .string(type), "status": .string(status)]
        object["lastTransitionTime"] = .string(KubeTime.text(since))
        if !reason.isEmpty { object["reason"] = .string(reason) }
        if !message.isEmpty { object["message"] = .string(message) }
        return KubeObject(object)
    }
}
