internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// The rules for tasks, as rows of a table: number in spec `mesos/02` §2.5 and check.
///
/// The first problem counts.
enum TaskRules {
    /// What a rule may know besides the task.
    struct Context: Sendable {
        var framework: FrameworkInfo
        /// Whether the framework has a task of this id.
        var isDuplicate = false
        /// Whether an unreachable task has this id.
        var isUnreachable = false
        /// The agent of the offers.
        var agent: AgentID
        var agentCapabilities: [String]
        /// The executor of the same id that the agent runs for the framework.
        var runningExecutor: ExecutorInfo?
        /// What is left of the offers.
        var remaining: Resources
        /// Whether the tasks of the running executor share its cgroups; nil when it has none.
        var siblingsShareCgroups: Bool?
    }

    /// A row of the table.
    struct Rule: Sendable {
        let number: Int
        let problem: @Sendable (TaskInfo, Context) -> String?
    }

    /// Rules 1–11 hold for tasks of groups too.
    static let common: [Rule] = [
        Rule(number: 1) { task, _ in IDRules.problem(task.id.value) },
        Rule(number: 2) { task, context in
            if context.isDuplicate { return "Task has duplicate ID: \(task.id)" }
            return context.isUnreachable ? "Task reuses the ID of an unreachable task: \(task.id)" : nil
        },
        Rule(number: 3) { task, context in
            guard task.agentID != context.agent else { return nil }
            return "Task uses invalid agent \(task.agentID) while agent \(context.agent) is expected"
        },
        Rule(number: 4) { task, _ in
            guard let grace = task.killPolicy?.gracePeriod, grace < .zero else { return nil }
            return "Task's 'kill_policy.grace_period' must be non-negative"
        },
        Rule(number: 5) { task, _ in
            guard let longest = task.maxCompletionTime, longest < .zero else { return nil }
            return "Task's `max_completion_time` must be non-negative"
        },
        Rule(number: 6) { task, _ in
            task.check.flatMap(ProbeRules.problem).map { "Task uses invalid check: \($0)" }
        },
        Rule(number: 7) { task, _ in
            task.healthCheck.flatMap(ProbeRules.problem).map { "Task uses invalid health check: \($0)" }
        },
        Rule(number: 8) { task, _ in
            let resources = task.resources
            if resources.isEmpty { return "Task uses no resources" }
            if let problem = ResourceRules.problem(resources) { return "Task uses invalid resources: \(problem)" }
            if let problem = ResourceRules.duplicateVolume(resources) {
                return "Task uses duplicate persistence ID: \(problem)"
            }
            if let problem = ResourceRules.allocationProblem(resources) { return "Invalid task resources: \(problem)" }
            return ResourceRules.mixtureProblem(resources).map {
                "Task mixes revocable and non-revocable resources: \($0)"
            }
        },
        Rule(number: 9) { task, _ in
            task.command.flatMap(ContainerRules.problem).map { "Task's `CommandInfo` is invalid: \($0)" }
        },
        Rule(number: 10) { task, _ in
            task.container.flatMap(ContainerRules.problem).map { "Task's `ContainerInfo` is invalid: \($0)" }
        },
        Rule(number: 11) { task, context in LimitRules.problem(task, agentCapabilities: context.agentCapabilities) },
    ]

    /// Rules that hold for LAUNCH only.
    static let launch: [Rule] = [
        Rule(number: 12) { task, _ in
            guard (task.command == nil) == (task.executor == nil) else { return nil }
            return "Task should have at least one (but not both) of CommandInfo or ExecutorInfo present"
        },
        Rule(number: 13) { task, context in
            task.executor.flatMap { ExecutorRules.problem($0, running: context.runningExecutor, of: context.framework) }
        },
        Rule(number: 14) { task, _ in
            guard let executor = task.executor else { return nil }
            if executor.kind == .default { return "'ExecutorInfo.type' must be 'CUSTOM'" }
            if executor.command == nil { return "'ExecutorInfo.command' must be set" }
            if executor.resources.contains(where: \.isShared) {
                return "Executor resources \(executor.resources) should not contain any shared resources"
            }
            return ExecutorRules.cgroupsProblem(executor)
        },
        Rule(number: 15) { task, _ in
            guard let executor = task.executor else { return nil }
            let total = task.resources + executor.resources
            if let problem = ResourceRules.problem(total) {
                return "Task and its executor use invalid resources: \(problem)"
            }
            if ResourceRules.areOverlapping([task.resources, executor.resources]) {
                return "There are overlapping resources in the task resources \(task.resources) and executor resources "
                    + "\(executor.resources)"
            }
            if let problem = ResourceRules.duplicateVolume(total) {
                return "Task and its executor use duplicate persistence ID: \(problem)"
            }
            return ResourceRules.mixtureProblem(total).map {
                "Task and its executor mix revocable and non-revocable resources: \($0)"
            }
        },
        Rule(number: 16) { task, context in
            var total = task.resources
            if let executor = task.executor, context.runningExecutor == nil { total += executor.resources }
            guard !context.remaining.contains(total) else { return nil }
            return "Total resources \(total) required by task and its executor is more than available "
                + "\(context.remaining)"
        },
        Rule(number: 17) { task, _ in
            guard task.container?.sharesCgroups == false else { return nil }
            return "Only tasks in a task group may have 'share_cgroups' set to 'false'"
        },
    ]

