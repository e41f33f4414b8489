internal import ClusterBase
internal import ClusterModel
internal import OrderedCollections
internal import ResourceModel

/// What is true of every task, whatever the parties believe.
struct TaskLedger {
    struct Entry {
        let resources: Resources
        let agentID: AgentID
        var received = Set<UniqueID>()
        /// Updates on some agent's disk that no scheduler has received yet.
        var owed: OrderedDictionary<UniqueID, TaskState> = [:]
    }

    private(set) var entries: OrderedDictionary<TaskID, Entry> = [:]

    var count: Int { entries.count }

    mutating func launch(_ task: TaskInfo) {
        entries[task.id] = Entry(resources: task.resources, agentID: task.agentID)
    }

    mutating func owe(_ update: StatusUpdate) {
        let id = update.status.taskID
        guard let uuid = update.uuid, entries[id]?.received.contains(uuid) == false else { return }
        entries[id]?.owed[uuid] = update.status.state
    }

    mutating func receive(_ uuid: UniqueID, of task: TaskID) {
        entries[task]?.received.insert(uuid)
        entries[task]?.owed[uuid] = nil
    }

    func hasReceived(_ uuid: UniqueID, of task: TaskID) -> Bool { entries[task]?.received.contains(uuid) == true }
}
