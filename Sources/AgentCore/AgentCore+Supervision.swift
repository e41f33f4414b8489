internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

// Tasks without an executor process: the agent plays the executor (decision D20; spec mesos/04 §4.5–4.8).
extension AgentCore {
    mutating func launchCommandTask(_ task: TaskInfo, _ frameworkID: FrameworkID) {
        let run = makeRun(frameworkID, ExecutorID(task.id.value))
        let executor = Executor(
            run: run, info: CommandExecutorText.describe(task, frameworkID: frameworkID), supervision: .command,
            isCheckpointed: isCheckpointed(frameworkID), stage: .running(stream: nil, heartbeat: nil),
            completed: History(limit: configuration.completedTasksMax))
        insert(executor)
        if executor.isCheckpointed { record(.run(run, executor.info)) }
        start(task, run, container: run.containerID, group: 0)
    }

    /// Starts the tasks of a group, each in a container of its own.
    mutating func launchGroup(_ tasks: [TaskInfo], _ run: RunID) {
        let group =
            change(run) { executor -> Int in
                executor.lastGroup += 1
                return executor.lastGroup
            } ?? 0
        for task in tasks {
            start(task, run, container: ContainerID("\(run.containerID).\(random.uuid())"), group: group)
        }
    }

    private mutating func start(_ task: TaskInfo, _ run: RunID, container id: ContainerID, group: Int) {
        let record = TaskRecord(launching: task, frameworkID: run.frameworkID)
        if executor(run)?.isCheckpointed == true { self.record(.task(run, record, task, containerID: id)) }
        state.frameworks[run.frameworkID]?.taskExecutors[task.id] = run.executorID
        change(run) { executor in
            executor.hasDeliveredTask = true
            executor.taskResources += task.resources
            executor.tasks[task.id] = LaunchedTask(
                record: record, supervised: SupervisedTask(info: task, containerID: id, group: group))
        }
        state.containers[id] = .task(run, task.id)
        publishSupervised(run, task.id, .starting)
        guard let framework = state.frameworks[run.frameworkID]?.info, let executor = executor(run) else { return }
        var plan = planner.plan(
            task, container: id, run: run, executor.info, framework,
            mounts(task.resources, of: run, task: task.id))
        if executor.supervision == .groups, let agentID = state.info.id {
            // The sandbox of the group's executor shows the executor's own volumes.
            plan.links += mounts(executor.info.resources, of: run).filter { !$0.containerPath.contains("/") }.map {
                .init(path: paths.run(run, on: agentID) + "/" + $0.containerPath, target: $0.source)
            }
        }
        emit(.launchContainer(plan))
    }

    /// The task that the agent runs in a container.
    func supervised(_ run: RunID, _ taskID: TaskID) -> SupervisedTask? { executor(run)?.tasks[taskID]?.supervised }

    /// Sends a status as the task's executor would.
    mutating func publishSupervised(
        _ run: RunID, _ taskID: TaskID, _ taskState: TaskState, reason: StatusReason? = nil, message: String? = nil,
        data: [UInt8]? = nil, isHealthy: Bool? = nil
    ) {
        guard let task = supervised(run, taskID) else { return }
        var status = makeStatus(
            taskID, taskState, source: .executor, reason: reason, message: message, executorID: run.executorID)
        status.data = data
        status.isHealthy = isHealthy ?? (taskState == .running ? task.health?.isHealthy : nil)
        if taskState == .running { status.checkStatus = task.check?.status }
        status.containerStatus = containerStatus(run, task.containerID, task.start)
        publish(status, run: run)
    }

    func containerStatus(_ run: RunID, _ id: ContainerID, _ start: ContainerStart?) -> ContainerStatus {
        let addresses = start?.addresses ?? []
        let isNested = id != run.containerID
        let last = isNested ? ContainerID(String(id.value.dropFirst(run.containerID.value.utf8.count + 1))) : id
        return ContainerStatus(
            containerID: last, parentID: isNested ? run.containerID : nil, executorPID: start?.pid,
            addresses: addresses.isEmpty ? [configuration.ip] : addresses)
    }

