public import ClusterBase
public import ClusterModel
public import MarathonModel
internal import OrderedCollections

/// Marathon without IO: apps, their instances and the deployments between them, advanced by events.
///
/// Every observation ends in the same place: for each app that something happened to, `settle` compares what is with
/// what is wanted (by the deployment that holds the app, else by its definition) and schedules or ends instances.
/// Nothing waits for a timer that need not. The caller makes an outcome's records durable before it carries out its
/// effects.
public struct MarathonCore: Sendable {
    /// An app and its history.
    public struct AppRecord: Hashable, Sendable {
        /// Its definition now.
        public internal(set) var spec: AppSpec
        /// Its versions, oldest first, the current one last.
        public internal(set) var versions: [AppSpec]
        /// How a task of it failed last.
        public internal(set) var lastFailure: TaskFailure?
    }

    enum Timer: Sendable {
        case launch(PathID)
        case revive
        case killRetry(InstanceID, incarnation: Int)
        case overdue(InstanceID, incarnation: Int)
        case unreachable(InstanceID, incarnation: Int)
        case reconcile
        case ask(again: Duration)
    }

    /// The settings it was made with.
    public let settings: MarathonSettings
    /// The id the master gave; nil before the first registration.
    public internal(set) var frameworkID: FrameworkID?
    /// Whether the stream to the master stands.
    public internal(set) var isConnected = false
    /// The instances, by id.
    public internal(set) var instances: [InstanceID: Instance] = [:]
    var apps: OrderedDictionary<PathID, AppRecord> = [:]
    var members: OrderedDictionary<PathID, OrderedSet<InstanceID>> = [:]
    var deployments: OrderedDictionary<String, Deployment> = [:]
    var locks: [PathID: String] = [:]
    var waiting: OrderedDictionary<PathID, Int> = [:]
    var waitingSince: [PathID: Instant] = [:]
    var statistics: [PathID: OfferStatistics] = [:]
    var delays = LaunchDelays()
    var kills = KillQueue()
    var timers = TimerQueue<Timer>()
    var launchTimers: [PathID: Instant] = [:]
    var demand = OfferDemand()
    /// Instances whose state the master has not told since the last question.
    var unanswered: Set<InstanceID> = []
    /// When the next reconciliation and the next repetition of a question are due; earlier timers are void.
    var reconciliationDue = (all: Instant.epoch, unanswered: Instant.epoch)
    var dirty: OrderedSet<PathID> = []
    var newestVersion = Timestamp(milliseconds: 0)
    var random: SeededRandom
    var now = Instant.epoch
    var outcome = MarathonOutcome()

    /// An empty Marathon.
    public init(settings: MarathonSettings, seed: UInt64) {
        (self.settings, random) = (settings, SeededRandom(seed: seed))
    }

    /// When `tick` is due; nil = not until something happens.
    public var nextDeadline: Instant? { timers.first }

    /// Takes one event in; see `MarathonOutcome` for what to do with the answer.
    ///
    /// - Complexity: O(instances of the apps concerned); offers additionally cost O(offers × instances waiting).
    public mutating func step(_ event: MarathonEvent, now: Instant) -> MarathonOutcome {
        self.now = now
        switch event {
        case .command(let id, let command): perform(command, id)
        case .scheduler(let event): handle(event)
        case .disconnected: disconnect()
        case .tick: fireTimers()
        }
        settle()
        balanceDemand()
        defer { outcome = MarathonOutcome() }
        return outcome
    }

    // MARK: Views

    /// Every app, ordered by id.
    public var allApps: [AppRecord] { apps.values.sorted { $0.spec.id < $1.spec.id } }

    /// One app.
    public func app(_ id: PathID) -> AppRecord? { apps[id] }

    /// The instances of an app, oldest first.
    public func instances(of app: PathID) -> [Instance] { (members[app] ?? []).compactMap { instances[$0] } }

    /// The deployments under way, oldest first.
    public var runningDeployments: [Deployment] { Array(deployments.values) }

    /// The deployment that holds an app.
    public func deployment(holding app: PathID) -> String? { locks[app] }

