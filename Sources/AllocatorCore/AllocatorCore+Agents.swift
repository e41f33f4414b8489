public import ClusterBase
public import ClusterModel
public import ResourceModel

extension AllocatorCore {
    /// Takes an agent in, or replaces what is known of it; what is allocated on it stays so.
    ///
    /// A change of profile drops all filters on it, as its resources are others now.
    public mutating func setAgent(_ id: AgentID, _ profile: AgentProfile, isActive: Bool) {
        if let number = agentNumbers[id] {
            let isChanged = agents[Int(number)]?.profile != profile
            agents[Int(number)]?.isActive = isActive
            replaceProfile(of: number, profile, dropsFilters: isChanged)
            mark(number)
        } else {
            let number = makeAgentNumber(id)
            agents[Int(number)] = makeEntry(id, profile, isActive: isActive)
            total &+= agents[Int(number)]?.totalAmounts ?? .zero
            noteReservations(profile.total, sign: 1)
            refreshFree(number)
            invalidateSorters()
            mark(number)
        }
        if let recovery, agentNumbers.count >= recovery.agents { self.recovery = nil }
    }

    private mutating func makeEntry(_ id: AgentID, _ profile: AgentProfile, isActive: Bool) -> AgentEntry {
        let amounts = lanes.amounts(of: profile.total)
        let remote = configuration.region != nil && profile.region != nil && profile.region != configuration.region
        return AgentEntry(
            id: id, profile: profile, totalAmounts: amounts, totalBundle: lanes.bundle(profile.total),
            isActive: isActive, isWhitelisted: configuration.whitelist?.contains(profile.hostname) ?? true,
            isRemote: remote, hasGPUs: amounts[ScalarLanes.gpus] > 0)
    }

    /// Sets what is known of an agent; what is allocated on it stays so.
    mutating func replaceProfile(of number: Int32, _ profile: AgentProfile, dropsFilters: Bool) {
        guard let old = agents[Int(number)] else { return }
        var entry = makeEntry(old.id, profile, isActive: old.isActive)
        (entry.allocated, entry.holders) = (old.allocated, old.holders)
        total &+= entry.totalAmounts &- old.totalAmounts
        noteReservations(old.profile.total, sign: -1)
        noteReservations(profile.total, sign: 1)
        if dropsFilters { dropFilters(on: number) }
        agents[Int(number)] = entry
        refreshFree(number)
        invalidateSorters()
    }

    /// Forgets an agent; everything allocated on it is to be recovered before.
    public mutating func removeAgent(_ id: AgentID) {
        guard let number = agentNumbers.removeValue(forKey: id), let entry = agents[Int(number)] else { return }
        total &-= entry.totalAmounts
        noteReservations(entry.profile.total, sign: -1)
        agents[Int(number)] = nil
        setFree(number, ResourceBundle())
        maintenance[number] = nil
        dropFilters(on: number)
        vacantAgents.append(number)
        invalidateSorters()
    }

    /// Starts or stops offering an agent; filters stay.
    public mutating func setAgentActive(_ id: AgentID, _ active: Bool) {
        guard let number = agentNumbers[id] else { return }
        agents[Int(number)]?.isActive = active
        if active { mark(number) }
    }

    /// Sets which agents are offered, by host name; nil = all. Offers made stay.
    public mutating func setWhitelist(_ whitelist: Set<String>?) {
        configuration.whitelist = whitelist
        for number in agents.indices {
            guard let entry = agents[number] else { continue }
            let isListed = whitelist?.contains(entry.profile.hostname) ?? true
            agents[number]?.isWhitelisted = isListed
            if isListed, !entry.isWhitelisted { mark(Int32(number)) }
        }
    }

    /// Books resources that are in use already, as when an agent registers with running tasks.
    ///
    /// Entries without `allocationRole` count for `*`. The framework is to be added before; the resources may be more
    /// than the agent has left, then nothing is left.
    public mutating func assume(_ resources: Resources, of framework: FrameworkID, on agent: AgentID) {
        book(resources, of: framework, on: agent, sign: 1)
    }

