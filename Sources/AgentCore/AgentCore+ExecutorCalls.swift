internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

// Calls of executors, in the order of checks of spec mesos/04 §4.1; SUBSCRIBE as in §4.2.
extension AgentCore {
    /// How often an idle stream gets a sign of life.
    static let heartbeatInterval = Duration.seconds(1800)

    mutating func executorCalled(
        _ request: RequestID, _ frameworkID: FrameworkID, _ executorID: ExecutorID, _ call: ExecutorCall,
        container: ContainerID?
    ) {
        switch (state.recovery, call) {
        case (.checkpoints, _), (.containers, _):
            return emit(.respond(request, .unavailable("Agent has not finished recovery")))
        case (_, .heartbeat): return emit(.respond(request, .accepted))
        case (_, .subscribe): break
        case (.executors, _): return emit(.respond(request, .unavailable("Agent has not finished recovery")))
        case (.done, _): break
        }
        guard state.frameworks[frameworkID] != nil else {
            return emit(.respond(request, .badRequest("Framework cannot be found")))
        }
        // No copy of the executor may be alive while a call changes it: its tables would be copied for every call.
        let target = state.frameworks[frameworkID]?.executors[executorID].map { ($0.run, $0.supervision, $0.stage) }
        guard let (run, supervision, stage) = target, supervision == .process else {
            return emit(.respond(request, .badRequest("Executor cannot be found")))
        }
        if let container, container != run.containerID {
            let text =
                "Authenticated principal 'fid=\(frameworkID),eid=\(executorID),cid=\(container)' does not contain a "
                + "'cid' claim with the correct active ContainerID"
            return emit(.respond(request, .forbidden(text)))
        }
        if case .subscribe(let tasks, let updates) = call { return subscribe(request, run, tasks, updates) }
        if case .registering = stage {
            return emit(.respond(request, .forbidden("Executor is not subscribed")))
        }
        emit(.respond(request, .accepted))
        switch call {
        case .update(let status): updated(run, status)
        case .message(let data): messageFromExecutor(run, data)
        case .subscribe, .heartbeat: break
        }
    }

    private mutating func subscribe(
        _ request: RequestID, _ run: RunID, _ unacknowledgedTasks: [TaskInfo], _ unacknowledgedUpdates: [TaskStatus]
    ) {
        guard let framework = state.frameworks[run.frameworkID], let executor = executor(run) else { return }
        emit(.openStream(request))
        if state.phase == .terminating || framework.isTerminating || executor.isEnding {
            emit(.sendExecutor(request, .shutdown))
            return emit(.closeStream(request))
        }
        if let old = executor.stream {
            state.requests[old] = nil
            emit(.closeStream(old))
        }
        for timer in executor.timers { state.timers.cancel(timer) }
        let heartbeat = state.timers.set(.executorHeartbeat(run), at: now + Self.heartbeatInterval)
        state.requests[request] = run
        change(run) { $0.stage = .running(stream: request, heartbeat: heartbeat) }
        if executor.isCheckpointed { record(.subscribed(run)) }
        for status in unacknowledgedUpdates { updated(run, status) }
        dropUnseen(run, except: Set(unacknowledgedTasks.map(\.id)))
        guard let executor = self.executor(run) else { return }
        if !executor.hasDeliveredTask, executor.queue.isEmpty {
            shutDownExecutor(run)
            return finishRecoveryIfReady()
        }
        emit(.sendExecutor(request, .subscribed(executor.info, framework.info, state.info, run.containerID)))
        updateLimits(run)
        deliver(run, request)
        finishRecoveryIfReady()
    }

    /// Tasks that the executor neither knows nor ever told anything of got lost on their way to it.
    private mutating func dropUnseen(_ run: RunID, except known: Set<TaskID>) {
        guard let framework = state.frameworks[run.frameworkID] else { return }
        let lost = (executor(run)?.tasks ?? [:]).values
            .filter { $0.record.state == .staging && !known.contains($0.record.id) }.map(\.record.id).sorted()
        for taskID in lost {
            let status = makeStatus(
                taskID, framework.visible(.dropped), source: .agent, reason: .agentRestarted,
                message: "Task launched during agent restart", executorID: run.executorID)
            publish(status, run: run)
        }
    }

