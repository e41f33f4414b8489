internal import AccessControl
internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel

/// Emptying agents and taking them out of use: durable, then visible (spec `mesos/06` §6.13).
///
/// Both outlive the agent's connection and the master; only REACTIVATE_AGENT or the agent's end undo them. Where
/// upstream answers that another transition is under way, here none can be: each is done in one step.
extension MasterCore {
    // MARK: What operators ask for

    mutating func drain(_ id: AgentID, _ config: DrainConfig, principal: String?) -> CallReply {
        if let agent = agents[id] {
            let machine = Self.machine(of: agent.info, at: agent.pid)
            if let scheduled = maintenance.machines[machine]?.id {
                let name = MaintenanceRules.name(scheduled)
                return bad("Agent \(id) is part of a maintenance schedule under Machine \(name)")
            }
            guard agent.capabilities.contains("AGENT_DRAINING") else {
                return bad("Agent \(id) is not capable of draining")
            }
        }
        guard isAllowed(principal, .drainAgent, .any) else { return Self.forbidden }
        if config.markGone, !isAllowed(principal, .markAgentGone, .any) { return Self.forbidden }
        guard isKnown(id) else { return bad("Unknown agent") }
        if let grace = config.maxGracePeriod, grace < .zero {
            return bad("'DrainAgent.max_grace_period' must not be negative")
        }
        setDeactivation(of: id, Deactivation(drain: DrainInfo(config: config), started: now))
        takeOutOfUse(id)
        tell(id, .drain(config))
        noteEmptied(id)
        return .ok
    }

    mutating func deactivate(_ id: AgentID, principal: String?) -> CallReply {
        guard isAllowed(principal, .deactivateAgent, .any) else { return Self.forbidden }
        guard isKnown(id) else { return bad("Unknown agent") }
        if !deactivated.contains(id) { setDeactivation(of: id, Deactivation()) }
        takeOutOfUse(id)
        return .ok
    }

    mutating func reactivate(_ id: AgentID, principal: String?) -> CallReply {
        guard isAllowed(principal, .reactivateAgent, .any) else { return Self.forbidden }
        guard let deactivation = deactivated[id] else { return bad("Agent is not deactivated") }
        if deactivation.isDraining { return bad("Agent is still in the DRAINING state") }
        setDeactivation(of: id, nil)
        if agents[id]?.isConnected == true { allocator.setAgentActive(id, true) }
        return .ok
    }

    /// Whether an agent is registered, recovered or unreachable.
    func isKnown(_ id: AgentID) -> Bool {
        agents.contains(id) || recovered.contains(id) || unreachable.contains(id)
    }

    /// Offers an agent no more: what is offered of it is taken back.
    mutating func takeOutOfUse(_ id: AgentID) {
        guard agents.contains(id) else { return }
        allocator.setAgentActive(id, false)
        for offer in agents[id]?.offers.keys ?? [] { withdraw(offer, rescinding: true) }
        withdrawInverseOffers(on: id, rescinding: true)
    }

    // MARK: Progress

    /// Remembers to look, at the end of this step, whether a draining agent is empty now.
    mutating func noteEmptied(_ id: AgentID) {
        if deactivated[id]?.isDraining == true { emptied.append(id) }
    }

    /// Ends the emptying of agents that have nothing left.
    mutating func finishDraining() {
        while let id = emptied.popLast() {
            guard var deactivation = deactivated[id], deactivation.isDraining, isEmpty(id) else { continue }
            if deactivation.drain?.config.markGone == true {
                endForGood(id)
            } else {
                deactivation.drain?.state = .drained
                setDeactivation(of: id, deactivation)
            }
        }
    }

    /// Whether a registered agent is known to have neither tasks nor operations.
    ///
    /// Its operations are known only after its first update.
    private func isEmpty(_ id: AgentID) -> Bool {
        agents.read(id) { $0.tasks.isEmpty && $0.operations.isEmpty && !$0.awaitsUpdate } ?? false
    }

    /// An agent is back: it is told again to empty itself, if it is to.
    mutating func resumeDraining(_ id: AgentID) {
        guard let drain = deactivated[id]?.drain else { return }
        tell(id, .drain(drain.config))
        noteEmptied(id)
    }

    // MARK: Books

    /// Books that an agent is out of use, or is not; in memory and in the registry.
    mutating func setDeactivation(of id: AgentID, _ deactivation: Deactivation?) {
        guard deactivated[id] != deactivation else { return }
        deactivated[id] = deactivation
        agents.update(id) { $0.deactivation = deactivation }
        if let deactivation {
            record(.putDeactivation(id, deactivation.drain))
        } else {
            record(.deleteDeactivation(id))
        }
        require("AGENT_DRAINING", !deactivated.isEmpty)
    }

    /// Takes over what the registry has.
    mutating func recoverDeactivations(_ registry: RegistrySnapshot) {
        for entry in registry.deactivations {
            if isKnown(entry.id) {
                deactivated[entry.id] = Deactivation(drain: entry.drain)
            } else {
                record(.deleteDeactivation(entry.id))
            }
        }
        require("AGENT_DRAINING", !deactivated.isEmpty)
    }

    // MARK: What masters have to be able to do

    /// Books whether a master needs a capability to lead with this registry.
    mutating func require(_ capability: String, _ isNeeded: Bool) {
        guard minimumCapabilities.contains(capability) != isNeeded else { return }
        if isNeeded {
            minimumCapabilities.insert(capability)
            record(.putCapability(capability))
        } else {
            minimumCapabilities.remove(capability)
            record(.deleteCapability(capability))
        }
    }

    /// Takes over what the registry requires; stops the master when it cannot do that.
    mutating func recoverCapabilities(_ registry: RegistrySnapshot) {
        minimumCapabilities = Set(registry.minimumCapabilities)
        let missing = minimumCapabilities.subtracting(master.capabilities).sorted()
        guard !missing.isEmpty else { return }
        let names = missing.joined(separator: ", ")
        perform(.exit("Master is missing the following minimum capabilities: \(names)"))
    }
}
