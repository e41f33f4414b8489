internal import ClusterBase
internal import KubeModel

/// The quality-of-service class of a pod, by which nodes choose whom to evict.
///
/// Source: upstream `pkg/apis/core/helper/qos/qos.go`.
enum PodQuality {
    private static let counted = ["cpu", "memory"]

    /// `BestEffort` without any request or limit of cpu and memory, `Guaranteed` when every container limits both and
    /// requests exactly its limits, else `Burstable`.
    static func ofService(spec: KubeObject) -> String {
        var requests: [String: Quantity] = [:]
        var limits: [String: Quantity] = [:]
        var isGuaranteed = true
        for container in spec.list("containers") + spec.list("initContainers") {
            add(amounts(container, "requests"), to: &requests)
            let containerLimits = amounts(container, "limits")
            add(containerLimits, to: &limits)
            if containerLimits.count < counted.count { isGuaranteed = false }
        }
        if requests.isEmpty, limits.isEmpty { return "BestEffort" }
        isGuaranteed = isGuaranteed && requests.allSatisfy { limits[$0.key] == $0.value }
        return isGuaranteed && requests.count == limits.count ? "Guaranteed" : "Burstable"
    }

    private static func amounts(_ container: JSONValue, _ side: String) -> [(String, Quantity)] {
        counted.compactMap { name in
            guard let quantity = Quantity(container["resources"]?[side]?[name]), quantity > .zero else { return nil }
            return (name, quantity)
        }
    }

    private static func add(_ amounts: [(String, Quantity)], to sums: inout [String: Quantity]) {
        for (name, quantity) in amounts { sums[name] = (sums[name] ?? .zero) + quantity }
    }
}
