internal import AllocatorCore
public import ClusterBase
public import ClusterModel

/// A task within the whole cluster.
struct TaskKey: Hashable, Sendable {
    let framework: FrameworkID
    let task: TaskID
}

/// An executor within the whole cluster, on a given agent.
struct ExecutorKey: Hashable, Sendable {
    let framework: FrameworkID
    let executor: ExecutorID
}

/// An executor on some agent, as a framework sees it.
struct PlacedExecutor: Hashable, Sendable {
    let agent: AgentID
    let executor: ExecutorID
}

/// A framework as the master keeps it.
struct Framework: Sendable {
    /// How its scheduler and the master stand.
    enum Connection: Hashable, Sendable {
        /// Known from agents only, after a master failover.
        case recovered
        /// Its stream is open.
        case connected(StreamToken, streamID: String)
        /// Its stream ended then.
        case disconnected(since: Instant)
        /// It was torn down then.
        case completed(at: Instant)
    }

    let id: FrameworkID
    var info: FrameworkInfo
    var connection: Connection
    var registered: Instant
    var reregistered: [Instant] = []
    var suppressedRoles: Set<String> = []
    /// Which agents it wants offers of; nil = all.
    var offerConstraints: OfferConstraintsFilter?
    var tasks = OrderedTable<TaskID, TaskRecord>()
    var completedTasks = OrderedTable<Int, TaskRecord>()
    var completedCount = 0
    var unreachableTasks = OrderedTable<TaskID, TaskRecord>()
    var executors = OrderedTable<PlacedExecutor, ExecutorInfo>()
    /// Where its operations are that are not done with.
    var operations = OrderedTable<UniqueID, AgentID>()
    /// Their names within the cluster by the framework's own.
    var operationUUIDs: [OperationID: UniqueID] = [:]
    /// What it did and was told.
    var counts = FrameworkMetrics()
    /// How long it held the offers that it holds no more.
    var holding = OfferHolding()
    /// Its outstanding offers, and since when.
    var offers = OrderedTable<OfferID, Instant>()

    var stream: StreamToken? {
        if case .connected(let token, _) = connection { return token }
        return nil
    }
    var isConnected: Bool { stream != nil }
    /// Connected frameworks are always active here: only v0 drivers can be connected and inactive.
    var isActive: Bool { isConnected }
    var isRecovered: Bool { connection == .recovered }

    mutating func complete(_ task: TaskRecord, limit: Int) {
        completedTasks[completedCount] = task
        completedCount += 1
        if completedTasks.count > limit, let oldest = completedTasks.firstKey {
            completedTasks.removeValue(forKey: oldest)
        }
    }
}

/// How long a framework held its offers.
public struct OfferHolding: Hashable, Sendable {
    /// How many offers it held and holds no more, however they ended.
    public internal(set) var count = 0
    /// How long it held them, all together.
    public internal(set) var total = Duration.zero
    /// The longest of these times.
    public internal(set) var longest = Duration.zero
    /// How many of them were taken back because they were too old.
    public internal(set) var timedOut = 0

    /// How long it held one, on average; zero when there was none.
    public var mean: Duration { count == 0 ? .zero : total / count }

    mutating func end(after time: Duration) {
        count += 1
        total += time
        longest = max(longest, time)
    }
}

extension FrameworkView {
    /// How long it held the offers that it holds no more.
    public var offerHolding: OfferHolding { framework.holding }
    /// When the oldest of its outstanding offers was made; nil when it holds none.
    public var oldestOffer: Instant? { framework.offers.values.first }
    /// When an outstanding offer was made to it; nil when it does not hold the offer.
    public func offered(_ id: OfferID) -> Instant? { framework.offers[id] }
}
