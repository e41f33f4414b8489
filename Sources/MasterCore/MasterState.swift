public import ClusterBase
public import ClusterModel
public import ResourceModel

/// A read view of the master at one moment: a value that shares storage with the core and never changes.
///
/// Taking it is O(1); while it is held, the core copies what it changes, so render and let go.
public struct MasterState: Sendable {
    let frameworkTable: OrderedTable<FrameworkID, Framework>
    let completedTable: OrderedTable<FrameworkID, Framework>
    let agentTable: OrderedTable<AgentID, Agent>
    let offerTable: OrderedTable<OfferID, Offer>
    let recoveredTable: OrderedTable<AgentID, AgentInfo>
    let unreachableTable: OrderedTable<AgentID, Instant>
    let maintenance: Maintenance
    /// Weights of roles that were set.
    public let weights: [String: Double]
    /// Quotas of roles.
    public let quotas: [String: Quota]
    let whitelistedRoles: [String]?
    /// Another one for each state of the core; equal states may differ in it.
    public let revision: UInt64
    /// The master itself.
    public let master: MasterInfo
    /// When the core was made.
    public let started: Instant
    /// When the registry was read; nil before.
    public let elected: Instant?

    /// Frameworks that are connected, disconnected or recovered, in the order in which they came.
    public var frameworks: [FrameworkView] {
        frameworkTable.values.map { FrameworkView(framework: $0, offerTable: offerTable) }
    }
    /// Frameworks that were torn down, oldest first; bounded.
    public var completedFrameworks: [FrameworkView] {
        completedTable.values.map { FrameworkView(framework: $0, offerTable: offerTable) }
    }
    /// Registered agents, in the order of registration.
    public var agents: [AgentView] { agentTable.values.map { AgentView(agent: $0, offerTable: offerTable) } }
    /// Agents of the registry that have not registered again since the election.
    public var recoveredAgents: [AgentInfo] { recoveredTable.values }
    /// Agents that cannot be reached, and since when.
    public var unreachableAgents: [RegistrySnapshot.Dated] {
        unreachableTable.keys.compactMap { id in unreachableTable[id].map { .init(id: id, since: $0) } }
    }
    /// All outstanding offers, oldest first.
    public var offers: [Offer] { offerTable.values }

    /// When the oldest outstanding offer was made; nil without offers.
    public var oldestOffer: Instant? {
        offerTable.firstKey.flatMap { offerTable[$0] }.flatMap { offer in
            frameworkTable[offer.frameworkID]?.offers[offer.id]
        }
    }

    /// One framework, connected or not, or completed; nil when unknown.
    public func framework(_ id: FrameworkID) -> FrameworkView? {
        (frameworkTable[id] ?? completedTable[id]).map { FrameworkView(framework: $0, offerTable: offerTable) }
    }

    /// One registered agent; nil when unknown.
    public func agent(_ id: AgentID) -> AgentView? {
        agentTable[id].map { AgentView(agent: $0, offerTable: offerTable) }
    }

    /// Known roles with all their ancestors, by name: those with frameworks, reservations, weights or quotas (spec
    /// `mesos/06` §6.7).
    public var roles: [RoleView] {
        var members: [String: [FrameworkID]] = [:]
        var names = Set(weights.keys)
        names.insert("*")
        names.formUnion(quotas.keys)
        for framework in frameworkTable.values {
            for role in framework.info.roles { members[role, default: []].append(framework.id) }
        }
        var (used, offered) = (Resources(), Resources())
        for agent in agentTable.values {
            for entry in agent.total where entry.isReserved { names.insert(entry.role) }
            used += agent.used.filter(\.isScalar)
            offered += agent.offered.filter(\.isScalar)
        }
        names.formUnion((used + offered).compactMap(\.allocationRole))
        names.formUnion(whitelistedRoles ?? [])
        for name in names.union(members.keys) { names.formUnion(MasterState.ancestry(of: name)) }
        let consumed = consumption
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { name in
            RoleView(
                name: name, weight: weights[name] ?? 1, frameworkIDs: members[name] ?? [],
                usedResources: used.filter { $0.allocationRole == name }.allocated(to: nil),
                offeredResources: offered.filter { $0.allocationRole == name }.allocated(to: nil),
                quota: quotas[name], consumed: consumed[name] ?? Quantities())
        }
    }

    /// Quotas by role, as operators see them.
    public var quotaConfigs: [QuotaConfig] {
        quotas.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.compactMap { quotas[$0]?.config($0) }
    }

    /// Weights by role.
    public var roleWeights: [RoleWeight] {
        weights.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { RoleWeight(role: $0.key, weight: $0.value) }
    }

    /// What each role with all below it consumes of a quota: reservations, and what is used of the rest.
    ///
    /// What is offered is not consumed. Linear in agents.
    var consumption: [String: Quantities] {
        var sums: [String: Quantities] = [:]
        for agent in agentTable.values {
            for entry in agent.total where entry.isReserved && entry.isScalar {
                for role in Self.ancestry(of: entry.role) { sums[role, default: Quantities()].add([entry]) }
            }
            for entry in agent.used where !entry.isReserved && !entry.isRevocable && entry.isScalar {
                for role in Self.ancestry(of: entry.allocationRole ?? "*") {
                    sums[role, default: Quantities()].add([entry])
                }
            }
        }
        return sums
    }

    static func ancestry(of role: String) -> [String] {
        var components = role.split(separator: "/")
        var result: [String] = []
        while !components.isEmpty {
            result.append(components.joined(separator: "/"))
            components.removeLast()
        }
        return result
    }
}

/// A framework as endpoints show it.
public struct FrameworkView: Sendable {
    let framework: Framework
    let offerTable: OrderedTable<OfferID, Offer>

