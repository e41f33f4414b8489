internal import ClusterBase
public import KubeModel

/// The services of a cluster as the proxy of one node sees them: each port, and the endpoints behind it.
///
/// It is told what changes and tells which ports that touches. Services without a selector are like all others: their
/// endpoints are what the object of the same name says.
public struct ServiceMap: Sendable {
    private let nodeName: String
    private let overrides: [ObjectKey: EndpointAddress]
    private var portsByService: [ObjectKey: [ServicePort]] = [:]
    private var portsByName: [ServicePortName: ServicePort] = [:]
    /// The endpoints of an object by the name of the port.
    private var endpointsByService: [ObjectKey: [String: [ServiceEndpoint]]] = [:]
    private var changed: Set<ServicePortName> = []

    /// An empty map.
    ///
    /// - Parameters:
    ///   - nodeName: the node whose endpoints are local.
    ///   - overrides: services whose every port leads to one address of this node.
    public init(nodeName: String, overrides: [ObjectKey: EndpointAddress] = [:]) {
        (self.nodeName, self.overrides) = (nodeName, overrides)
    }

    /// How many ports are proxied.
    public var count: Int { portsByName.count }

    /// The names of all ports, in order.
    public var names: [ServicePortName] { portsByName.keys.sorted() }

    /// A port, or nil when there is no such one to proxy.
    public subscript(name: ServicePortName) -> ServicePort? { portsByName[name] }

    /// What stands behind a port and is ready, by address.
    public func endpoints(of name: ServicePortName) -> [ServiceEndpoint] {
        if let address = overrides[name.service] { return [ServiceEndpoint(address, isLocal: true)] }
        return endpointsByService[name.service]?[name.port] ?? []
    }

    /// Takes news of services.
    public mutating func apply(services deltas: [ObjectDelta]) {
        for delta in deltas {
            let key = delta.object.key
            let new = delta.isDeletion ? [] : ServicePort.ports(of: delta.object)
            let old = portsByService[key] ?? []
            if new == old { continue }
            for port in old {
                portsByName[port.name] = nil
                changed.insert(port.name)
            }
            for port in new {
                portsByName[port.name] = port
                changed.insert(port.name)
            }
            portsByService[key] = new.isEmpty ? nil : new
        }
    }

    /// Takes news of endpoints.
    public mutating func apply(endpoints deltas: [ObjectDelta]) {
        for delta in deltas {
            let key = delta.object.key
            let new = delta.isDeletion ? [:] : endpoints(in: delta.object)
            let old = endpointsByService[key] ?? [:]
            for port in Set(new.keys).union(old.keys) where new[port] != old[port] {
                changed.insert(ServicePortName(key, port: port))
            }
            endpointsByService[key] = new.isEmpty ? nil : new
        }
    }

    /// The ports that changed since this was last asked, in order; those that are gone among them.
    public mutating func takeChanges() -> [ServicePortName] {
        defer { changed = [] }
        return changed.sorted()
    }

    /// The ready endpoints by port name, each list in order and without repetition.
    private func endpoints(in object: KubeObject) -> [String: [ServiceEndpoint]] {
        var found: [String: Set<ServiceEndpoint>] = [:]
        for subset in object.list("subsets").compactMap({ KubeObject($0) }) {
            for entry in subset.list("ports") {
                guard let number = entry["port"]?.integer else { continue }
                for address in subset.list("addresses") {
                    guard let ip = IPAddress(address["ip"]?.string ?? ""), !ip.isV6 else { continue }
                    let isLocal = !nodeName.isEmpty && address["nodeName"]?.string == nodeName
                    let endpoint = ServiceEndpoint(EndpointAddress(ip, port: Int(number)), isLocal: isLocal)
                    found[entry["name"]?.string ?? "", default: []].insert(endpoint)
                }
            }
        }
        return found.mapValues { $0.sorted() }
    }
}
