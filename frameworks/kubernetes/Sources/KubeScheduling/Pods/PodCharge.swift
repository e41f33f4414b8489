internal import ClusterBase
public import KubeModel
public import ResourceModel

/// What a pod is charged, and its spec with every limit filled in.
///
/// A container without a limit gets its request as limit, or else the default; each is raised to the minimum. The pod
/// is charged the sum of its containers, or the largest init container where that is more. Source: spec `kubernetes/05`
/// §5.4.
public struct PodCharge: Hashable, Sendable {
    /// Processors.
    public var cpus: Scalar
    /// Memory in MiB.
    public var memory: Scalar

    /// Charges a pod.
    public init(_ pod: KubeObject, _ rules: ChargeRules) {
        let containers = Self.containers(pod, "containers", rules)
        let initial = Self.containers(pod, "initContainers", rules)
        cpus = Self.total(containers.map(\.cpus), initial.map(\.cpus))
        memory = Self.total(containers.map(\.memory), initial.map(\.memory))
    }

    /// The pod with the limits and requests that it is charged for.
    public static func filled(_ pod: KubeObject, _ rules: ChargeRules) -> KubeObject {
        var filled = pod
        for list in ["containers", "initContainers"] {
            let containers = pod.list("spec", list)
            guard !containers.isEmpty else { continue }
            filled["spec", list] = .array(containers.map { fill($0, rules) })
        }
        return filled
    }

    private struct Part {
        var cpus: Scalar
        var memory: Scalar
    }

    private static func total(_ containers: [Scalar], _ initial: [Scalar]) -> Scalar {
        max(containers.reduce(.zero, +), initial.max() ?? .zero)
    }

    private static func containers(_ pod: KubeObject, _ list: String, _ rules: ChargeRules) -> [Part] {
        pod.list("spec", list).map { container in
            let resources = container["resources"]
            return Part(
                cpus: amount("cpu", resources, rules.defaultCPUs, rules.leastCPUs) {
                    Scalar(thousandths: max(0, $0.milliValue))
                },
                memory: amount("memory", resources, rules.defaultMemory, rules.leastMemory, mebibytes))
        }
    }

    private static func amount(
        _ name: String, _ resources: JSONValue?, _ standard: Scalar, _ least: Scalar, _ read: (Quantity) -> Scalar
    ) -> Scalar {
        let given = Quantity(resources?["limits"]?[name]) ?? Quantity(resources?["requests"]?[name])
        return max(given.map(read) ?? standard, least)
    }

    /// Bytes as MiB, rounded up to thousandths.
    private static func mebibytes(_ quantity: Quantity) -> Scalar {
        let bytes = max(0, quantity.value)
        let (whole, rest) = bytes.quotientAndRemainder(dividingBy: 1 << 20)
        return Scalar(thousandths: whole.multipliedReportingOverflow(by: 1000).partialValue)
            + Scalar(thousandths: (rest * 1000 + (1 << 20) - 1) >> 20)
    }

    private static func fill(_ container: JSONValue, _ rules: ChargeRules) -> JSONValue {
        guard var filled = KubeObject(container) else { return container }
        let resources = container["resources"]
        let standards: [(String, Quantity, Quantity)] = [
            ("cpu", quantity(cpus: rules.defaultCPUs), quantity(cpus: rules.leastCPUs)),
            ("memory", quantity(memory: rules.defaultMemory), quantity(memory: rules.leastMemory)),
        ]
        for (name, standard, least) in standards {
            let (limit, request) = (Quantity(resources?["limits"]?[name]), Quantity(resources?["requests"]?[name]))
            let (newLimit, newRequest) = (limit ?? request ?? standard, request ?? limit ?? standard)
            if limit == nil || newLimit < least {
                filled["resources", "limits", name] = .string(max(newLimit, least).description)
            }
            if request == nil || newRequest < least {
                filled["resources", "requests", name] = .string(max(newRequest, least).description)
            }
        }
        return filled.value
    }

    private static func quantity(cpus: Scalar) -> Quantity { Quantity(milli: cpus.thousandths) }

    private static func quantity(memory: Scalar) -> Quantity {
        Quantity((memory.thousandths << 20) / 1000, format: .binary)
    }
}
