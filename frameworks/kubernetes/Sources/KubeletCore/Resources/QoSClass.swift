/// A pod's class of quality of service (`status.qosClass`).
public enum QoSClass: String, Hashable, Sendable, CaseIterable {
    /// Every container has limits, and asks for all of them.
    case guaranteed = "Guaranteed"
    /// Something is asked for or limited.
    case burstable = "Burstable"
    /// Nothing is.
    case bestEffort = "BestEffort"

    /// The class of a pod with these containers, init containers included (upstream `GetPodQOS`).
    public init(of containers: [ContainerView]) {
        let resources = containers.map(\.resources)
        let amounts = resources.flatMap { [$0.requests.cpu, $0.requests.memory, $0.limits.cpu, $0.limits.memory] }
        if amounts.allSatisfy({ ($0 ?? 0) <= 0 }) {
            self = .bestEffort
        } else if resources.allSatisfy({ $0.isGuaranteed }) {
            self = .guaranteed
        } else {
            self = .burstable
        }
    }
}

extension ContainerResources {
    /// Whether CPU and memory are limited, and all of it is asked for.
    var isGuaranteed: Bool {
        guard let cpu = limits.cpu, let memory = limits.memory, cpu > 0, memory > 0 else { return false }
        return requests == limits
    }
}
