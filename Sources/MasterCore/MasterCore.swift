internal import AllocatorCore
public import ClusterBase
public import ClusterModel
internal import ResourceModel

/// The master as a state machine: events and the time go in; records and effects come out.
///
/// The driver's duties, in this order: send `recovered` first; after every step (or batch of steps) send `ticked` as
/// long as `nextDeadline` is not after now — allocation runs there, so that a batch of events shares one run; commit
/// `records` before performing effects (see `MasterOutcome`); answer each request exactly when the core responds.
/// Equal seeds and equal events give equal outcomes. Source: spec `mesos/01`–`03`, `06`.
public struct MasterCore: Sendable {
    let configuration: MasterConfiguration
    let master: MasterInfo
    let started: Instant
    var elected: Instant?
    var now: Instant
    var random: SeededRandom

    var frameworks = OrderedTable<FrameworkID, Framework>()
    var completed = OrderedTable<FrameworkID, Framework>()
    var streams: [StreamToken: FrameworkID] = [:]
    var agents = OrderedTable<AgentID, Agent>()
    var agentsByPID: [String: AgentID] = [:]
    /// Who the agents at these addresses have proved to be.
    var agentPrincipals: [String: String] = [:]
    var offers = OrderedTable<OfferID, Offer>()
    var recovered = OrderedTable<AgentID, AgentInfo>()
    var unreachable = OrderedTable<AgentID, Instant>()
    var gone = OrderedTable<AgentID, Instant>()
    /// Where to look for the tasks of unreachable agents; some may be forgotten since.
    var shelved: [AgentID: [TaskKey]] = [:]
    var maintenance = Maintenance()
    var deactivated = OrderedTable<AgentID, Deactivation>()
    var minimumCapabilities: Set<String> = []
    var quotas: [String: Quota] = [:]
    var weights: [String: Double] = [:]

    var allocator: AllocatorCore
    var timers = DeadlineHeap<MasterTimer>()
    var counters = MasterMetrics()
    var operationCounts = OperationMetrics()
    /// Calls of removed frameworks whose principals have others.
    var departedCalls: [String: UInt64] = [:]
    var outcome = MasterOutcome()
    /// Whether outcomes carry `changes`; the driver sets it while an operator listens.
    public var reportsChanges = false
    var frameworkCount = 0
    var agentCount = 0
    var offerCount = 0
    var epochs: UInt64 = 0
    /// How many events there were.
    var revision: UInt64 = 0
    var removals: RemovalQueue
    /// Draining agents that lost a task or operation in this step.
    var emptied: [AgentID] = []

    /// Makes a master that knows nothing yet; `seed` decides every choice left to chance.
    public init(configuration: MasterConfiguration, master: MasterInfo, seed: UInt64, now start: Instant) {
        (self.configuration, self.master, started, now) = (configuration, master, start, start)
        random = SeededRandom(seed: seed)
        removals = RemovalQueue(now: start)
        var allocation = AllocatorConfiguration()
        allocation.fullPassInterval = configuration.allocationInterval
        allocation.minAllocatableResources = configuration.minAllocatableResources
        allocation.filterGPUResources = configuration.filterGPUResources
        allocation.whitelist = configuration.whitelist
        allocation.region = master.domain?.region
        allocation.roleOrder = configuration.shufflesRoles ? .random : .drf
        allocation.frameworkOrder = configuration.shufflesFrameworks ? .random : .drf
        allocation.excludedFromSharing = configuration.excludedFromSharing
        allocation.seed = seed
        allocator = AllocatorCore(configuration: allocation)
    }

    /// Does one event; never fails: what peers do wrong is answered, or dropped and counted.
    public mutating func step(_ event: MasterEvent, now instant: Instant) -> MasterOutcome {
        now = max(now, instant)
        revision &+= 1
        switch event {
        case .recovered(let registry): recover(registry)
        case .subscribed(let subscription): subscribe(subscription)
        case .streamClosed(let stream): closed(stream)
        case .called(let request): call(request)
        case .agentSpoke(let pid, let message): hear(message, from: pid)
        case .agentAuthenticated(let pid, let principal): authenticated(pid, as: principal)
        case .agentLinkBroken(let pid): linkBroken(pid)
        case .teardownRequested(let request, let id, let principal): teardown(id, for: request, principal: principal)
        case .shareChangeRequested(let request, let change, let principal):
            self.change(change, for: request, principal: principal)
        case .operatorRequested(let token, let request, let principal):
            operate(request, for: token, principal: principal)
        case .whitelistChanged(let hosts): allocator.setWhitelist(hosts)
        case .ticked: tick()
        }
        finishDraining()
        defer { outcome = MasterOutcome() }
        return outcome
    }

    /// When `ticked` is due next; nil = nothing waits for time.
    ///
    /// May lie in the past. O(1).
    public var nextDeadline: Instant? {
        if allocator.isDirty { return now }
        guard let timer = timers.earliest else { return allocator.nextDeadline }
        return allocator.nextDeadline.map { min($0, timer) } ?? timer
    }

    /// A read view for endpoints; O(1).
    public var state: MasterState {
        MasterState(
            frameworkTable: frameworks, completedTable: completed, agentTable: agents, offerTable: offers,
            recoveredTable: recovered, unreachableTable: unreachable, maintenance: maintenance, weights: weights,
            quotas: quotas, whitelistedRoles: configuration.roles, revision: revision, master: master, started: started,
            elected: elected)
    }

    // MARK: Words to the outside

    mutating func perform(_ effect: MasterEffect) { outcome.effects.append(effect) }

    mutating func record(_ record: RegistryRecord) { outcome.records.append(record) }

    /// Sends an event to a framework if it is connected; says whether it was.
    @discardableResult
    mutating func send(_ event: SchedulerEvent, to framework: FrameworkID) -> Bool {
        let counter = FrameworkCounter(event)
        let found: StreamToken?? = frameworks.update(framework) { entry in
            guard let stream = entry.stream else { return nil }
            entry.counts.count(counter)
            return stream
        }
        guard let stream = found ?? nil else { return false }
        perform(.send(stream, event))
        return true
    }

    mutating func tell(_ agent: AgentID, _ message: MasterMessage) {
        guard let pid = agents.read(agent, { $0.pid }) else { return }
        perform(.sendAgent(pid: pid, message))
    }

    mutating func nextEpoch() -> UInt64 {
        epochs += 1
        return epochs
    }

    private mutating func recover(_ registry: RegistrySnapshot) {
        precondition(elected == nil, "recovered twice")
        elected = now
        record(.putMaster(master))
        recoverAgents(registry)
        recoverCapabilities(registry)
        recoverDeactivations(registry)
        recoverMaintenance(registry)
        recoverWeights(registry)
        recoverQuotas(registry)
        if !recovered.isEmpty { timers.push(.recoveryEnds, at: now + configuration.agentReregisterTimeout) }
        timers.push(.registryCleaning, at: now + configuration.registryGCInterval)
    }
}