    mutating func taskStarted(_ run: RunID, _ taskID: TaskID, _ start: ContainerStart) {
        guard let task = supervised(run, taskID) else { return }
        change(run) { executor in
            executor.tasks[taskID]?.supervised?.start = start
            if executor.supervision == .command { executor.start = start }
        }
        guard task.ending == nil else { return emit(.destroyContainer(task.containerID)) }
        watch(run, taskID, since: now)
        publishSupervised(run, taskID, .running, data: start.inspectJSON.map { Array($0.utf8) })
    }

    /// Starts checks and the clock of a task that runs.
    mutating func watch(_ run: RunID, _ taskID: TaskID, since startedAt: Instant) {
        guard let info = supervised(run, taskID)?.info else { return }
        let key = TaskKey(frameworkID: run.frameworkID, taskID: taskID)
        var completionTimer: TimerID?
        if let longest = info.maxCompletionTime {
            completionTimer = state.timers.set(.maxCompletion(key), at: max(now, startedAt + longest))
        }
        let health = info.healthCheck.map { definition in
            HealthTracker(
                definition: definition, startedAt: startedAt,
                timer: state.timers.set(.probe(key, .health), at: now + definition.delay))
        }
        // Upstream's executor for Docker tasks does not carry out general checks (spec mesos/04 §4.7).
        let check =
            info.container?.docker != nil
            ? nil
            : info.check.map { definition in
                var tracker = CheckTracker(definition)
                tracker.timer = state.timers.set(.probe(key, .check), at: now + definition.delay)
                return tracker
            }
        change(run) { executor in
            executor.tasks[taskID]?.supervised?.completionTimer = completionTimer
            executor.tasks[taskID]?.supervised?.health = health
            executor.tasks[taskID]?.supervised?.check = check
        }
    }

    mutating func taskLaunchFailed(_ run: RunID, _ taskID: TaskID, _ message: String) {
        guard let task = supervised(run, taskID) else { return }
        if task.ending != nil {
            endedDuringLaunch(run, taskID)
        } else {
            state.counters.launchErrors += 1
            let status = makeStatus(
                taskID, .failed, source: .agent, reason: .containerLaunchFailed,
                message: "Failed to launch container: \(message)", executorID: run.executorID)
            end(run, taskID, with: status)
        }
        release(task, run)
    }

    mutating func taskExited(_ run: RunID, _ taskID: TaskID, _ exit: ContainerExit) {
        guard let task = supervised(run, taskID) else { return }
        if task.ending == .duringLaunch {
            endedDuringLaunch(run, taskID)
        } else {
            var status = verdict(run, task, exit)
            status.containerStatus = containerStatus(run, task.containerID, task.start)
            end(run, taskID, with: status)
        }
        release(task, run)
    }

    private mutating func endedDuringLaunch(_ run: RunID, _ taskID: TaskID) {
        let status = makeStatus(
            taskID, .killed, source: .agent, reason: .taskKilledDuringLaunch,
            message: "Task was killed before it ran", executorID: run.executorID)
        end(run, taskID, with: status)
    }

    /// The last status of a task whose container ended.
    private mutating func verdict(_ run: RunID, _ task: SupervisedTask, _ exit: ContainerExit) -> TaskStatus {
        let subject = task.info.container?.docker == nil ? "Command" : "Container"
        func status(_ taskState: TaskState, _ source: StatusSource, _ reason: StatusReason?, _ text: String)
            -> TaskStatus
        {
            makeStatus(
                task.info.id, taskState, source: source, reason: reason, message: text, executorID: run.executorID)
        }
        if let limitation = exit.limitation {
            let reason = limitation == .memory ? StatusReason.containerLimitationMemory : .containerLimitationDisk
            let text = limitation == .memory ? "Memory limit exceeded" : "Disk usage exceeds the quota"
            var result = status(.failed, .agent, reason, exit.message.isEmpty ? text : exit.message)
            let name = limitation == .memory ? "mem" : "disk"
            result.limitedResources = task.info.resources.filter { $0.name == name }
            return result
        }
        let text = exit.message.isEmpty ? exit.describe(subject) : exit.message
        switch task.ending {
        case .killed, .duringLaunch: return status(.killed, .executor, nil, text)
        case .unhealthy:
            var result = status(.killed, .executor, nil, text)
            result.isHealthy = false
            return result
        case .tooLong: return status(.failed, .executor, .maxCompletionTimeReached, text)
        case nil: break
        }
        switch exit.status {
        case .exited(0): return status(.finished, .executor, nil, text)
        case .exited, .signalled: return status(.failed, .executor, nil, text)
        case .unknown: return status(.failed, .agent, .executorTerminated, text)
        }
    }

