internal import AccessControl
internal import AgentCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// What endpoints show of an agent at one moment.
struct AgentSnapshot: Sendable {
    var info: AgentInfo
    let master: MasterInfo?
    let capabilities: [String]
    /// All there is, with what operations made of it.
    let total: Resources
    let allocated: Resources
    var operations: [OperationRecord]
    let drain: (config: DrainConfig, startedAt: Instant)?
    var frameworks: [FrameworkSummary]
    var completedFrameworks: [FrameworkSummary]

    init(_ core: AgentCore) {
        (info, master, allocated) = (core.info, core.master, core.allocatedResources)
        capabilities = core.capabilities
        (total, operations, drain) = (core.totalResources, core.operations, core.drain)
        (frameworks, completedFrameworks) = (core.frameworks, core.completedFrameworks)
    }
}

extension AgentSnapshot {
    /// The part of it that somebody may see.
    func visible(to filter: ViewFilter) -> AgentSnapshot {
        guard !filter.showsEverything else { return self }
        var snapshot = self
        snapshot.frameworks = Self.visible(frameworks, filter)
        snapshot.completedFrameworks = Self.visible(completedFrameworks, filter)
        snapshot.info.resources = filter.visible(info.resources)
        snapshot.operations.removeAll { !filter.shows($0) }
        return snapshot
    }

    private static func visible(_ frameworks: [FrameworkSummary], _ filter: ViewFilter) -> [FrameworkSummary] {
        frameworks.filter { filter.shows($0.info) }.map { framework in
            var framework = framework
            framework.executors = visible(framework.executors, of: framework.info, filter)
            framework.completedExecutors = visible(framework.completedExecutors, of: framework.info, filter)
            return framework
        }
    }

    private static func visible(
        _ executors: [ExecutorSummary], of framework: FrameworkInfo, _ filter: ViewFilter
    ) -> [ExecutorSummary] {
        executors.filter { filter.shows($0.info, of: framework) }.map { executor in
            var executor = executor
            executor.tasks.removeAll { !filter.shows($0, of: framework) }
            executor.queuedTasks.removeAll { !filter.shows($0, of: framework) }
            executor.terminatedTasks.removeAll { !filter.shows($0, of: framework) }
            executor.completedTasks.removeAll { !filter.shows($0, of: framework) }
            return executor
        }
    }

    /// The part of it whose containers somebody may see; `isSeen` is asked for each user.
    func containers(seen isSeen: (String) -> Bool) -> AgentSnapshot {
        var snapshot = self
        snapshot.frameworks = frameworks.map { framework in
            var framework = framework
            let user = framework.info.user
            framework.executors.removeAll { !isSeen($0.info.command?.user ?? user) }
            return framework
        }
        return snapshot
    }

    /// The user whose sandbox an executor has; nil when it is not known here.
    func sandboxOwner(_ framework: String, _ executor: String) -> String? {
        let candidates = (frameworks + completedFrameworks).filter { $0.info.id?.value == framework }
        for candidate in candidates {
            for known in candidate.executors + candidate.completedExecutors where known.info.id.value == executor {
                return known.info.command?.user ?? candidate.info.user
            }
        }
        return candidates.first?.info.user
    }
}
