internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

extension MasterCore {
    // MARK: Broken links

    /// The link to an agent broke: it is offered no more; tasks that its agent keeps no record of are given up.
    mutating func linkBroken(_ pid: String) {
        authenticated(pid, as: nil)
        guard let id = agentsByPID[pid], let agent = agents[id], agent.isConnected else { return }
        let (now, epoch) = (now, nextEpoch())
        agents.update(id) { ($0.connection, $0.epoch) = (.disconnected(since: now), epoch) }
        takeOutOfUse(id)
        for key in agent.tasks.keys where frameworks[key.framework]?.info.checkpoint == false {
            giveUp(key, .lost, .agentDisconnected, "Agent \(agent.info.hostname) disconnected")
            removeTask(key)
        }
        for key in agent.executors.keys where frameworks[key.framework]?.info.checkpoint == false {
            removeExecutor(key.executor, of: key.framework, on: id)
        }
        timers.push(.agentReturn(id, epoch: epoch), at: now + configuration.agentReregisterTimeout)
    }

    mutating func didNotReturn(_ id: AgentID, epoch: UInt64) {
        guard let agent = agents[id], agent.epoch == epoch, !agent.isConnected else { return }
        let timeout = UnitText.text(configuration.agentReregisterTimeout)
        scheduleRemoval(id, why: "agent did not re-register within \(timeout) after disconnecting")
    }

    // MARK: Pings

    /// One turn of an agent's observer: count a missing pong, ping again.
    mutating func observe(_ id: AgentID, observer: UInt64) {
        guard let agent = agents[id], agent.observer == observer else { return }
        if agent.awaitsPong { agents.update(id) { $0.missedPings += 1 } }
        let missed = agents[id]?.missedPings ?? 0
        if missed >= configuration.maxAgentPingTimeouts {
            scheduleRemoval(id, why: "health check timed out")
            guard agents.contains(id) else { return }
        }
        agents.update(id) { $0.awaitsPong = true }
        tell(id, .ping(connected: agent.isConnected))
        timers.push(.ping(id, observer: observer), at: now + configuration.agentPingTimeout)
    }

    mutating func ponged(_ pid: String) {
        guard let id = agentsByPID[pid], let agent = agents[id] else { return counters.count(.droppedMessages) }
        if agent.isConnected { cancelRemoval(id) }
        agents.update(id) { ($0.awaitsPong, $0.missedPings) = (false, 0) }
    }

    // MARK: Unreachable

    /// Declares an agent unreachable; its tasks may come back with it (spec `mesos/03` §3.6).
    mutating func markUnreachable(_ id: AgentID, why: String) {
        guard let agent = agents[id] else { return }
        counters.count(.agentsRemoved)
        counters.count(.removedUnhealthy)
        record(.deleteAgent(id))
        record(.putUnreachable(id, since: now))
        unreachable[id] = now
        let since = now
        let words = "Agent \(agent.info.hostname) is unreachable: \(why)"
        drop(agent, operations: .unreachable) { core, key in
            let aware = core.frameworks[key.framework]?.info.isPartitionAware == true
            core.giveUp(key, aware ? .unreachable : .lost, .agentRemoved, words, unreachableSince: since)
            core.shelve(key)
        }
    }

    /// Removes an agent for good: its tasks are lost, whatever their framework understands.
    mutating func removeAgent(_ id: AgentID, why: String, counting cause: Counter?) {
        guard let agent = agents[id] else { return }
        counters.count(.agentsRemoved)
        if let cause { counters.count(cause) }
        setDeactivation(of: id, nil)
        record(.deleteAgent(id))
        let words = "Agent \(agent.info.hostname) removed: \(why)"
        drop(agent, operations: nil) { core, key in
            core.giveUp(key, .lost, .agentRemoved, words)
            core.removeTask(key)
        }
        tell(.agentRemoved(id))
    }

