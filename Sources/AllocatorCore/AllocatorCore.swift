public import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// Decides who is offered what: weighted dominant resource fairness over the tree of roles, then over the frameworks of
/// a role, within quotas.
///
/// Changes mark agents dirty; `allocate` looks at dirty agents only, offers all that a framework may have of an
/// agent, and books it until `recover`. Names are interned at the border: inside, agents, frameworks and roles are
/// numbers, plain scalars are vectors, and everything else lies in side tables that the common case never touches
/// (decision D4). Departures from upstream are told in decision 0005. Source: spec `mesos/06` §6.4, `mesos/02` §2.2.
public struct AllocatorCore: Sendable {
    var configuration: AllocatorConfiguration
    var lanes = ScalarLanes()
    let minimums: [ScalarVector]
    let excludedLanes: [Int]

    // Agents, by number.
    var agentNumbers: [AgentID: Int32] = [:]
    var agents: [AgentEntry?] = []
    var free: [ResourceBundle] = []
    var vacantAgents: [Int32] = []
    var total = ScalarVector.zero

    // Frameworks, by number; a claim is a framework in a role.
    var frameworkNumbers: [FrameworkID: Int32] = [:]
    var frameworks: [FrameworkEntry?] = []
    var vacantFrameworks: [Int32] = []
    var claims: [Claim?] = []
    var vacantClaims: [Int32] = []
    var roleNumbers: [String: Int32] = [:]
    var roleTree: RoleTree
    /// By number in `roleTree`; ancestors without frameworks have none.
    var roles: [RoleEntry?] = []
    var quotas = QuotaBook()
    /// The plain scalars that nobody holds, on all agents.
    var freeTotal = ScalarVector.zero
    var random: SeededRandom
    /// How many agents are waited for before the first offers, and until when.
    var recovery: (agents: Int, until: Instant)?

    /// Agents whose machines go away, by number.
    var maintenance: [Int32: Maintenance] = [:]
    var inverseAllocations: [InverseAllocation] = []

    // What waits.
    var dirty: [Int32] = []
    var isMarked: [Bool] = []
    /// Agents of which every claim refused what is left, as a bit each: only claims without a filter need a look.
    var settled = AgentBits()
    var filterExpiries = DeadlineHeap<FilterExpiry>()
    var nextFullPass: Instant?
    var fullPassWanted = false
    /// How often `allocate` looked at agents.
    public internal(set) var runs: UInt64 = 0

    struct AgentEntry: Sendable {
        let id: AgentID
        var profile: AgentProfile
        var totalAmounts: ScalarVector
        var totalBundle: ResourceBundle
        var allocated = ResourceBundle()
        var isActive: Bool
        var isWhitelisted: Bool
        var isRemote: Bool
        var hasGPUs: Bool
        /// Who has how much of it.
        var holders: [Holder] = []
    }

    /// A claim with anything on an agent.
    struct Holder: Sendable {
        let claim: Int32
        /// The sum of all it has, whatever it is: 0 = nothing.
        var mass: Int64
    }

    struct FrameworkEntry: Sendable {
        let id: FrameworkID
        var capabilities: FrameworkCapabilities
        var isActive: Bool
        /// Claim numbers; few.
        var claims: [Int32] = []
        var constraints: OfferConstraintsFilter?
    }

    struct RoleEntry: Sendable {
        let name: String
        var sorter: ShareSorter
        /// The top-level role in `quotas`.
        let quota: QuotaBook.Number
        /// Claim numbers by client number of `sorter`.
        var claims: [Int32: Int32] = [:]
        var isHierarchical: Bool
    }

    struct Claim: Sendable {
        let framework: Int32
        let role: Int32
        let client: Int32
        /// Whether the framework is subscribed to the role; otherwise it only still uses resources in it.
        var isSubscribed: Bool
        var isSuppressed: Bool
        var filters = FilterTable()
        /// What an offer needs at least, any one of them; nil = as configured.
        var minimums: [ScalarVector]?
    }

    struct FilterExpiry: Sendable {
        let claim: Int32
        let agent: Int32
    }

    /// Makes an allocator without agents and frameworks.
    public init(configuration: AllocatorConfiguration) {
        self.configuration = configuration
        var lanes = ScalarLanes()
        minimums = configuration.minAllocatableResources.map { lanes.amounts(of: $0) }
        excludedLanes = configuration.excludedFromSharing.compactMap { lanes.lane(of: $0) }
        self.lanes = lanes
        roleTree = RoleTree(weights: configuration.weights, template: ShareSorter(excluded: excludedLanes))
        random = SeededRandom(seed: configuration.seed)
    }

    /// Whether `allocate` has agents to look at.
    public var isDirty: Bool { !dirty.isEmpty && recovery == nil }

    /// When `allocate` has something to do even without further changes; nil = never.
    ///
    /// O(1).
    public var nextDeadline: Instant? {
        [filterExpiries.earliest, nextFullPass, recovery?.until].compactMap { $0 }.min()
    }

    mutating func mark(_ agent: Int32) {
        guard !isMarked[Int(agent)] else { return }
        isMarked[Int(agent)] = true
        dirty.append(agent)
    }

    mutating func markAll() {
        for agent in agents.indices where agents[agent] != nil && !free[agent].isEmpty { mark(Int32(agent)) }
    }
}
