public import ClusterBase
internal import ClusterModel
internal import KubeCore
public import KubeModel
internal import OrderedCollections
internal import ResourceModel

/// Brings pods onto agents: the framework's scheduler as a pure state machine.
///
/// A pod that waits is placed on an agent with offers, bound to its node by a write, and launched as a task when the
/// write was answered; pods of one agent share one ACCEPT. A half that got lost (a bound pod without a task, a task
/// without its pod) is repaired. Equal inputs give equal effects.
///
/// The framework subscribes in one role (`SchedulingSettings.role`), checkpoints and is PARTITION_AWARE; the driver's
/// own reconciliation is to be switched off. Source: spec `kubernetes/05`; decision D19.
public struct PodScheduler: Sendable {
    /// What it must be told about; volumes and claims may be left out where the server has none.
    public static let kinds: [ResourceKind] = [
        .pods, .nodes, .services, .replicationControllers, .replicaSets, .persistentVolumes, .persistentVolumeClaims,
    ]

    let settings: SchedulingSettings
    let slots: RoleSlots
    /// What an executor is charged, with its static pods.
    let executorCharge: (cpus: Int64, memory: Int64)
    var random: SeededRandom

    var now = Instant.epoch
    var effects: [SchedulingEffect] = []
    var timers = TimerQueue<TimerKey>()
    var isSynchronised = false
    var isConnected = false

    var pods = PodTable()
    var shapes = ShapeTable()
    var nodes = NodeTable()
    var tasks: [TaskID: TaskEntry] = [:]
    /// Tasks that belong to no known pod, and their agents.
    var strangers: [TaskID: AgentID] = [:]
    var volumes = VolumeZones()
    var sources = SpreadSources()
    var selections = SelectionIndex()
    /// The terms by which pods that run keep others away, with their numbers by node.
    var repelling = RepellingTerms()
    var queue = PodQueue()
    var reconciler = Reconciler()
    var exchange = OfferExchange()
    /// Nodes on which something changed that may let pods in.
    var dirtyNodes = OrderedSet<Int>()
    /// Nodes with pods that are to be launched, or to be swept; some may need nothing any more.
    var needyNodes = OrderedSet<Int>()
    /// Nodes on which something may have become ready to launch.
    var launchable = OrderedSet<Int>()
    var sequence: UInt64 = 0
    /// Where the search for the best of equal nodes begins.
    var rotation = 0

    /// When `SchedulingInput.tick` wants to be told; nil for not at all.
    ///
    /// Changes with every input.
    public internal(set) var nextDeadline: Instant?

    /// Makes a scheduler that knows nothing yet.
    ///
    /// - Parameter seed: for task ids; must differ from start to start.
    public init(_ settings: SchedulingSettings, seed: UInt64) {
        self.settings = settings
        slots = RoleSlots(settings.frameworkRoles)
        random = SeededRandom(seed: seed)
        executorCharge = settings.executor.charge(settings.charge)
    }

    /// Takes an input; returns what follows, in order.
    ///
    /// `now` never goes back.
    public mutating func handle(_ input: SchedulingInput, now: Instant) -> [SchedulingEffect] {
        self.now = now
        switch input {
        case .object(let delta, let kind): observe(delta, of: kind)
        case .synchronised: synchronise()
        case .event(let event): take(event)
        case .disconnected: disconnect()
        case .refused(let call, let message): takeRefusal(of: call, message)
        case .written(let outcome): take(outcome)
        case .command(let command): perform(command)
        case .tick: tick()
        }
        if isSynchronised {
            placeWaitingPods()
            launchReadyPods()
            settleOffers()
        }
        nextDeadline = timers.nextDue()
        defer { effects = [] }
        return effects
    }

    private mutating func observe(_ delta: ObjectDelta, of kind: ResourceKind) {
        switch kind {
        case .pods: observePod(delta)
        case .nodes: observeNode(delta)
        case .services, .replicationControllers, .replicaSets: sources.observe(delta, of: kind)
        case .persistentVolumes, .persistentVolumeClaims:
            volumes.observe(delta, of: kind)
            queue.wakesClaims = true
        default: break
        }
    }

    private mutating func take(_ event: SchedulerEvent) {
        switch event {
        case .subscribed: subscribe()
        case .offers(let offers): for offer in offers { hold(offer) }
        case .rescind(let offer): rescind(offer)
        case .update(let status): update(status)
        case .failure(let agent?, let executor?, let status): executorEnded(agent, executor, status)
        case .failure(let agent?, nil, _): agentLost(agent)
        case .failure, .heartbeat, .message, .error, .inverseOffers, .rescindInverseOffer, .updateOperationStatus: break
        }
    }

    private mutating func synchronise() {
        guard !isSynchronised else { return }
        isSynchronised = true
        (exchange.lastNeed, exchange.lastNews) = (now, now)
        for number in nodes.all { refresh(number) }
        if isConnected { reconcileAll() }
    }

    private mutating func tick() {
        while let key = timers.take(at: now) { expire(key) }
    }
}

/// What a time is kept for.
enum TimerKey: Hashable, Sendable {
    /// A pod's next try.
    case retry(Int)
    /// The end of a pod's patience without a task.
    case grace(Int)
    /// The next try to delete a pod.
    case delete(Int)
    /// The next try to kill a task.
    case kill(TaskID)
    /// The end of the patience with a task that belongs to no pod.
    case stranger(TaskID)
    /// The end of the gathering of a node's launch.
    case launch(Int)
    /// The next look at held offers.
    case offers
    case revive
    case explicit
    case implicit
    case periodic
}

extension ExecutorTemplate {
    /// What an executor is charged, in thousandths.
    func charge(_ rules: ChargeRules) -> (cpus: Int64, memory: Int64) {
        staticPods.reduce(into: (cpus.thousandths, memory.thousandths)) { sum, pod in
            let charge = PodCharge(pod, rules)
            sum.0 += charge.cpus.thousandths
            sum.1 += charge.memory.thousandths
        }
    }
}