    /// Gives back resources that were allocated or assumed.
    ///
    /// With `refusal` the framework is not offered the same again on this agent for that time (spec `mesos/02` §2.2).
    /// The agent is looked at again by the next `allocate`.
    public mutating func recover(
        _ resources: Resources, of framework: FrameworkID, on agent: AgentID, refusal: Duration? = nil, now: Instant
    ) {
        guard !resources.isEmpty else { return }
        book(resources, of: framework, on: agent, sign: -1)
        guard let number = agentNumbers[agent] else { return }
        mark(number)
        guard let refusal, refusal > .zero, let role = resources.first(where: { _ in true })?.allocationRole,
            let claim = claim(of: framework, in: role)
        else { return }
        let filter = FilterTable.Filter(refused: lanes.bundle(resources), expiry: now + refusal)
        claims[Int(claim)]?.filters.add(filter, for: number)
        settled.remove(number)
        filterExpiries.push(FilterExpiry(claim: claim, agent: number), at: filter.expiry)
    }

    /// What of an agent is allocated to nobody; nil for an unknown agent.
    public func available(on agent: AgentID) -> Resources? {
        guard let number = agentNumbers[agent] else { return nil }
        return lanes.resources(of: free[Int(number)], allocatedTo: "*").allocated(to: nil)
    }

    private mutating func makeAgentNumber(_ id: AgentID) -> Int32 {
        let number: Int32
        if let vacant = vacantAgents.popLast() {
            number = vacant
        } else {
            number = Int32(agents.count)
            agents.append(nil)
            free.append(ResourceBundle())
            isMarked.append(false)
        }
        agentNumbers[id] = number
        return number
    }

    mutating func book(_ resources: Resources, of framework: FrameworkID, on agent: AgentID, sign: Int64) {
        var byRole: [(role: String, resources: Resources)] = []
        for entry in resources {
            let role = entry.allocationRole ?? "*"
            if let at = byRole.firstIndex(where: { $0.role == role }) {
                byRole[at].resources.add(entry)
            } else {
                byRole.append((role, [entry]))
            }
        }
        for (role, part) in byRole {
            let amounts = lanes.amounts(of: part)
            let signed = sign < 0 ? ScalarVector.zero &- amounts : amounts
            if let number = claimToBook(of: framework, in: role) {
                charge(number, signed, isAllocation: false)
                note(part.mass, of: number, on: agentNumbers[agent], sign: sign)
                let held = lanes.amounts(of: part.filter(\.countsForQuota))
                hold(claim: number, sign < 0 ? ScalarVector.zero &- held : held)
            }
        }
        guard let number = agentNumbers[agent] else { return }
        let bundle = lanes.bundle(resources)
        if sign > 0 { agents[Int(number)]?.allocated += bundle } else { agents[Int(number)]?.allocated -= bundle }
        refreshFree(number)
    }

    /// Notes that a claim has more or less of an agent.
    mutating func note(_ mass: Int64, of claim: Int32, on agent: Int32?, sign: Int64) {
        guard let agent, agents[Int(agent)] != nil else { return }
        if let place = agents[Int(agent)]?.holders.firstIndex(where: { $0.claim == claim }) {
            agents[Int(agent)]?.holders[place].mass += sign * mass
            if agents[Int(agent)]?.holders[place].mass == 0 { agents[Int(agent)]?.holders.remove(at: place) }
        } else {
            agents[Int(agent)]?.holders.append(Holder(claim: claim, mass: sign * mass))
        }
    }

    private mutating func refreshFree(_ number: Int32) {
        guard let entry = agents[Int(number)] else { return }
        var left = entry.totalBundle
        left -= entry.allocated
        left.scalars = left.scalars.nonNegative
        setFree(number, left)
    }

    /// Sets what of an agent nobody holds.
    mutating func setFree(_ number: Int32, _ left: ResourceBundle) {
        freeTotal &+= left.scalars &- free[Int(number)].scalars
        free[Int(number)] = left
        settled.remove(number)
    }

    private mutating func noteReservations(_ resources: Resources, sign: Int64) {
        for entry in resources where entry.isReserved {
            let amounts = lanes.amounts(of: [entry])
            quotas.reserve(entry.role, sign < 0 ? ScalarVector.zero &- amounts : amounts)
        }
    }

    mutating func hold(claim: Int32, _ amounts: ScalarVector) {
        guard let role = claims[Int(claim)]?.role, let quota = roles[Int(role)]?.quota else { return }
        quotas.hold(quota, amounts)
    }

    private mutating func dropFilters(on agent: Int32) {
        for claim in claims.indices { claims[claim]?.filters.remove(agent) }
    }
}
