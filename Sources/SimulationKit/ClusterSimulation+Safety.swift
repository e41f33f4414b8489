internal import AgentCore
internal import ClusterBase
internal import ClusterModel
internal import MasterCore
internal import OrderedCollections
internal import ResourceModel

// What must hold at every moment.
extension ClusterSimulation {
    func launches(_ task: TaskInfo) {
        if truth.entries[task.id] != nil { return report("task \(task.id) is launched twice by its framework") }
        truth.launch(task)
    }

    /// A container starts: its task runs nowhere else, and the machine has room for it.
    func containerStarts(_ task: TaskID, on agent: SimulatedAgent) {
        guard truth.entries[task] != nil else { return report("\(agent.node) runs \(task), which nobody launched") }
        let places = agents.filter { $0.containers.isLive(task) }
        if places.count > 1 || agent.containers.liveTasks.count(where: { $0 == task }) > 1 {
            report("task \(task) runs twice: on \(places.map(\.node.description).joined(separator: " and "))")
        }
        if let problem = overuse(of: agent, by: []) { report("\(agent.node) runs more than it has: \(problem)") }
    }

    /// Offers hold nothing that is in use on their agent.
    func check(_ offers: [Offer]) {
        for offer in offers {
            guard let agent = agents.first(where: { $0.core?.info.id == offer.agentID }) else { continue }
            if let problem = overuse(of: agent, by: offer.resources.allocated(to: nil)) {
                report("offer \(offer.id) of \(agent.node) holds what is in use: \(problem)")
            }
        }
    }

    /// No offer takes a role over its limit, counted from what the master knows of its agents.
    func check(_ offers: [Offer], of core: MasterCore) {
        let state = core.state
        for (role, quota) in state.quotas.sorted(by: { $0.key < $1.key }) {
            let mine = offers.filter { RoleRules.isWithin($0.role, role) }
            guard !mine.isEmpty else { continue }
            let held = Resources(
                state.agents.flatMap { agent in
                    (agent.usedResources + agent.offeredResources).filter {
                        RoleRules.isWithin($0.allocationRole ?? "*", role)
                    }
                })
            for (name, limit) in quota.sortedLimits where mine.contains(where: { $0.resources.scalar(name) > .zero }) {
                if held.scalar(name) == limit { mark("limit of a role reached") }
                if held.scalar(name) > limit {
                    report("role \(role) is given \(held) with a limit of \(name):\(limit)")
                }
            }
        }
    }

    /// What runs on a machine together with `more`, where that is more than there is.
    private func overuse(of agent: SimulatedAgent, by more: Resources) -> String? {
        var rest = agent.info.resources
        let inUse = agent.containers.liveTasks.compactMap { truth.entries[$0]?.resources.allocated(to: nil) }
        // However it is reserved, and whatever volume is made of it.
        for part in (inUse + [more]).map({ $0.mapped { $0 = $0.withoutVolume }.toUnreserved }) {
            guard rest.contains(part) else { return "\(part) where only \(rest) is left" }
            rest -= part
        }
        return nil
    }

    func becameDurable(_ update: StatusUpdate) { truth.owe(update) }

    /// A scheduler received a reliable update: if it is the last one, nothing of the task may run any longer.
    func received(_ uuid: UniqueID, _ status: TaskStatus, by framework: ScriptedFramework) {
        truth.receive(uuid, of: status.taskID)
        guard status.state.isTerminal, let agent = agents.first(where: { $0.containers.isLive(status.taskID) }) else {
            return
        }
        report("\(framework.node) is told that \(status.taskID) is \(status.state), but it runs on \(agent.node)")
    }

    /// An agent takes an update for acknowledged: then its scheduler has it.
    func wasAcknowledged(_ uuid: UniqueID, of task: TaskID, on agent: SimulatedAgent) {
        guard !truth.hasReceived(uuid, of: task) else { return }
        report("\(agent.node) drops an update of \(task) as acknowledged which its scheduler never received")
    }
}
