internal import ClusterBase
public import KubeModel

/// Something that one Service at a time may hold.
///
/// A claim is a key of the store, made and dropped in the same transaction as the Service that holds it, so that two
/// writers can never hand out one address twice.
public enum ServiceClaim: Hashable, Sendable {
    /// An address of the service range in canonical form, such as `10.10.10.7`.
    case address(String)
    /// A port on every node.
    case nodePort(Int)

    private static let addressPrefix = "/claims/serviceips/"
    private static let portPrefix = "/claims/nodeports/"

    /// The store's key.
    public var key: String {
        switch self {
        case .address(let address): Self.addressPrefix + address
        case .nodePort(let port): Self.portPrefix + "\(port)"
        }
    }

    /// What a Service holds as it stands; nothing while it awaits allocation.
    ///
    /// In the order address, ports, health check; a port that several protocols share is named once.
    public static func held(by service: KubeObject) -> [ServiceClaim] {
        var claims: [ServiceClaim] = []
        if service.needsClusterIP {
            let address = service.text("spec", "clusterIP")
            if !address.isEmpty { claims.append(.address(IPAddress(address)?.description ?? address)) }
        }
        var ports = service.usesNodePorts ? service.list("spec", "ports").map(\.nodePort) : []
        if service.needsHealthCheck { ports.append(service.healthCheckNodePort) }
        for port in ports where port != 0 && !claims.contains(.nodePort(port)) { claims.append(.nodePort(port)) }
        return claims
    }
}

extension KubeObject {
    /// The type of a Service.
    var serviceType: String { text("spec", "type") }

    /// Whether a Service has no address of its own (`clusterIP: None`).
    var isHeadless: Bool { text("spec", "clusterIP") == "None" }

    /// Whether a Service's type has a cluster IP, of which `None` is one.
    var hasClusterIPType: Bool { ["ClusterIP", "NodePort", "LoadBalancer"].contains(serviceType) }

    /// Whether a Service takes an address of the range.
    var needsClusterIP: Bool { serviceType != "ExternalName" && !isHeadless }

    /// Whether a Service takes ports on the nodes.
    var usesNodePorts: Bool { serviceType == "NodePort" || serviceType == "LoadBalancer" }

    /// Whether a Service takes a node port for health checks of its balancer.
    var needsHealthCheck: Bool {
        serviceType == "LoadBalancer" && text("spec", "externalTrafficPolicy") == "Local"
    }

    /// A Service's port for health checks; 0 when it has none.
    var healthCheckNodePort: Int { Int(integer("spec", "healthCheckNodePort") ?? 0) }
}

extension JSONValue {
    /// The node port of a Service's port; 0 when it has none.
    var nodePort: Int { Int(self["nodePort"]?.integer ?? 0) }
}
