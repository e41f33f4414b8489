public import ClusterBase

/// What a framework answered to the request to leave an agent (`InverseOfferStatus` of the v1 messages).
public struct InverseOfferStatus: Hashable, Sendable {
    /// The answer.
    public enum Answer: Hashable, Sendable {
        /// None yet.
        case unknown
        /// It will leave in time.
        case accept
        /// It will not.
        case decline
    }

    /// The answer.
    public var answer: Answer
    /// Who answered.
    public var frameworkID: FrameworkID
    /// When.
    public var timestamp: Instant

    /// Makes a status.
    public init(answer: Answer, frameworkID: FrameworkID, timestamp: Instant) {
        (self.answer, self.frameworkID, self.timestamp) = (answer, frameworkID, timestamp)
    }
}

/// How maintenance stands (`maintenance.ClusterStatus` of the v1 messages).
public struct MaintenanceStatus: Hashable, Sendable {
    /// A machine that frameworks are asked to leave.
    public struct DrainingMachine: Hashable, Sendable {
        /// The machine.
        public var id: MachineID
        /// The answers of the frameworks, agent by agent.
        public var statuses: [InverseOfferStatus]

        /// Makes an entry.
        public init(id: MachineID, statuses: [InverseOfferStatus]) { (self.id, self.statuses) = (id, statuses) }
    }

    /// Machines that are scheduled and still in use.
    public var draining: [DrainingMachine]
    /// Machines that are down.
    public var down: [MachineID]

    /// Makes a status.
    public init(draining: [DrainingMachine] = [], down: [MachineID] = []) {
        (self.draining, self.down) = (draining, down)
    }
}
