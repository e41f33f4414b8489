public import ClusterBase

/// Why an agent is not offered to a framework in a role; the first that holds, in this order.
public enum AllocationCause: String, Hashable, Sendable, CaseIterable {
    /// The agent is disconnected, deactivated or draining.
    case agentInactive = "AGENT_INACTIVE"
    /// The agent's host is not on the whitelist.
    case notWhitelisted = "NOT_WHITELISTED"
    /// The agent has GPUs, and the framework lacks GPU_RESOURCES.
    case gpus = "GPU_RESOURCES_MISSING"
    /// The agent is in another region, and the framework lacks REGION_AWARE.
    case region = "REGION_AWARE_MISSING"
    /// The agent is too old for a framework of several roles or a role below another.
    case oldAgent = "AGENT_CAPABILITY_MISSING"
    /// The framework's own constraints exclude the agent.
    case offerConstraints = "OFFER_CONSTRAINTS"
    /// All of it is offered or allocated, at least some of it to other frameworks.
    case heldByOthers = "HELD_BY_OTHERS"
    /// All of it is offered or allocated to this framework.
    case heldByFramework = "HELD_BY_FRAMEWORK"
    /// What is left is reserved for other roles.
    case reservedForOthers = "RESERVED_FOR_OTHERS"
    /// What is left is revocable, shared or of refined reservations, which the framework does not know.
    case capabilities = "FRAMEWORK_CAPABILITY_MISSING"
    /// What is left would exceed the limits of the role's quota.
    case quotaLimit = "QUOTA_LIMIT"
    /// What is left is kept for the guarantees of other roles.
    case guaranteesOfOthers = "GUARANTEES_OF_OTHERS"
    /// What is left is less than the minimum of an offer.
    case belowMinimum = "BELOW_MINIMUM"
    /// The framework refused what is left, and the filter holds still.
    case filtered = "FILTERED"
    /// Nothing stands in the way: it could be offered by the next run.
    case offerable = "OFFERABLE"
}

/// Why a framework has, or has not, offers in a role.
public struct AllocationExplanation: Hashable, Sendable {
    /// How many agents one cause keeps away.
    public struct Count: Hashable, Sendable {
        /// The cause.
        public var cause: AllocationCause
        /// The agents; at least 1.
        public var agents: Int
    }

    /// Whether the framework is connected and active.
    public var isActive = false
    /// Whether it is subscribed to the role.
    public var isSubscribed = false
    /// Whether it suppressed offers in the role.
    public var isSuppressed = false
    /// How many agents are waited for before the first offers after a failover; nil = none.
    public var awaitedAgents: Int?
    /// How many agents are known.
    public var agents = 0
    /// The agents by what keeps them away, in the order of the causes.
    public var causes: [Count] = []
    /// When the next filter of the framework in the role ends; nil without filters.
    public var nextFilterExpiry: Instant?
    /// The weighted dominant share of the framework in its role.
    public var share = 0.0
    /// How many frameworks of the role are served before it.
    public var ahead = 0
    /// How many roles are served before its role.
    public var rolesAhead = 0
}
