internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// Accepted offers while their operations are carried out.
struct Acceptance: Sendable {
    let framework: FrameworkID
    let agent: AgentID
    let role: String
    /// What the operations have not used yet.
    var remaining: Resources
    var launched = 0
}

extension MasterCore {
    /// ACCEPT (spec `mesos/02` §2.4): operations run in order against what remains; one's failure does not stop the
    /// next.
    ///
    /// Deciding takes one step, so an offer that is valid at the start has a connected agent to the end.
    mutating func accept(_ ids: [OfferID], _ operations: [OfferOperation], _ filters: Filters, of id: FrameworkID) {
        counters.count(.accepts)
        if let problem = problem(withOffers: ids, of: id) {
            for key in ids where offers[key]?.frameworkID == id { withdraw(key, rescinding: false) }
            return lose(operations, "Task launched with invalid offers: \(problem)", of: id)
        }
        let taken = ids.compactMap { removeOffer($0) }
        guard let first = taken.first else { return }
        var acceptance = Acceptance(
            framework: id, agent: first.agentID, role: first.role, remaining: Resources.sum(taken.map(\.resources)))
        for operation in operations { perform(operation, &acceptance) }
        let interval = configuration.allocationInterval
        var refusal = filters.refusal(allocationInterval: interval)
        if acceptance.launched == 0, refusal == nil { refusal = interval }  // as DECLINE; decision 0005
        allocator.recover(acceptance.remaining, of: id, on: first.agentID, refusal: refusal, now: now)
    }

    /// What is wrong with the offers of an ACCEPT (spec `mesos/02` §2.4.1); nil when nothing is.
    private func problem(withOffers ids: [OfferID], of id: FrameworkID) -> String? {
        guard let first = ids.first else { return "No offers specified" }
        var seen = Set<OfferID>()
        for key in ids where !seen.insert(key).inserted { return "Duplicate offer \(key) in offer list" }
        for key in ids where offers[key] == nil { return "Offer \(key) is no longer valid" }
        for key in ids {
            guard let offer = offers[key], let other = offers[first] else { continue }
            if offer.frameworkID != id {
                return "Offer \(key) has invalid framework \(offer.frameworkID) while framework \(id) is expected"
            }
            if offer.role != other.role {
                return "Aggregated offers must be allocated to the same role. Offer \(key) is for role '\(offer.role)'"
                    + " but offer \(first) is for role '\(other.role)'"
            }
            if offer.agentID != other.agentID {
                return "Aggregated offers must belong to one single agent. Offer \(key) is of agent \(offer.agentID)"
                    + " but offer \(first) is of agent \(other.agentID)"
            }
        }
        return nil
    }

    /// Tells a framework that tasks it wanted to launch were not.
    private mutating func lose(_ operations: [OfferOperation], _ message: String, of id: FrameworkID) {
        let state: TaskState = frameworks[id]?.info.isPartitionAware == true ? .dropped : .lost
        for operation in operations {
            guard let tasks = operation.tasks else {
                counters.count(.operationsDropped)
                continue
            }
            for task in tasks {
                let status = masterStatus(
                    of: task.id, state, .invalidOffers, message, agent: task.agentID, executor: task.executor?.id)
                counters.countEnd(status)
                send(.update(status), to: id)
            }
        }
    }

    private mutating func perform(_ operation: OfferOperation, _ acceptance: inout Acceptance) {
        switch operation.action {
        case .launch(let tasks):
            for task in tasks { launch(prepared(task, acceptance), &acceptance) }
        case .launchGroup(var executor, let tasks):
            executor = prepared(executor, acceptance)
            let members = tasks.map { task in
                var member = task
                if member.executor == nil { member.executor = executor }
                return prepared(member, acceptance)
            }
            launchGroup(executor, members, &acceptance)
        default: counters.count(.operationsDropped)
        }
    }

    // MARK: LAUNCH

