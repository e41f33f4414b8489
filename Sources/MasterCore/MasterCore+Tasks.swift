internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

extension MasterCore {
    /// A status that the master itself makes; it has no uuid and needs no acknowledgement.
    func masterStatus(
        of task: TaskID, _ state: TaskState, _ reason: StatusReason, _ message: String, agent: AgentID? = nil,
        executor: ExecutorID? = nil, unreachableSince: Instant? = nil
    ) -> TaskStatus {
        TaskStatus(
            taskID: task, state: state, message: message, source: .master, reason: reason, agentID: agent,
            executorID: executor, timestamp: now, unreachableTime: unreachableSince)
    }

    // MARK: Updates

    /// A status update of an agent: recorded, forwarded, forgotten when nobody has to acknowledge the end.
    mutating func updated(_ update: StatusUpdate, from pid: String) {
        counters.count(.statusUpdates)
        guard let id = update.agentID ?? update.status.agentID, agents[id]?.pid == pid,
            frameworks[update.frameworkID] != nil
        else {
            counters.count(.invalidUpdates)
            return
        }
        var status = update.status
        if status.uuid == nil { status.uuid = update.uuid }
        if status.agentID == nil { status.agentID = id }
        if status.timestamp == nil { status.timestamp = update.timestamp }
        if status.executorID == nil { status.executorID = update.executorID }
        send(.update(status), to: update.frameworkID)
        let key = TaskKey(framework: update.frameworkID, task: status.taskID)
        guard frameworks[update.frameworkID]?.tasks[status.taskID]?.agentID == id else {
            counters.count(.invalidUpdates)
            return
        }
        counters.count(.validUpdates)
        apply(status, latest: update.latestState ?? status.state, uuid: status.uuid, to: key)
        if status.uuid == nil, status.state.isTerminal { removeTask(key) }
    }

    /// Records a status of a task; at the first terminal state its resources are free again.
    mutating func apply(_ status: TaskStatus, latest: TaskState, uuid: UniqueID?, to key: TaskKey) {
        let limit = configuration.maxStatusesPerTask
        tellUpdate(status, latest: latest, of: key)
        let ended: TaskRecord? =
            frameworks.update(key.framework) { framework in
                let ended =
                    framework.tasks.update(key.task) { task -> TaskRecord? in
                        let wasRunning = !task.state.isTerminal
                        if wasRunning { task.state = latest }
                        if let uuid { (task.statusUpdateState, task.statusUpdateUUID) = (status.state, uuid) }
                        if task.statuses.last?.state == status.state { task.statuses.removeLast() }
                        if task.statuses.count >= limit { task.statuses.removeFirst() }
                        task.statuses.append(status)
                        task.statuses[task.statuses.count - 1].data = nil
                        task.statuses[task.statuses.count - 1].wire = nil
                        return wasRunning && latest.isTerminal ? task : nil
                    } ?? nil
                if ended != nil, let counter = FrameworkCounter(ended: latest) { framework.counts.count(counter) }
                return ended
            } ?? nil
        guard let ended else { return }
        var end = status
        end.state = latest
        counters.countEnd(end)
        release(ended.resources, of: key.framework, on: ended.agentID)
    }

    /// Tells operators of a status that is about to be recorded: a new state, or what a check found.
    private mutating func tellUpdate(_ status: TaskStatus, latest: TaskState, of key: TaskKey) {
        guard reportsChanges, let state = frameworks[key.framework]?.tasks[key.task]?.state else { return }
        let isNew = !state.isTerminal && state != latest
        let isCheck = status.reason == .taskCheckStatusUpdated || status.reason == .taskHealthCheckStatusUpdated
        if isNew || isCheck { tell(.taskUpdated(key.framework, status, isNew ? latest : state)) }
    }

