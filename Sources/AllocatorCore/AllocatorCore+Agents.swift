public import ClusterBase
public import ClusterModel
public import ResourceModel

extension AllocatorCore {
    /// Takes an agent in, or replaces what is known of it; what is allocated on it stays so.
    ///
    /// A change of profile drops all filters on it, as its resources are others now.
    public mutating func setAgent(_ id: AgentID, _ profile: AgentProfile, isActive: Bool) {
        if let number = agentNumbers[id] {
            let isChanged = agents[Int(number)].profile != profile
            books[Int(number)].isActive = isActive
            if isChanged { replaceProfile(of: number, profile, dropsFilters: true) }
            mark(number)
        } else {
            let number = makeAgentNumber(id, profile)
            books[Int(number)].isActive = isActive
            setProfile(of: number, profile)
            mark(number)
        }
        if let recovery, agentNumbers.count >= recovery.agents { self.recovery = nil }
    }

    private mutating func setProfile(of number: Int32, _ profile: AgentProfile) {
        let bundle = pool.bundle(profile.total, &lanes)
        agents[Int(number)].profile = profile
        books[Int(number)].totalBundle = bundle
        let amounts = amounts(of: bundle)
        total &+= amounts
        noteReservations(bundle, sign: 1)
        books[Int(number)].isWhitelisted = configuration.whitelist?.contains(profile.hostname) ?? true
        books[Int(number)].isRemote =
            configuration.region != nil && profile.region != nil && profile.region != configuration.region
        books[Int(number)].hasGPUs = amounts[ScalarLanes.gpus] > 0
        books[Int(number)].isMultiRole = profile.isMultiRole
        books[Int(number)].knowsHierarchicalRoles = profile.knowsHierarchicalRoles
        refreshFree(number)
    }

    /// Sets what is known of an agent; what is allocated on it stays so.
    mutating func replaceProfile(of number: Int32, _ profile: AgentProfile, dropsFilters: Bool) {
        total &-= amounts(of: books[Int(number)].totalBundle)
        noteReservations(books[Int(number)].totalBundle, sign: -1)
        if dropsFilters {
            dropFilters(on: number)
            constrained.removeRow(number)
            excluded.removeRow(number)
        }
        setProfile(of: number, profile)
    }

    /// Forgets an agent; everything allocated on it is to be recovered before.
    public mutating func removeAgent(_ id: AgentID) {
        guard let number = agentNumbers.removeValue(forKey: id) else { return }
        total &-= amounts(of: books[Int(number)].totalBundle)
        noteReservations(books[Int(number)].totalBundle, sign: -1)
        setFree(number, ResourceBundle())
        maintenance[number] = nil
        sharedHolds[number] = nil
        dropFilters(on: number)
        constrained.removeRow(number)
        excluded.removeRow(number)
        let isMarked = books[Int(number)].isMarked
        books[Int(number)] = AgentBook()
        books[Int(number)].isMarked = isMarked
        holders[Int(number)] = []
        vacantAgents.append(number)
    }

    /// Starts or stops offering an agent; filters stay.
    public mutating func setAgentActive(_ id: AgentID, _ active: Bool) {
        guard let number = agentNumbers[id] else { return }
        books[Int(number)].isActive = active
        if active { mark(number) }
    }

    /// Sets which agents are offered, by host name; nil = all.
    ///
    /// Offers made stay.
    public mutating func setWhitelist(_ whitelist: Set<String>?) {
        configuration.whitelist = whitelist
        for number in agents.indices where books[number].isKnown {
            let isListed = whitelist?.contains(agents[number].profile.hostname) ?? true
            if isListed, !books[number].isWhitelisted { mark(Int32(number)) }
            books[number].isWhitelisted = isListed
        }
    }

    /// What of an agent is allocated to nobody; nil for an unknown agent.
    public func available(on agent: AgentID) -> Resources? {
        guard let number = agentNumbers[agent] else { return nil }
        return pool.resources(of: books[Int(number)].free, allocatedTo: "*", lanes).allocated(to: nil)
    }

    private mutating func makeAgentNumber(_ id: AgentID, _ profile: AgentProfile) -> Int32 {
        let number: Int32
        if let vacant = vacantAgents.popLast() {
            number = vacant
            agents[Int(vacant)] = AgentEntry(id: id, profile: profile)
        } else {
            number = Int32(agents.count)
            agents.append(AgentEntry(id: id, profile: profile))
            books.append(AgentBook())
            holders.append([])
        }
        books[Int(number)].isKnown = true
        agentNumbers[id] = number
        return number
    }

    func amounts(of bundle: ResourceBundle) -> ScalarVector {
        bundle.scalars &+ pool[bundle.special].amounts &+ pool[bundle.shared].amounts
    }

    private mutating func noteReservations(_ bundle: ResourceBundle, sign: Int64) {
        for part in [bundle.special, bundle.shared] where pool[part].hasReservations {
            for entry in pool[part].resources where entry.isReserved {
                let amounts = lanes.amounts(of: [entry])
                quotas.reserve(entry.role, sign < 0 ? ScalarVector.zero &- amounts : amounts)
            }
        }
    }

    // MARK: What is left

    mutating func refreshFree(_ number: Int32) {
        var left = books[Int(number)].totalBundle
        pool.subtract(books[Int(number)].allocated, from: &left, &lanes)
        left.scalars = left.scalars.nonNegative
        setFree(number, left)
    }

    /// Sets what of an agent nobody holds.
    mutating func setFree(_ number: Int32, _ left: ResourceBundle) {
        let place = Int(number)
        let old = books[place].free
        freeTotal &+= left.scalars &- old.scalars
        if left.special != old.special {
            freeTotal &+= pool[left.special].quotaAmounts &- pool[old.special].quotaAmounts
        }
        books[place].free = left
        guard books[place].isRefused else { return }
        if pool.covers(books[place].basis, left) { return }
        books[place].isRefused = false
        refusing.removeRow(number)
    }

    private mutating func dropFilters(on agent: Int32) {
        for claim in filters.indices { filters[claim].remove(agent) }
        books[Int(agent)].isRefused = false
        refusing.removeRow(agent)
    }

    /// Forgets resources that are nowhere any more, once there are many.
    mutating func sweepPool() {
        guard pool.isFull else { return }
        offers.removeAll()
        visible.removeAll()
        var used = pool.noneUsed
        func use(_ bundle: ResourceBundle) {
            used[Int(bundle.plain)] = true
            used[Int(bundle.special)] = true
            used[Int(bundle.shared)] = true
        }
        for number in books.indices {
            use(books[number].totalBundle)
            use(books[number].allocated)
            use(books[number].free)
            use(books[number].basis)
        }
        for table in filters { table.forEach { _, filter in use(filter.refused) } }
        pool.keep(used)
    }
}
