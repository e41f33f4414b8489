internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

// Killing tasks, shutting down executors, frameworks and the agent (spec mesos/03 §3.5).
extension AgentCore {
    mutating func killTask(_ key: TaskKey, policy: KillPolicy?) {
        guard let framework = state.frameworks[key.frameworkID], !framework.isTerminating else {
            return log(
                "Ignoring the kill of task \(key.taskID) of framework \(key.frameworkID), which does not run here")
        }
        guard let executorID = framework.taskExecutors[key.taskID], let executor = framework.executors[executorID]
        else {
            guard state.streams[key]?.hasEnded != true else { return }
            return drop(
                key, state: framework.visible(.dropped), reason: .executorTerminated, message: "Cannot find executor",
                executorID: nil)
        }
        if let at = executor.queue.firstIndex(where: { $0.tasks.contains { $0.id == key.taskID } }) {
            return killQueued(at, executor.run)
        }
        switch (executor.supervision, executor.stage) {
        case (.process, .running(let stream?, _)): emit(.sendExecutor(stream, .kill(key.taskID, policy: policy)))
        case (.process, _): log("Cannot hand on the kill of task \(key.taskID): its executor is not connected")
        case (.command, _), (.groups, _): endSupervised(executor.run, key.taskID, .killed, policy: policy)
        }
    }

    /// Ends queued tasks (a group as a whole) that no executor has seen.
    private mutating func killQueued(_ index: Int, _ run: RunID) {
        guard let launch = change(run, { $0.queue.remove(at: index) }) else { return }
        for task in launch.tasks {
            endQueued(
                task, run,
                Executor.Verdict(
                    state: .killed, reason: .taskKilledDuringLaunch,
                    message: "Task was killed before it was handed to its executor"))
        }
        guard let executor = executor(run), executor.queue.isEmpty, executor.tasks.isEmpty, !executor.hasDeliveredTask
        else { return updateLimits(run) }
        shutDownExecutor(run)
    }

    /// Gives a queued task its last status.
    mutating func endQueued(_ task: TaskInfo, _ run: RunID, _ verdict: Executor.Verdict) {
        change(run) { executor in
            executor.tasks[task.id] = LaunchedTask(record: TaskRecord(launching: task, frameworkID: run.frameworkID))
        }
        let status = makeStatus(
            task.id, verdict.state, source: .agent, reason: verdict.reason, message: verdict.message,
            executorID: run.executorID)
        publish(status, run: run)
    }

    mutating func shutDownExecutor(_ frameworkID: FrameworkID, _ executorID: ExecutorID) {
        guard let run = state.frameworks[frameworkID]?.executors[executorID]?.run else {
            return log("Ignoring the shutdown of executor \(executorID) of framework \(frameworkID): it is not here")
        }
        shutDownExecutor(run)
    }

    /// Asks an executor to end; SHUTDOWN first, its container's end after the grace period.
    mutating func shutDownExecutor(_ run: RunID) {
        guard let executor = executor(run), !executor.isEnding else { return }
        guard executor.supervision == .process else { return shutDownSupervised(run) }
        for timer in executor.timers { state.timers.cancel(timer) }
        guard let stream = executor.stream else {
            change(run) { $0.stage = .terminating(stream: nil, timer: nil) }
            return emit(.destroyContainer(run.containerID))
        }
        let grace = executor.info.shutdownGracePeriod ?? configuration.executorShutdownGracePeriod
        let timer = state.timers.set(.executorShutdown(run), at: now + grace)
        change(run) { $0.stage = .terminating(stream: stream, timer: timer) }
        emit(.sendExecutor(stream, .shutdown))
    }

    /// Ends an executor's container because it did something it must not, or did nothing; tasks get the verdict.
    mutating func destroyExecutor(_ run: RunID, _ verdict: Executor.Verdict?) {
        guard let executor = executor(run), executor.stage != .terminated else { return }
        for timer in executor.timers { state.timers.cancel(timer) }
        change(run) { executor in
            executor.verdict = executor.verdict ?? verdict
            executor.stage = .terminating(stream: executor.stream, timer: nil)
        }
        emit(.destroyContainer(run.containerID))
    }

    mutating func shutDownFramework(_ id: FrameworkID) {
        guard let framework = state.frameworks[id] else { return closeStreams(of: id) }
        guard !framework.isTerminating else { return }
        // Checks and updates of its tasks stop mattering now; kills are still waited for.
        let runs = framework.executors.values.map(\.run).sorted { $0.executorID < $1.executorID }
        for run in runs { shutDownExecutor(run) }
        state.frameworks[id]?.isTerminating = true
        for run in runs { removeIfDone(run) }
        removeFrameworkIfIdle(id)
    }

    /// Shuts everything down; the agent exits when nothing is left and will be a new agent at its next start.
    mutating func terminate(reason: String, unregisters: Bool) {
        guard state.phase != .terminating else { return }
        if unregisters, state.phase == .running, let id = state.info.id { send(.unregister(id)) }
        disconnect()
        state.phase = .terminating
        state.exitReason = reason
        for id in state.frameworks.keys.sorted() { shutDownFramework(id) }
        exitIfIdle()
    }

    mutating func exitIfIdle() {
        guard state.phase == .terminating, state.frameworks.isEmpty, !state.hasExited else { return }
        state.hasExited = true
        record(.agentForgotten)
        emit(.exit(reason: state.exitReason, isFailure: false))
    }
}
