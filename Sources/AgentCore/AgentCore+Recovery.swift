internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

// From checkpoints and what the containerizer finds back to a running agent (spec mesos/05 §5.4).
extension AgentCore {
    mutating func checkpointsRead(_ recovered: RecoveredAgent) {
        guard state.recovery == .checkpoints else { return }
        state.counters.recoveryErrors = recovered.errorCount
        guard restoreResources(recovered.resources.resources) else { return }
        var recovered = recovered
        if let old = recovered.info {
            if let problem = incompatibility(old) {
                guard recovered.hasRebooted else {
                    let meta = AgentPaths(
                        workDirectory: configuration.workDirectory, runtimeDirectory: configuration.runtimeDirectory
                    ).meta
                    return exit(
                        "The agent's description differs from the checkpointed one (\(problem)). To start as a new "
                            + "agent remove \(meta)/slaves/latest; the tasks of the old one will then be lost")
                }
                log("The agent's description changed (\(problem)) and the machine was restarted: taking a new id")
                record(.agentForgotten)
                recovered = RecoveredAgent(errorCount: recovered.errorCount)
            } else {
                state.info.id = old.id
            }
        }
        for framework in recovered.frameworks { restore(framework) }
        restoreOperations(recovered)
        state.drain = recovered.drain.map { AgentDrain(config: $0, startedAt: now) }
        state.recovery = .containers(recovered)
        emit(.recoverContainers(recovered.hasRebooted ? [] : traces(recovered)))
    }

    /// What differs between this agent's description and the checkpointed one.
    private func incompatibility(_ old: AgentInfo) -> String? {
        let new = state.info
        if old.hostname != new.hostname { return "hostname was \(old.hostname), is \(new.hostname)" }
        if old.port != new.port { return "port was \(old.port), is \(new.port)" }
        guard old.resources.contains(new.resources), new.resources.contains(old.resources) else {
            return "resources were \(old.resources), are \(new.resources)"
        }
        if old.attributes != new.attributes { return "attributes changed" }
        if old.domain != new.domain { return "domain changed" }
        return nil
    }

    private func traces(_ recovered: RecoveredAgent) -> [ContainerTrace] {
        guard let agentID = state.info.id else { return [] }
        let paths = AgentPaths(
            workDirectory: configuration.workDirectory, runtimeDirectory: configuration.runtimeDirectory)
        var traces: [ContainerTrace] = []
        for run in recovered.frameworks.flatMap(\.runs) where run.isLatest && !run.isCompleted {
            func trace(_ id: ContainerID, _ container: ContainerInfo?, pid: Int32?) {
                traces.append(
                    ContainerTrace(
                        id: id, isDocker: container?.docker != nil, pid: pid, runtimeDirectory: paths.container(id),
                        sandbox: paths.sandbox(id, of: run.id, on: agentID)))
            }
            switch run.supervision {
            case .process: trace(run.id.containerID, run.executor.container, pid: run.forkedPID)
            case .command, .groups:
                for task in run.tasks {
                    guard let id = task.containerID else { continue }
                    trace(id, task.info?.container, pid: id == run.id.containerID ? run.forkedPID : task.forkedPID)
                }
            }
        }
        return traces
    }

    private mutating func restore(_ recovered: RecoveredFramework) {
        guard let id = recovered.info.id else { return }
        state.frameworks[id] = Framework(
            id: id, info: recovered.info, completedExecutors: History(limit: configuration.completedExecutorsMax))
        for run in recovered.runs {
            if run.isCompleted || !run.isLatest {
                discard(.run(run.id))
            } else {
                restore(run)
            }
        }
        removeFrameworkIfIdle(id)
    }

    private mutating func restore(_ recovered: RecoveredRun) {
        let run = recovered.id
        var executor = Executor(
            run: run, info: recovered.executor, supervision: recovered.supervision, isCheckpointed: true,
            stage: recovered.supervision == .process ? .registering(timer: nil) : .running(stream: nil, heartbeat: nil),
            completed: History(limit: configuration.completedTasksMax))
        executor.hasDeliveredTask = !recovered.tasks.isEmpty
        // Which tasks were launched together is not recorded: each is a group of its own, apart from new ones.
        for (index, task) in recovered.tasks.enumerated() {
            restore(task, into: &executor, group: -1 - index)
        }
        executor.volumes = mounts(executor.info.resources + executor.taskResources, of: run)
        insert(executor)
        switch recovered.supervision {
        case .process: state.containers[run.containerID] = .executor(run)
        case .command, .groups:
            for task in executor.tasks.values {
                if let id = task.supervised?.containerID { state.containers[id] = .task(run, task.record.id) }
            }
        }
        for taskID in executor.tasks.keys { state.frameworks[run.frameworkID]?.taskExecutors[taskID] = run.executorID }
    }

    private mutating func restore(_ task: RecoveredTask, into executor: inout Executor, group: Int) {
        let key = TaskKey(frameworkID: executor.run.frameworkID, taskID: task.record.id)
        var record = task.record
        record.state = .staging
        record.statuses = []
        var stream = UpdateStream(checkpoint: executor.run)
        for update in task.updates {
            record.append(update.status)
            stream.append(update)
        }
        var lastAcknowledged: StatusUpdate?
        for uuid in task.acknowledged { lastAcknowledged = stream.acknowledge(uuid) ?? lastAcknowledged }
        if let sent = stream.head ?? lastAcknowledged {
            (record.statusUpdateState, record.statusUpdateUUID) = (sent.status.state, sent.uuid)
        }
        if record.state.isTerminal {
            guard stream.head != nil else { return executor.completed.append(record) }
            executor.ended[record.id] = record
            state.streams[key] = stream
            return
        }
        if !task.updates.isEmpty { state.streams[key] = stream }
        executor.taskResources += record.resources
        var launched = LaunchedTask(record: record)
        if executor.supervision != .process, let info = task.info, let id = task.containerID {
            launched.supervised = SupervisedTask(info: info, containerID: id, group: group)
        }
        executor.tasks[record.id] = launched
    }

