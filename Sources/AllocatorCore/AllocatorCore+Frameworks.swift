public import ClusterBase
public import ClusterModel
public import ResourceModel

extension AllocatorCore {
    /// Takes a framework in, or replaces what is known of it.
    ///
    /// Roles that are no longer suppressed lose their filters, as with `revive`; roles left lose theirs too. What is
    /// used in roles left goes on counting there. All agents are looked at again.
    public mutating func setFramework(
        _ id: FrameworkID, roles: [String], suppressed: Set<String>, capabilities: FrameworkCapabilities, isActive: Bool
    ) {
        let number = frameworkNumbers[id] ?? makeFrameworkNumber(id)
        frameworks[Int(number)]?.capabilities = capabilities
        frameworks[Int(number)]?.isActive = isActive
        for role in roles {
            let claim = claimToBook(of: id, in: role) ?? makeClaim(of: number, in: role)
            let revived = claims[Int(claim)]?.isSuppressed == true && !suppressed.contains(role)
            if revived { dropFilters(of: claim) }
            claims[Int(claim)]?.isSubscribed = true
            claims[Int(claim)]?.isSuppressed = suppressed.contains(role)
        }
        for claim in frameworks[Int(number)]?.claims ?? [] {
            claims[Int(claim)]?.capabilities = capabilities
            claims[Int(claim)]?.hasConstraints = frameworks[Int(number)]?.constraints != nil
            guard let entry = claims[Int(claim)], let role = roleName(entry.role), !roles.contains(role) else {
                continue
            }
            claims[Int(claim)]?.isSubscribed = false
            dropFilters(of: claim)
        }
        refreshActivity(of: number)
        markAll()
    }

    /// Sets which agents a framework wants offers of; nil = all.
    ///
    /// Source: spec `mesos/02` §2.8.
    public mutating func setOfferConstraints(_ id: FrameworkID, _ constraints: OfferConstraintsFilter?) {
        guard let number = frameworkNumbers[id] else { return }
        let present = constraints.flatMap { $0.isEmpty ? nil : $0 }
        if present == nil, frameworks[Int(number)]?.constraints == nil { return }
        frameworks[Int(number)]?.constraints = present
        for claim in frameworks[Int(number)]?.claims ?? [] {
            claims[Int(claim)]?.hasConstraints = present != nil
            constrained.removeColumn(claim)
            excluded.removeColumn(claim)
        }
        markAll()
    }

    /// Sets what an offer in a role needs at least: any one of the alternatives; none = anything is offered.
    ///
    /// Roles that are not named have the minimum of the configuration. Source: spec `mesos/02` §2.2.
    public mutating func setMinAllocatable(_ id: FrameworkID, _ byRole: [String: [[String: Scalar]]]) {
        guard let number = frameworkNumbers[id] else { return }
        for claim in frameworks[Int(number)]?.claims ?? [] {
            guard let role = (claims[Int(claim)]?.role).flatMap(roleName) else { continue }
            let minimums = byRole[role].map { $0.map { vector($0, otherwise: 0) } }
            ownMinimums[claim] = minimums
        }
        markAll()
    }

    /// Starts or stops offering to a framework; stopping drops all its filters.
    public mutating func setFrameworkActive(_ id: FrameworkID, _ active: Bool) {
        guard let number = frameworkNumbers[id] else { return }
        frameworks[Int(number)]?.isActive = active
        if !active { for claim in frameworks[Int(number)]?.claims ?? [] { dropFilters(of: claim) } }
        refreshActivity(of: number)
        if active { markAll() }
    }

    /// Forgets a framework; everything allocated to it is to be recovered before.
    public mutating func removeFramework(_ id: FrameworkID) {
        guard let number = frameworkNumbers.removeValue(forKey: id) else { return }
        for claim in frameworks[Int(number)]?.claims ?? [] { removeClaim(claim) }
        forgetInverseOffers(of: number)
        frameworks[Int(number)] = nil
        vacantFrameworks.append(number)
    }

    /// Ends suppression and filters in the roles; all agents are looked at again.
    public mutating func revive(_ id: FrameworkID, roles: [String]) { setSuppressed(id, roles: roles, false) }

    /// Makes no offers in the roles until `revive`; offers made stay valid.
    public mutating func suppress(_ id: FrameworkID, roles: [String]) { setSuppressed(id, roles: roles, true) }

