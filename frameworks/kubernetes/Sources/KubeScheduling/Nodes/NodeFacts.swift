internal import ClusterBase
internal import KubeCore
internal import KubeModel

/// What a node says about itself, as far as placement needs it.
struct NodeFacts: Hashable, Sendable {
    var name: String
    var labels: [String: String] = [:]
    var taints: [Taint] = []
    var isUnschedulable = false
    var isReady = false
    /// What pods may use, in thousandths of a core and of a MiB; nil when it is not said.
    var cpus: Int64?
    var memory: Int64?
    var pods: Int?
    /// Its agent and the agent's address.
    var agent: String?
    var address: String?
    /// The description of its executor, as the scheduler wrote it down.
    var executor: String?

    static let hostnameLabel = "kubernetes.io/hostname"
    private static let zoneLabels = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"]
    private static let regionLabels = ["topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"]

    /// A node that has no object yet.
    init(name: String) {
        self.name = name
        labels[Self.hostnameLabel] = name
    }

    /// Reads a node.
    init(_ node: KubeObject) {
        name = node.name
        for (key, value) in node.labels { labels[key] = value }
        taints = node.list("spec", "taints").map(Taint.init)
        isUnschedulable = node.flag("spec", "unschedulable")
        isReady = node.list("status", "conditions").contains {
            $0["type"]?.string == "Ready" && $0["status"]?.string == "True"
        }
        let allocatable = node["status", "allocatable"] ?? node["status", "capacity"]
        cpus = Quantity(allocatable?["cpu"])?.milliValue
        memory = Quantity(allocatable?["memory"]).map { quantity in
            let (whole, rest) = quantity.value.quotientAndRemainder(dividingBy: 1 << 20)
            return whole * 1000 + rest * 1000 / (1 << 20)
        }
        pods = Quantity(allocatable?["pods"]).map { Int(clamping: $0.value) }
        agent = node.annotation(PoolNames.agent)
        address = node.annotation(PoolNames.agentAddress)
        executor = node.annotation(ExecutorMemo.annotation)
    }

    /// Region and zone by its labels; empty when it says neither.
    var zone: String {
        let region = Self.regionLabels.lazy.compactMap { labels[$0] }.first ?? ""
        let zone = Self.zoneLabels.lazy.compactMap { labels[$0] }.first ?? ""
        return region.isEmpty && zone.isEmpty ? "" : region + "/" + zone
    }
}