    static func problem(_ task: TaskInfo, _ context: Context) -> String? {
        for rule in common { if let problem = rule.problem(task, context) { return problem } }
        for rule in launch { if let problem = rule.problem(task, context) { return problem } }
        return nil
    }
}

/// The rules for task groups; any problem refuses the whole group (spec `mesos/02` §2.5, last part).
enum TaskGroupRules {
    /// What is wrong with a group; the context of its first member stands for all.
    static func problem(_ executor: ExecutorInfo, _ members: [(task: TaskInfo, context: TaskRules.Context)]) -> String?
    {
        var ids = Set<TaskID>()
        for (task, context) in members {
            let isRepeated = !ids.insert(task.id).inserted
            let problem =
                TaskRules.common.lazy.compactMap { $0.problem(task, context) }.first ?? memberProblem(task)
                ?? (isRepeated ? "Task has duplicate ID: \(task.id)" : nil)
            if let problem { return "Task '\(task.id)' is invalid: \(problem)" }
        }
        guard let context = members.first?.context else { return nil }
        let tasks = members.map(\.task)
        return executorProblem(executor, tasks, context) ?? resourceProblem(executor, tasks, context)
            ?? cgroupsProblem(executor, tasks, context)
    }

    private static func memberProblem(_ task: TaskInfo) -> String? {
        if let container = task.container {
            if container.joinsNetworks {
                switch task.healthCheck?.probe {
                case .http, .tcp:
                    return "HTTP and TCP health checks are not supported for nested containers not joining parent's"
                        + " network"
                case .command, nil: break
                }
            }
            if container.docker != nil { return "Docker ContainerInfo is not supported on the task" }
        }
        if task.limits.isEmpty || task.container?.sharesCgroups == false { return nil }
        return "Resource limits may only be set for tasks within a task group when the 'share_cgroups' field is set to"
            + " 'false'."
    }

    private static func executorProblem(
        _ executor: ExecutorInfo, _ tasks: [TaskInfo], _ context: TaskRules.Context
    ) -> String? {
        if let problem = ExecutorRules.problem(executor, running: context.runningExecutor, of: context.framework) {
            return problem
        }
        if executor.kind == .unknown { return "'ExecutorInfo.type' must be set" }
        if executor.container?.docker != nil { return "Docker ContainerInfo is not supported on the executor" }
        for task in tasks {
            if let own = task.executor, !own.isCompatible(with: executor) {
                return "The `ExecutorInfo` of task '\(task.id)' is different from executor '\(executor.id)'"
            }
        }
        return ExecutorRules.sizeProblem(executor)
    }

    private static func resourceProblem(
        _ executor: ExecutorInfo, _ tasks: [TaskInfo], _ context: TaskRules.Context
    ) -> String? {
        let parts = tasks.map(\.resources)
        var total = Resources.sum(parts)
        let all = total + executor.resources
        if let problem = ResourceRules.duplicateVolume(all) {
            return "Task group and executor use duplicate persistence ID: \(problem)"
        }
        if let problem = ResourceRules.mixtureProblem(all) {
            return "Task group and executor mix revocable and non-revocable resources: \(problem)"
        }
        if ResourceRules.areOverlapping(parts + [executor.resources]) {
            let texts = parts.map(\.description).joined(separator: ", ")
            return "There are overlapping resources in the task group's task resources [ \(texts) ] and/or executor"
                + " resources \(executor.resources)"
        }
        if context.runningExecutor == nil { total += executor.resources }
        guard !context.remaining.contains(total) else { return nil }
        return "Total resources \(total) required by task group and its executor are more than available "
            + "\(context.remaining)"
    }

    private static func cgroupsProblem(
        _ executor: ExecutorInfo, _ tasks: [TaskInfo], _ context: TaskRules.Context
    ) -> String? {
        if let problem = ExecutorRules.cgroupsProblem(executor) { return problem }
        var choices = Set(tasks.map { $0.container?.sharesCgroups ?? true })
        if let siblings = context.siblingsShareCgroups { choices.insert(siblings) }
        guard choices.count > 1 else { return nil }
        return
            "If set, the value of 'share_cgroups' must be the same for all tasks in each task group and under a single"
            + " executor"
    }
}
