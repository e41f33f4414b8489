internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

// RunTask and RunTaskGroup: checks in upstream's order, then executors and queues (spec mesos/05 §5.5).
extension AgentCore {
    mutating func runTask(_ info: FrameworkInfo, _ task: TaskInfo, launchExecutor: Bool) {
        guard let executor = task.executor else { return runCommandTask(info, task) }
        if executor.kind == .default {
            return runTasks(info, executor, .group([task]), launchExecutor: launchExecutor)
        }
        runTasks(info, executor, .task(task), launchExecutor: launchExecutor)
    }

    mutating func runGroup(_ info: FrameworkInfo, _ executor: ExecutorInfo, _ tasks: [TaskInfo], launchExecutor: Bool) {
        guard !tasks.isEmpty else { return log("Ignoring an empty task group") }
        runTasks(info, executor, .group(tasks), launchExecutor: launchExecutor)
    }

    private mutating func runCommandTask(_ info: FrameworkInfo, _ task: TaskInfo) {
        guard let frameworkID = admit(info, [task]) else { return }
        let executorID = ExecutorID(task.id.value)
        if let problem = problem(of: [task], executorID: nil) {
            return refuse([task], info, problem, reason: .taskInvalid, executorID: executorID)
        }
        if let refusal = refusal(of: [task], executor: nil) {
            return refuse([task], info, refusal.message, reason: refusal.reason, executorID: executorID)
        }
        if state.frameworks[frameworkID]?.executors[executorID] != nil {
            let message = "Executor ID '\(executorID)' of a command task is in use"
            return refuse([task], info, message, reason: .taskInvalid, executorID: executorID)
        }
        enter(info)
        launchCommandTask(task, frameworkID)
    }

    private mutating func runTasks(
        _ info: FrameworkInfo, _ executor: ExecutorInfo, _ launch: Executor.Queued, launchExecutor: Bool
    ) {
        guard let frameworkID = admit(info, launch.tasks) else {
            if launchExecutor, let id = info.id { reportExit(id, executor.id, status: -1) }
            return
        }
        func executorProblem() -> (String, StatusReason)? {
            if let problem = problem(of: launch.tasks, executorID: executor.id) { return (problem, .taskInvalid) }
            if let refusal = refusal(of: launch.tasks, executor: executor) { return refusal }
            let existing = state.frameworks[frameworkID]?.executors[executor.id]
            if launchExecutor, existing != nil {
                return ("Executor exists but was expected not to", .executorTerminated)
            }
            if !launchExecutor, existing == nil {
                return ("Executor was expected to exist but does not", .executorTerminated)
            }
            if let existing, existing.isEnding { return ("Executor is terminating", .executorTerminated) }
            if let existing, existing.supervision == .command {
                return ("Executor ID '\(executor.id)' belongs to a command task", .taskInvalid)
            }
            return nil
        }
        if let (message, reason) = executorProblem() {
            refuse(launch.tasks, info, message, reason: reason, executorID: executor.id)
            if launchExecutor { reportExit(frameworkID, executor.id, status: -1) }
            return
        }
        enter(info)
        if state.frameworks[frameworkID]?.executors[executor.id] == nil {
            startExecutor(executor, frameworkID, for: launch)
        } else if let run = state.frameworks[frameworkID]?.executors[executor.id]?.run {
            add(launch, to: run)
        }
    }

    /// The framework's id if tasks may be run for it now and none of them is here already.
    private mutating func admit(_ info: FrameworkInfo, _ tasks: [TaskInfo]) -> FrameworkID? {
        guard let id = info.id, let agentID = state.info.id else { return nil }
        guard IDRules.problem(id.value) == nil else {
            log("Ignoring tasks of a framework with the id '\(id)'")
            return nil
        }
        guard tasks.allSatisfy({ $0.agentID == agentID }) else {
            log("Ignoring tasks of framework \(id) that are for another agent")
            return nil
        }
        guard state.frameworks[id]?.isTerminating != true else {
            log("Ignoring tasks of framework \(id), which is shutting down")
            return nil
        }
        guard !tasks.contains(where: { knows(TaskKey(frameworkID: id, taskID: $0.id)) }) else {
            log("Ignoring tasks of framework \(id) that are here already")
            return nil
        }
        return id
    }

    /// What no master should have let through: ids become path components.
    private func problem(of tasks: [TaskInfo], executorID: ExecutorID?) -> String? {
        if let executorID, let problem = IDRules.problem(executorID.value) { return "Executor ID: \(problem)" }
        for task in tasks {
            if let problem = IDRules.problem(task.id.value) { return "Task ID: \(problem)" }
            if executorID == nil, task.command == nil { return "Task has neither executor nor command" }
        }
        return nil
    }

    private mutating func refuse(
        _ tasks: [TaskInfo], _ info: FrameworkInfo, _ message: String, reason: StatusReason, executorID: ExecutorID
    ) {
        guard let frameworkID = info.id else { return }
        for task in tasks {
            drop(
                TaskKey(frameworkID: frameworkID, taskID: task.id), state: info.isPartitionAware ? .dropped : .lost,
                reason: reason, message: message, executorID: executorID)
        }
    }

