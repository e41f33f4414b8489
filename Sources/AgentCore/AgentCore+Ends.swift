internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

// Executors that ended, removal of executors and frameworks, directories to delete (spec mesos/05 §5.5.5, §5.6).
extension AgentCore {
    mutating func containerLaunched(_ id: ContainerID, _ start: ContainerStart) {
        switch state.containers[id] {
        case .task(let run, let taskID)?: taskStarted(run, taskID, start)
        case .executor(let run)?:
            change(run) { $0.start = start }
            if case .terminating(nil, _)? = executor(run)?.stage { return emit(.destroyContainer(id)) }
        case nil: emit(.destroyContainer(id))
        }
    }

    mutating func containerLaunchFailed(_ id: ContainerID, _ message: String) {
        switch state.containers[id] {
        case .task(let run, let taskID)?: taskLaunchFailed(run, taskID, message)
        case .executor(let run)?:
            state.counters.launchErrors += 1
            let verdict = Executor.Verdict(
                state: .failed, reason: .containerLaunchFailed, message: "Failed to launch container: \(message)")
            change(run) { $0.verdict = $0.verdict ?? verdict }
            processEnded(run, ContainerExit(.unknown, message: ""))
        case nil: break
        }
    }

    mutating func containerExited(_ id: ContainerID, _ exit: ContainerExit) {
        switch state.containers[id] {
        case .task(let run, let taskID)?: taskExited(run, taskID, exit)
        case .executor(let run)?: processEnded(run, exit)
        case nil: emit(.forgetContainer(id))
        }
    }

    mutating func containerUpdateFailed(_ id: ContainerID, _ message: String) {
        guard case .executor(let run)? = state.containers[id], let framework = state.frameworks[run.frameworkID] else {
            return
        }
        destroyExecutor(
            run,
            Executor.Verdict(
                state: framework.visible(.gone), reason: .containerUpdateFailed,
                message: "Failed to update resources of the container: \(message)"))
    }

    /// A task never reached its executor because the disk did not take its record.
    mutating func taskNotRecorded(_ run: RunID, _ taskID: TaskID, _ message: String) {
        guard executor(run)?.tasks[taskID] != nil else { return }
        let status = makeStatus(
            taskID, .failed, source: .agent, reason: .containerLaunchFailed,
            message: "Failed to launch task: \(message)",
            executorID: run.executorID)
        publish(status, run: run)
        updateLimits(run)
    }

    /// The container of an executor process is gone: so are its tasks.
    mutating func processEnded(_ run: RunID, _ exit: ContainerExit) {
        guard let executor = executor(run), executor.stage != .terminated else { return }
        let verdict = executor.verdict ?? Executor.Verdict(executor: exit)
        var limited: Resources?
        if executor.verdict == nil, let limitation = exit.limitation {
            let name = limitation == .memory ? "mem" : "disk"
            limited = (executor.info.resources + executor.taskResources).filter { $0.name == name }
        }
        change(run) { $0.queue = [] }
        for taskID in executor.tasks.keys.sorted() {
            var status = makeStatus(
                taskID, verdict.state, source: .agent, reason: verdict.reason, message: verdict.message,
                executorID: run.executorID)
            status.limitedResources = limited
            publish(status, run: run)
        }
        for task in executor.queuedTasks { endQueued(task, run, verdict) }
        state.containers[run.containerID] = nil
        emit(.forgetContainer(run.containerID))
        executorEnded(run, status: exit.rawStatus)
    }

    /// An executor has no container (or, for those the agent plays, no task) left.
    mutating func executorEnded(_ run: RunID, status: Int32) {
        guard let executor = executor(run), executor.stage != .terminated else { return }
        for timer in executor.timers { state.timers.cancel(timer) }
        if let stream = executor.stream {
            state.requests[stream] = nil
            emit(.closeStream(stream))
        }
        change(run) { $0.stage = .terminated }
        state.counters.executorsTerminated += 1
        if executor.supervision != .command, state.frameworks[run.frameworkID]?.isTerminating == false {
            reportExit(run.frameworkID, run.executorID, status: status)
        }
        finishRecoveryIfReady()
        removeIfDone(run)
    }

    /// Tells the master that an executor is not (or no longer) here.
    mutating func reportExit(_ frameworkID: FrameworkID, _ executorID: ExecutorID, status: Int32) {
        guard let id = state.info.id else { return }
        send(.exitedExecutor(id, frameworkID, executorID, status: status))
    }

    /// Removes an executor that has ended and whose updates are all acknowledged (or nobody waits for).
    mutating func removeIfDone(_ run: RunID) {
        guard let executor = executor(run), executor.stage == .terminated,
            let framework = state.frameworks[run.frameworkID],
            executor.ended.isEmpty || framework.isTerminating
        else { return }
        let view = self.view(executor)
        state.frameworks[run.frameworkID]?.completedExecutors.append(view)
        state.frameworks[run.frameworkID]?.executors[run.executorID] = nil
        if executor.isCheckpointed { record(.runCompleted(run)) }
        discard(.run(run))
        if executor.supervision == .command { discard(.executor(run.frameworkID, run.executorID)) }
        removeFrameworkIfIdle(run.frameworkID)
    }

    mutating func removeFrameworkIfIdle(_ id: FrameworkID) {
        guard let framework = state.frameworks[id], framework.executors.isEmpty else { return }
        state.frameworks[id] = nil
        if framework.isTerminating { closeStreams(of: id) }
        state.completedFrameworks.append(view(framework))
        discard(.framework(id))
        endDrainIfIdle()
        exitIfIdle()
    }

    mutating func closeStreams(of id: FrameworkID) {
        for key in state.streams.keys.sorted() where key.frameworkID == id {
            state.timers.cancel(state.streams.removeValue(forKey: key)?.retry)
        }
    }

    // MARK: Directories

    mutating func discard(_ garbage: Garbage) {
        state.garbage.discard(garbage, at: now)
        armGarbageTimer()
    }

    mutating func armGarbageTimer() {
        guard state.garbage.timer == nil, let oldest = state.garbage.oldest else { return }
        state.garbage.timer = state.timers.set(.garbage, at: oldest + configuration.gcDelay)
    }

    /// Removes what has been kept for `age`.
    mutating func collectGarbage(olderThan age: Duration) {
        guard let agentID = state.info.id else { return }
        let paths = AgentPaths(
            workDirectory: configuration.workDirectory, runtimeDirectory: configuration.runtimeDirectory)
        while let garbage = state.garbage.pop(before: now + (.zero - age)) {
            for isMeta in [false, true] { emit(.removeDirectory(garbage.path(paths, agentID, meta: isMeta))) }
        }
        armGarbageTimer()
    }

    mutating func diskMeasured(usedFraction: Double) {
        let share = max(0, 1 - configuration.gcDiskHeadroom - usedFraction)
        let age = Duration.fractionalSeconds(configuration.gcDelay.totalSeconds * share)
        state.counters.maxAllowedAge = age
        collectGarbage(olderThan: age)
        _ = state.timers.set(.diskWatch, at: now + configuration.diskWatchInterval)
    }
}

extension Executor.Verdict {
    /// What tasks are told when their executor's container ended.
    init(executor exit: ContainerExit) {
        let words = exit.message.isEmpty ? exit.describe("Executor") : exit.message
        switch exit.limitation {
        case .memory: self.init(state: .failed, reason: .containerLimitationMemory, message: words)
        case .disk: self.init(state: .failed, reason: .containerLimitationDisk, message: words)
        case nil: self.init(state: .failed, reason: .executorTerminated, message: words)
        }
    }
}