    /// Sets the weight of a role, above 0; all agents are looked at again.
    public mutating func setWeight(_ weight: Double, of role: String) {
        roleTree.setWeight(weight, of: role)
        markAll()
    }

    /// Sets what a top-level role is promised and what it may have at most; with neither, it has no quota.
    ///
    /// It holds for all roles below it, too. All agents are looked at again. Source: spec `mesos/06` §6.5.
    public mutating func setQuota(_ role: String, guarantees: [String: Scalar], limits: [String: Scalar]) {
        quotas.set(role, guarantees: vector(guarantees, otherwise: 0), limits: vector(limits, otherwise: .max))
        markAll()
    }

    /// The first of some scalars that cannot be counted, as too many kinds are known already; nil when all can be.
    public func uncountable(_ names: [String]) -> String? {
        var lanes = lanes
        return names.first { lanes.lane(of: $0) == nil }
    }

    /// What a top-level role consumes of its quota, by resource: reservations, and what is offered or allocated.
    public func quotaConsumed(_ role: String) -> [(name: String, amount: Scalar)] {
        guard let consumed = quotas.consumed(role) else { return [] }
        return lanes.names.indices.filter { consumed[$0] > 0 }.map {
            (lanes.names[$0], Scalar(thousandths: consumed[$0]))
        }
    }

    /// Makes no offers until so many agents are known, or a time has come: a quota could not be kept before.
    ///
    /// Nothing happens without quotas. Source: spec `mesos/06` §6.3.
    public mutating func awaitAgents(_ count: Int, until deadline: Instant) {
        recovery = quotas.isEmpty || agentNumbers.count >= count ? nil : (count, deadline)
    }

    private mutating func vector(_ amounts: [String: Scalar], otherwise: Int64) -> ScalarVector {
        var vector = ScalarVector(repeating: otherwise)
        for (name, amount) in amounts.sorted(by: { $0.key < $1.key }) {
            if let lane = lanes.lane(of: name) { vector[lane] = amount.thousandths }
        }
        return vector
    }

    /// The dominant share of each role with frameworks, by name.
    public var dominantShares: [(role: String, share: Double)] {
        roleNumbers.sorted { $0.key < $1.key }.map { ($0.key, roleTree.share(of: $0.value, total: total)) }
    }

    /// How many agents each role's frameworks have filters on, by name.
    public var activeFilters: [(role: String, count: Int)] {
        var counts: [Int32: Int] = [:]
        for (claim, table) in filters.enumerated() where table.count > 0 {
            if let role = claims[claim]?.role { counts[role, default: 0] += table.count }
        }
        return roleNumbers.sorted { $0.key < $1.key }.map { ($0.key, counts[$0.value] ?? 0) }
    }

    /// How many agents frameworks have filters on, by framework and role, where there are any.
    public var filtersByFramework: [(framework: FrameworkID, role: String, agents: Int)] {
        filters.enumerated().compactMap { claim, table in
            guard table.count > 0, let entry = claims[claim], let role = roleName(entry.role),
                let framework = frameworks[Int(entry.framework)]
            else { return nil }
            return (framework.id, role, table.count)
        }
    }

    func roleName(_ number: Int32) -> String? {
        Int(number) < roles.count && !roles[Int(number)].name.isEmpty ? roles[Int(number)].name : nil
    }

    func claim(of framework: FrameworkID, in role: String) -> Int32? {
        guard let number = frameworkNumbers[framework], let wanted = roleNumbers[role] else { return nil }
        return frameworks[Int(number)]?.claims.first { claims[Int($0)]?.role == wanted }
    }

    /// The claim to charge; made, unsubscribed, when the framework uses a role that it is not subscribed to.
    mutating func claimToBook(of framework: FrameworkID, in role: String) -> Int32? {
        if let known = claim(of: framework, in: role) { return known }
        return frameworkNumbers[framework].map { makeClaim(of: $0, in: role) }
    }

    /// Ends all filters of a claim.
    mutating func dropFilters(of claim: Int32) {
        guard filters[Int(claim)].count > 0 else { return }
        filters[Int(claim)].removeAll()
        refusing.removeColumn(claim)
    }

    private mutating func setSuppressed(_ id: FrameworkID, roles: [String], _ suppressed: Bool) {
        guard let number = frameworkNumbers[id] else { return }
        for role in roles {
            guard let claim = claim(of: id, in: role) else { continue }
            claims[Int(claim)]?.isSuppressed = suppressed
            if !suppressed { dropFilters(of: claim) }
        }
        refreshActivity(of: number)
        guard !suppressed else { return }
        clearInverseFilters(of: number)
        markAll()
    }

