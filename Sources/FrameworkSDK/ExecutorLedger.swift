internal import ClusterBase
internal import ClusterModel

/// What an agent has not acknowledged yet: updates until their own acknowledgement, tasks until the first one for them.
///
/// Source: spec `mesos/04` §4.2.
struct ExecutorLedger: Sendable {
    /// Something and when it came, counted from the beginning.
    private struct Entry<Value: Sendable>: Sendable {
        var order: UInt64
        var value: Value
    }

    private var updatesByUUID: [UniqueID: Entry<TaskStatus>] = [:]
    private var tasksByID: [TaskID: Entry<TaskInfo>] = [:]
    private var subscribedWith: Set<UniqueID> = []
    private var order: UInt64 = 0

    /// How many updates are unacknowledged.
    var updateCount: Int { updatesByUUID.count }
    /// In the order in which they were sent; O(n log n).
    var updates: [TaskStatus] { updatesByUUID.values.sorted { $0.order < $1.order }.map(\.value) }
    /// In the order in which they were launched; O(n log n).
    var tasks: [TaskInfo] { tasksByID.values.sorted { $0.order < $1.order }.map(\.value) }

    mutating func launched(_ task: TaskInfo) { tasksByID[task.id] = Entry(order: next(), value: task) }

    /// Takes in an update with its uuid.
    mutating func sent(_ update: TaskStatus, uuid: UniqueID) {
        updatesByUUID[uuid] = Entry(order: next(), value: update)
    }

    mutating func acknowledged(_ task: TaskID, uuid: UniqueID) {
        updatesByUUID[uuid] = nil
        tasksByID[task] = nil
    }

    /// Forgets an update that the agent will never take.
    mutating func refused(_ uuid: UniqueID) { updatesByUUID[uuid] = nil }

    /// The call that tells an agent what it has not acknowledged.
    mutating func subscribe() -> ExecutorCall {
        subscribedWith = Set(updatesByUUID.keys)
        return .subscribe(unacknowledgedTasks: tasks, unacknowledgedUpdates: updates)
    }

    /// The updates that came up after `subscribe` and must be sent now, in order.
    func sinceSubscribe() -> [TaskStatus] {
        updates.filter { update in update.uuid.map { !subscribedWith.contains($0) } ?? true }
    }

    private mutating func next() -> UInt64 {
        order += 1
        return order
    }
}
