internal import KubeModel

/// Whether a node takes a pod on (spec `kubernetes/04` §4.1, §4.4).
///
/// Resources are not looked at: the scheduler charged the pod's task for them.
public struct PodAdmission: Sendable {
    /// The node's name.
    public var nodeName: String
    /// The node's labels; nil while they are not known, when no selector is judged.
    public var nodeLabels: [(key: String, value: String)]?
    /// How many pods the node takes.
    public var capacity: Int

    /// Makes the rules of a node; upstream's kubelet takes 110 pods.
    public init(nodeName: String, nodeLabels: [(key: String, value: String)]?, capacity: Int = 110) {
        (self.nodeName, self.nodeLabels, self.capacity) = (nodeName, nodeLabels, capacity)
    }

    private typealias Rule = @Sendable (PodAdmission, PodView, [PodView]) -> Bool

    /// Upstream's predicates, in its order: the name is the reason.
    private static let rules: [(reason: String, holds: Rule)] = [
        ("NodeAffinity", { node, pod, _ in node.nodeLabels.map { pod.nodeSelector.matches($0) } ?? true }),
        ("NodeName", { node, pod, _ in pod.nodeName.isEmpty || pod.nodeName == node.nodeName }),
        ("NodePorts", { _, pod, others in !others.contains { pod.conflicts(with: $0) } }),
    ]

    /// Why a pod is not taken on; nil when it is.
    ///
    /// - Parameter others: the pods that the node has; those that ended do not count.
    public func rejection(of pod: PodView, others: [PodView]) -> PodStop? {
        let others = others.filter { $0.uid != pod.uid && $0.recordedPhase?.isFinal != true }
        if others.count >= capacity {
            let numbers = "requested: 1, used: \(others.count), capacity: \(capacity)"
            return .rejected(
                reason: "OutOfpods", message: "Node didn't have enough resource: pods, \(numbers)")
        }
        return Self.rules.first { !$0.holds(self, pod, others) }.map {
            .rejected(reason: $0.reason, message: "Predicate \($0.reason) failed")
        }
    }
}

extension PodView {
    /// The ports of the host that the pod takes.
    public var hostPorts: [ContainerView.Port] { containers.flatMap(\.ports).filter { $0.hostPort > 0 } }

    /// Whether two pods take the same port of the host.
    public func conflicts(with other: PodView) -> Bool {
        let taken = other.hostPorts
        return !taken.isEmpty && hostPorts.contains { port in taken.contains { port.conflicts(with: $0) } }
    }
}

extension ContainerView.Port {
    /// Whether two ports of the host cannot both be had: same number and transport, and addresses that overlap.
    func conflicts(with other: Self) -> Bool {
        guard hostPort == other.hostPort, transport == other.transport else { return false }
        let all: Set<String> = ["", "0.0.0.0"]
        return hostAddress == other.hostAddress || all.contains(hostAddress) || all.contains(other.hostAddress)
    }
}
