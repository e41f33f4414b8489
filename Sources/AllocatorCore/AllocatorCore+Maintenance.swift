public import ClusterBase
public import ClusterModel

/// Agents that a framework is asked to leave before their maintenance.
public struct InverseAllocation: Hashable, Sendable {
    /// The framework.
    public var frameworkID: FrameworkID
    /// The agents, in the order of the run.
    public var agentIDs: [AgentID]
}

/// What is known of an agent's maintenance.
struct Maintenance: Sendable {
    let unavailability: Unavailability
    /// Frameworks, by number, that were asked and have not answered yet.
    var outstanding: Set<Int32> = []
    /// Until when frameworks, by number, are not asked again.
    var filters: [Int32: Instant] = [:]
}

extension AllocatorCore {
    /// Sets when an agent's machine is not there; nil = it stays.
    ///
    /// Frameworks that have something on the agent are asked by the next `allocate` to leave it. Those asked before are
    /// asked anew, whatever they answered.
    public mutating func setUnavailability(_ id: AgentID, _ unavailability: Unavailability?) {
        guard let number = agentNumbers[id] else { return }
        maintenance[number] = unavailability.map { Maintenance(unavailability: $0) }
        mark(number)
    }

    /// The inverse offers of the last `allocate`, one batch per framework in the order of names, and forgets them.
    ///
    /// They stay outstanding until `closeInverseOffer`: a framework is not asked twice at once.
    public mutating func takeInverseAllocations() -> [InverseAllocation] {
        defer { inverseAllocations = [] }
        return inverseAllocations
    }

    /// Says that an inverse offer was answered or taken back.
    ///
    /// - Parameter refusal: for how long the framework is not asked again; nil = it may be asked by the next run.
    public mutating func closeInverseOffer(
        of framework: FrameworkID, on agent: AgentID, refusal: Duration? = nil, now: Instant
    ) {
        guard let number = agentNumbers[agent], let asked = frameworkNumbers[framework] else { return }
        maintenance[number]?.outstanding.remove(asked)
        if let refusal, refusal > .zero { maintenance[number]?.filters[asked] = now + refusal }
    }

    /// Looks at an agent again in the next `allocate`: a framework that refused to leave it may be asked again.
    public mutating func reconsider(_ id: AgentID) {
        if let number = agentNumbers[id] { mark(number) }
    }

    /// The frameworks that have anything of an agent, offered or allocated, by name.
    public func holders(on agent: AgentID) -> [FrameworkID] {
        guard let number = agentNumbers[agent] else { return [] }
        return holders(on: number).compactMap { frameworks[Int($0)]?.id }.sorted { $0.value < $1.value }
    }

    private func holders(on agent: Int32) -> Set<Int32> {
        Set(holders[Int(agent)].compactMap { claims[Int($0.claim)]?.framework })
    }

    /// Asks the frameworks on agents that go away soon.
    mutating func makeInverseAllocations(among batch: [Int32], now: Instant) {
        guard !maintenance.isEmpty else { return }
        var byFramework: [FrameworkID: [AgentID]] = [:]
        for agent in batch {
            guard let known = maintenance[agent] else { continue }
            let id = agents[Int(agent)].id
            for framework in holders(on: agent) where !known.outstanding.contains(framework) {
                guard let entry = frameworks[Int(framework)], entry.isActive else { continue }
                if let until = known.filters[framework], until > now { continue }
                maintenance[agent]?.filters[framework] = nil
                maintenance[agent]?.outstanding.insert(framework)
                byFramework[entry.id, default: []].append(id)
            }
        }
        inverseAllocations = byFramework.sorted { $0.key.value < $1.key.value }.map {
            InverseAllocation(frameworkID: $0.key, agentIDs: $0.value)
        }
    }

    /// Forgets what a framework answered to inverse offers, as with a revival.
    mutating func clearInverseFilters(of framework: Int32) {
        for agent in maintenance.keys.sorted() where maintenance[agent]?.filters.removeValue(forKey: framework) != nil {
            mark(agent)
        }
    }

    /// Forgets a framework in all maintenance.
    mutating func forgetInverseOffers(of framework: Int32) {
        for agent in maintenance.keys.sorted() {
            maintenance[agent]?.filters[framework] = nil
            maintenance[agent]?.outstanding.remove(framework)
        }
    }
}
