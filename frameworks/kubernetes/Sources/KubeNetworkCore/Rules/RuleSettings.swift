public import KubeModel

/// What the rules of all services have in common.
public struct RuleSettings: Hashable, Sendable {
    /// The node's own address.
    public var nodeAddress: IPAddress
    /// The addresses of the cluster's pods, when they are one range.
    public var clusterCIDR: CIDR?
    /// Whether everything that goes to a service's address gets the node's address as its source.
    public var masqueradeAll = false
    /// The bit of the mark that asks for masquerading.
    public var masqueradeBit = 14
    /// The bit of the mark that asks for dropping.
    public var dropBit = 15
    /// Whether masquerading picks source ports at random, which iptables can from 1.6.2.
    public var picksRandomPorts = true

    /// Makes settings with upstream's defaults.
    public init(nodeAddress: IPAddress) { self.nodeAddress = nodeAddress }

    var masqueradeMark: String { Self.mark(masqueradeBit) }
    var dropMark: String { Self.mark(dropBit) }

    static func mark(_ bit: Int) -> String { "0x" + String(UInt32(1) << UInt32(bit), radix: 16) }
}
