public import ClusterModel
public import ResourceModel

extension AllocatorCore {
    /// Sets all the resources of an agent; what is allocated on it stays so, and filters stay.
    public mutating func setTotal(_ id: AgentID, _ total: Resources) {
        guard let number = agentNumbers[id] else { return }
        var profile = agents[Int(number)].profile
        guard profile.total != total else { return }
        profile.total = total
        replaceProfile(of: number, profile, dropsFilters: false)
        mark(number)
    }

    /// Turns resources of an agent into others, as operations do: reservations, volumes, disks.
    ///
    /// With a framework, entries have their `allocationRole`, and what is consumed is taken to be held by it; with
    /// nothing consumed, further copies of shared resources are held. Without a framework, what is consumed comes from
    /// what is available. Totals, reservations, shares and quotas follow. False, and nothing happens, when the agent is
    /// unknown or does not have what is consumed.
    public mutating func convert(
        consumed: Resources, produced: Resources, on agent: AgentID, of framework: FrameworkID?
    ) -> Bool {
        guard let number = agentNumbers[agent] else { return false }
        // One request can convert thousands of times, each time to something new.
        sweepPool()
        var profile = agents[Int(number)].profile
        let (plainConsumed, plainProduced) = (consumed.allocated(to: nil), produced.allocated(to: nil))
        guard profile.total.contains(plainConsumed) else { return false }
        if let framework {
            book(consumed, of: framework, on: agent, sign: -1)
        } else {
            guard available(on: agent)?.contains(plainConsumed) == true else { return false }
        }
        if !consumed.isEmpty {
            profile.total -= plainConsumed
            profile.total += plainProduced
            replaceProfile(of: number, profile, dropsFilters: false)
        }
        if let framework { book(produced, of: framework, on: agent, sign: 1) }
        mark(number)
        return true
    }
}
