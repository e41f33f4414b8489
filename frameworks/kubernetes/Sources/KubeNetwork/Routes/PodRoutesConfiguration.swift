public import KubeModel

/// How a node's routes to the pods of other nodes are kept.
public struct PodRoutesConfiguration: Sendable {
    /// The node's name.
    public var nodeName: String
    /// The addresses of this node's own pods: the range of the engine's bridge.
    public var podCIDR: CIDR
    /// The bit of the packet mark that asks for masquerading, as the service proxy has it (0 to 31).
    public var masqueradeBit = 14
    /// How often routes and rules are looked at and put right; an engine that starts anew reorders the rules.
    public var syncPeriod = Duration.seconds(10)
    /// Where the file lies that tells which process owns the routes of a network namespace.
    public var lockDirectory = "/run/roost"

    /// Makes a configuration.
    public init(nodeName: String, podCIDR: CIDR) { (self.nodeName, self.podCIDR) = (nodeName, podCIDR) }
}
