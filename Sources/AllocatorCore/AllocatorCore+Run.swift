public import ClusterBase
internal import ClusterModel
internal import ResourceModel

extension AllocatorCore {
    /// Allocates what dirty agents have left; one batch per framework, in the order in which they got something first.
    ///
    /// First each agent in turn serves roles whose guarantees are not met, then all roles by share; in a role the
    /// neediest framework comes first that may see the agent, has not refused it, and finds the minimum in it. Shares
    /// are brought up to date after every allocation. The cost is that of the dirty agents: a word per 64 claims for
    /// those whom nobody wants, and the claims that precede the taker for the others. Source: spec `mesos/06` §6.4.
    public mutating func allocate(now: Instant) -> [Allocation] {
        expireFilters(now: now)
        if let recovery {
            guard recovery.until <= now else { return [] }
            self.recovery = nil
        }
        if let due = nextFullPass, due <= now {
            nextFullPass = nil
            markAll()
        } else if isDirty, nextFullPass == nil {
            nextFullPass = now + configuration.fullPassInterval
        }
        guard isDirty else { return [] }
        runs += 1
        sweepPool()
        let batch = takeBatch()
        var collector = AllocationCollector()
        var hidden: [Int32] = []
        if quotas.guaranteed > 0 {
            for agent in batch { serve(agent, isGuarantee: true, now: now, into: &collector, hiding: &hidden) }
        }
        for agent in batch { serve(agent, isGuarantee: false, now: now, into: &collector, hiding: &hidden) }
        for agent in hidden { refreshFree(agent) }
        makeInverseAllocations(among: batch, now: now)
        return collector.allocations
    }

    /// The agents to look at, in the order in which they became dirty; or all, by number.
    private mutating func takeBatch() -> [Int32] {
        for agent in dirty { books[Int(agent)].isMarked = false }
        defer {
            dirty.removeAll(keepingCapacity: !areAllDirty)
            areAllDirty = false
        }
        guard areAllDirty else { return dirty }
        let all = Int32(agents.count)
        return (0..<all).filter { !books[Int($0)].free.isEmpty || maintenance[$0] != nil }
    }

    private mutating func expireFilters(now: Instant) {
        while let (_, expiry) = filterExpiries.pop(until: now) {
            guard filters[Int(expiry.claim)].expire(expiry.agent, now: now) else { continue }
            refusing.remove(expiry.agent, expiry.claim)
            if books[Int(expiry.agent)].isKnown { mark(expiry.agent) }
        }
    }

    // MARK: One agent

    /// The claims that the agent may be offered to, as far as bits tell.
    func eligible(for agent: Int32) -> ClaimBits {
        let book = books[Int(agent)]
        var claims = active
        if book.isRefused { claims.subtract(refusing, row: agent) }
        claims.subtract(excluded, row: agent)
        if book.hasGPUs, configuration.filterGPUResources { claims.formIntersection(knowingGPUs) }
        if book.isRemote { claims.formIntersection(knowingRegions) }
        if !book.isMultiRole { claims.formIntersection(ofSingleRole) }
        return claims
    }

    /// Gives an agent's resources to roles that were promised more than they consume, or to all roles by share within
    /// their limits and without what others were promised.
    private mutating func serve(
        _ agent: Int32, isGuarantee: Bool, now: Instant, into collector: inout AllocationCollector,
        hiding hidden: inout [Int32]
    ) {
        let book = books[Int(agent)]
        guard book.isOffered, !book.free.isEmpty else { return }
        var service = Service(agent: agent, eligible: eligible(for: agent), isGuarantee: isGuarantee, now: now)
        guard !service.eligible.isEmpty else { return }
        if configuration.roleOrder == .random {
            for role in roleTree.shuffled(&random) {
                serve(role, with: &service, into: &collector)
                if books[Int(agent)].free.isEmpty { break }
            }
        } else {
            roleTree.sort(total: total)
            var place = 0
            while place < roleTree.activeCount, !books[Int(agent)].free.isEmpty {
                let role = roleTree.active(at: place)
                place += 1
                guard serve(role, with: &service, into: &collector), !books[Int(agent)].free.isEmpty else { continue }
                // The order is another now, but those that were served are not eligible any more.
                roleTree.sort(total: total)
                place = 0
            }
        }
        if service.isSharedHidden { hidden.append(agent) }
    }

    /// Serves an agent to the frameworks of a role; whether any took something.
    @discardableResult private mutating func serve(
        _ role: Int32, with service: inout Service, into collector: inout AllocationCollector
    ) -> Bool {
        let quota = roles[Int(role)].quota
        if roles[Int(role)].isHierarchical, !books[Int(service.agent)].knowsHierarchicalRoles { return false }
        if service.isGuarantee, !quotas.isUnsatisfied(quota) { return false }
        if !quotas.isEmpty, isExhausted(quota, for: service.agent) { return false }
        if configuration.frameworkOrder == .random {
            var hasTaken = false
            for client in roles[Int(role)].sorter.shuffled(&random) {
                guard serve(client, of: role, quota, with: &service, into: &collector) else { continue }
                hasTaken = true
                if books[Int(service.agent)].free.isEmpty { break }
            }
            return hasTaken
        }
        roles[Int(role)].sorter.sort(total: total)
        var (place, hasTaken) = (0, false)
        while let client = client(of: role, at: place) {
            place += 1
            guard serve(client, of: role, quota, with: &service, into: &collector) else { continue }
            hasTaken = true
            if books[Int(service.agent)].free.isEmpty { break }
            place = 0
        }
        return hasTaken
    }

