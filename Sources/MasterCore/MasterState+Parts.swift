package import ClusterModel

// The state in parts, so that several threads can render it, looking at what lies there without copying it.

extension MasterState {
    /// In how many parts the agents can be looked at.
    package var agentParts: Int { agentTable.partCount }
    /// How many agents there are.
    package var agentCount: Int { agentTable.count }
    /// How many frameworks there are, completed ones included.
    package var frameworkCount: Int { frameworkTable.count + completedTable.count }

    /// Looks at the agents of some parts in order.
    package func forEachAgent(in parts: Range<Int>, _ look: (AgentView) -> Void) {
        for part in parts {
            agentTable.forEach(inPart: part) { look(AgentView(agent: $0, offerTable: offerTable)) }
        }
    }

    /// How many tasks the frameworks have, completed ones included.
    ///
    /// Linear in frameworks.
    package var taskCount: Int {
        var count = 0
        for table in [frameworkTable, completedTable] {
            table.forEach { count += $0.tasks.count + $0.completedTasks.count + $0.unreachableTasks.count }
        }
        return count
    }
}

extension FrameworkView {
    /// The lists of tasks that a framework has.
    package enum TaskList: Hashable, Sendable, CaseIterable {
        /// Not completed.
        case current
        /// On agents that cannot be reached.
        case unreachable
        /// Completed.
        case completed
    }

    /// How many tasks a list has.
    package func count(of list: TaskList) -> Int {
        switch list {
        case .current: framework.tasks.count
        case .unreachable: framework.unreachableTasks.count
        case .completed: framework.completedTasks.count
        }
    }

    /// In how many parts a list can be looked at.
    package func parts(of list: TaskList) -> Int {
        switch list {
        case .current: framework.tasks.partCount
        case .unreachable: framework.unreachableTasks.partCount
        case .completed: framework.completedTasks.partCount
        }
    }

    /// Looks at the tasks of some parts of a list in order.
    package func forEachTask(of list: TaskList, in parts: Range<Int>, _ look: (TaskRecord) -> Void) {
        for part in parts {
            switch list {
            case .current: framework.tasks.forEach(inPart: part, look)
            case .unreachable: framework.unreachableTasks.forEach(inPart: part, look)
            case .completed: framework.completedTasks.forEach(inPart: part, look)
            }
        }
    }

    /// Looks at the tasks of a list in order.
    package func forEachTask(of list: TaskList, _ look: (TaskRecord) -> Void) {
        forEachTask(of: list, in: 0..<parts(of: list), look)
    }

    /// In how many parts the executors can be looked at.
    package var executorParts: Int { framework.executors.partCount }
    /// How many executors there are.
    package var executorCount: Int { framework.executors.count }

    /// Looks at the executors of some parts in order.
    package func forEachExecutor(in parts: Range<Int>, _ look: (AgentID, ExecutorInfo) -> Void) {
        for part in parts { framework.executors.forEachEntry(inPart: part) { look($0.agent, $1) } }
    }
}
