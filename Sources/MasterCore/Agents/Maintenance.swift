internal import ClusterBase
internal import ClusterModel

/// What the master knows of the maintenance of machines.
struct Maintenance: Sendable {
    /// As the operator wrote it.
    var schedule = MaintenanceSchedule()
    /// Machines in the schedule, by their normalized names.
    var machines = OrderedTable<MachineID, MachineInfo>()
    /// Registered agents on machines that are draining.
    var agents = OrderedTable<AgentID, ScheduledAgent>()
    /// Outstanding inverse offers.
    var offers = OrderedTable<OfferID, InverseOffer>()

    /// An agent on a machine that is draining.
    struct ScheduledAgent: Sendable {
        /// When it goes away.
        let unavailability: Unavailability
        /// The outstanding inverse offer of each framework.
        var offers = OrderedTable<FrameworkID, OfferID>()
        /// What frameworks answered last.
        var answers = OrderedTable<FrameworkID, InverseOfferStatus>()
    }

    /// Whether an agent may not be there, for its machine is down.
    func isDown(_ machine: MachineID) -> Bool {
        machines.isEmpty ? false : machines[machine]?.mode == .down
    }
}

/// An agent that an operator took out of use; it may be registered, recovered or unreachable.
struct Deactivation: Hashable, Sendable {
    /// Its emptying, if it is to be emptied.
    var drain: DrainInfo?
    /// When the emptying began, as far as this master knows.
    var started: Instant?

    var isDraining: Bool { drain?.state == .draining }
}
