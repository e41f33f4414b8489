internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

extension MasterCore {
    /// The invariants that do not hold, in words; empty when all is well.
    ///
    /// Linear in agents, offers and tasks.
    public func checkInvariants() -> [String] {
        agents.values.flatMap(violations) + frameworks.values.flatMap(violations) + indexViolations
            + maintenanceViolations
    }

    /// Every resource of an agent is used, offered or free, exactly once.
    private func violations(of agent: Agent) -> [String] {
        var found: [String] = []
        var tasks: [Resources] = []
        for key in agent.tasks.keys {
            guard let task = frameworks[key.framework]?.tasks[key.task], task.agentID == agent.id else {
                found.append("agent \(agent.id) has task \(key.task) which framework \(key.framework) has not")
                continue
            }
            if task.usesResources { tasks.append(task.resources) }
        }
        let used = Resources.sum(tasks + agent.executors.values.map(\.resources))
        if !isSame(used, agent.used) { found.append("agent \(agent.id) uses \(agent.used), its tasks \(used)") }
        let offered = Resources.sum(agent.offers.keys.compactMap { offers[$0]?.resources })
        if !isSame(offered, agent.offered) {
            found.append("agent \(agent.id) offers \(agent.offered), its offers \(offered)")
        }
        return found + totalViolations(of: agent) + operationViolations(of: agent)
    }

    /// What is shared may be used and offered more often than it is there, but not when it is not there.
    private func totalViolations(of agent: Agent) -> [String] {
        var found: [String] = []
        let total = agent.total
        if let problem = ResourceRules.duplicateVolume(total) { found.append("agent \(agent.id): \(problem)") }
        let (used, offered) = (agent.used.allocated(to: nil), agent.offered.allocated(to: nil))
        func exclusive(_ resources: Resources) -> Resources { resources.filter { !$0.isShared } }
        // It may come back with fewer resources than it uses.
        guard exclusive(total).contains(exclusive(used)) else { return found }
        if !(exclusive(total) - exclusive(used)).contains(exclusive(offered)) {
            found.append("agent \(agent.id) has \(total), uses \(used) and offers \(offered)")
        }
        for entry in (used + offered).shared where !total.contains(where: { $0.isSameKind(as: entry) }) {
            found.append("agent \(agent.id) has \(total), but \(entry) is used or offered")
        }
        let free = allocator.available(on: agent.id) ?? []
        if !isSame(MasterCore.free(of: agent), free) {
            found.append(
                "agent \(agent.id): the allocator counts \(free) free of \(total), used \(used), offered \(offered)")
        }
        return found
    }

    /// Operations are known to their framework as long as both are known.
    private func operationViolations(of agent: Agent) -> [String] {
        agent.operations.values.compactMap { entry in
            guard let id = entry.frameworkID, let framework = frameworks[id] else { return nil }
            if framework.operations[entry.uuid] == agent.id { return nil }
            return "operation \(entry.uuid) on agent \(agent.id) is not known to its framework \(id)"
        }
    }

    private func violations(of framework: Framework) -> [String] {
        var found: [String] = []
        for task in framework.tasks.values {
            let key = TaskKey(framework: framework.id, task: task.id)
            if agents[task.agentID]?.tasks.contains(key) != true {
                found.append("task \(task.id) of \(framework.id) is on agent \(task.agentID), which has it not")
            }
            if framework.unreachableTasks.contains(task.id) {
                found.append("task \(task.id) of \(framework.id) is both active and unreachable")
            }
        }
        for task in framework.unreachableTasks.values {
            if shelved[task.agentID]?.contains(TaskKey(framework: framework.id, task: task.id)) != true {
                found.append("unreachable task \(task.id) of \(framework.id) is not found by agent \(task.agentID)")
            }
        }
        for uuid in framework.operations.keys {
            guard let place = framework.operations[uuid], agents[place]?.operations.contains(uuid) != true else {
                continue
            }
            found.append("operation \(uuid) of \(framework.id) is on agent \(place), which has it not")
        }
        if !framework.isConnected, !framework.offers.isEmpty {
            found.append("\(framework.id) has offers but no stream")
        }
        if let stream = framework.stream, streams[stream] != framework.id {
            found.append("the stream of \(framework.id) is not indexed")
        }
        return found
    }

    private var indexViolations: [String] {
        var found: [String] = []
        for offer in offers.values {
            if frameworks[offer.frameworkID]?.offers.contains(offer.id) != true
                || agents[offer.agentID]?.offers.contains(offer.id) != true
            {
                found.append("offer \(offer.id) is not held by its framework and agent")
            }
            if agents[offer.agentID]?.isActive != true {
                found.append("offer \(offer.id) is of an agent that is disconnected or out of use")
            }
        }
        if agentsByPID.count != agents.count {
            found.append("\(agents.count) agents have \(agentsByPID.count) addresses")
        }
        for agent in agents.values {
            if agentsByPID[agent.pid] != agent.id { found.append("agent \(agent.id) is not found by its address") }
            if recovered.contains(agent.id) || unreachable.contains(agent.id) || gone.contains(agent.id) {
                found.append("agent \(agent.id) is registered and also recovered, unreachable or gone")
            }
        }
        for id in shelved.keys.sorted(by: { $0.value < $1.value }) where !unreachable.contains(id) {
            found.append("tasks of agent \(id) are looked for, but it is not unreachable")
        }
        for id in completed.keys where frameworks.contains(id) {
            found.append("framework \(id) is both active and completed")
        }
        return found
    }

    private func isSame(_ left: Resources, _ right: Resources) -> Bool { left.contains(right) && right.contains(left) }
}
