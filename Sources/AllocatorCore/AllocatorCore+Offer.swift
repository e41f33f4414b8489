internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

extension AllocatorCore {
    /// What an offer is made for.
    enum Purpose {
        /// To meet a role's guarantees, of which so much is missing.
        case guarantee(ScalarVector)
        /// To share what is left.
        case share
    }

    /// What is offered, or why nothing is.
    enum OfferResult {
        case success(ResourceBundle)
        case failure(AllocationCause)
    }

    /// What the claim's framework would be offered of the agent, or why nothing; `eligible` was asked before.
    mutating func offer(of agent: Int32, to claim: Int32, for purpose: Purpose, now: Instant) -> OfferResult {
        guard let place = claims[Int(claim)] else { return .failure(.capabilities) }
        if place.hasConstraints, isExcluded(agent, claim, place) { return .failure(.offerConstraints) }
        var offered = books[Int(agent)].free
        if offered.special != 0 || offered.shared != 0 {
            offered.special = visible(offered.special, to: place)
            offered.shared = visible(offered.shared, to: place)
            if offered.isEmpty { return .failure(whyInvisible(agent, place)) }
        }
        if !quotas.isEmpty, let failure = limit(&offered, role: place.role, for: purpose) { return .failure(failure) }
        let needed = ownMinimums.isEmpty ? minimums : ownMinimums[claim] ?? minimums
        guard !offered.isEmpty, Self.passes(amounts(of: offered), needed) else { return .failure(.belowMinimum) }
        guard filters[Int(claim)].count > 0 else { return .success(offered) }
        guard let refused = filters[Int(claim)].first(agent, now: now, where: { pool.covers($0, offered) }) else {
            return .success(offered)
        }
        if pool.covers(refused, books[Int(agent)].free) { refuse(agent, claim, refused) }
        return .failure(.filtered)
    }

    /// Whether the framework's own constraints exclude the agent; found out once.
    private mutating func isExcluded(_ agent: Int32, _ claim: Int32, _ place: Claim) -> Bool {
        if constrained.contains(agent, claim) { return excluded.contains(agent, claim) }
        guard let constraints = frameworks[Int(place.framework)]?.constraints, let role = roleName(place.role)
        else { return false }
        let isExcluded = constraints.excludes(agents[Int(agent)].profile, role: role)
        constrained.insert(agent, claim)
        if isExcluded { excluded.insert(agent, claim) }
        return isExcluded
    }

    private static func passes(_ amounts: ScalarVector, _ minimums: [ScalarVector]) -> Bool {
        if minimums.isEmpty { return true }
        for minimum in minimums where amounts.covers(minimum) { return true }
        return false
    }

    // MARK: Who may see what

    /// The part of some resources that a claim's framework may be offered.
    private mutating func visible(_ resources: ResourcesPool.Number, to claim: Claim) -> ResourcesPool.Number {
        if resources == 0 { return 0 }
        let key = VisibleKey(resources: resources, role: claim.role, capabilities: claim.capabilities)
        if let known = visible[key] { return known }
        guard let role = roleName(claim.role) else { return 0 }
        let all = pool[resources].resources
        let part = all.filter { Self.maySee($0, claim.capabilities) && $0.isUsable(by: role) }
        let number = part.count == all.count ? resources : pool.number(of: part, &lanes)
        if visible.count >= max(8_192, 2 * pool.count) { visible.removeAll(keepingCapacity: true) }
        visible[key] = number
        return number
    }

    private static func maySee(_ resource: Resource, _ capabilities: FrameworkCapabilities) -> Bool {
        if resource.isRevocable, !capabilities.contains(.revocableResources) { return false }
        if resource.isShared, !capabilities.contains(.sharedResources) { return false }
        return resource.reservations.count < 2 || capabilities.contains(.reservationRefinement)
    }

    /// Why nothing that an agent has left can be seen in a claim.
    private func whyInvisible(_ agent: Int32, _ claim: Claim) -> AllocationCause {
        guard let role = roleName(claim.role) else { return .reservedForOthers }
        let free = books[Int(agent)].free
        let isUsable = [free.special, free.shared].contains { part in
            pool[part].resources.contains { $0.isUsable(by: role) }
        }
        return isUsable ? .capabilities : .reservedForOthers
    }

    // MARK: Quotas

    /// Cuts what is unreserved to what a role may have: what it was promised, and what its limits and others leave.
    ///
    /// Says why nothing is left of it when nothing is, or when a guarantee was asked for and nothing of that is there.
    private mutating func limit(
        _ offered: inout ResourceBundle, role: Int32, for purpose: Purpose
    ) -> AllocationCause? {
        let quota = roles[Int(role)].quota
        let room = quotas.room(quota)
        let spare = quotas.guaranteed > 0 ? (freeTotal &- quotas.required).nonNegative : nil
        let there = offered.scalars
        var promised = ScalarVector.zero
        if case .guarantee(let missing) = purpose { promised = there.atMost(missing) }
        var more = there &- promised
        if let room { more = more.atMost((room &- promised).nonNegative) }
        if let spare { more = more.atMost(spare) }
        offered.scalars = promised &+ more
        if pool[offered.special].quotaAmounts != .zero {
            let unlimited = ScalarVector(repeating: .max / 4)
            var allowance = Allowance(
                room: room.map { ($0 &- offered.scalars).nonNegative } ?? unlimited,
                spare: spare.map { ($0 &- more).nonNegative } ?? unlimited)
            if case .guarantee(let missing) = purpose { allowance.promised = missing &- promised }
            let before = allowance.promised
            offered.special = limitDisks(offered.special, &allowance)
            promised &+= before &- allowance.promised
        }
        if case .guarantee = purpose { return promised == .zero ? .guaranteesOfOthers : nil }
        guard offered.isEmpty else { return nil }
        guard let room else { return .guaranteesOfOthers }
        return there.atMost(room).isNothing ? .quotaLimit : .guaranteesOfOthers
    }

    /// What a role may still have.
    private struct Allowance {
        /// Until its limits are reached.
        var room: ScalarVector
        /// Of what nobody else was promised.
        var spare: ScalarVector
        /// Until its guarantees are met.
        var promised = ScalarVector.zero
    }

    /// Leaves as much of unreserved disks as is allowed; those that cannot be cut are taken whole or not at all.
    private mutating func limitDisks(
        _ special: ResourcesPool.Number, _ allowance: inout Allowance
    ) -> ResourcesPool.Number {
        var kept = pool[special].resources
        for entry in pool[special].resources where entry.countsForQuota {
            guard case .scalar(let amount) = entry.value, let lane = lanes.lane(of: entry.name) else { continue }
            let allowed = min(allowance.room[lane], allowance.promised[lane] &+ allowance.spare[lane])
            var taken = amount.thousandths
            if taken > allowed {
                kept.subtract(entry)
                taken = entry.isIndivisible ? 0 : allowed
                var part = entry
                part.value = .scalar(Scalar(thousandths: taken))
                kept.add(part)
            }
            let promised = min(taken, allowance.promised[lane])
            allowance.promised[lane] -= promised
            allowance.spare[lane] -= taken - promised
            allowance.room[lane] -= taken
        }
        return pool.number(of: kept, &lanes)
    }
}