    /// Its id.
    public var id: FrameworkID { framework.id }
    /// Its description, `id` included.
    public var info: FrameworkInfo { framework.info }
    /// Whether its stream is open.
    public var isConnected: Bool { framework.isConnected }
    /// Whether it gets offers.
    public var isActive: Bool { framework.isActive }
    /// Whether it is known from agents only, after a master failover.
    public var isRecovered: Bool { framework.isRecovered }
    /// First subscription (or recovery).
    public var registered: Instant { framework.registered }
    /// Later subscriptions, oldest first; bounded to the last ten.
    public var reregistered: [Instant] { framework.reregistered }
    /// When it was torn down, if it was.
    public var unregistered: Instant? {
        if case .completed(let at) = framework.connection { return at }
        return nil
    }
    /// Tasks that are not completed; terminal ones stay until acknowledged.
    public var tasks: [TaskRecord] { framework.tasks.values }
    /// Completed tasks, oldest first; bounded.
    public var completedTasks: [TaskRecord] { framework.completedTasks.values }
    /// Tasks on unreachable agents, oldest first; bounded.
    public var unreachableTasks: [TaskRecord] { framework.unreachableTasks.values }
    /// Its executors, those of command tasks excepted.
    public var executors: [ExecutorView] {
        framework.executors.keys.compactMap { key in
            framework.executors[key].map { ExecutorView(agentID: key.agent, info: $0) }
        }
    }
    /// Its outstanding offers.
    public var offers: [Offer] { framework.offers.keys.compactMap { offerTable[$0] } }
    /// What its tasks and executors use; entries carry their `allocationRole`.
    ///
    /// Linear in the tasks.
    public var usedResources: Resources {
        let tasks = framework.tasks.values.lazy.filter(\.usesResources).map(\.resources)
        return Resources.sum(Array(tasks) + framework.executors.values.map(\.resources))
    }
    /// What it is offered; entries carry their `allocationRole`.
    ///
    /// Linear in the offers.
    public var offeredResources: Resources { Resources.sum(offers.map(\.resources)) }
    /// Roles it wants no offers for, sorted.
    public var suppressedRoles: [String] { framework.suppressedRoles.sorted() }
}

/// An executor and where it is.
public struct ExecutorView: Hashable, Sendable {
    /// Its agent.
    public let agentID: AgentID
    /// Its description, `frameworkID` included.
    public let info: ExecutorInfo
}

/// A registered agent as endpoints show it.
public struct AgentView: Sendable {
    let agent: Agent
    let offerTable: OrderedTable<OfferID, Offer>

    /// Its id.
    public var id: AgentID { agent.id }
    /// Its description, `id` and total resources included.
    public var info: AgentInfo { agent.info }
    /// Its address: `slave(1)@ip:port`.
    public var pid: String { agent.pid }
    /// Its version.
    public var version: String { agent.version }
    /// Wire names of its capabilities.
    public var capabilities: [String] { agent.capabilities }
    /// First registration with this master.
    public var registered: Instant { agent.registered }
    /// Newest re-registration, if any.
    public var reregistered: Instant? { agent.reregistered }
    /// Whether its link stands.
    public var isConnected: Bool { agent.isConnected }
    /// Whether it is offered.
    public var isActive: Bool { agent.isActive }
    /// What it has: what it was started with, and what reservations and volumes made of it.
    public var totalResources: Resources { agent.total }
    /// Its operations that are not done with, oldest first.
    public var operations: [OperationRecord] { agent.operations.values }
    /// What tasks and executors use; entries carry their `allocationRole`.
    public var usedResources: Resources { agent.used }
    /// What is offered; entries carry their `allocationRole`.
    public var offeredResources: Resources { agent.offered }
    /// Outstanding offers of it.
    public var offers: [Offer] { agent.offers.keys.compactMap { offerTable[$0] } }
    /// Executors on it, those of command tasks excepted; each has its `frameworkID`.
    public var executors: [ExecutorInfo] { agent.executors.values }
    /// How many tasks the master knows on it.
    public var taskCount: Int { agent.tasks.count }
}

/// A role as endpoints show it.
public struct RoleView: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its weight.
    public let weight: Double
    /// Frameworks subscribed to it, in the order in which they came.
    public let frameworkIDs: [FrameworkID]
    /// Scalars that are used in it.
    public let usedResources: Resources
    /// Scalars that are offered in it.
    public let offeredResources: Resources
    /// Its quota, if it has one.
    public let quota: Quota?
    /// What it and all roles below it consume of a quota, whether there is one or not.
    public let consumed: Quantities
}

extension Resource {
    var isScalar: Bool {
        if case .scalar = value { return true }
        return false
    }
}

extension TaskRecord {
    /// Whether it still holds resources of its agent.
    var usesResources: Bool { !state.isTerminal && state != .unreachable }
}

extension Resources {
    /// The sum of many; ranges and sets of different agents are united.
    ///
    /// Sorts ranges once, not once per term.
    static func sum(_ terms: [Resources]) -> Resources {
        var scalars = Resources()
        var kinds: [Resource] = []
        var ranges: [[ClosedRange<UInt64>]] = []
        for entry in terms.joined() {
            guard case .ranges(let more) = entry.value else {
                scalars.add(entry)
                continue
            }
            if let at = kinds.firstIndex(where: { $0.isSameKind(as: entry) }) {
                ranges[at] += more.ranges
            } else {
                kinds.append(entry)
                ranges.append(more.ranges)
            }
        }
        for (var kind, numbers) in zip(kinds, ranges) {
            kind.value = .ranges(ValueRanges(numbers))
            scalars.add(kind)
        }
        return scalars
    }
}
