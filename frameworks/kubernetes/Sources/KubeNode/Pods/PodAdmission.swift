internal import KubeModel
internal import KubeletCore

/// Whether a pod may run beside those that are there; resources were counted by whoever launched it.
enum PodAdmission {
    /// Why a pod is turned away, in the reference's words without `Pod` before them; nil when it is not.
    ///
    /// - Parameters:
    ///   - nodeLabels: the Node's; nil while it is not registered, when no selector is judged.
    ///   - limit: how many pods may be there.
    static func rejection(
        of pod: PodView, beside others: [PodView], nodeLabels: [(key: String, value: String)]?, limit: Int
    ) -> PodStop? {
        if others.count >= limit {
            let words = "Node didn't have enough resource: pods, requested: 1, used: \(others.count), capacity: \(limit)"
            return .rejected(reason: "OutOfpods", message: words)
        }
        if let nodeLabels, !pod.nodeSelector.matches(nodeLabels) {
            return .rejected(reason: "NodeAffinity", message: "Predicate NodeAffinity failed")
        }
        let taken = others.flatMap(hostPorts)
        if hostPorts(pod).contains(where: { port in taken.contains { $0.collides(with: port) } }) {
            return .rejected(reason: "NodePorts", message: "Predicate NodePorts failed")
        }
        return nil
    }

    private struct HostPort {
        let address: String
        let number: Int
        let transport: String

        func collides(with other: HostPort) -> Bool {
            number == other.number && transport == other.transport
                && (isAny || other.isAny || address == other.address)
        }

        private var isAny: Bool { address.isEmpty || address == "0.0.0.0" }
    }

    private static func hostPorts(_ pod: PodView) -> [HostPort] {
        pod.containers.flatMap(\.ports).filter { $0.hostPort > 0 }.map {
            HostPort(address: $0.hostAddress, number: $0.hostPort, transport: $0.transport)
        }
    }
}