    /// The common end of an agent: offers, operations, tasks, executors, then itself; every framework is told.
    mutating func drop(
        _ agent: Agent, operations state: OperationState?, loseTask: (inout MasterCore, TaskKey) -> Void
    ) {
        cancelRemoval(agent.id)
        takeOutOfUse(agent.id)
        loseOperations(of: agent, state)
        maintenance.agents[agent.id] = nil
        for key in agent.tasks.keys { loseTask(&self, key) }
        for key in agent.executors.keys { removeExecutor(key.executor, of: key.framework, on: agent.id) }
        allocator.removeAgent(agent.id)
        agents[agent.id] = nil
        agentsByPID[agent.pid] = nil
        perform(.unlink(pid: agent.pid))
        for framework in frameworks.keys { send(.failure(agent: agent.id, executor: nil, status: nil), to: framework) }
    }

    /// Records that a task is lost with its agent, frees what it used, and tells its framework.
    mutating func giveUp(
        _ key: TaskKey, _ state: TaskState, _ reason: StatusReason, _ words: String, unreachableSince: Instant? = nil
    ) {
        guard let task = frameworks[key.framework]?.tasks[key.task] else { return }
        let status = masterStatus(
            of: key.task, state, reason, words, agent: task.agentID, executor: task.executorID,
            unreachableSince: unreachableSince)
        apply(status, latest: state, uuid: nil, to: key)
        if task.usesResources, !state.isTerminal { release(task.resources, of: key.framework, on: task.agentID) }
        send(.update(status), to: key.framework)
    }

    /// Moves a task given up to its framework's unreachable ones; one that had ended before is completed.
    private mutating func shelve(_ key: TaskKey) {
        guard let task = frameworks[key.framework]?.tasks[key.task] else { return }
        let hadEnded = task.state.isTerminal && task.state != .lost
        if hadEnded { return removeTask(key) }
        guard let record = detachTask(key) else { return }
        shelved[record.agentID, default: []].append(key)
        let limit = configuration.maxUnreachableTasksPerFramework
        frameworks.update(key.framework) { framework in
            framework.unreachableTasks[key.task] = record
            if framework.unreachableTasks.count > limit, let oldest = framework.unreachableTasks.firstKey {
                framework.unreachableTasks[oldest] = nil
            }
        }
    }

    /// The tasks of an agent that is unreachable no more, by their frameworks; linear in them.
    mutating func takeShelved(of id: AgentID) -> [(framework: FrameworkID, task: TaskRecord)] {
        (shelved.removeValue(forKey: id) ?? []).compactMap { key in
            guard let task = frameworks.read(key.framework, { $0.unreachableTasks[key.task] }) ?? nil,
                task.agentID == id
            else { return nil }
            return (key.framework, task)
        }
    }

    // MARK: After an election

    /// Agents of the registry had their time to come back.
    mutating func endRecovery() {
        let missing = recovered.count
        guard missing > 0 else { return }
        let ratio = Double(missing) / Double(max(missing + agents.count, 1))
        if ratio > configuration.recoveryAgentRemovalLimit {
            let percent = Int((configuration.recoveryAgentRemovalLimit * 100).rounded())
            perform(.exit("\(missing) of the registry's agents did not come back, more than the limit of \(percent)%"))
            return
        }
        let timeout = UnitText.text(configuration.agentReregisterTimeout)
        for id in recovered.keys {
            scheduleRemoval(id, why: "agent did not re-register within \(timeout) after master failover")
        }
    }

    mutating func removeRecovered(_ id: AgentID) {
        guard recovered.removeValue(forKey: id) != nil else { return }
        counters.count(.recoveryRemovals)
        counters.count(.agentsRemoved)
        counters.count(.removedUnhealthy)
        record(.deleteAgent(id))
        record(.putUnreachable(id, since: now))
        unreachable[id] = now
        for framework in frameworks.keys { send(.failure(agent: id, executor: nil, status: nil), to: framework) }
    }
}
