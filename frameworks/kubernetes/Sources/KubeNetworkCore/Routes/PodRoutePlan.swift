internal import ClusterBase
public import KubeModel

/// A way to the pods of another node.
public struct PodRoute: Hashable, Sendable {
    /// The addresses of the node's pods.
    public var range: CIDR
    /// The node's own address.
    public var gateway: IPAddress

    /// Makes a route.
    public init(_ range: CIDR, via gateway: IPAddress) { (self.range, self.gateway) = (range, gateway) }
}

/// Which ways lead from one node to the pods of the others.
///
/// A node that is not ready keeps its way: its pods may well run. One that is gone loses it. Only neighbours are
/// reached so: nodes whose address lies within a network this node has an address in.
public struct PodRoutePlan: Sendable {
    private let nodeName: String
    private let podCIDR: CIDR
    private var peers: [String: PodRoute] = [:]

    /// A plan of a node that knows no other.
    public init(nodeName: String, podCIDR: CIDR) { (self.nodeName, self.podCIDR) = (nodeName, podCIDR) }

    /// Takes news of nodes; tells whether it meant anything.
    public mutating func apply(_ deltas: [ObjectDelta]) -> Bool {
        let before = peers
        for delta in deltas where delta.object.name != nodeName {
            peers[delta.object.name] = delta.isDeletion ? nil : Self.route(to: delta.object)
        }
        return peers != before
    }

    private static func route(to node: KubeObject) -> PodRoute? {
        let ranges = node.list("spec", "podCIDRs").compactMap(\.string) + [node.text("spec", "podCIDR")]
        let addresses = node.list("status", "addresses").compactMap { KubeObject($0) }
            .filter { $0.text("type") == "InternalIP" }.compactMap { IPAddress($0.text("address")) }
        guard let range = ranges.compactMap({ CIDR($0) }).first(where: { !$0.base.isV6 }),
            let gateway = addresses.first(where: { !$0.isV6 })
        else { return nil }
        return PodRoute(range, via: gateway)
    }

    /// The ways there are to be, in order of range.
    ///
    /// Left out: ranges that overlap the node's own, those of nodes on this very host, those of nodes that are no
    /// neighbours, and of several nodes with one range all but the first by name.
    ///
    /// - Parameters:
    ///   - own: the host's addresses.
    ///   - segments: the networks those addresses are in.
    public func routes(own: Set<IPAddress>, segments: [CIDR]) -> [PodRoute] {
        var found: [PodRoute] = []
        for (_, route) in peers.sorted(by: { $0.key < $1.key }) {
            let isTaken = ([podCIDR] + found.map(\.range)).contains { Self.overlap($0, route.range) }
            let isNeighbour = segments.contains { $0.contains(route.gateway) }
            let isCircle = route.range.contains(route.gateway) || podCIDR.contains(route.gateway)
            if isTaken || own.contains(route.gateway) || !isNeighbour || isCircle { continue }
            found.append(route)
        }
        return found.sorted { $0.range.base < $1.range.base }
    }

    private static func overlap(_ left: CIDR, _ right: CIDR) -> Bool { left.contains(right) || right.contains(left) }
}