    private mutating func launch(_ task: TaskInfo, _ acceptance: inout Acceptance) {
        guard let context = context(for: task, acceptance) else { return }
        if let problem = TaskRules.problem(task, context) {
            return refuse(task, .taskInvalid, problem, of: acceptance.framework)
        }
        let isNew = context.runningExecutor == nil
        if let executor = task.executor, isNew { start(executor, &acceptance) }
        start(task, &acceptance)
        tell(acceptance.agent, .runTask(context.framework, task, launchExecutor: isNew))
    }

    // MARK: LAUNCH_GROUP

    private mutating func launchGroup(_ executor: ExecutorInfo, _ tasks: [TaskInfo], _ acceptance: inout Acceptance) {
        guard let first = tasks.first, let context = context(for: first, acceptance) else { return }
        let contexts = tasks.map { self.context(for: $0, acceptance) ?? context }
        if let problem = TaskGroupRules.problem(executor, Array(zip(tasks, contexts))) {
            for task in tasks { refuse(task, .taskGroupInvalid, problem, of: acceptance.framework) }
            return
        }
        let isNew = context.runningExecutor == nil
        if isNew { start(executor, &acceptance) }
        for task in tasks { start(task, &acceptance) }
        tell(acceptance.agent, .runTaskGroup(context.framework, executor, tasks, launchExecutor: isNew))
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
        return Resources(
            resources.map { entry in
                var entry = entry
                if entry.allocationRole == nil { entry.allocationRole = role }
                return entry
            })
    }

    private func context(for task: TaskInfo, _ acceptance: Acceptance) -> TaskRules.Context? {
        guard let framework = frameworks[acceptance.framework], let agent = agents[acceptance.agent] else { return nil }
        let running = task.executor.flatMap { executor in
            agent.executors[ExecutorKey(framework: acceptance.framework, executor: executor.id)]
        }
        return TaskRules.Context(
            framework: framework.info, isDuplicate: framework.tasks.contains(task.id),
            isUnreachable: framework.unreachableTasks.contains(task.id), agent: agent.id,
            agentCapabilities: agent.capabilities, runningExecutor: running, remaining: acceptance.remaining)
    }

    private mutating func refuse(_ task: TaskInfo, _ reason: StatusReason, _ problem: String, of id: FrameworkID) {
        let status = masterStatus(
            of: task.id, .error, reason, problem, agent: task.agentID, executor: task.executor?.id)
        counters.countEnd(status)
        send(.update(status), to: id)
    }

    private mutating func start(_ executor: ExecutorInfo, _ acceptance: inout Acceptance) {
        let key = ExecutorKey(framework: acceptance.framework, executor: executor.id)
        agents.update(acceptance.agent) { $0.executors[key] = executor }
        let placed = PlacedExecutor(agent: acceptance.agent, executor: executor.id)
        frameworks.update(acceptance.framework) { $0.executors[placed] = executor }
        acceptance.remaining -= executor.resources
        charge(executor.resources, on: acceptance.agent)
    }

    private mutating func start(_ task: TaskInfo, _ acceptance: inout Acceptance) {
        var entry = TaskRecord(launching: task, frameworkID: acceptance.framework)
        if entry.user == nil { entry.user = frameworks[acceptance.framework]?.info.user }
        frameworks.update(acceptance.framework) { $0.tasks[task.id] = entry }
        tell(.taskAdded(entry))
        agents.update(acceptance.agent) { $0.tasks[TaskKey(framework: acceptance.framework, task: task.id)] = true }
        acceptance.remaining -= task.resources
        acceptance.launched += 1
        charge(task.resources, on: acceptance.agent)
    }
}

extension OfferOperation {
    /// The tasks it would launch; nil for an operation of another kind.
    var tasks: [TaskInfo]? {
        switch action {
        case .launch(let tasks), .launchGroup(_, let tasks): tasks
        default: nil
        }
    }
}