    /// Publishes the last status, takes the task's timers back, and does what follows for its group and executor.
    private mutating func end(_ run: RunID, _ taskID: TaskID, with status: TaskStatus) {
        guard let task = supervised(run, taskID) else { return }
        for timer in task.timers { state.timers.cancel(timer) }
        publish(status, run: run)
        state.containers[task.containerID] = nil
        guard executor(run)?.supervision == .groups else { return }
        if status.state == .failed || status.state == .killed { endSiblings(of: task, run) }
    }

    /// Forgets the ended container; the last task of an executor ends it.
    private mutating func release(_ task: SupervisedTask, _ run: RunID) {
        emit(.forgetContainer(task.containerID))
        guard executor(run)?.tasks.isEmpty == true else { return }
        executorEnded(run, status: 0)
    }

    private mutating func endSiblings(of task: SupervisedTask, _ run: RunID) {
        let siblings = (executor(run)?.tasks ?? [:]).values.compactMap(\.supervised)
            .filter { $0.group == task.group && $0.ending == nil }.map(\.info.id).sorted()
        for sibling in siblings { endSupervised(run, sibling, .killed, policy: nil) }
    }

    /// Begins to end a task: kill, shutdown, failing health check, time over.
    mutating func endSupervised(
        _ run: RunID, _ taskID: TaskID, _ ending: SupervisedTask.Ending, policy: KillPolicy?, graceMax: Duration? = nil
    ) {
        guard let task = supervised(run, taskID) else { return }
        guard task.start != nil else {
            if task.ending == nil {
                change(run) { $0.tasks[taskID]?.supervised?.ending = .duringLaunch }
                emit(.destroyContainer(task.containerID))
            }
            return
        }
        if task.ending == nil {
            change(run) { $0.tasks[taskID]?.supervised?.ending = ending }
            for timer in task.timers { state.timers.cancel(timer) }
            let knowsKilling = state.frameworks[run.frameworkID]?.info.capabilities.contains(.taskKillingState) == true
            if knowsKilling {
                publishSupervised(
                    run, taskID, .killing, reason: ending == .tooLong ? .maxCompletionTimeReached : nil,
                    isHealthy: ending == .unhealthy ? false : nil)
            }
        }
        guard ending != .tooLong else { return emit(.destroyContainer(task.containerID)) }
        let usual = task.info.container?.docker == nil ? configuration.killGracePeriod : configuration.dockerStopTimeout
        var grace = policy?.gracePeriod ?? task.info.killPolicy?.gracePeriod ?? usual
        if let graceMax { grace = min(grace, graceMax) }
        emit(.stopContainer(task.containerID, grace: max(grace, .zero)))
    }

    /// Ends all tasks of an executor that the agent plays.
    mutating func shutDownSupervised(_ run: RunID) {
        for taskID in (executor(run)?.tasks ?? [:]).keys.sorted() {
            endSupervised(run, taskID, .killed, policy: nil)
        }
    }
}

extension ContainerExit {
    /// The end in words: `Command exited with status 1`.
    func describe(_ subject: String) -> String {
        switch status {
        case .exited(let code): "\(subject) exited with status \(code)"
        case .signalled(let number): "\(subject) terminated with signal \(Self.signalName(number))"
        case .unknown: "\(subject) ended; how is not known"
        }
    }

    /// The status as `wait` reports it; −1 when unknown.
    var rawStatus: Int32 {
        switch status {
        case .exited(let code): (code & 0xff) << 8
        case .signalled(let number): number & 0x7f
        case .unknown: -1
        }
    }

    /// The system's words for a signal.
    static func signalName(_ number: Int32) -> String {
        let names: [Int32: String] = [
            1: "Hangup", 2: "Interrupt", 3: "Quit", 4: "Illegal instruction", 5: "Trace/breakpoint trap", 6: "Aborted",
            7: "Bus error", 8: "Floating point exception", 9: "Killed", 10: "User defined signal 1",
            11: "Segmentation fault", 12: "User defined signal 2", 13: "Broken pipe", 14: "Alarm clock",
            15: "Terminated", 24: "CPU time limit exceeded", 25: "File size limit exceeded", 31: "Bad system call",
        ]
        return names[number] ?? "Signal \(number)"
    }
}
