internal import AccessControl
internal import ClusterModel
internal import MasterCore

/// Which changes a subscriber may see who may not see everything.
///
/// An update of a task names its framework and not its user, so what was seen of a task decides over its updates.
struct VisibleChanges: Sendable {
    private struct Key: Hashable {
        let framework: FrameworkID
        let task: TaskID
    }

    private let filter: ViewFilter
    private var frameworks: [FrameworkID: FrameworkInfo] = [:]
    private var tasks = Set<Key>()

    /// Starts with the state that the subscriber joins at.
    init(_ filter: ViewFilter, at state: MasterState) {
        self.filter = filter
        for framework in state.frameworks {
            frameworks[framework.id] = framework.info
            for task in framework.tasks + framework.unreachableTasks { note(task) }
        }
    }

    /// Whether the subscriber sees a change; to be asked for each, in order.
    mutating func shows(_ change: MasterChange) -> Bool {
        switch change {
        case .taskAdded(let task): return note(task)
        case .taskUpdated(let framework, let status, let state):
            let key = Key(framework: framework, task: status.taskID)
            let isSeen = tasks.contains(key)
            if state.isTerminal, state != .unreachable { tasks.remove(key) }
            return isSeen
        case .agentAdded, .agentRemoved: return true
        case .frameworkAdded(let view), .frameworkUpdated(let view):
            frameworks[view.id] = view.info
            return filter.shows(view.info)
        case .frameworkRemoved(let info):
            if let id = info.id {
                frameworks[id] = nil
                tasks = tasks.filter { $0.framework != id }
            }
            return filter.shows(info)
        }
    }

    @discardableResult
    private mutating func note(_ task: TaskRecord) -> Bool {
        guard let framework = frameworks[task.frameworkID], filter.shows(framework),
            filter.shows(task, of: framework)
        else { return false }
        tasks.insert(Key(framework: task.frameworkID, task: task.id))
        return true
    }
}
