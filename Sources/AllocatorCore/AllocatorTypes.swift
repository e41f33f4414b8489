public import ClusterModel
public import ResourceModel

/// What an operator sets on the allocator.
public struct AllocatorConfiguration: Sendable {
    /// Time between full passes over all agents; they only find what no event announced.
    public var fullPassInterval: Duration = .seconds(1)
    /// An offer needs one of these; empty = no minimum.
    ///
    /// Only scalars count.
    public var minAllocatableResources: [Resources] = [[.scalar("cpus", 0.01)], [.scalar("mem", 32)]]
    /// Whether agents with GPUs are offered only to frameworks that know GPUs.
    public var filterGPUResources: Bool = true
    /// Host names whose agents are offered; nil = all.
    public var whitelist: Set<String>?
    /// The region of the master; nil = unknown, and the region rule is off.
    public var region: String?
    /// Weights of roles; 1 for all others.
    public var weights: [String: Double] = [:]
    /// How roles are ordered (`--role_sorter`).
    public var roleOrder = SortingOrder.drf
    /// How the frameworks of a role are ordered (`--framework_sorter`).
    public var frameworkOrder = SortingOrder.drf
    /// Scalars that do not count for shares (`--fair_sharing_excluded_resource_names`).
    public var excludedFromSharing: [String] = []
    /// Where the order of chance begins.
    public var seed: UInt64 = 1

    /// Makes the default configuration.
    public init() {}
}

/// How those who compete are ordered.
public enum SortingOrder: String, Hashable, Sendable, CaseIterable {
    /// By dominant share.
    case drf
    /// By chance, anew for every agent; weights make it likelier to be first.
    case random
}

/// What the allocator has to know of an agent.
public struct AgentProfile: Hashable, Sendable {
    /// Its name, for the whitelist.
    public var hostname: String
    /// All its resources.
    public var total: Resources
    /// Its region, if known.
    public var region: String?
    /// Its zone, if known.
    public var zone: String?
    /// Whether it has the MULTI_ROLE capability.
    public var isMultiRole: Bool
    /// Whether it has the HIERARCHICAL_ROLE capability.
    public var knowsHierarchicalRoles: Bool
    /// Its attributes, for offer constraints.
    public var attributes: [Attribute]

    /// Makes a profile.
    public init(
        hostname: String, total: Resources, region: String? = nil, zone: String? = nil, isMultiRole: Bool = true,
        knowsHierarchicalRoles: Bool = true, attributes: [Attribute] = []
    ) {
        (self.hostname, self.total, self.region, self.zone) = (hostname, total, region, zone)
        (self.isMultiRole, self.knowsHierarchicalRoles) = (isMultiRole, knowsHierarchicalRoles)
        self.attributes = attributes
    }
}

/// Resources of one agent for one framework in one role; each entry has its `allocationRole`.
public struct AgentAllocation: Hashable, Sendable {
    /// The agent.
    public var agentID: AgentID
    /// The role.
    public var role: String
    /// What is allocated until `recover` gives it back.
    public var resources: Resources
}

/// All that one run allocates to one framework.
public struct Allocation: Hashable, Sendable {
    /// The framework.
    public var frameworkID: FrameworkID
    /// One entry per agent and role, in the order of the run.
    public var agents: [AgentAllocation]
}
