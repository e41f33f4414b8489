public import ClusterBase
public import ClusterModel
internal import OrderedCollections
public import ResourceModel

extension AgentCore {
    /// Frameworks that have executors here, by id.
    ///
    /// Cost: a copy of every task's record.
    public var frameworks: [FrameworkSummary] { sortedFrameworks.map(view) }

    /// Frameworks that no longer have executors here, oldest first.
    public var completedFrameworks: [FrameworkSummary] { state.completedFrameworks.elements }

    /// All there is: what the agent was started with, and what operations made of it; without allocations.
    public var totalResources: Resources { state.resources.total }

    /// Operations whose last status is not acknowledged, oldest first.
    public var operations: [OperationRecord] { state.resources.operations.values.map(\.record) }

    /// How the agent is being emptied, and since when (or since it was started again meanwhile); nil when it is not.
    public var drain: (config: DrainConfig, startedAt: Instant)? {
        state.drain.map { ($0.config, $0.startedAt) }
    }

    /// Wire names of what it can deal with.
    public var capabilities: [String] { configuration.capabilities }

    /// What executors and tasks use.
    public var allocatedResources: Resources {
        var sum: Resources = []
        for framework in sortedFrameworks {
            for executor in framework.executors.values.sorted(by: { $0.run.executorID < $1.run.executorID })
            where executor.stage != .terminated {
                // The overhead of a command task's executor exists on paper only.
                if executor.supervision != .command { sum += executor.info.resources }
                sum += executor.taskResources
            }
        }
        return sum
    }

    func view(_ framework: Framework) -> FrameworkSummary {
        FrameworkSummary(
            info: framework.info,
            executors: framework.executors.values.sorted { $0.run.executorID < $1.run.executorID }.map(view),
            completedExecutors: framework.completedExecutors.elements)
    }

    func view(_ executor: Executor) -> ExecutorSummary {
        let paths = AgentPaths(
            workDirectory: configuration.workDirectory, runtimeDirectory: configuration.runtimeDirectory)
        let addresses = executor.start?.addresses ?? []
        return ExecutorSummary(
            info: executor.info, frameworkID: executor.run.frameworkID, containerID: executor.run.containerID,
            pid: executor.start?.pid, addresses: addresses.isEmpty ? [configuration.ip] : addresses,
            directory: paths.run(executor.run, on: state.info.id ?? AgentID("")),
            isCommandTask: executor.supervision == .command,
            isRunning: executor.start != nil && executor.stage != .terminated,
            resources: executor.info.resources + executor.taskResources,
            tasks: executor.tasks.values.map(\.record).sorted { $0.id < $1.id }, queuedTasks: executor.queuedTasks,
            terminatedTasks: executor.ended.values.sorted { $0.id < $1.id },
            completedTasks: executor.completed.elements)
    }
}
