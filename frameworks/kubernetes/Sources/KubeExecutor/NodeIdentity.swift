internal import ClusterBase
internal import ClusterModel
internal import FrameworkSDK
internal import KubeCore
internal import KubeNode
internal import ResourceModel

/// What the executor's agent says about the node.
struct NodeIdentity: Sendable {
    /// The node's name.
    let name: String
    /// The agent's address, which is the node's.
    let address: String
    /// Where the node keeps its state: the same for every executor of one agent, whatever its id and sandbox.
    let root: String
    /// Tells this agent's containers from those of others that use the same engine (decision D22).
    let owner: String
    /// What the agent offers.
    let capacity: KubeletConfiguration.Capacity
    /// The agent's attributes as labels.
    let labels: [String: String]
    /// How the agent and the executor are known in the pool.
    let annotations: [String: String]

    init(
        _ configuration: PodExecutorConfiguration, environment: ExecutorEnvironment, executor: ExecutorInfo,
        agent: AgentInfo
    ) throws(ClusterError) {
        name = configuration.nodeName ?? agent.hostname.lowercased()
        let endpoint = String(environment.agentURL.drop { $0 != "/" }.drop { $0 == "/" })
        address = String(endpoint[..<(endpoint.lastIndex(of: ":") ?? endpoint.endIndex)])
        guard let sandbox = environment.sandbox else {
            throw ClusterError(.invalidArgument, "the agent names no sandbox", field: "MESOS_SANDBOX")
        }
        owner = Self.workDirectory(sandbox)
        root = configuration.rootDirectory ?? owner + "/kubelet"
        capacity = .init(
            cpuMillis: Int64((agent.resources.cpus.value * 1_000).rounded()),
            memoryBytes: Int64(agent.resources.memory.value * 1_048_576), pods: configuration.maximumPods)
        labels = Self.labels(agent.attributes)
        annotations = [
            PoolNames.agent: environment.agentID?.value ?? "", PoolNames.agentAddress: endpoint,
            PoolNames.executorResources: Self.text(executor.resources),
        ]
    }

    /// The agent's work directory, of which the sandbox is a part (spec `mesos/05`: `WORK/slaves/…`).
    static func workDirectory(_ sandbox: String) -> String {
        let parts = sandbox.split(separator: "/", omittingEmptySubsequences: false)
        guard let end = parts.lastIndex(of: "slaves"), end > 1 else { return sandbox }
        return parts[..<end].joined(separator: "/")
    }

    /// Attributes of the types text and scalar, as far as they can be labels.
    private static func labels(_ attributes: [Attribute]) -> [String: String] {
        var labels: [String: String] = [:]
        for attribute in attributes {
            switch attribute.value {
            case .text(let text): labels[PoolNames.attributePrefix + attribute.name] = text
            case .scalar(let number): labels[PoolNames.attributePrefix + attribute.name] = "\(number)"
            default: continue
            }
        }
        return labels
    }

    private static func text(_ resources: Resources) -> String {
        let tree: JSONValue = ["cpus": .double(resources.cpus.value), "mem": .double(resources.memory.value)]
        return tree.text
    }
}
