public import ClusterBase
public import ResourceModel

/// Resources of one agent offered to one framework in one role (`Offer` of the v1 messages).
public struct Offer: Hashable, Sendable {
    /// Its id.
    public var id: OfferID
    /// To whom.
    public var frameworkID: FrameworkID
    /// Of which agent.
    public var agentID: AgentID
    /// The agent's name.
    public var hostname: String
    /// The agent's IPv4 address, as text.
    public var ip: String
    /// The agent's port.
    public var port: Int
    /// What is offered.
    public var resources: Resources
    /// The agent's attributes.
    public var attributes: [Attribute]
    /// In which role.
    public var role: String
    /// The framework's executors on the agent.
    public var executorIDs: [ExecutorID]
    /// Where the agent stands.
    public var domain: FaultDomain?
    /// When the machine goes down for maintenance, if planned.
    public var unavailability: Unavailability?

    /// Makes an offer.
    public init(
        id: OfferID, frameworkID: FrameworkID, agentID: AgentID, hostname: String, ip: String, port: Int,
        resources: Resources, attributes: [Attribute] = [], role: String, executorIDs: [ExecutorID] = [],
        domain: FaultDomain? = nil, unavailability: Unavailability? = nil
    ) {
        (self.id, self.frameworkID, self.agentID, self.hostname) = (id, frameworkID, agentID, hostname)
        (self.ip, self.port, self.resources, self.attributes) = (ip, port, resources, attributes)
        (self.role, self.executorIDs, self.domain) = (role, executorIDs, domain)
        self.unavailability = unavailability
    }
}

/// A request to leave an agent before its maintenance (`InverseOffer` of the v1 messages); it is for the whole agent.
public struct InverseOffer: Hashable, Sendable {
    /// Its id; inverse offers share the counter of offers.
    public var id: OfferID
    /// Whom it asks.
    public var frameworkID: FrameworkID
    /// The agent.
    public var agentID: AgentID
    /// The agent's name.
    public var hostname: String
    /// The agent's IPv4 address, as text.
    public var ip: String
    /// The agent's port.
    public var port: Int
    /// When the agent goes away.
    public var unavailability: Unavailability

    /// Makes an inverse offer.
    public init(
        id: OfferID, frameworkID: FrameworkID, agentID: AgentID, hostname: String, ip: String, port: Int,
        unavailability: Unavailability
    ) {
        (self.id, self.frameworkID, self.agentID, self.hostname) = (id, frameworkID, agentID, hostname)
        (self.ip, self.port, self.unavailability) = (ip, port, unavailability)
    }
}

/// When a machine is not there.
public struct Unavailability: Hashable, Sendable {
    /// From when.
    public var start: Instant
    /// For how long; nil = for ever.
    public var duration: Duration?

    /// Makes an unavailability.
    public init(start: Instant, duration: Duration? = nil) { (self.start, self.duration) = (start, duration) }
}

/// How long declined resources stay away (`Filters` of the v1 messages).
public struct Filters: Hashable, Sendable {
    /// Seconds as the framework said; 5 when unset.
    ///
    /// `refusal(allocationInterval:)` bounds it.
    public var refuseSeconds: Double

    /// Makes filters.
    public init(refuseSeconds: Double = 5) { self.refuseSeconds = refuseSeconds }

    /// The time to hold resources back: nil for no filter.
    ///
    /// More than a year is a year; negative or not a number is 5 s; 0 is none; else at least `allocationInterval`.
    /// Source: spec `mesos/02` §2.2.2.
    public func refusal(allocationInterval: Duration) -> Duration? {
        if refuseSeconds == 0 { return nil }
        let year = Duration.seconds(365 * 86_400)
        guard refuseSeconds > 0 else { return max(.seconds(5), allocationInterval) }
        return max(
            min(refuseSeconds >= 31_536_000 ? year : .fractionalSeconds(refuseSeconds), year), allocationInterval)
    }
}
