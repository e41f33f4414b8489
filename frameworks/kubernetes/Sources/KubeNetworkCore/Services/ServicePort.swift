public import KubeModel

/// What the proxy has to know of one port of a service.
public struct ServicePort: Hashable, Sendable {
    /// Service and port.
    public var name: ServicePortName
    /// The protocol.
    public var transport: TransportProtocol
    /// The service's address within the cluster.
    public var clusterIP: IPAddress
    /// The port at that address.
    public var port: Int
    /// The port at the address of every node; nil when it has none.
    public var nodePort: Int?
    /// Addresses that lead to the service on every node, in the object's order.
    public var externalIPs: [IPAddress] = []
    /// The addresses of a balancer outside the cluster, in the object's order.
    public var ingressIPs: [IPAddress] = []
    /// Who may come by those addresses; empty for everybody.
    public var sourceRanges: [CIDR] = []
    /// How many seconds a client keeps its endpoint after its last connection; nil when it keeps none.
    public var affinitySeconds: Int?
    /// Whether what comes from outside the cluster goes to this node's own endpoints only, its source unchanged.
    public var isLocalOnly = false

    /// Makes a port that only its cluster address leads to.
    public init(_ name: ServicePortName, _ transport: TransportProtocol = .tcp, clusterIP: IPAddress, port: Int) {
        (self.name, self.transport, self.clusterIP, self.port) = (name, transport, clusterIP, port)
    }
}

/// What stands behind a port of a service.
public struct ServiceEndpoint: Hashable, Comparable, Sendable {
    /// Where it is.
    public var address: EndpointAddress
    /// Whether it is on this node.
    public var isLocal: Bool

    /// Makes an endpoint.
    public init(_ address: EndpointAddress, isLocal: Bool = false) { (self.address, self.isLocal) = (address, isLocal) }

    /// By address, then port.
    public static func < (left: Self, right: Self) -> Bool { left.address < right.address }
}
