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
        let total = agent.info.resources
        let taken = (agent.used.allocated(to: nil), agent.offered.allocated(to: nil))
        guard total.contains(taken.0) else { return found }  // it may come back with fewer resources than it uses
        if !(total - taken.0).contains(taken.1) {
            found.append("agent \(agent.id) has \(total), uses \(taken.0) and offers \(taken.1)")
        }
        let free = allocator.available(on: agent.id) ?? []
        if !isSame(total - taken.0 - taken.1, free) {
            found.append(
                "agent \(agent.id): the allocator counts \(free) free of \(total), used \(taken.0), offered \(taken.1)")
        }
        return found
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
            if agents[offer.agentID]?.isConnected != true {
                found.append("offer \(offer.id) is of a disconnected agent")
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
        for id in completed.keys where frameworks.contains(id) {
            found.append("framework \(id) is both active and completed")
        }
        return found
    }

    private func isSame(_ left: Resources, _ right: Resources) -> Bool { left.contains(right) && right.contains(left) }
}
