internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

extension MasterCore {
    // MARK: LAUNCH

    mutating func launch(_ tasks: [TaskInfo], _ acceptance: inout Acceptance) {
        for task in tasks { launch(prepared(task, acceptance), &acceptance) }
    }

    private mutating func launch(_ task: TaskInfo, _ acceptance: inout Acceptance) {
        guard let context = context(for: task, acceptance) else { return }
        if let problem = denial(of: task, to: context.framework) {
            return refuse([task], .taskUnauthorized, problem, of: acceptance.framework)
        }
        if let problem = TaskRules.problem(task, context) {
            return refuse([task], .taskInvalid, problem, of: acceptance.framework)
        }
        let isNew = context.runningExecutor == nil
        if let executor = task.executor, isNew { start(executor, &acceptance) }
        start(task, &acceptance)
        count(.launch, of: acceptance.framework)
        tell(acceptance.agent, .runTask(context.framework, task, launchExecutor: isNew))
    }

    // MARK: LAUNCH_GROUP

    mutating func launchGroup(_ executor: ExecutorInfo, _ tasks: [TaskInfo], _ acceptance: inout Acceptance) {
        let executor = prepared(executor, acceptance)
        let members = tasks.map { task in
            var member = task
            if member.executor == nil { member.executor = executor }
            return prepared(member, acceptance)
        }
        guard let first = members.first, let context = context(for: first, acceptance) else { return }
        if let problem = members.compactMap({ denial(of: $0, to: context.framework) }).first {
            return refuse(members, .taskGroupUnauthorized, problem, of: acceptance.framework)
        }
        var contexts = members.map { self.context(for: $0, acceptance) ?? context }
        contexts[0].siblingsShareCgroups = siblings(of: executor, acceptance)
        if let problem = TaskGroupRules.problem(executor, Array(zip(members, contexts))) {
            return refuse(members, .taskGroupInvalid, problem, of: acceptance.framework)
        }
        let isNew = context.runningExecutor == nil
        if isNew { start(executor, &acceptance) }
        for task in members { start(task, &acceptance) }
        count(.launchGroup, of: acceptance.framework)
        tell(acceptance.agent, .runTaskGroup(context.framework, executor, members, launchExecutor: isNew))
    }

    /// Whether the tasks share cgroups that the executor has already, unreachable ones included; nil = it has none.
    private func siblings(of executor: ExecutorInfo, _ acceptance: Acceptance) -> Bool? {
        let placed = PlacedExecutor(agent: acceptance.agent, executor: executor.id)
        guard let framework = frameworks[acceptance.framework], framework.executors.contains(placed) else { return nil }
        func isSibling(_ task: TaskRecord) -> Bool {
            task.agentID == acceptance.agent && task.executorID == executor.id
        }
        let sibling =
            framework.tasks.values.first(where: isSibling)
            ?? framework.unreachableTasks.values.first(where: isSibling)
        return sibling.map { $0.container?.sharesCgroups ?? true }
    }

    // MARK: Parts

    /// Injects what older frameworks leave out: allocation roles and the executor's framework.
    private func prepared(_ task: TaskInfo, _ acceptance: Acceptance) -> TaskInfo {
        var task = task
        task.resources = allocated(task.resources, acceptance.role)
        task.executor = task.executor.map { prepared($0, acceptance) }
        return task
    }

    private func prepared(_ executor: ExecutorInfo, _ acceptance: Acceptance) -> ExecutorInfo {
        var executor = executor
        if executor.frameworkID == nil { executor.frameworkID = acceptance.framework }
        executor.resources = allocated(executor.resources, acceptance.role)
        return executor
    }

    private func allocated(_ resources: Resources, _ role: String) -> Resources {
        if resources.allSatisfy({ $0.allocationRole != nil }) { return resources }
        return resources.mapped { if $0.allocationRole == nil { $0.allocationRole = role } }
    }

    private func context(for task: TaskInfo, _ acceptance: Acceptance) -> TaskRules.Context? {
        guard let framework = frameworks[acceptance.framework], let agent = agents[acceptance.agent] else { return nil }
        let running = task.executor.flatMap { executor in
            agent.executors[ExecutorKey(framework: acceptance.framework, executor: executor.id)]
        }
        // Tasks of one call may use more copies of what is shared than were offered.
        let available =
            acceptance.shared.isEmpty
            ? acceptance.remaining : acceptance.remaining.filter { !$0.isShared } + acceptance.shared
        return TaskRules.Context(
            framework: framework.info, isDuplicate: framework.tasks.contains(task.id),
            isUnreachable: framework.unreachableTasks.contains(task.id), agent: agent.id,
            agentCapabilities: agent.capabilities, runningExecutor: running, remaining: available)
    }

    private mutating func start(_ executor: ExecutorInfo, _ acceptance: inout Acceptance) {
        let key = ExecutorKey(framework: acceptance.framework, executor: executor.id)
        agents.update(acceptance.agent) { $0.executors[key] = executor }
        let placed = PlacedExecutor(agent: acceptance.agent, executor: executor.id)
        frameworks.update(acceptance.framework) { $0.executors[placed] = executor }
        use(executor.resources, &acceptance)
    }

    private mutating func start(_ task: TaskInfo, _ acceptance: inout Acceptance) {
        var entry = TaskRecord(launching: task, frameworkID: acceptance.framework)
        if entry.user == nil { entry.user = frameworks[acceptance.framework]?.info.user }
        frameworks.update(acceptance.framework) { $0.tasks[task.id] = entry }
        tell(.taskAdded(entry))
        agents.update(acceptance.agent) { $0.tasks[TaskKey(framework: acceptance.framework, task: task.id)] = true }
        use(task.resources, &acceptance)
        acceptance.done += 1
    }

    /// Takes what a task or executor uses; copies of shared resources that are not left are allocated in addition.
    private mutating func use(_ resources: Resources, _ acceptance: inout Acceptance) {
        if !acceptance.shared.isEmpty {
            let additional = resources.shared - acceptance.remaining.shared
            if !additional.isEmpty { allocator.assume(additional, of: acceptance.framework, on: acceptance.agent) }
        }
        acceptance.remaining -= resources
        charge(resources, on: acceptance.agent)
    }
}
