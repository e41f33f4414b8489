internal import AccessControl
internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// Agents that will never come back, in the word of an operator (spec `mesos/06` §6.13, `mesos/03` §3.6).
extension MasterCore {
    mutating func markGone(_ id: AgentID, principal: String?) -> CallReply {
        guard isAllowed(principal, .markAgentGone, .any) else { return Self.forbidden }
        if gone.contains(id) { return .ok }
        guard isKnown(id) else { return .refused(status: 404, text: "Agent '\(id)' not found") }
        endForGood(id)
        return .ok
    }

    /// Makes a registered, recovered or unreachable agent gone; a registered one is told to stop.
    mutating func endForGood(_ id: AgentID) {
        setDeactivation(of: id, nil)
        cancelRemoval(id)
        let since = now
        gone[id] = since
        record(.putGone(id, since: since))
        let words = "Agent has been marked gone"
        if let agent = agents[id] {
            record(.deleteAgent(id))
            tell(id, .shutdown(words))
            drop(agent, operations: .goneByOperator) { core, key in
                let (state, reason) = core.endState(for: key.framework)
                core.giveUp(key, state, reason, words)
                core.removeTask(key)
            }
            tell(.agentRemoved(id))
        } else if recovered.removeValue(forKey: id) != nil {
            record(.deleteAgent(id))
            for framework in frameworks.keys { send(.failure(agent: id, executor: nil, status: nil), to: framework) }
        } else if unreachable.removeValue(forKey: id) != nil {
            record(.deleteUnreachable(id))
            endUnreachableTasks(of: id, words)
        }
    }

    private func endState(for framework: FrameworkID) -> (TaskState, StatusReason) {
        let isAware = frameworks[framework]?.info.isPartitionAware == true
        return isAware ? (.goneByOperator, .agentRemovedByOperator) : (.lost, .agentRemoved)
    }

    /// Tasks of an agent that cannot be reached end with it: told and completed.
    private mutating func endUnreachableTasks(of id: AgentID, _ words: String) {
        let limit = configuration.maxCompletedTasksPerFramework
        for (framework, task) in takeShelved(of: id) {
            let (state, reason) = endState(for: framework)
            let status = masterStatus(of: task.id, state, reason, words, agent: id, executor: task.executorID)
            var task = task
            task.state = state
            task.statuses.append(status)
            counters.countEnd(status)
            frameworks.update(framework) { [task] entry in
                entry.unreachableTasks[task.id] = nil
                entry.complete(task, limit: limit)
            }
            tell(.taskUpdated(framework, status, state))
            send(.update(status), to: framework)
        }
    }

    // MARK: Remembering and forgetting

    /// Takes over the agents that the registry has.
    ///
    /// One that is in two lists was on its way from one to the other when the master before this one ended; the last
    /// list that it may be in, in the order admitted, unreachable, gone, is the one that holds.
    mutating func recoverAgents(_ registry: RegistrySnapshot) {
        for info in registry.agents { if let id = info.id { recovered[id] = info } }
        for entry in registry.unreachable {
            if recovered.removeValue(forKey: entry.id) != nil { record(.deleteAgent(entry.id)) }
            unreachable[entry.id] = entry.since
        }
        for entry in registry.gone {
            if recovered.removeValue(forKey: entry.id) != nil { record(.deleteAgent(entry.id)) }
            if unreachable.removeValue(forKey: entry.id) != nil { record(.deleteUnreachable(entry.id)) }
            gone[entry.id] = entry.since
        }
    }

    /// Forgets unreachable and gone agents that are too old or too many, oldest first.
    mutating func cleanRegistry() {
        for id in outdated(unreachable) {
            setDeactivation(of: id, nil)
            unreachable[id] = nil
            record(.deleteUnreachable(id))
            forgetUnreachableTasks(of: id)
        }
        for id in outdated(gone) {
            gone[id] = nil
            record(.deleteGone(id))
        }
        timers.push(.registryCleaning, at: now + configuration.registryGCInterval)
    }

    private func outdated(_ table: OrderedTable<AgentID, Instant>) -> [AgentID] {
        let oldest = now + (.zero - configuration.registryMaxAgentAge)
        let entries = table.keys.map { (id: $0, since: table[$0] ?? now) }.sorted { $0.since < $1.since }
        let excess = max(0, entries.count - configuration.registryMaxAgentCount)
        return entries.enumerated().filter { $0.offset < excess || $0.element.since < oldest }.map(\.element.id)
    }

    /// Tasks of agents that are forgotten are known to nobody.
    private mutating func forgetUnreachableTasks(of id: AgentID) {
        for (framework, task) in takeShelved(of: id) {
            frameworks.update(framework) { $0.unreachableTasks[task.id] = nil }
        }
    }
}
