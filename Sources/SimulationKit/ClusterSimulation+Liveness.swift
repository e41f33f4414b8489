internal import AgentCore
internal import ClusterBase
internal import ClusterModel
internal import MasterCore
internal import OrderedCollections
internal import ResourceModel

// What must hold once everything is healed and has had time.
extension ClusterSimulation {
    /// What is not yet as it should be, in words.
    func unsettled() -> [String] {
        guard let leader = masters.first(where: \.isElected), masters.count(where: \.isLeading) == 1,
            let state = leader.core?.state
        else { return ["nobody leads"] }
        var found = frameworks.filter { $0.session?.master !== leader }.map { "\($0.node) is not subscribed" }
        found += agents.flatMap { unsettled($0, state) }
        found += frameworks.flatMap { unsettled($0, state) }
        for (id, entry) in truth.entries where !entry.owed.isEmpty {
            let states = entry.owed.values.map(\.wireName).joined(separator: ", ")
            found.append("\(states) of \(id) was made durable and never reached its scheduler")
        }
        // An id that an agent was given and lost in a crash before it was durable may stay behind as unreachable.
        let known = Set(agents.compactMap { $0.core?.info.id })
        if Set(registry.admitted) != known || registry.unreachableAgents.contains(where: known.contains) {
            found.append("the registry has \(registry.admitted), there are \(known.sorted())")
        }
        return found
    }

    /// The agent is registered, and both sides count the same.
    private func unsettled(_ agent: SimulatedAgent, _ state: MasterState) -> [String] {
        guard let core = agent.core, core.phase == .running, let id = core.info.id else {
            return ["\(agent.node) does not run"]
        }
        guard let view = state.agent(id), view.isConnected else { return ["\(agent.node) is not registered"] }
        var found: [String] = []
        let (here, there) = (core.allocatedResources.allocated(to: nil), view.usedResources.allocated(to: nil))
        if !(here.contains(there) && there.contains(here)) {
            found.append("\(agent.node) uses \(here), the master counts \(there)")
        }
        let (total, believed) = (core.totalResources, view.totalResources)
        if !(total.contains(believed) && believed.contains(total)) {
            found.append("\(agent.node) has \(total), the master believes \(believed)")
        }
        for operation in view.operations {
            found.append(
                "\(operation.operation.name) on \(agent.node) is \(operation.latest.state.wireName) to the master")
        }
        for framework in core.frameworks {
            for executor in framework.executors where !executor.terminatedTasks.isEmpty {
                found.append("\(agent.node) waits for the acknowledgement of \(executor.terminatedTasks.map(\.id))")
            }
        }
        for task in agent.containers.liveTasks {
            let isWanted = frameworks.contains { $0.tasks[task].map { !$0.state.isTerminal } ?? false }
            if !isWanted { found.append("\(task) runs on \(agent.node) and its framework takes it for ended") }
        }
        return found
    }

    /// Every task has ended, or runs once where its framework and the master believe it to run.
    private func unsettled(_ framework: ScriptedFramework, _ state: MasterState) -> [String] {
        guard let id = framework.info.id, let view = state.framework(id) else {
            return ["\(framework.node) is not known to the master"]
        }
        var found: [String] = []
        var running = Set<TaskID>()
        for (task, known) in framework.tasks where !known.state.isTerminal {
            // An agent that lost its id with its memory never returns under it.
            if known.state == .unreachable, isForgotten(known.agentID) { continue }
            running.insert(task)
            guard known.state == .running else {
                found.append("\(task) is \(known.state.wireName) in the eyes of its framework")
                continue
            }
            let places = agents.filter { $0.containers.isLive(task) }
            if places.map({ $0.core?.info.id }) != [known.agentID] {
                found.append("\(task) should run on \(known.agentID) and runs on \(places.map(\.node))")
            }
        }
        let masters = Set(view.tasks.map(\.id))
        if masters != running {
            let wrong = masters.symmetricDifference(running).sorted()
            found.append("\(framework.node) and the master disagree on \(wrong)")
        }
        for task in view.unreachableTasks where !isForgotten(task.agentID) {
            found.append("\(task.id) is unreachable to the master")
        }
        return found
    }

    private func isForgotten(_ id: AgentID) -> Bool { !agents.contains { $0.core?.info.id == id } }
}
