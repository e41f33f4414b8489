internal import ClusterBase
internal import KubeModel

/// One address behind a service, with the ports it serves and whether it is ready.
struct EndpointEntry {
    /// The `EndpointAddress`.
    var address: KubeObject
    /// The `EndpointPort`, or nil for a headless service without ports.
    var port: KubeObject?
    /// Whether it takes traffic.
    var isReady: Bool
}

/// The canonical `subsets` of endpoints: ports that the same addresses serve share a subset, everything is sorted.
///
/// Source: upstream `pkg/api/v1/endpoints/util.go` (`RepackSubsets`); its order is that of hashes, ours is by text.
enum EndpointSubsets {
    private struct AddressKey: Hashable, Comparable {
        var ip: String
        var uid: String

        static func < (left: Self, right: Self) -> Bool { (left.ip, left.uid) < (right.ip, right.uid) }
    }
    private struct PortKey: Hashable, Comparable {
        var name: String
        var number: Int64
        var transport: String

        static func < (left: Self, right: Self) -> Bool {
            (left.name, left.number, left.transport) < (right.name, right.number, right.transport)
        }
    }
    private struct Members: Hashable {
        /// Whether each address is ready.
        var addresses: [AddressKey: Bool]
    }

    /// The subsets of entries.
    static func pack(_ entries: [EndpointEntry]) -> [JSONValue] {
        var addresses: [AddressKey: KubeObject] = [:]
        var ports: [PortKey: KubeObject] = [:]
        var members: [PortKey?: Members] = [:]
        for entry in entries {
            let address = AddressKey(ip: entry.address.text("ip"), uid: entry.address.text("targetRef", "uid"))
            let port = entry.port.map {
                PortKey(name: $0.text("name"), number: $0.integer("port") ?? 0, transport: $0.text("protocol"))
            }
            addresses[address] = entry.address
            if let port { ports[port] = entry.port }
            // An address that is said to be both is not ready.
            let isReady = entry.isReady && members[port]?.addresses[address] != false
            members[port, default: Members(addresses: [:])].addresses[address] = isReady
        }
        var portsOfMembers: [Members: [PortKey]] = [:]
        for (port, members) in members { portsOfMembers[members, default: []] += port.map { [$0] } ?? [] }
        return portsOfMembers.map { members, keys -> (key: ([PortKey], [AddressKey]), subset: JSONValue) in
            let keys = keys.sorted()
            let sorted = members.addresses.sorted { $0.key < $1.key }
            var subset = JSONObject()
            for (member, isReady) in [("addresses", true), ("notReadyAddresses", false)] {
                let list = sorted.filter { $0.value == isReady }.compactMap { addresses[$0.key]?.value }
                if !list.isEmpty { subset[member] = .array(list) }
            }
            let list = keys.compactMap { ports[$0]?.value }
            if !list.isEmpty { subset["ports"] = .array(list) }
            return ((keys, sorted.map(\.key)), .object(subset))
        }.sorted { left, right in
            left.key.0 == right.key.0
                ? left.key.1.lexicographicallyPrecedes(right.key.1)
                : left.key.0.lexicographicallyPrecedes(right.key.0)
        }.map(\.subset)
    }
}
