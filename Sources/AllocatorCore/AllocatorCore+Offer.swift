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

    /// What the claim's framework would be offered of the agent; nil when nothing.
    func offer(
        of agent: Int32, _ entry: AgentEntry, to claim: Int32, for purpose: Purpose, now: Instant
    ) -> ResourceBundle? {
        guard let place = claims[Int(claim)], let framework = frameworks[Int(place.framework)] else { return nil }
        if place.filters.mayHold(agent), settled.contains(agent) { return nil }
        let capabilities = framework.capabilities
        if entry.hasGPUs, configuration.filterGPUResources, !capabilities.contains(.gpuResources) { return nil }
        if entry.isRemote, !capabilities.contains(.regionAware) { return nil }
        if !entry.profile.isMultiRole, capabilities.contains(.multiRole) { return nil }
        if let constraints = framework.constraints, let role = roleName(place.role),
            constraints.excludes(entry.profile, role: role)
        {
            return nil
        }
        var offered = free[Int(agent)]
        if !quotas.isEmpty {
            guard let plain = plainScalars(offered.scalars, role: place.role, for: purpose) else { return nil }
            offered.scalars = plain
        }
        var amounts = offered.scalars
        if !offered.special.isEmpty {
            guard let role = roleName(place.role) else { return nil }
            offered.special = offered.special.filter { Self.maySee($0, role: role, capabilities) }
            var lanes = lanes
            amounts &+= lanes.amounts(of: offered.special)
        }
        guard !offered.isEmpty, passesMinimum(amounts, place.minimums ?? minimums) else { return nil }
        return place.filters.refuses(offered, of: agent, now: now) ? nil : offered
    }

    private static func maySee(_ resource: Resource, role: String, _ capabilities: FrameworkCapabilities) -> Bool {
        if resource.isRevocable, !capabilities.contains(.revocableResources) { return false }
        if resource.isShared, !capabilities.contains(.sharedResources) { return false }
        if resource.reservations.count > 1, !capabilities.contains(.reservationRefinement) { return false }
        return resource.isUsable(by: role)
    }

    /// As much of an agent's plain scalars as a role may have: what it was promised, then what its limits leave and
    /// nobody else was promised. Nil when a guarantee was asked for and nothing of it is there.
    private func plainScalars(_ there: ScalarVector, role: Int32, for purpose: Purpose) -> ScalarVector? {
        guard let quota = roles[Int(role)]?.quota else { return there }
        var promised = ScalarVector.zero
        if case .guarantee(let missing) = purpose {
            promised = there.atMost(missing)
            if promised == .zero { return nil }
        }
        var more = there &- promised
        if let room = quotas.room(quota) { more = more.atMost((room &- promised).nonNegative) }
        if quotas.guaranteed > 0 { more = more.atMost((freeTotal &- quotas.required).nonNegative) }
        return promised &+ more
    }

    private func passesMinimum(_ amounts: ScalarVector, _ minimums: [ScalarVector]) -> Bool {
        if minimums.isEmpty { return true }
        for minimum in minimums where amounts.covers(minimum) { return true }
        return false
    }
}
