internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// A registered agent as the master keeps it.
struct Agent: Sendable {
    /// Whether the agent answers.
    enum Connection: Hashable, Sendable {
        /// Linked and active.
        case connected
        /// The link broke then; pings go on, and it may register again.
        case disconnected(since: Instant)
    }

    let id: AgentID
    var info: AgentInfo
    var pid: String
    var version: String
    var capabilities: [String]
    var resourceVersion: UniqueID?
    var connection: Connection = .connected
    var registered: Instant
    var reregistered: Instant?
    var tasks = OrderedTable<TaskKey, Bool>()
    var executors = OrderedTable<ExecutorKey, ExecutorInfo>()
    var offers = OrderedTable<OfferID, Bool>()
    var kills = OrderedTable<TaskKey, KillPolicy?>()
    /// What it was started with, and what operations made of it.
    var total = Resources()
    /// Operations that are not done with, by their names within the cluster.
    var operations = OrderedTable<UniqueID, OperationRecord>()
    var used = Resources()
    var offered = Resources()
    var missedPings = 0
    var awaitsPong = false
    /// Set while an operator keeps it out of use; the same as in the core's table.
    var deactivation: Deactivation?
    /// Whether its operations are not known yet, for it has not said what it has since it is back.
    var awaitsUpdate = false
    /// Changes whenever the connection does, so that older timers mean nothing.
    var epoch: UInt64
    /// Names the chain of pings of this registration.
    let observer: UInt64

    var isConnected: Bool { connection == .connected }
    /// Whether it is offered.
    var isActive: Bool { isConnected && deactivation == nil }
}