    private mutating func refreshActivity(of framework: Int32) {
        guard let entry = frameworks[Int(framework)] else { return }
        for number in entry.claims {
            guard let claim = claims[Int(number)] else { continue }
            let isActive = entry.isActive && claim.isSubscribed && !claim.isSuppressed
            active.set(number, isActive)
            knowingGPUs.set(number, claim.capabilities.contains(.gpuResources))
            knowingRegions.set(number, claim.capabilities.contains(.regionAware))
            ofSingleRole.set(number, !claim.capabilities.contains(.multiRole))
            roles[Int(claim.role)].sorter.setActive(claim.client, isActive)
            refreshActivity(ofRole: claim.role)
        }
    }

    private mutating func refreshActivity(ofRole role: Int32) {
        roleTree.setActive(role, !roles[Int(role)].sorter.order.isEmpty)
    }

    private mutating func makeFrameworkNumber(_ id: FrameworkID) -> Int32 {
        let entry = FrameworkEntry(id: id, capabilities: [], isActive: false)
        let number: Int32
        if let vacant = vacantFrameworks.popLast() {
            number = vacant
            frameworks[Int(vacant)] = entry
        } else {
            number = Int32(frameworks.count)
            frameworks.append(entry)
        }
        frameworkNumbers[id] = number
        return number
    }

    private mutating func makeClaim(of framework: Int32, in role: String) -> Int32 {
        let roleNumber = roleNumbers[role] ?? makeRole(role)
        guard let id = frameworks[Int(framework)]?.id else { preconditionFailure("claim of an unknown framework") }
        let client = roles[Int(roleNumber)].sorter.add(id.value, weight: 1)
        let capabilities = frameworks[Int(framework)]?.capabilities ?? []
        var claim = Claim(framework: framework, role: roleNumber, client: client, capabilities: capabilities)
        claim.hasConstraints = frameworks[Int(framework)]?.constraints != nil
        let number: Int32
        if let vacant = vacantClaims.popLast() {
            number = vacant
            claims[Int(vacant)] = claim
        } else {
            number = Int32(claims.count)
            claims.append(claim)
            filters.append(FilterTable())
        }
        setClaim(number, client, of: roleNumber)
        roles[Int(roleNumber)].claimCount += 1
        frameworks[Int(framework)]?.claims.append(number)
        return number
    }

    private mutating func removeClaim(_ number: Int32) {
        guard let claim = claims[Int(number)] else { return }
        let left = roles[Int(claim.role)].sorter.allocated(to: claim.client)
        precondition(left == .zero, "a framework is removed while resources are allocated to it")
        roles[Int(claim.role)].sorter.remove(claim.client)
        setClaim(-1, claim.client, of: claim.role)
        roles[Int(claim.role)].claimCount -= 1
        dropFilters(of: number)
        constrained.removeColumn(number)
        excluded.removeColumn(number)
        active.set(number, false)
        ownMinimums[number] = nil
        claims[Int(number)] = nil
        vacantClaims.append(number)
        refreshActivity(ofRole: claim.role)
        guard roles[Int(claim.role)].claimCount == 0 else { return }
        let role = roles[Int(claim.role)]
        roleTree.remove(claim.role)
        visible.removeAll()
        offers.removeAll()
        quotas.release(role.quota)
        roleNumbers[role.name] = nil
        roles[Int(claim.role)] = vacantRole
    }

    private var vacantRole: RoleEntry {
        RoleEntry(name: "", sorter: ShareSorter(), quota: -1, isHierarchical: false)
    }

    private mutating func setClaim(_ claim: Int32, _ client: Int32, of role: Int32) {
        while roles[Int(role)].claims.count <= Int(client) { roles[Int(role)].claims.append(-1) }
        roles[Int(role)].claims[Int(client)] = claim
    }

    private mutating func makeRole(_ name: String) -> Int32 {
        let number = roleTree.add(name)
        while roles.count <= Int(number) { roles.append(vacantRole) }
        roles[Int(number)] = RoleEntry(
            name: name, sorter: ShareSorter(excluded: excludedLanes), quota: quotas.retain(name),
            isHierarchical: name.contains("/"))
        roleNumbers[name] = number
        return number
    }
}
