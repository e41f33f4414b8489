public import KubeModel
public import KubeNetworkCore

/// How a node's service proxy works.
public struct ServiceProxyConfiguration: Sendable {
    /// How traffic is carried.
    public var mode = ProxyMode.iptables
    /// The node's name: endpoints that name it are local ones.
    public var nodeName: String
    /// The node's own address: where the host's own connections meet the proxy in userspace mode.
    public var nodeAddress: IPAddress
    /// The addresses of pods of the whole cluster (`--cluster-cidr`).
    ///
    /// What comes to a service's address from elsewhere gets the node's address as its source; nil leaves it its own.
    public var clusterCIDR: CIDR?
    /// Whether everything that goes to a service's address gets the node's address as its source.
    public var masqueradeAll = false
    /// The bit of the packet mark that asks for masquerading (0 to 31).
    public var masqueradeBit = 14
    /// The bit of the packet mark that asks for dropping (0 to 31).
    public var dropBit = 15
    /// Services whose every port leads to one address of this node, whatever their endpoints say: the cluster's DNS.
    public var overrides: [ObjectKey: EndpointAddress] = [:]
    /// How often all rules are written again, changed or not (`--iptables-sync-period`).
    public var syncPeriod = Duration.seconds(30)
    /// The least time between two writings; the first change is written at once (`--iptables-min-sync-period`).
    public var minSyncPeriod = Duration.zero
    /// How long a client's UDP exchange may be silent in userspace mode (`--udp-timeout`).
    public var udpTimeout = Duration.milliseconds(250)
    /// Where the file lies that tells which process owns the rules of a network namespace.
    public var lockDirectory = "/run/roost"

    /// Makes a configuration with upstream's defaults.
    public init(nodeName: String, nodeAddress: IPAddress) {
        (self.nodeName, self.nodeAddress) = (nodeName, nodeAddress)
    }
}
