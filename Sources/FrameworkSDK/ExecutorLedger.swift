internal import ClusterBase
internal import ClusterModel

/// What an agent has not acknowledged yet: updates until their own acknowledgement, tasks until the first one for them.
///
/// Source: spec `mesos/04` §4.2.
struct ExecutorLedger: Sendable {
    /// In the order in which they were sent.
    private(set) var updates: [TaskStatus] = []
    /// In the order in which they were launched.
    private(set) var tasks: [TaskInfo] = []
    private var subscribedWith: Set<UniqueID> = []

    mutating func launched(_ task: TaskInfo) {
        tasks.removeAll { $0.id == task.id }
        tasks.append(task)
    }

    mutating func sent(_ update: TaskStatus) { updates.append(update) }

    mutating func acknowledged(_ task: TaskID, uuid: UniqueID) {
        updates.removeAll { $0.uuid == uuid }
        tasks.removeAll { $0.id == task }
    }

    /// Forgets an update that the agent will never take.
    mutating func refused(_ uuid: UniqueID) { updates.removeAll { $0.uuid == uuid } }

    /// The call that tells an agent what it has not acknowledged.
    mutating func subscribe() -> ExecutorCall {
        subscribedWith = Set(updates.compactMap(\.uuid))
        return .subscribe(unacknowledgedTasks: tasks, unacknowledgedUpdates: updates)
    }

    /// The updates that came up after `subscribe` and must be sent now.
    func sinceSubscribe() -> [TaskStatus] {
        updates.filter { update in update.uuid.map { !subscribedWith.contains($0) } ?? true }
    }
}
