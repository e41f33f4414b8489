public import AccessControl
public import ResourceModel

/// What an operator sets on a master; the defaults are upstream's (spec `mesos/09`).
public struct MasterConfiguration: Sendable {
    /// A number of removals per duration (`--agent_removal_rate_limit`).
    public struct RateLimit: Hashable, Sendable {
        /// How many agents.
        public var count: Int
        /// In which time.
        public var period: Duration

        /// Makes a limit.
        public init(count: Int, period: Duration) { (self.count, self.period) = (max(count, 1), period) }
    }

    /// Interval of the full allocation pass; allocation itself follows events (decision 0005).
    public var allocationInterval: Duration = .seconds(1)
    /// Time between events that keep a scheduler's stream alive.
    public var heartbeatInterval: Duration = .seconds(15)
    /// Time between pings of an agent (`--agent_ping_timeout`).
    public var agentPingTimeout: Duration = .seconds(15)
    /// Unanswered pings in a row that make an agent unreachable (`--max_agent_ping_timeouts`).
    public var maxAgentPingTimeouts: Int = 5
    /// How long a disconnected or recovered agent may take to come back (`--agent_reregister_timeout`).
    public var agentReregisterTimeout: Duration = .seconds(600)
    /// Share of recovered agents that may be missing before the master gives up, 0...1
    /// (`--recovery_agent_removal_limit`).
    public var recoveryAgentRemovalLimit: Double = 1
    /// How fast silent agents are marked unreachable; nil = at once.
    public var agentRemovalRateLimit: RateLimit?
    /// Whether agents without a fault domain are refused (`--require_agent_domain`).
    public var requireAgentDomain: Bool = false
    /// How long an offer stands; nil = until answered (`--offer_timeout`).
    public var offerTimeout: Duration?
    /// The only roles frameworks may use, besides `*`; nil = all (`--roles`).
    public var roles: [String]?
    /// Weights of roles, where the registry has none (`--weights`); 1 for all others.
    public var weights: [String: Double] = [:]
    /// Host names whose agents are offered; nil = all (`--whitelist`).
    public var whitelist: Set<String>?
    /// Whether frameworks may run as root by default (`--root_submissions`).
    public var rootSubmissions: Bool = true
    /// An offer needs one of these (`--min_allocatable_resources`); empty = no minimum.
    public var minAllocatableResources: [Resources] = [[.scalar("cpus", 0.01)], [.scalar("mem", 32)]]
    /// Whether agents with GPUs are kept for frameworks that know GPUs (`--filter_gpu_resources`).
    public var filterGPUResources: Bool = true
    /// Whether roles are served by chance instead of by share (`--role_sorter`).
    public var shufflesRoles = false
    /// Whether the frameworks of a role are served by chance instead of by share (`--framework_sorter`).
    public var shufflesFrameworks = false
    /// Scalars that do not count for shares (`--fair_sharing_excluded_resource_names`).
    public var excludedFromSharing: [String] = []
    /// The part of the known agents that must be back before offers are made, if there are quotas, 0...1
    /// (`--allocator_agent_recovery_factor`).
    public var agentRecoveryFactor: Double = 0.8
    /// How long offers may wait for them (`--allocator_recovery_timeout`).
    public var allocatorRecoveryTimeout: Duration = .seconds(600)
    /// Whether agents must prove who they are before they may register (`--authenticate_agents`).
    public var requiresAgentAuthentication = false
    /// Who may do what; nil = everybody everything (`--acls`).
    public var access: AccessRules?
    /// The memory that a regular expression of offer constraints may take, in bytes
    /// (`--offer_constraints_re2_max_mem`).
    public var constraintMaxMemory = 4_096
    /// How many instructions it may have (`--offer_constraints_re2_max_program_size`).
    public var constraintMaxProgramSize = 100
    /// Whether there are metrics of each framework (`--publish_per_framework_metrics`).
    public var publishesFrameworkMetrics = true
    /// How many finished frameworks are remembered.
    public var maxCompletedFrameworks: Int = 50
    /// How many finished tasks are remembered per framework.
    public var maxCompletedTasksPerFramework: Int = 1000
    /// How many unreachable tasks are remembered per framework.
    public var maxUnreachableTasksPerFramework: Int = 1000
    /// How many operations of a framework may be under way or wait for acknowledgements; further ones are refused.
    public var maxOperationsPerFramework: Int = 10_000
    /// Statuses kept per task, newest last.
    public var maxStatusesPerTask: Int = 16
    /// Time between cleanings of the registry (`--registry_gc_interval`).
    public var registryGCInterval: Duration = .seconds(900)
    /// Age after which unreachable and gone agents are forgotten (`--registry_max_agent_age`).
    public var registryMaxAgentAge: Duration = .seconds(14 * 86_400)
    /// How many unreachable and gone agents are remembered (`--registry_max_agent_count`).
    public var registryMaxAgentCount: Int = 102_400

    /// Makes the default configuration.
    public init() {}

    /// What an agent is told: without a ping for this long it registers again.
    public var totalPingTimeout: Duration { agentPingTimeout * maxAgentPingTimeouts }
}