    /// An executor's update: acknowledged once it is durable.
    private mutating func updated(_ run: RunID, _ received: TaskStatus) {
        guard let uuid = received.uuid else {
            state.counters.invalidUpdates += 1
            return
        }
        guard received.state != .staging else {
            log("Executor \(run.executorID) of framework \(run.frameworkID) sent TASK_STAGING; shutting it down")
            state.counters.invalidUpdates += 1
            return shutDownExecutor(run)
        }
        guard received.agentID == nil || received.agentID == state.info.id else {
            state.counters.invalidUpdates += 1
            return
        }
        guard !isRepetition(received.taskID, uuid, run) else {
            return acknowledge(received.taskID, uuid, run)
        }
        var status = received
        status.source = .executor
        status.agentID = state.info.id
        status.executorID = run.executorID
        status.timestamp = received.timestamp ?? now
        if status.containerStatus == nil {
            status.containerStatus = containerStatus(run, run.containerID, executor(run)?.start)
        }
        guard publish(status, run: run) else { return }
        acknowledge(received.taskID, uuid, run)
        if status.state.isTerminal { updateLimits(run) }
    }

    private func isRepetition(_ taskID: TaskID, _ uuid: UniqueID, _ run: RunID) -> Bool {
        let key = TaskKey(frameworkID: run.frameworkID, taskID: taskID)
        if state.streams[key]?.contains(uuid) == true { return true }
        guard executor(run)?.tasks[taskID] == nil else { return false }
        return executor(run)?.completed.first { $0.id == taskID && $0.statusUpdateUUID == uuid } != nil
    }

    private mutating func acknowledge(_ taskID: TaskID, _ uuid: UniqueID, _ run: RunID) {
        guard let stream = executor(run)?.stream else { return }
        emit(.sendExecutor(stream, .acknowledged(taskID, uuid: uuid)))
    }

    private mutating func messageFromExecutor(_ run: RunID, _ data: [UInt8]) {
        guard state.phase == .running, let id = state.info.id else {
            state.counters.invalidMessages += 1
            return
        }
        state.counters.validMessages += 1
        send(.executorMessage(id, run.frameworkID, run.executorID, data: data))
    }

    mutating func messageForExecutor(_ frameworkID: FrameworkID, _ executorID: ExecutorID, _ data: [UInt8]) {
        guard case .running(let stream?, _)? = state.frameworks[frameworkID]?.executors[executorID]?.stage else {
            state.counters.invalidMessages += 1
            return
        }
        state.counters.validMessages += 1
        emit(.sendExecutor(stream, .message(data)))
    }

    mutating func streamClosed(_ request: RequestID) {
        guard let run = state.requests.removeValue(forKey: request), let executor = executor(run) else { return }
        switch executor.stage {
        case .running(request, let heartbeat):
            state.timers.cancel(heartbeat)
            change(run) { $0.stage = .running(stream: nil, heartbeat: nil) }
        case .terminating(request, let timer):
            change(run) { $0.stage = .terminating(stream: nil, timer: timer) }
        default: break
        }
    }

    mutating func executorHeartbeat(_ run: RunID) {
        guard case .running(let stream?, _)? = executor(run)?.stage else { return }
        emit(.sendExecutor(stream, .heartbeat))
        let timer = state.timers.set(.executorHeartbeat(run), at: now + Self.heartbeatInterval)
        change(run) { $0.stage = .running(stream: stream, heartbeat: timer) }
    }

    mutating func registrationTimedOut(_ run: RunID) {
        guard case .registering? = executor(run)?.stage else { return }
        destroyExecutor(
            run,
            Executor.Verdict(
                state: .failed, reason: .executorRegistrationTimeout,
                message: "Executor did not register within \(UnitText.text(configuration.executorRegistrationTimeout))")
        )
    }

    mutating func shutdownTimedOut(_ run: RunID) {
        guard case .terminating? = executor(run)?.stage else { return }
        emit(.destroyContainer(run.containerID))
    }
}
