public import ClusterBase
public import ClusterModel
public import KubeModel
public import ResourceModel

/// What all executors of the framework have in common.
///
/// Its id is stable: a running executor keeps the description it was started with (the scheduler remembers it on the
/// node) until it ends, so that changed flags never make it incompatible.
public struct ExecutorTemplate: Sendable {
    /// The id.
    public var id: ExecutorID = "k8sm-executor"
    /// The name, for people.
    public var name = "KubernetesExecutor"
    /// The source, for statistics.
    public var source = "kubernetes"
    /// How to start it; `--hostname-override=NODE` is added to the arguments.
    public var command: CommandInfo
    /// What else the arguments need on an agent; called once per start with the agent and its node's name.
    public var arguments: @Sendable (AgentPlace) -> [String] = { _ in [] }
    /// `--mesos-executor-cpus`.
    public var cpus = Scalar(0.25)
    /// `--mesos-executor-mem`, in MiB.
    public var memory = Scalar(128)
    /// The static pods that every executor runs: their charge is added to its own.
    public var staticPods: [KubeObject] = []
    /// What the executor is given as data: the archive of static pods.
    public var data: [UInt8] = []
    /// How long it may take to shut down; nil = the agent's default.
    public var shutdownGracePeriod: Duration?

    /// Makes a template.
    public init(command: CommandInfo) { self.command = command }
}

/// An agent, as far as executors differ by it.
public struct AgentPlace: Hashable, Sendable {
    /// The agent.
    public var agentID: AgentID
    /// The name of its node.
    public var node: String
    /// The agent's host name.
    public var hostname: String
    /// The agent's address, `ip:port`.
    public var address: String

    /// Makes a place.
    public init(agentID: AgentID, node: String, hostname: String, address: String) {
        (self.agentID, self.node, self.hostname, self.address) = (agentID, node, hostname, address)
    }
}
