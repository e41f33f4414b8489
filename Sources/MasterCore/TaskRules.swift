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
            if task.resources.isEmpty { return "Task uses no resources" }
            if let problem = ResourceRules.problem(task.resources) { return "Task uses invalid resources: \(problem)" }
            return ResourceRules.mixed(task.resources).map {
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
            return executor.resources.contains(where: \.isShared) ? "Executor resources must not be shared" : nil
        },
        Rule(number: 15) { task, _ in
            guard let executor = task.executor else { return nil }
            return ResourceRules.overlap(task.resources, executor.resources).map {
                "There are overlapping resources in the task resources \(task.resources) and executor resources "
                    + "\(executor.resources): \($0)"
            }
        },
        Rule(number: 16) { task, context in
            var total = task.resources
            if let executor = task.executor, context.runningExecutor == nil { total += executor.resources }
            guard !context.remaining.contains(total) else { return nil }
            return "Total resources \(total) required by task and its executor is more than available "
                + "\(context.remaining)"
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
    static func problem(_ executor: ExecutorInfo, _ members: [(task: TaskInfo, context: TaskRules.Context)]) -> String?
    {
        var ids = Set<TaskID>()
        var total = Resources()
        for (task, context) in members {
            for rule in TaskRules.common {
                if let problem = rule.problem(task, context) { return "Task '\(task.id)' is invalid: \(problem)" }
            }
            if let problem = memberProblem(task, executor) { return "Task '\(task.id)' is invalid: \(problem)" }
            if !ids.insert(task.id).inserted {
                return "Task '\(task.id)' is invalid: Task has duplicate ID: \(task.id)"
            }
            if let other = ResourceRules.overlap(total, task.resources) {
                return "There are overlapping resources in the task group: \(other)"
            }
            total += task.resources
        }
        guard let context = members.first?.context else { return nil }
        let running = context.runningExecutor
        if let problem = ExecutorRules.problem(executor, running: running, of: context.framework)
            ?? ExecutorRules.groupProblem(executor)
        {
            return problem
        }
        if let other = ResourceRules.overlap(total, executor.resources) {
            return "There are overlapping resources in the task resources and executor resources: \(other)"
        }
        if running == nil { total += executor.resources }
        guard !context.remaining.contains(total) else { return nil }
        return "Total resources \(total) required by task group and its executor is more than available "
            + "\(context.remaining)"
    }

    private static func memberProblem(_ task: TaskInfo, _ executor: ExecutorInfo) -> String? {
        if let own = task.executor, !own.isCompatible(with: executor) {
            return "The `ExecutorInfo` of the task is different from the executor of the group"
        }
        if task.container?.docker != nil { return "Docker ContainerInfo is not supported on the task" }
        return nil
    }
}
