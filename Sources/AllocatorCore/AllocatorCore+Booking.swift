public import ClusterBase
public import ClusterModel
public import ResourceModel

extension AllocatorCore {
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
        let filter = FilterTable.Filter(refused: pool.bundle(resources, &lanes), expiry: now + refusal)
        filters[Int(claim)].add(filter, for: number) { pool.covers($0, $1) }
        if pool.covers(filter.refused, books[Int(number)].free) { refuse(number, claim, filter.refused) }
        filterExpiries.push(FilterExpiry(claim: claim, agent: number), at: filter.expiry)
        if filterExpiries.count > expiryLimit { dropStaleExpiries() }
    }

    /// Notes that a claim wants nothing of what an agent has left, as it refused all of that or more.
    mutating func refuse(_ agent: Int32, _ claim: Int32, _ refused: ResourceBundle) {
        let book = books[Int(agent)]
        // What others refused is as good for less.
        if !book.isRefused || !pool.covers(refused, book.basis) { books[Int(agent)].basis = book.free }
        refusing.insert(agent, claim)
        books[Int(agent)].isRefused = true
    }

    private mutating func dropStaleExpiries() {
        filterExpiries.removeAll()
        for claim in filters.indices {
            var ends: [(agent: Int32, at: Instant)] = []
            filters[claim].forEach { ends.append(($0, $1.expiry)) }
            ends.sort { ($0.at, $0.agent) < ($1.at, $1.agent) }
            for end in ends { filterExpiries.push(FilterExpiry(claim: Int32(claim), agent: end.agent), at: end.at) }
        }
        expiryLimit = max(4_096, 2 * filterExpiries.count)
    }

    mutating func book(_ resources: Resources, of framework: FrameworkID, on agent: AgentID, sign: Int64) {
        let number = agentNumbers[agent]
        var parts: [(role: String, resources: Resources)] = []
        let first = resources.first { _ in true }?.allocationRole
        let isUniform = resources.allSatisfy { !$0.isShared && $0.allocationRole == first }
        if isUniform, !resources.isEmpty { parts = [(first ?? "*", resources)] }
        for entry in resources where !isUniform {
            let role = entry.allocationRole ?? "*"
            if let claim = entry.isShared ? claimToBook(of: framework, in: role) : nil, let number {
                bookShared(entry, of: claim, on: number, copies: Int(sign) * entry.sharedCount)
            } else if let at = parts.firstIndex(where: { $0.role == role }) {
                parts[at].resources.add(entry)
            } else {
                parts.append((role, [entry]))
            }
        }
        for (role, part) in parts {
            let bundle = pool.bundle(part, &lanes)
            if let claim = claimToBook(of: framework, in: role) { charge(claim, bundle, on: number, sign: sign) }
            guard let number else { continue }
            var allocated = books[Int(number)].allocated
            if sign > 0 {
                pool.add(bundle, to: &allocated, &lanes)
            } else {
                pool.subtract(bundle, from: &allocated, &lanes)
            }
            books[Int(number)].allocated = allocated
        }
        if let number, !parts.isEmpty { refreshFree(number) }
    }

    private mutating func charge(_ claim: Int32, _ bundle: ResourceBundle, on agent: Int32?, sign: Int64) {
        let mass = bundle.scalars.wrappedSum() &+ pool[bundle.plain].mass &+ pool[bundle.special].mass
        note(sign &* mass, of: claim, on: agent)
        charge(claim, signed(bundle.scalars &+ pool[bundle.special].amounts, sign), isAllocation: false)
        hold(claim, signed(bundle.scalars &+ pool[bundle.special].quotaAmounts, sign))
    }

    private func signed(_ amounts: ScalarVector, _ sign: Int64) -> ScalarVector {
        sign < 0 ? ScalarVector.zero &- amounts : amounts
    }

    /// Books copies of a shared resource: however many a claim or a role has, they count once per agent.
    mutating func bookShared(_ resource: Resource, of claim: Int32, on agent: Int32, copies: Int) {
        var resource = resource
        resource.allocationRole = nil
        resource.sharedCount = 1
        var holds = sharedHolds[agent] ?? []
        let place = holds.firstIndex { $0.claim == claim && $0.resource == resource }
        let before = place.map { holds[$0].copies } ?? 0
        if let place {
            holds[place].copies += copies
            if holds[place].copies <= 0 { holds.remove(at: place) }
        } else if copies > 0 {
            holds.append(SharedHold(claim: claim, resource: resource, copies: copies))
        }
        sharedHolds[agent] = holds.isEmpty ? nil : holds
        let after = max(before + copies, 0)
        note(Int64(after - before), of: claim, on: agent)
        guard (before > 0) != (after > 0), let role = claims[Int(claim)]?.role else { return }
        let isShownElsewhere = holds.contains {
            $0.claim != claim && $0.resource == resource && claims[Int($0.claim)]?.role == role
        }
        let amounts = signed(lanes.amounts(of: [resource]), after > 0 ? 1 : -1)
        charge(claim, amounts, isAllocation: false, countsForRole: !isShownElsewhere)
    }

    /// Notes that a claim has more or less of an agent.
    mutating func note(_ mass: Int64, of claim: Int32, on agent: Int32?) {
        guard mass != 0, let agent, books[Int(agent)].isKnown else { return }
        if let place = holders[Int(agent)].firstIndex(where: { $0.claim == claim }) {
            holders[Int(agent)][place].mass &+= mass
            if holders[Int(agent)][place].mass == 0 { holders[Int(agent)].remove(at: place) }
        } else {
            holders[Int(agent)].append(Holder(claim: claim, mass: mass))
        }
    }

    /// Counts amounts for the shares of a claim and its role.
    mutating func charge(
        _ claim: Int32, _ amounts: ScalarVector, isAllocation: Bool, countsForRole: Bool = true
    ) {
        guard let entry = claims[Int(claim)] else { return }
        roles[Int(entry.role)].sorter.book(entry.client, amounts, isAllocation: isAllocation, total: total)
        guard countsForRole || isAllocation else { return }
        roleTree.book(
            entry.role, countsForRole ? amounts : ScalarVector.zero, isAllocation: isAllocation, total: total)
    }

    /// Counts amounts for the quota of a claim's role.
    mutating func hold(_ claim: Int32, _ amounts: ScalarVector) {
        guard amounts != .zero, let role = claims[Int(claim)]?.role else { return }
        quotas.hold(roles[Int(role)].quota, amounts)
    }
}