    /// The apps with instances that wait for offers, longest waiting first.
    public var queue: [QueueEntry] {
        waiting.keys.compactMap { id in
            guard let spec = apps[id]?.spec else { return nil }
            let count = instances(of: id).count { $0.isCounted && [.scheduled, .provisioned].contains($0.condition) }
            return QueueEntry(
                app: spec, count: count, readyAt: delays.readyAt(spec.delayKey, now: now),
                since: waitingSince[id] ?? now, statistics: statistics[id] ?? OfferStatistics())
        }
    }

    // MARK: Basic changes

    mutating func put(_ name: String, _ value: JSONValue) {
        outcome.records.append(.put(name: name, value: value.bytes))
    }
    mutating func forget(_ name: String) { outcome.records.append(.delete(name: name)) }
    mutating func call(_ call: SchedulerCall) { outcome.effects.append(.call(call)) }
    mutating func publish(_ notice: MarathonNotice) { outcome.effects.append(.publish(notice)) }

    /// The version of a change made now: later than every other.
    mutating func nextVersion() -> Timestamp {
        newestVersion = max(Timestamp(now), Timestamp(milliseconds: newestVersion.milliseconds + 1))
        return newestVersion
    }

    /// Writes an instance (nil removes it), with its record, its notices, and what depends on its condition.
    mutating func set(_ id: InstanceID, to instance: Instance?) {
        let old = instances[id]
        guard old != instance, let app = instance?.app ?? old?.app else { return }
        instances[id] = instance
        dirty.append(app)
        let wasWaiting = old.map(\.waitsForOffer) ?? false
        let isWaiting = instance.map(\.waitsForOffer) ?? false
        if wasWaiting != isWaiting { countWaiting(app, by: isWaiting ? 1 : -1) }
        guard let instance else {
            members[app]?.remove(id)
            if members[app]?.isEmpty == true { members[app] = nil }
            kills.ended(id)
            forget("instances/\(id)")
            return
        }
        members[app, default: []].append(id)
        put("instances/\(id)", instance.json)
        if old?.condition != instance.condition { publish(.instanceChanged(instance)) }
        if let old, old.isHealthy != instance.isHealthy, instance.isHealthy != nil { publish(.healthChanged(instance)) }
    }

    private mutating func countWaiting(_ app: PathID, by change: Int) {
        let count = (waiting[app] ?? 0) + change
        waiting[app] = count > 0 ? count : nil
        if count > 0, waitingSince[app] == nil { waitingSince[app] = now }
        if count == 0 { (waitingSince[app], statistics[app]) = (nil, nil) }
        if change > 0 { demand.hasGrown = true }
    }
}

/// An app in the launch queue.
public struct QueueEntry: Sendable {
    /// The app.
    public var app: AppSpec
    /// Instances that wait for an offer or for their first status.
    public var count: Int
    /// When the next launch is allowed; nil = it waits for offers only.
    public var readyAt: Instant?
    /// Since when something of it waits.
    public var since: Instant
    /// How it fared with offers.
    public var statistics: OfferStatistics
}

/// How a task ended badly.
public struct TaskFailure: Hashable, Sendable {
    /// The task.
    public var taskID: TaskID
    /// Its instance.
    public var instance: InstanceID
    /// Its last state.
    public var state: TaskState
    /// Words for people; at most 10,000 characters.
    public var message: String
    /// The agent's name.
    public var hostname: String
    /// The agent.
    public var agentID: AgentID?
    /// When.
    public var timestamp: Timestamp
    /// The version of the app it ran.
    public var version: Timestamp
}

extension Instance {
    /// Whether it is to be launched.
    var waitsForOffer: Bool { condition == .scheduled && goal == .running }
}

extension AppSpec {
    /// When the configuration changed last; older instances are outdated.
    var configuredAt: Timestamp { versionInfo?.lastConfigChangeAt ?? version }
    var delayKey: LaunchDelays.Key { LaunchDelays.Key(app: id, configuredAt: configuredAt) }
}
