internal import ClusterBase
internal import KubeCore
internal import KubeModel

/// A port of a container that is, or may be, a port of the host.
struct PodPort: Hashable, Sendable {
    /// The number on the host; 0 when any offered one is wanted.
    var hostPort: UInt16
    var containerPort: UInt16
    /// `TCP`, `UDP` or `SCTP`.
    var transport: String
    /// The name; may be empty.
    var name: String
}

/// The host ports that a pod wants.
struct PodPorts: Hashable, Sendable {
    /// The ports that are on the host, in the order of the containers.
    var ports: [PodPort] = []
    /// Whether the pod uses the host's network: then ports that no agent offers are used without being charged.
    var isHostNetwork = false
    /// What is wrong with them; nil when nothing is.
    var problem: String?

    var isEmpty: Bool { ports.isEmpty }
    /// The numbers wanted by number, ascending and each once.
    var fixed: [UInt64] { Set(ports.map { UInt64($0.hostPort) }.filter { $0 != 0 }).sorted() }
    /// How many ports are wanted that may be any.
    var wildcards: Int { ports.count { $0.hostPort == 0 } }

    /// Reads the ports of a pod; a port that annotations of an earlier placement name is fixed.
    init(_ pod: KubeObject, standard: PortMapping) {
        isHostNetwork = pod.flag("spec", "hostNetwork")
        let mapping = pod.label(PoolNames.portMapping).flatMap(PortMapping.init(rawValue:)) ?? standard
        let isWildcard = mapping == .wildcard && !isHostNetwork
        var seen: Set<String> = []
        for container in pod.list("spec", "containers") {
            for port in container["ports"]?.array ?? [] {
                let transport = port["protocol"]?.string ?? "TCP"
                let inside = UInt16(clamping: port["containerPort"]?.integer ?? 0)
                var outside = UInt16(clamping: port["hostPort"]?.integer ?? 0)
                if outside == 0, isWildcard {
                    outside =
                        pod.annotation("\(PoolNames.portPrefix)\(transport)_\(inside)").flatMap { UInt16($0) } ?? 0
                } else if outside == 0 {
                    continue
                }
                if outside != 0, !seen.insert("\(transport)/\(outside)").inserted {
                    problem = "host port \(outside)/\(transport) is wanted twice by the pod"
                }
                ports.append(
                    PodPort(
                        hostPort: outside, containerPort: inside, transport: transport,
                        name: port["name"]?.string ?? ""))
            }
        }
    }

    /// The same ports with a number for each that may be any, from a list long enough.
    func choosing(_ numbers: [UInt64]) -> [PodPort] {
        var rest = numbers[...]
        return ports.map { port in
            var chosen = port
            if port.hostPort == 0, let number = rest.popFirst() { chosen.hostPort = UInt16(clamping: number) }
            return chosen
        }
    }

    /// What the pod is annotated with.
    static func annotations(_ ports: [PodPort]) -> [(key: String, value: String)] {
        ports.flatMap { port -> [(key: String, value: String)] in
            let number = "\(port.hostPort)"
            let byNumber = ("\(PoolNames.portPrefix)\(port.transport)_\(port.containerPort)", number)
            if port.name.isEmpty { return [byNumber] }
            return [byNumber, ("\(PoolNames.portNamePrefix)\(port.transport)_\(port.name)", number)]
        }
    }

    /// The pod with the chosen numbers in its spec.
    static func filling(_ pod: KubeObject, _ ports: [PodPort]) -> KubeObject {
        var chosen: [String: UInt16] = [:]
        for port in ports { chosen["\(port.transport)/\(port.containerPort)"] = port.hostPort }
        guard !chosen.isEmpty else { return pod }
        var filled = pod
        filled["spec", "containers"] = .array(
            pod.list("spec", "containers").map { container in
                guard var changed = KubeObject(container), !changed.list("ports").isEmpty else { return container }
                changed["ports"] = .array(
                    changed.list("ports").map { port in
                        guard var entry = KubeObject(port), entry.integer("hostPort") ?? 0 == 0 else { return port }
                        let transport = entry.text("protocol").isEmpty ? "TCP" : entry.text("protocol")
                        guard let number = chosen["\(transport)/\(entry.integer("containerPort") ?? 0)"] else {
                            return port
                        }
                        entry["hostPort"] = .integer(Int64(number))
                        return entry.value
                    })
                return changed.value
            })
        return filled
    }
}
