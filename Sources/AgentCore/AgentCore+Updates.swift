internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

// Status updates: taking over, checkpointing, forwarding, acknowledgement (spec mesos/03 §3.3).
extension AgentCore {
    /// A status that this agent makes.
    mutating func makeStatus(
        _ taskID: TaskID, _ taskState: TaskState, source: StatusSource, reason: StatusReason? = nil,
        message: String? = nil, executorID: ExecutorID? = nil
    ) -> TaskStatus {
        TaskStatus(
            taskID: taskID, state: taskState, message: message, source: source, reason: reason, agentID: state.info.id,
            executorID: executorID, timestamp: now, uuid: random.uuid())
    }

    /// Tells the scheduler reliably that a task which has no place here is not (or no longer) there.
    mutating func drop(
        _ key: TaskKey, state taskState: TaskState, reason: StatusReason, message: String, executorID: ExecutorID?
    ) {
        let status = makeStatus(
            key.taskID, taskState, source: .agent, reason: reason, message: message, executorID: executorID)
        if state.streams[key] == nil { state.streams[key] = UpdateStream(checkpoint: nil) }
        _ = takeOver(status, key: key, executorID: executorID)
    }

    /// Applies a status to a task of a run and puts it on its way; false when the task is not there or has ended.
    @discardableResult
    mutating func publish(_ status: TaskStatus, run: RunID) -> Bool {
        let status = whileDraining(status, of: run.frameworkID)
        let key = TaskKey(frameworkID: run.frameworkID, taskID: status.taskID)
        let isKnown = executor(run)?.tasks[status.taskID] != nil
        guard isKnown, state.frameworks[run.frameworkID]?.isTerminating == false else {
            if isKnown, status.state.isTerminal { settle(status, run: run) }
            return false
        }
        if state.streams[key] == nil {
            let isCheckpointed = executor(run)?.isCheckpointed == true
            state.streams[key] = UpdateStream(checkpoint: isCheckpointed ? run : nil)
        }
        guard takeOver(status, key: key, executorID: run.executorID) else { return false }
        settle(status, run: run)
        return true
    }

    /// Appends to the task's stream; the record comes before everything that others may see of it.
    private mutating func takeOver(_ status: TaskStatus, key: TaskKey, executorID: ExecutorID?) -> Bool {
        let update = StatusUpdate(
            frameworkID: key.frameworkID, executorID: executorID, agentID: state.info.id, status: status,
            timestamp: status.timestamp ?? now, uuid: status.uuid)
        guard state.streams[key]?.accepts(update) == true else {
            state.counters.invalidUpdates += 1
            return false
        }
        state.counters.validUpdates += 1
        if let run = state.streams[key]?.checkpoint { record(.update(run, update)) }
        state.streams[key]?.append(update)
        if state.streams[key]?.pending.count == 1 { forward(key) }
        return true
    }

    /// Writes a status into the task's record; a task that has ended leaves the live ones.
    private mutating func settle(_ status: TaskStatus, run: RunID) {
        let taskID = status.taskID
        change(run) { executor in
            executor.tasks[taskID]?.record.append(status)
            guard status.state.isTerminal, let task = executor.tasks.removeValue(forKey: taskID) else { return }
            executor.taskResources -= task.record.resources
            executor.ended[taskID] = task.record
        }
        guard status.state.isTerminal else { return }
        state.frameworks[run.frameworkID]?.taskExecutors[taskID] = nil
        state.counters.terminal[status.state, default: 0] += 1
    }

    /// Sends the head of a stream, if a master listens, and sets the timer to repeat it.
    mutating func forward(_ key: TaskKey) {
        guard state.phase == .running, let master = state.master, var head = state.streams[key]?.head else { return }
        head.latestState = state.streams[key]?.latestState
        emit(.send(to: master.pid, .statusUpdate(head)))
        let interval = state.streams[key]?.nextInterval() ?? UpdateStream.firstInterval
        state.streams[key]?.retry = state.timers.set(.updateRetry(key), at: now + interval)
        guard let executorID = head.executorID else { return }
        state.frameworks[key.frameworkID]?.executors[executorID]?.markSent(head)
    }

    /// Sends the head again at once, starting the intervals anew.
    mutating func resend(_ key: TaskKey) {
        state.timers.cancel(state.streams[key]?.retry)
        state.streams[key]?.retry = nil
        state.streams[key]?.interval = UpdateStream.firstInterval
        forward(key)
    }

    mutating func acknowledged(_ agentID: AgentID, _ key: TaskKey, uuid: UniqueID) {
        guard agentID == state.info.id, let update = state.streams[key]?.acknowledge(uuid) else { return }
        state.timers.cancel(state.streams[key]?.retry)
        state.streams[key]?.retry = nil
        if let run = state.streams[key]?.checkpoint { record(.acknowledgement(run, key.taskID, uuid: uuid)) }
        guard update.status.state.isTerminal else { return forward(key) }
        state.streams[key] = nil
        guard let executorID = update.executorID else { return }
        let run = state.frameworks[key.frameworkID]?.executors[executorID]?.complete(key.taskID)
        if let run { removeIfDone(run) }
        endDrainIfIdle()
    }
}

extension Executor {
    /// Notes what the scheduler was told last.
    mutating func markSent(_ update: StatusUpdate) {
        let taskID = update.status.taskID
        if tasks[taskID] != nil {
            tasks[taskID]?.record.statusUpdateState = update.status.state
            tasks[taskID]?.record.statusUpdateUUID = update.uuid
        } else {
            ended[taskID]?.statusUpdateState = update.status.state
            ended[taskID]?.statusUpdateUUID = update.uuid
        }
    }

    /// The last update of an ended task was acknowledged; returns the run.
    mutating func complete(_ taskID: TaskID) -> RunID {
        if let record = ended.removeValue(forKey: taskID) { completed.append(record) }
        return run
    }
}

extension TaskRecord {
    /// Adds a status: equal neighbours are one, data is left out.
    mutating func append(_ status: TaskStatus) {
        state = status.state
        var status = status
        (status.data, status.wire) = (nil, nil)
        if statuses.last?.state == status.state { statuses.removeLast() }
        statuses.append(status)
    }
}
