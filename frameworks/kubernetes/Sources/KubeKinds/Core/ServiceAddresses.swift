internal import ClusterBase
public import KubeModel

/// Hands out the addresses and node ports of Services.
///
/// It only decides; the registry keeps what is taken, as keys beside the Services. Source: upstream 1.20's
/// `pkg/registry/core/service/{storage,ipallocator,portallocator}`; spec `kubernetes/06` §6.1; decision D24.
public struct ServiceAddresses: Sendable {
    /// What a write of a Service has to claim and to release, in the same transaction.
    public struct Changes: Hashable, Sendable {
        /// To be created; somebody else may have been faster, and then the write is planned again.
        public var claims: [ServiceClaim] = []
        /// To be deleted.
        public var releases: [ServiceClaim] = []
    }

    /// The addresses services may have: without the network's own and the broadcast address, at most 65,536.
    let addresses: AddressBlock
    /// The ports services may have on nodes.
    let nodePorts: ClosedRange<Int>
    /// Ports of them that are only given when asked for, because agents offer them to tasks.
    let offered: ClosedRange<Int>

    /// The range of cluster IPs when none is given.
    public static let defaultRange = "10.10.10.0/24"
    /// The range of node ports when none is given.
    public static let defaultNodePorts = 30_000...32_767
    /// The ports agents offer when none are given.
    public static let defaultOffered = 31_000...32_000

    /// Makes an allocator; nil unless `range` is an IPv4 block (`10.10.10.0/24`) of at least eight addresses.
    public init?(
        range: String = defaultRange, nodePorts: ClosedRange<Int> = defaultNodePorts,
        offered: ClosedRange<Int> = defaultOffered
    ) {
        guard let block = AddressBlock(parsing: range) else { return nil }
        (addresses, self.nodePorts, self.offered) = (block, nodePorts, offered)
    }

    /// The address of the Service `kubernetes` in the namespace `default`: the range's first; nobody else gets it.
    public var first: String { addresses.text(at: 0) }

    /// The address that the cluster's DNS service has by custom: the tenth; nil in a range of fewer.
    public var dns: String? { addresses.count > 9 ? addresses.text(at: 9) : nil }

    /// Gives a new Service (hub version, valid) what it needs.
    ///
    /// - Parameters:
    ///   - isTaken: whether a claim is held by any Service.
    ///   - random: 64 random bits.
    /// - Throws: 422 for an address or port that is taken or out of range, 500 when a range is full.
    public func create(
        _ service: inout KubeObject, isTaken: (ServiceClaim) -> Bool, random: () -> UInt64
    ) throws(APIError) -> Changes {
        try plan(&service, old: nil, isTaken: isTaken, random: random)
    }

    /// Gives a changed Service what it newly needs and tells what it no longer holds; else like `create`.
    public func update(
        _ service: inout KubeObject, old: KubeObject, isTaken: (ServiceClaim) -> Bool, random: () -> UInt64
    ) throws(APIError) -> Changes {
        try plan(&service, old: old, isTaken: isTaken, random: random)
    }

    /// What the deletion of a Service releases.
    public func delete(_ service: KubeObject) -> Changes {
        Changes(releases: ServiceClaim.held(by: service))
    }

    private func plan(
        _ service: inout KubeObject, old: KubeObject?, isTaken: (ServiceClaim) -> Bool, random: () -> UInt64
    ) throws(APIError) -> Changes {
        let held = old.map(ServiceClaim.held) ?? []
        let isAPI = service.namespace == "default" && service.name == "kubernetes"
        // The first address counts as taken for all but its owner.
        func isOthers(_ claim: ServiceClaim) -> Bool { claim == .address(first) && !isAPI || isTaken(claim) }
        if service.needsClusterIP { try giveAddress(&service, held: held, isTaken: isOthers, random: random) }
        if service.usesNodePorts {
            try giveNodePorts(&service, sharing: old == nil, held: held, isTaken: isOthers, random: random)
        }
        if service.needsHealthCheck {
            try giveHealthCheckPort(&service, held: held, isTaken: isOthers, random: random)
        }
        let holds = ServiceClaim.held(by: service)
        return Changes(
            claims: holds.filter { !held.contains($0) }, releases: held.filter { !holds.contains($0) })
    }
}
