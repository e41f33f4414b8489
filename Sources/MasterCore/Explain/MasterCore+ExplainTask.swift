internal import AccessControl
internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

extension MasterCore {
    // MARK: A task

    func explainTask(_ id: TaskID, _ name: String?, _ now: Instant, _ filter: ViewFilter) -> [Explanation] {
        let owners =
            name.map { named($0, filter) }
            ?? (frameworks.values + completed.values).filter { filter.shows($0.info) }
        return owners.compactMap { framework in
            let task =
                framework.tasks[id] ?? framework.unreachableTasks[id]
                ?? framework.completedTasks.values.last { $0.id == id }
            guard let task, filter.shows(task, of: framework.info) else { return nil }
            return explain(task, of: framework, now)
        }
    }

    private func explain(_ task: TaskRecord, of framework: Framework, _ now: Instant) -> Explanation {
        var result = Explanation(
            subject: "task \(task.id) of \(framework.info.name) (\(framework.id))",
            verdict: "is \(task.state.wireName)")
        if let status = task.statuses.last {
            var text = "the newest status is \(status.state.wireName)"
            if let reason = status.reason { text += ", reason \(EndCause.reasonName(reason))" }
            if let message = status.message, !message.isEmpty { text += ": \(message)" }
            result.reasons.append(.init("STATUS", text))
        }
        if let agent = agents[task.agentID] {
            if !agent.isConnected {
                result.reasons.append(.init("AGENT_DISCONNECTED", "its agent is disconnected; it may come back"))
            }
            if agent.kills.contains(TaskKey(framework: framework.id, task: task.id)) {
                result.reasons.append(.init("KILL_PENDING", "its kill was sent to the agent and is not confirmed"))
            }
        } else if !task.state.isTerminal {
            result.reasons.append(.init("AGENT_UNKNOWN", "its agent \(task.agentID) is not registered"))
        }
        if task.state.isTerminal, framework.tasks.contains(task.id) {
            result.reasons.append(.init("UNACKNOWLEDGED", "the framework has not acknowledged its end"))
        }
        if task.state == .staging, agents[task.agentID]?.isConnected == true {
            let text = "its agent was told to launch it and has not said that it runs"
            result.reasons.append(.init("LAUNCH_UNCONFIRMED", text))
        }
        result.figures = [
            .init("agent", "\(task.agentID) \(agents[task.agentID]?.info.hostname ?? "")"),
            .init("resources", task.resources.allocated(to: nil).description),
        ]
        return result
    }

    // MARK: An agent

    func explain(_ agent: Agent, _ filter: ViewFilter) -> Explanation {
        let view = AgentView(agent: agent, offerTable: offers)
        var result = Explanation(subject: "agent \(agent.id) (\(agent.info.hostname))", verdict: "")
        result.verdict = view.isActive ? "is offered" : "is not offered"
        if !agent.isConnected { result.reasons.append(.init("DISCONNECTED", "its link is broken")) }
        if view.isDeactivated {
            let drain = view.drainInfo.map { "is draining, or drained: \($0.state)" } ?? "is deactivated by an operator"
            result.reasons.append(.init("DEACTIVATED", drain))
        }
        if let whitelist = configuration.whitelist, !whitelist.contains(agent.info.hostname) {
            result.reasons.append(.init("NOT_WHITELISTED", "its host is not on the whitelist"))
        }
        for id in allocator.holders(on: agent.id) {
            let info = frameworks[id]?.info
            let held = agent.offers.keys.filter { offers[$0]?.frameworkID == id }.count
            let tasks = agent.tasks.keys.filter { $0.framework == id }.count
            let isSeen = info.map { filter.shows($0) } ?? filter.showsEverything
            let name = isSeen ? "\(info?.name ?? "") (\(id))" : "a framework that you may not see"
            let text = "\(name) has \(tasks) tasks and \(held) offers there"
            result.reasons.append(.init("HELD", text, count: tasks + held))
        }
        result.figures = [
            .init("total", filter.visible(agent.total).description),
            .init("used", filter.visible(agent.used).allocated(to: nil).description),
            .init("offered", filter.visible(agent.offered).allocated(to: nil).description),
            .init("free", allocator.available(on: agent.id).map { filter.visible($0).description } ?? ""),
        ]
        return result
    }
}
