internal import ClusterBase
internal import ClusterModel
internal import OrderedCollections

/// Which tasks the master is still to be asked about, and when.
struct Reconciler: Sendable {
    /// Tasks that were asked for and not answered, in order.
    private(set) var unanswered = OrderedSet<TaskID>()
    private(set) var backoff: Duration = .seconds(1)
    private var lastAsked: Instant?

    /// Begins anew with tasks.
    mutating func begin(_ tasks: some Sequence<TaskID>) {
        unanswered = OrderedSet(tasks)
        backoff = .seconds(1)
    }

    /// Adds one task.
    mutating func add(_ task: TaskID) { unanswered.append(task) }

    /// Takes an answer.
    mutating func answered(_ task: TaskID) { unanswered.remove(task) }

    /// Lengthens the wait for the next question.
    mutating func lengthen(to longest: Duration) { backoff = min(backoff * 2, longest) }

    /// When what somebody asks for may be done; notes that it is then.
    mutating func next(now: Instant, cooldown: Duration) -> Instant {
        let next = lastAsked.map { max(now, $0 + cooldown) } ?? now
        lastAsked = next
        return next
    }
}
