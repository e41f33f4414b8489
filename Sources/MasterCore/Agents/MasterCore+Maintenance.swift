internal import AccessControl
internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// Maintenance of machines: durable, then visible (spec `mesos/06` §6.12).
///
/// An agent belongs to the machine with its host name and the address that it speaks from; both have to match.
extension MasterCore {
    // MARK: What operators ask for

    mutating func updateSchedule(_ schedule: MaintenanceSchedule, principal: String?) -> CallReply {
        if let problem = MaintenanceRules.problem(schedule, machines: maintenance.machines) { return bad(problem) }
        // Upstream asks once per machine of the new schedule, so that anybody can end all maintenance.
        guard isAllowed(principal, .updateMaintenanceSchedule, .any) else { return Self.forbidden }
        var planned: [MachineID: Unavailability] = [:]
        var added: [MachineID] = []
        for window in schedule.windows {
            for machine in window.machines {
                planned[machine.normalized] = window.unavailability
                if !maintenance.machines.contains(machine.normalized) { added.append(machine) }
            }
        }
        let touched = maintenance.machines.keys + added.map(\.normalized)
        for key in maintenance.machines.keys {
            guard let unavailability = planned[key] else {
                maintenance.machines[key] = nil
                continue
            }
            maintenance.machines.update(key) { $0.unavailability = unavailability }
        }
        for id in added {
            let machine = MachineInfo(id: id, mode: .draining, unavailability: planned[id.normalized])
            maintenance.machines[id.normalized] = machine
        }
        store(schedule)
        for id in agents(on: touched) { reschedule(id) }
        return .ok
    }

    mutating func startMaintenance(_ machines: [MachineID], principal: String?) -> CallReply {
        if let problem = MaintenanceRules.problem(machines) { return bad(problem) }
        if let refusal = refusal(of: machines, unless: .draining, "DRAINING", "brought down") { return refusal }
        guard isAllowed(principal, .startMaintenance, .any) else { return Self.forbidden }
        let words = "Operator initiated 'Machine DOWN'"
        for id in agents(on: machines.map(\.normalized)) {
            tell(id, .shutdown(words))
            removeAgent(id, why: words, counting: nil)
        }
        for machine in machines {
            maintenance.machines.update(machine.normalized) { $0.mode = .down }
            record(.putDown(machine.normalized))
        }
        return .ok
    }

    mutating func stopMaintenance(_ machines: [MachineID], principal: String?) -> CallReply {
        if let problem = MaintenanceRules.problem(machines) { return bad(problem) }
        if let refusal = refusal(of: machines, unless: .down, "DOWN", "brought up") { return refusal }
        guard isAllowed(principal, .stopMaintenance, .any) else { return Self.forbidden }
        for machine in machines {
            maintenance.machines[machine.normalized] = nil
            record(.deleteDown(machine.normalized))
        }
        let up = Set(machines.map(\.normalized))
        var schedule = maintenance.schedule
        for index in schedule.windows.indices {
            schedule.windows[index].machines.removeAll { up.contains($0.normalized) }
        }
        schedule.windows.removeAll { $0.machines.isEmpty }
        store(schedule)
        return .ok
    }

    static let forbidden = CallReply.refused(status: 403, text: "403 Forbidden.")

    private func refusal(
        of machines: [MachineID], unless mode: MachineMode, _ name: String, _ deed: String
    ) -> CallReply? {
        for machine in machines {
            let text = MaintenanceRules.text(machine)
            guard let info = maintenance.machines[machine.normalized] else {
                return bad("Machine '\(text)' is not part of a maintenance schedule")
            }
            if info.mode != mode { return bad("Machine '\(text)' is not in \(name) mode and cannot be \(deed)") }
        }
        return nil
    }

    private mutating func store(_ schedule: MaintenanceSchedule) {
        maintenance.schedule = schedule
        record(.putSchedule(schedule))
    }

    /// Takes over what the registry has.
    mutating func recoverMaintenance(_ registry: RegistrySnapshot) {
        maintenance.schedule = registry.schedule
        for window in registry.schedule.windows {
            for id in window.machines {
                let machine = MachineInfo(id: id, mode: .draining, unavailability: window.unavailability)
                maintenance.machines[id.normalized] = machine
            }
        }
        for machine in registry.downMachines { maintenance.machines.update(machine) { $0.mode = .down } }
    }

    // MARK: Agents on machines

    static func machine(of info: AgentInfo, at pid: String) -> MachineID {
        MachineID(hostname: info.hostname, ip: address(of: pid).ip).normalized
    }

    /// Whether the machine of an agent that wants to register is down.
    func isDown(_ info: AgentInfo, at pid: String) -> Bool {
        !maintenance.machines.isEmpty && maintenance.machines[Self.machine(of: info, at: pid)]?.mode == .down
    }

    /// Registered agents on any of some machines; linear in all agents.
    private func agents(on machines: [MachineID]) -> [AgentID] {
        guard !machines.isEmpty else { return [] }
        let wanted = Set(machines)
        return agents.values.filter { wanted.contains(Self.machine(of: $0.info, at: $0.pid)) }.map(\.id)
    }

    /// Takes over what the schedule says of an agent's machine: frameworks learn of it by new offers and requests.
    private mutating func reschedule(_ id: AgentID) {
        for offer in agents[id]?.offers.keys ?? [] { withdraw(offer, rescinding: true) }
        withdrawInverseOffers(on: id, rescinding: true)
        schedule(id)
    }

    /// Books the planned maintenance of a registered agent, if there is any; answers given before are forgotten.
    mutating func schedule(_ id: AgentID) {
        guard !(maintenance.machines.isEmpty && maintenance.agents.isEmpty) else { return }
        let machine = agents.read(id) { Self.machine(of: $0.info, at: $0.pid) }
        let unavailability = machine.flatMap { maintenance.machines[$0]?.unavailability }
        guard unavailability != nil || maintenance.agents.contains(id) else { return }
        maintenance.agents[id] = unavailability.map { Maintenance.ScheduledAgent(unavailability: $0) }
        allocator.setUnavailability(id, unavailability)
    }
}
