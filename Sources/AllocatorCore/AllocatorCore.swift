public import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// Decides who is offered what: weighted dominant resource fairness over the tree of roles, then over the frameworks of
/// a role, within quotas.
///
/// Changes mark agents dirty; `allocate` looks at dirty agents only, offers all that a framework may have of an
/// agent, and books it until `recover`. Names are interned at the border: inside, agents, frameworks, roles and claims
/// (a framework in a role) are numbers, plain scalars are vectors, and all other resources are numbers of a pool
/// (decision D4). Who is out of the question for an agent is known as bits, a word of claims at a time. Departures from
/// upstream are told in decision 0005. Source: spec `mesos/06` §6.4, `mesos/02` §2.2.
public struct AllocatorCore: Sendable {
    var configuration: AllocatorConfiguration
    var lanes = ScalarLanes()
    var pool = ResourcesPool()
    let minimums: [ScalarVector]
    let excludedLanes: [Int]

    // Agents, by number.
    var agentNumbers: [AgentID: Int32] = [:]
    var agents: [AgentEntry] = []
    /// Who has how much of an agent.
    var holders: [[Holder]] = []
    var books: [AgentBook] = []
    var vacantAgents: [Int32] = []
    var total = ScalarVector.zero
    /// Agents whose machines go away, by number.
    var maintenance: [Int32: Maintenance] = [:]
    var inverseAllocations: [InverseAllocation] = []
    /// Who holds shared resources, by agent.
    var sharedHolds: [Int32: [SharedHold]] = [:]

    // Frameworks, by number; a claim is a framework in a role.
    var frameworkNumbers: [FrameworkID: Int32] = [:]
    var frameworks: [FrameworkEntry?] = []
    var vacantFrameworks: [Int32] = []
    var claims: [Claim?] = []
    var filters: [FilterTable] = []
    /// What an offer needs at least, any one of them, where a framework said so; by claim.
    var ownMinimums: [Int32: [ScalarVector]] = [:]
    var vacantClaims: [Int32] = []
    var roleNumbers: [String: Int32] = [:]
    var roleTree: RoleTree
    /// By number in `roleTree`; ancestors without frameworks have none.
    var roles: [RoleEntry] = []
    var quotas = QuotaBook()
    /// What counts for quotas and nobody holds, on all agents.
    var freeTotal = ScalarVector.zero
    var random: SeededRandom
    /// How many agents are waited for before the first offers, and until when.
    var recovery: (agents: Int, until: Instant)?

    // Who is out of the question, as bits.
    /// Claims that take offers.
    var active = ClaimBits()
    var knowingGPUs = ClaimBits()
    var knowingRegions = ClaimBits()
    var ofSingleRole = ClaimBits()
    /// Claims with a filter that refuses all of the agent's `AgentBook.basis`.
    var refusing = AgentClaimTable()
    /// Claims whose offer constraints were applied to the agent, and those that they exclude.
    var constrained = AgentClaimTable()
    var excluded = AgentClaimTable()

    // What waits.
    var dirty: [Int32] = []
    var areAllDirty = false
    var filterExpiries = DeadlineHeap<FilterExpiry>()
    /// How many expiries there may be before those that mean nothing any more are sought out.
    var expiryLimit = 4_096
    var nextFullPass: Instant?
    /// How often `allocate` looked at agents.
    public internal(set) var runs: UInt64 = 0

    // Results that come again and again; forgotten when there are many.
    var offers: [OfferKey: PreparedOffer] = [:]
    var visible: [VisibleKey: ResourcesPool.Number] = [:]

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
    public var isDirty: Bool { (areAllDirty || !dirty.isEmpty) && recovery == nil }

    /// When `allocate` has something to do even without further changes; nil = never.
    ///
    /// O(1).
    public var nextDeadline: Instant? {
        [filterExpiries.earliest, nextFullPass, recovery?.until].compactMap { $0 }.min()
    }

    mutating func mark(_ agent: Int32) {
        guard !books[Int(agent)].isMarked else { return }
        books[Int(agent)].isMarked = true
        dirty.append(agent)
    }

    /// Has the next run look at all agents that have anything left.
    mutating func markAll() { areAllDirty = !agentNumbers.isEmpty }
}

extension AllocatorCore {
    struct AgentEntry: Sendable {
        let id: AgentID
        var profile: AgentProfile
    }

    /// What a run needs of an agent.
    struct AgentBook: Sendable {
        var totalBundle = ResourceBundle()
        var allocated = ResourceBundle()
        /// What nobody holds.
        var free = ResourceBundle()
        /// The bits of the agent in `refusing` mean this; `free` is always within it.
        var basis = ResourceBundle()
        var isRefused = false
        var isMarked = false
        var isKnown = false
        /// Whether it is active and on the whitelist.
        var isOffered: Bool { isActive && isWhitelisted }
        var isActive = false
        var isWhitelisted = false
        var isRemote = false
        var hasGPUs = false
        var isMultiRole = true
        var knowsHierarchicalRoles = true
    }

    /// A claim with anything on an agent.
    struct Holder: Sendable {
        let claim: Int32
        /// The sum of all it has, whatever it is: 0 = nothing.
        var mass: Int64
    }

    /// A claim with copies of a shared resource.
    struct SharedHold: Sendable {
        let claim: Int32
        let resource: Resource
        var copies: Int
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
        /// Empty in a place without a role.
        let name: String
        var sorter: ShareSorter
        /// The top-level role in `quotas`.
        let quota: QuotaBook.Number
        /// Claim numbers by client number of `sorter`; -1 where there is none.
        var claims: [Int32] = []
        var claimCount = 0
        var isHierarchical: Bool
    }

    struct Claim: Sendable {
        let framework: Int32
        let role: Int32
        let client: Int32
        var capabilities: FrameworkCapabilities
        /// Whether the framework is subscribed to the role; otherwise it only still uses resources in it.
        var isSubscribed = false
        var isSuppressed = false
        var hasConstraints = false
    }

    struct FilterExpiry: Sendable {
        let claim: Int32
        let agent: Int32
    }

    struct OfferKey: Hashable {
        let bundle: ResourceBundle
        let role: Int32
    }

    /// What is needed to make and book an offer of a bundle to a role.
    struct PreparedOffer: Sendable {
        let resources: Resources
        let amounts: ScalarVector
        let quotaAmounts: ScalarVector
        let mass: Int64
    }

    struct VisibleKey: Hashable {
        let resources: ResourcesPool.Number
        let role: Int32
        let capabilities: FrameworkCapabilities
    }
}