    // MARK: Containers

    mutating func containersFound(_ findings: [ContainerID: ContainerFinding]) {
        guard case .containers(let recovered) = state.recovery else { return }
        // Executors that wait for this agent may subscribe from here on.
        state.recovery = .executors(timer: nil)
        let findings = recovered.hasRebooted ? [:] : findings
        let runs = recovered.frameworks.flatMap(\.runs).filter { $0.isLatest && !$0.isCompleted }
        for run in runs {
            switch run.supervision {
            case .process: adoptExecutor(run.id, findings[run.id.containerID])
            case .command, .groups:
                for task in run.tasks { adoptTask(run, task, findings) }
                if executor(run.id)?.tasks.isEmpty == true { executorEnded(run.id, status: 0) }
            }
        }
        if case .executors(nil) = state.recovery, hasWaitingExecutors {
            let timer = state.timers.set(.executorReregistration, at: now + configuration.executorReregistrationTimeout)
            state.recovery = .executors(timer: timer)
        }
        if !configuration.reconnectsExecutors { executorsMissed() }
        finishRecoveryIfReady()
    }

    private mutating func adoptExecutor(_ run: RunID, _ finding: ContainerFinding?) {
        switch finding {
        case .running(let start)?: change(run) { $0.start = start }
        case .ended(let exit)?: processEnded(run, exit)
        case nil:
            processEnded(run, ContainerExit(.unknown, message: "Executor's container was not found after a restart"))
        }
    }

    private mutating func adoptTask(
        _ recovered: RecoveredRun, _ task: RecoveredTask, _ findings: [ContainerID: ContainerFinding]
    ) {
        let (run, taskID) = (recovered.id, task.record.id)
        guard let supervised = supervised(run, taskID), let record = executor(run)?.tasks[taskID]?.record else {
            return
        }
        if record.state == .killing { change(run) { $0.tasks[taskID]?.supervised?.ending = .killed } }
        switch findings[supervised.containerID] {
        case .running(let start)?: adopt(run, taskID, start, record)
        case .ended(let exit)?: containerExited(supervised.containerID, exit)
        case nil:
            guard record.state == .staging || record.state == .starting else {
                return containerExited(
                    supervised.containerID,
                    ContainerExit(.unknown, message: "The task's container was not found after a restart"))
            }
            let visible = state.frameworks[run.frameworkID]?.visible(.dropped) ?? .lost
            let status = makeStatus(
                taskID, visible, source: .agent, reason: .agentRestarted, message: "Task launched during agent restart",
                executorID: run.executorID)
            publish(status, run: run)
            state.containers[supervised.containerID] = nil
        }
    }

    private mutating func adopt(_ run: RunID, _ taskID: TaskID, _ start: ContainerStart, _ record: TaskRecord) {
        guard record.state == .running || record.state == .killing else { return taskStarted(run, taskID, start) }
        change(run) { executor in
            executor.tasks[taskID]?.supervised?.start = start
            if executor.supervision == .command { executor.start = start }
        }
        if record.state == .killing {
            // The grace period's clock was lost with the old agent: begin it anew.
            return endSupervised(run, taskID, .killed, policy: nil)
        }
        let since = record.statuses.first { $0.state == .running }?.timestamp ?? now
        watch(run, taskID, since: since)
    }

    private var hasWaitingExecutors: Bool {
        state.frameworks.values.contains { framework in framework.executors.values.contains(where: \.isAwaited) }
    }

    /// The time for executors to subscribe again is over.
    mutating func executorsMissed() {
        guard case .executors = state.recovery else { return }
        let waiting = sortedFrameworks.flatMap { framework in
            framework.executors.values.filter(\.isAwaited).map(\.run).sorted { $0.executorID < $1.executorID }
        }
        for run in waiting {
            guard let framework = state.frameworks[run.frameworkID] else { continue }
            let limit = UnitText.text(configuration.executorReregistrationTimeout)
            destroyExecutor(
                run,
                Executor.Verdict(
                    state: framework.visible(.gone), reason: .executorReregistrationTimeout,
                    message: "Executor did not reregister within \(limit)"))
        }
        finishRecoveryIfReady()
    }

    /// Recovery is over when no executor is waited for any longer.
    mutating func finishRecoveryIfReady() {
        guard case .executors(let timer) = state.recovery, !hasWaitingExecutors else { return }
        state.timers.cancel(timer)
        state.recovery = .done
        state.counters.recoveryTime = now - state.startedAt
        record(.bootID)
        _ = state.timers.set(.diskWatch, at: now + configuration.diskWatchInterval)
        guard state.phase == .recovering else { return }
        endTasksForDrain()
        if !configuration.reconnectsExecutors {
            return terminate(reason: "Executors were cleaned up", unregisters: false)
        }
        state.phase = .disconnected
        scheduleFirstRegistration()
    }
}

extension Executor {
    /// Whether it was recovered and has not subscribed again.
    var isAwaited: Bool {
        if case .registering(nil) = stage { return supervision == .process }
        return false
    }
}

extension RecoveredRun {
    /// Who supervised the tasks: a command task names no executor and has the run's own container.
    var supervision: Executor.Supervision {
        if executor.kind == .default { return .groups }
        let isCommand = tasks.first { $0.info != nil && $0.containerID == id.containerID } != nil
        return isCommand ? .command : .process
    }
}