    /// Whether the limits of a role leave nothing of an agent that could make an offer.
    private func isExhausted(_ quota: QuotaBook.Number, for agent: Int32) -> Bool {
        guard let room = quotas.room(quota) else { return false }
        let free = books[Int(agent)].free
        guard free.special | free.shared == 0, free.plain == 0 || ownMinimums.isEmpty else { return false }
        return free.scalars.atMost(room).isNothing && (free.plain == 0 || !minimums.contains { $0.isNothing })
            && (free.plain == 0 || !minimums.isEmpty)
    }

    private func client(of role: Int32, at place: Int) -> Int32? {
        place < roles[Int(role)].sorter.order.count ? roles[Int(role)].sorter.order[place] : nil
    }

    /// Serves an agent to one framework, once; whether it took something.
    private mutating func serve(
        _ client: Int32, of role: Int32, _ quota: QuotaBook.Number, with service: inout Service,
        into collector: inout AllocationCollector
    ) -> Bool {
        let claim = roles[Int(role)].claims[Int(client)]
        guard service.eligible.contains(claim) else { return false }
        service.eligible.set(claim, false)
        var purpose = Purpose.share
        if service.isGuarantee {
            guard quotas.isUnsatisfied(quota) else { return false }
            purpose = .guarantee(quotas.unsatisfied(quota))
        }
        guard case .success(let offered) = offer(of: service.agent, to: claim, for: purpose, now: service.now) else {
            return false
        }
        take(offered, of: service.agent, for: claim, into: &collector)
        if offered.shared != 0 { service.isSharedHidden = true }
        return true
    }

    // MARK: Taking

    private mutating func take(
        _ offered: ResourceBundle, of agent: Int32, for claim: Int32, into collector: inout AllocationCollector
    ) {
        guard let entry = claims[Int(claim)] else { return }
        let prepared = prepare(offered, entry.role)
        var allocated = books[Int(agent)].allocated
        pool.add(offered, to: &allocated, &lanes)
        books[Int(agent)].allocated = allocated
        var left = books[Int(agent)].free
        pool.subtract(offered, from: &left, &lanes)
        // A shared resource goes to one framework in a run.
        if offered.shared != 0 { left.shared = pool.difference(left.shared, offered.shared, &lanes) }
        setFree(agent, left)
        note(prepared.mass, of: claim, on: agent)
        charge(claim, prepared.amounts, isAllocation: true)
        hold(claim, prepared.quotaAmounts)
        if offered.shared != 0 {
            for resource in pool[offered.shared].resources { bookShared(resource, of: claim, on: agent, copies: 1) }
        }
        let part = AgentAllocation(
            agentID: agents[Int(agent)].id, role: roles[Int(entry.role)].name, resources: prepared.resources)
        collector.add(part, framework: entry.framework) { frameworks[Int(entry.framework)]?.id }
    }

    /// What an offer needs; looked up when the same was offered to the role before.
    private mutating func prepare(_ offered: ResourceBundle, _ role: Int32) -> PreparedOffer {
        let key = OfferKey(bundle: offered, role: role)
        if let known = offers[key] { return known }
        if offers.count >= 1_024 { offers.removeAll(keepingCapacity: true) }
        let prepared = PreparedOffer(
            resources: pool.resources(of: offered, allocatedTo: roles[Int(role)].name, lanes),
            amounts: offered.scalars &+ pool[offered.special].amounts,
            quotaAmounts: offered.scalars &+ pool[offered.special].quotaAmounts,
            mass: offered.scalars.wrappedSum() &+ pool[offered.plain].mass &+ pool[offered.special].mass)
        offers[key] = prepared
        return prepared
    }

    /// An agent while it is served.
    private struct Service {
        let agent: Int32
        /// Claims that were not looked at yet.
        var eligible: ClaimBits
        let isGuarantee: Bool
        let now: Instant
        var isSharedHidden = false
    }
}

/// Gathers allocations per framework.
struct AllocationCollector {
    private(set) var allocations: [Allocation] = []
    /// By framework number; -1 where there is none.
    private var places: [Int] = []

    mutating func add(_ part: AgentAllocation, framework: Int32, id: () -> FrameworkID?) {
        while places.count <= Int(framework) { places.append(-1) }
        let place = places[Int(framework)]
        if place >= 0 {
            allocations[place].agents.append(part)
        } else if let id = id() {
            places[Int(framework)] = allocations.count
            allocations.append(Allocation(frameworkID: id, agents: [part]))
        }
    }
}
