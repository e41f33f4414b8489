public import ClusterBase
internal import KubeModel

/// Amounts of CPU and memory.
public struct ResourceAmounts: Hashable, Sendable {
    /// Thousandths of a CPU; nil when nothing is said.
    public var cpu: Int64?
    /// Bytes of memory; nil when nothing is said.
    public var memory: Int64?

    /// Makes amounts.
    public init(cpu: Int64? = nil, memory: Int64? = nil) { (self.cpu, self.memory) = (cpu, memory) }

    /// Reads `requests` or `limits`.
    init(_ value: JSONValue?) {
        self.init(
            cpu: value?["cpu"].flatMap { Quantity($0) }?.milliValue,
            memory: value?["memory"].flatMap { Quantity($0) }?.value)
    }
}

/// What a container asks for and may have (`resources`).
public struct ContainerResources: Hashable, Sendable {
    /// What it asks for; what is not said is as the limit says.
    public var requests: ResourceAmounts
    /// What it may have.
    public var limits: ResourceAmounts

    /// Makes resources.
    public init(requests: ResourceAmounts = ResourceAmounts(), limits: ResourceAmounts = ResourceAmounts()) {
        self.requests = ResourceAmounts(cpu: requests.cpu ?? limits.cpu, memory: requests.memory ?? limits.memory)
        self.limits = limits
    }

    /// Reads `resources`.
    public init(_ value: JSONValue?) {
        self.init(requests: ResourceAmounts(value?["requests"]), limits: ResourceAmounts(value?["limits"]))
    }
}
