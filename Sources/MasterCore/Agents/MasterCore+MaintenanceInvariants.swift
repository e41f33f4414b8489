internal import ClusterBase
internal import ClusterModel

extension MasterCore {
    /// What does not hold of maintenance, draining and removals, in words.
    var maintenanceViolations: [String] {
        var found: [String] = []
        for offer in maintenance.offers.values {
            if maintenance.agents[offer.agentID]?.offers[offer.frameworkID] != offer.id {
                found.append("inverse offer \(offer.id) is not held by its agent \(offer.agentID)")
            }
            if agents[offer.agentID]?.isActive != true || frameworks[offer.frameworkID]?.isConnected != true {
                found.append("inverse offer \(offer.id) is of an agent or to a framework that is not there")
            }
        }
        for id in maintenance.agents.keys {
            guard let agent = agents[id] else {
                found.append("agent \(id) is scheduled for maintenance but not registered")
                continue
            }
            let machine = maintenance.machines[Self.machine(of: agent.info, at: agent.pid)]
            if machine?.unavailability != maintenance.agents[id]?.unavailability {
                found.append("agent \(id) is not scheduled as its machine is")
            }
        }
        for agent in agents.values {
            if agent.deactivation != deactivated[agent.id] {
                found.append("agent \(agent.id) is out of use in one book only")
            }
            if isDown(agent.info, at: agent.pid) { found.append("agent \(agent.id) is on a machine that is down") }
        }
        for id in deactivated.keys where !isKnown(id) {
            found.append("agent \(id) is out of use but unknown")
        }
        if minimumCapabilities.contains("AGENT_DRAINING") != !deactivated.isEmpty {
            found.append("\(deactivated.count) agents are out of use, but the capabilities are \(minimumCapabilities)")
        }
        return found
    }
}