    /// Forgets a task: it joins the framework's completed ones.
    ///
    /// What it still used is free again.
    mutating func removeTask(_ key: TaskKey) {
        guard let task = detachTask(key) else { return }
        let limit = configuration.maxCompletedTasksPerFramework
        frameworks.update(key.framework) { $0.complete(task, limit: limit) }
    }

    /// Takes a task off its framework and agent, freeing what it used.
    mutating func detachTask(_ key: TaskKey) -> TaskRecord? {
        guard let task = frameworks.update(key.framework, { $0.tasks.removeValue(forKey: key.task) }) ?? nil
        else { return nil }
        agents.update(task.agentID) { agent in
            agent.tasks[key] = nil
            agent.kills[key] = nil
        }
        noteEmptied(task.agentID)
        if task.usesResources { release(task.resources, of: key.framework, on: task.agentID) }
        return task
    }

    // MARK: Resources

    mutating func charge(_ resources: Resources, on agent: AgentID) { agents.update(agent) { $0.used += resources } }

    mutating func release(_ resources: Resources, of framework: FrameworkID, on agent: AgentID) {
        agents.update(agent) { $0.used -= resources }
        allocator.recover(resources, of: framework, on: agent, now: now)
    }

    mutating func removeExecutor(_ executor: ExecutorID, of framework: FrameworkID, on agent: AgentID) {
        let key = ExecutorKey(framework: framework, executor: executor)
        guard let info = agents.update(agent, { $0.executors.removeValue(forKey: key) }) ?? nil else { return }
        frameworks.update(framework) { $0.executors[PlacedExecutor(agent: agent, executor: executor)] = nil }
        release(info.resources, of: framework, on: agent)
    }

    // MARK: Calls

    /// ACKNOWLEDGE: passed on to the agent; with the uuid of a terminal update the task is forgotten.
    mutating func acknowledge(_ uuid: UniqueID, task: TaskID, agent: AgentID, of id: FrameworkID) {
        counters.count(.acknowledgements)
        guard agents[agent]?.isConnected == true else {
            counters.count(.invalidAcknowledgements)
            return
        }
        if let known = frameworks[id]?.tasks[task], known.agentID == agent {
            guard let forwarded = known.statusUpdateState else {
                counters.count(.invalidAcknowledgements)
                return
            }
            if forwarded.isTerminal, known.statusUpdateUUID == uuid {
                removeTask(TaskKey(framework: id, task: task))
            }
        }
        counters.count(.validAcknowledgements)
        tell(agent, .acknowledge(agent, id, task, uuid: uuid))
    }

    /// KILL (spec `mesos/03` §3.5).
    mutating func kill(_ task: TaskID, agent: AgentID?, policy: KillPolicy?, of id: FrameworkID) {
        counters.count(.kills)
        guard let known = frameworks[id]?.tasks[task] else {
            return answer(TaskQuery(taskID: task, agentID: agent), of: id)
        }
        if let agent, agent != known.agentID { return }
        agents.update(known.agentID) { $0.kills[TaskKey(framework: id, task: task)] = .some(policy) }
        if agents[known.agentID]?.isConnected == true { tell(known.agentID, .killTask(id, task, policy)) }
    }

    // MARK: Executors

    mutating func exited(_ executor: ExecutorID, of framework: FrameworkID, on agent: AgentID, status: Int32) {
        counters.count(.exitedExecutors)
        guard agents[agent]?.executors[ExecutorKey(framework: framework, executor: executor)] != nil else { return }
        removeExecutor(executor, of: framework, on: agent)
        send(.failure(agent: agent, executor: executor, status: status), to: framework)
    }

    mutating func relayed(_ data: [UInt8], of executor: ExecutorID, framework: FrameworkID, agent: AgentID, pid: String)
    {
        counters.count(.executorMessages)
        guard agents[agent]?.pid == pid, frameworks[framework] != nil else {
            counters.count(.invalidExecutorMessages)
            return
        }
        counters.count(.validExecutorMessages)
        send(.message(agent: agent, executor: executor, data: data), to: framework)
    }
}
