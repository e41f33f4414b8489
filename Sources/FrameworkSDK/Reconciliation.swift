public import ClusterBase
public import ClusterModel

/// Keeps track of a framework's tasks and asks the master about them until it has answered for each.
///
/// After every subscription: one implicit question for all tasks (it finds those that the framework does not know),
/// then explicit ones for the tasks known, repeated with doubling intervals, since a master that has just taken over
/// does not answer for agents it has not heard of yet. A pure value; `FrameworkDriver` owns one. Source: spec
/// `mesos/03` §3.4.
public struct Reconciliation: Sendable {
    /// The first repetition comes after this time.
    public static let initialInterval = Duration.seconds(10)
    /// Repetitions come at least this often.
    public static let maximumInterval = Duration.seconds(300)

    private var known: [TaskID: AgentID?] = [:]
    private var unanswered: Set<TaskID> = []
    private var interval = Self.initialInterval
    /// When `tick` has something to ask again; nil when everything is answered.
    public private(set) var nextDeadline: Instant?

    /// Starts with the tasks known from an earlier life.
    public init(knownTasks: [TaskQuery] = []) {
        for query in knownTasks { known[query.taskID] = .some(query.agentID) }
    }

    /// The tasks that have not ended as far as is known, by id.
    public var tasks: [TaskQuery] { queries(known.keys) }

    /// The tasks the master has not answered for, by id.
    public var pending: [TaskQuery] { queries(unanswered) }

    /// Takes note of a call that is about to be sent: tasks it launches are known from now on.
    public mutating func observe(_ call: SchedulerCall) {
        guard case .accept(_, let operations, _) = call else { return }
        for operation in operations {
            switch operation.action {
            case .launch(let tasks), .launchGroup(_, let tasks):
                for task in tasks { known[task.id] = .some(task.agentID) }
            default: break
            }
        }
    }

    /// Takes note of a status, which answers for its task.
    public mutating func observe(_ status: TaskStatus) {
        if status.state.isTerminal {
            known[status.taskID] = nil
        } else {
            known[status.taskID] = .some(status.agentID ?? known[status.taskID] ?? nil)
        }
        unanswered.remove(status.taskID)
        if unanswered.isEmpty { nextDeadline = nil }
    }

    /// Starts over after a subscription; returns the calls to send.
    public mutating func subscribed(now: Instant) -> [SchedulerCall] {
        unanswered = Set(known.keys)
        interval = Self.initialInterval
        return [.reconcile([])] + ask(now: now)
    }

    /// Stops asking until the next subscription.
    public mutating func disconnected() { nextDeadline = nil }

    /// Asks again when it is time.
    public mutating func tick(now: Instant) -> [SchedulerCall] {
        guard let due = nextDeadline, due <= now else { return [] }
        return ask(now: now)
    }

    private mutating func ask(now: Instant) -> [SchedulerCall] {
        guard !unanswered.isEmpty else {
            nextDeadline = nil
            return []
        }
        nextDeadline = now + interval
        interval = min(interval * 2, Self.maximumInterval)
        return [.reconcile(pending)]
    }

    private func queries(_ ids: some Sequence<TaskID>) -> [TaskQuery] {
        ids.sorted().map { TaskQuery(taskID: $0, agentID: known[$0] ?? nil) }
    }
}