    /// Makes the framework known and durable.
    private mutating func enter(_ info: FrameworkInfo) {
        guard let id = info.id, state.frameworks[id] == nil else { return }
        state.frameworks[id] = Framework(
            id: id, info: info, completedExecutors: History(limit: configuration.completedExecutorsMax))
        state.garbage.keep(.framework(id))
        if info.checkpoint { record(.framework(info)) }
    }

    private mutating func startExecutor(_ info: ExecutorInfo, _ frameworkID: FrameworkID, for launch: Executor.Queued) {
        var info = info
        info.frameworkID = frameworkID
        let isGroups = info.kind == .default
        let run = makeRun(frameworkID, info.id)
        let executor = Executor(
            run: run, info: info, supervision: isGroups ? .groups : .process,
            isCheckpointed: isCheckpointed(frameworkID),
            stage: isGroups ? .running(stream: nil, heartbeat: nil) : .registering(timer: nil),
            completed: History(limit: configuration.completedTasksMax))
        insert(executor)
        if executor.isCheckpointed { record(.run(run, info)) }
        guard !isGroups else { return launchGroup(launch.tasks, run) }
        enqueue(launch, run)
        let timer = state.timers.set(.executorRegistration(run), at: now + configuration.executorRegistrationTimeout)
        change(run) { $0.stage = .registering(timer: timer) }
        state.containers[run.containerID] = .executor(run)
        if let framework = state.frameworks[frameworkID]?.info, let executor = self.executor(run) {
            let resources = executor.info.resources + executor.taskResources
            let volumes = mounts(resources, of: run)
            change(run) { $0.volumes = volumes }
            emit(.launchContainer(planner.plan(executor, framework, volumes)))
        }
    }

    private mutating func add(_ launch: Executor.Queued, to run: RunID) {
        guard executor(run)?.supervision != .groups else { return launchGroup(launch.tasks, run) }
        enqueue(launch, run)
        updateLimits(run)
        if case .running(let stream?, _)? = executor(run)?.stage { deliver(run, stream) }
    }

    private mutating func enqueue(_ launch: Executor.Queued, _ run: RunID) {
        for task in launch.tasks {
            state.frameworks[run.frameworkID]?.taskExecutors[task.id] = run.executorID
        }
        change(run) { executor in
            executor.queue.append(launch)
            for task in launch.tasks { executor.taskResources += task.resources }
        }
    }

    /// Hands everything that waits to the executor.
    mutating func deliver(_ run: RunID, _ stream: RequestID) {
        guard let waiting = executor(run)?.queue, !waiting.isEmpty else { return }
        let isCheckpointed = executor(run)?.isCheckpointed == true
        change(run) { executor in
            executor.queue = []
            executor.hasDeliveredTask = true
        }
        for launch in waiting {
            for task in launch.tasks {
                let record = TaskRecord(launching: task, frameworkID: run.frameworkID)
                if isCheckpointed { self.record(.task(run, record, task, containerID: nil)) }
                change(run) { $0.tasks[task.id] = LaunchedTask(record: record) }
            }
            switch launch {
            case .task(let task): emit(.sendExecutor(stream, .launch(task)))
            case .group(let tasks): emit(.sendExecutor(stream, .launchGroup(tasks)))
            }
        }
    }

    /// Adjusts the container of an executor to what its tasks use.
    mutating func updateLimits(_ run: RunID) {
        updateVolumes(run)
        guard let executor = executor(run), executor.supervision == .process, executor.start != nil else { return }
        emit(.updateContainer(run.containerID, planner.limits(executor.info.resources + executor.taskResources)))
    }

    mutating func makeRun(_ frameworkID: FrameworkID, _ executorID: ExecutorID) -> RunID {
        RunID(
            frameworkID: frameworkID, executorID: executorID, containerID: ContainerID(random.uuid().description))
    }

    mutating func insert(_ executor: Executor) {
        state.garbage.keep(.executor(executor.run.frameworkID, executor.run.executorID))
        state.frameworks[executor.run.frameworkID]?.executors[executor.run.executorID] = executor
    }

    func isCheckpointed(_ frameworkID: FrameworkID) -> Bool { state.frameworks[frameworkID]?.info.checkpoint == true }

    /// The executor of a run, unless another run has taken its place.
    func executor(_ run: RunID) -> Executor? {
        guard let executor = state.frameworks[run.frameworkID]?.executors[run.executorID],
            executor.run.containerID == run.containerID
        else { return nil }
        return executor
    }

    /// Changes the executor of a run in place.
    @discardableResult
    mutating func change<Result>(_ run: RunID, _ body: (inout Executor) -> Result) -> Result? {
        guard state.frameworks[run.frameworkID]?.executors[run.executorID]?.run.containerID == run.containerID else {
            return nil
        }
        return state.frameworks[run.frameworkID]?.executors[run.executorID]?.apply(body)
    }

    var planner: ContainerPlanner {
        ContainerPlanner(configuration: configuration, agentID: state.info.id ?? AgentID(""))
    }
}
