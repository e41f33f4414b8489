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
    var offers = OrderedTable<OfferID, Offer>()
    var recovered = OrderedTable<AgentID, AgentInfo>()
    var unreachable = OrderedTable<AgentID, Instant>()
    var gone = OrderedTable<AgentID, Instant>()
    var quotas: [String: Quota] = [:]
    var weights: [String: Double] = [:]

    var allocator: AllocatorCore
    var timers = DeadlineHeap<MasterTimer>()
    var counters = MasterMetrics()
    var outcome = MasterOutcome()
    /// Whether outcomes carry `changes`; the driver sets it while an operator listens.
    public var reportsChanges = false
    var frameworkCount = 0
    var agentCount = 0
    var offerCount = 0
    var epochs: UInt64 = 0
    var nextRemoval: Instant

    /// Makes a master that knows nothing yet; `seed` decides every choice left to chance.
    public init(configuration: MasterConfiguration, master: MasterInfo, seed: UInt64, now start: Instant) {
        (self.configuration, self.master, started, now) = (configuration, master, start, start)
        random = SeededRandom(seed: seed)
        nextRemoval = start
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
        switch event {
        case .recovered(let registry): recover(registry)
        case .subscribed(let subscription): subscribe(subscription)
        case .streamClosed(let stream): closed(stream)
        case .called(let request): call(request)
        case .agentSpoke(let pid, let message): hear(message, from: pid)
        case .agentLinkBroken(let pid): linkBroken(pid)
        case .teardownRequested(let request, let id): teardown(id, for: request)
        case .shareChangeRequested(let request, let change): self.change(change, for: request)
        case .operatorRequested(let token, let request, let principal):
            operate(request, for: token, principal: principal)
        case .whitelistChanged(let hosts): allocator.setWhitelist(hosts)
        case .ticked: tick()
        }
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
            recoveredTable: recovered, unreachableTable: unreachable, weights: weights, quotas: quotas,
            whitelistedRoles: configuration.roles, master: master, started: started, elected: elected)
    }

    // MARK: Words to the outside

    mutating func perform(_ effect: MasterEffect) { outcome.effects.append(effect) }

    mutating func record(_ record: RegistryRecord) { outcome.records.append(record) }

    /// Sends an event to a framework if it is connected; says whether it was.
    @discardableResult
    mutating func send(_ event: SchedulerEvent, to framework: FrameworkID) -> Bool {
        guard let stream = frameworks[framework]?.stream else { return false }
        perform(.send(stream, event))
        return true
    }

    mutating func tell(_ agent: AgentID, _ message: MasterMessage) {
        guard let pid = agents[agent]?.pid else { return }
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
        for info in registry.agents { if let id = info.id { recovered[id] = info } }
        for entry in registry.unreachable { unreachable[entry.id] = entry.since }
        for entry in registry.gone { gone[entry.id] = entry.since }
        recoverWeights(registry)
        recoverQuotas(registry)
        if !recovered.isEmpty { timers.push(.recoveryEnds, at: now + configuration.agentReregisterTimeout) }
        timers.push(.registryCleaning, at: now + configuration.registryGCInterval)
    }
}
