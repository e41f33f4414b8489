internal import AllocatorCore
internal import ClusterBase
public import ClusterModel
internal import ResourceModel

/// Quotas: durable, then visible (spec `mesos/06` §6.5).
///
/// A change is one batch of records; the allocator holds to it at once, and nothing that follows from it leaves before
/// the records are durable.
extension MasterCore {
    /// A change of quotas or weights that an operator asks for.
    mutating func change(_ change: ShareChange, for request: RequestToken, principal: String?) {
        guard elected != nil else {
            return perform(.respond(request, .refused(status: 503, text: "Master has not finished recovery")))
        }
        guard isAllowed(principal, change) else { return perform(.respond(request, Self.forbidden)) }
        let reply =
            switch change {
            case .updateQuota(let configs, let force): updateQuota(configs, force: force)
            case .setQuota(let quota): setQuota(quota)
            case .removeQuota(let role, let path): removeQuota(role, path: path)
            case .updateWeights(let weights): updateWeights(weights)
            }
        perform(.respond(request, reply))
    }

    func bad(_ text: String) -> CallReply { .refused(status: 400, text: text) }

    func isWhitelisted(_ role: String) -> Bool { role == "*" || configuration.roles?.contains(role) ?? true }

    // MARK: Changing

    private mutating func updateQuota(_ configs: [QuotaConfig], force: Bool) -> CallReply {
        for config in configs {
            let role = config.role
            if !isWhitelisted(role) { return bad("Invalid QuotaConfig: '\(role)' is not on the roles whitelist") }
            if role.contains("/") { return bad("Updating quota on nested role '\(role)' is not supported yet") }
            if let problem = QuotaRules.problem(config) { return bad("Invalid QuotaConfig: \(problem)") }
        }
        if let problem = uncountable(configs) { return bad("Invalid QuotaConfig: \(problem)") }
        let hint = "(use 'force' flag to bypass this check)"
        let consumption = force ? [:] : state.consumption
        for config in configs where !force {
            let (quota, consumed) = (Quota(config), consumption[config.role] ?? Quantities())
            guard quota.exceeded(by: consumed) != nil else { continue }
            return bad(
                "Invalid QuotaConfig: Role '\(config.role)' is already consuming '\(consumed)'; this is more than the "
                    + "requested limits '\(quota.limitsText)' \(hint)")
        }
        if !force, let excess = overcommitment(by: configs) {
            return bad("Invalid QuotaConfig: total quota guarantees \(excess) \(hint)")
        }
        for config in configs { store(config) }
        for config in configs { rescindOffers(for: config.role) }
        return .ok
    }

    private mutating func setQuota(_ request: QuotaRequest) -> CallReply {
        let refusal = "Failed to validate set quota request: "
        if let problem = QuotaRules.problem(request) { return bad(refusal + problem) }
        let config = QuotaRules.config(request)
        let role = config.role
        if !isWhitelisted(role) { return bad(refusal + "Unknown role '\(role)'") }
        if quotas[role] != nil {
            return bad(refusal + "Cannot set quota for role '\(role)' which already has quota")
        }
        if role.contains("/") { return bad("Setting quota on nested role '\(role)' is not supported yet") }
        if let problem = uncountable([config]) { return bad(refusal + problem) }
        if !request.force, let excess = overcommitment(by: [config]) {
            let text =
                "Quota guarantees overcommit the cluster (use 'force' to bypass this check): Total quota guarantees "
            return .refused(status: 409, text: text + excess)
        }
        store(config)
        rescindOffers(for: role)
        return .ok
    }

    /// With the path of a request, errors name it.
    private mutating func removeQuota(_ role: String, path: String?) -> CallReply {
        if let path, !isWhitelisted(role) {
            return bad("Failed to validate remove quota request for path '\(path)': Unknown role '\(role)'")
        }
        guard quotas[role] != nil else {
            let place = path.map { " for path '\($0)'" } ?? ""
            return bad("Failed to remove quota\(place): Role '\(role)' has no quota set")
        }
        store(QuotaConfig(role: role))
        return .ok
    }

    private mutating func store(_ config: QuotaConfig) {
        let quota = Quota(config)
        if quota.isDefault {
            guard quotas.removeValue(forKey: config.role) != nil else { return }
            require("QUOTA_V2", !quotas.isEmpty)
            record(.deleteQuota(config.role))
        } else {
            quotas[config.role] = quota
            require("QUOTA_V2", true)
            record(.putQuota(quota.config(config.role)))
        }
        allocator.setQuota(config.role, guarantees: quota.guarantees.amounts, limits: quota.limits)
    }

    /// Takes over what the registry has; allocation waits for most agents, or quotas would be broken.
    mutating func recoverQuotas(_ registry: RegistrySnapshot) {
        for config in registry.quotas {
            let quota = Quota(config)
            quotas[config.role] = quota
            allocator.setQuota(config.role, guarantees: quota.guarantees.amounts, limits: quota.limits)
        }
        let expected = Int(Double(recovered.count) * configuration.agentRecoveryFactor)
        allocator.awaitAgents(expected, until: now + configuration.allocatorRecoveryTimeout)
    }

    // MARK: Checks

    /// By how much all guarantees together are more than all agents have, in words; nil when they are not.
    ///
    /// Agents that are disconnected count.
    private func overcommitment(by configs: [QuotaConfig]) -> String? {
        var after = quotas
        for config in configs { after[config.role] = Quota(config) }
        let total = after.values.reduce(Quantities()) { $0 + $1.guarantees }
        var capacity = Quantities()
        for agent in agents.values { capacity.add(agent.total.nonRevocable) }
        return capacity.contains(total) ? nil : "'\(total)' exceed cluster capacity '\(capacity)'"
    }

    /// A resource that the allocator could not count would be a limit that does not hold.
    private func uncountable(_ configs: [QuotaConfig]) -> String? {
        let names = configs.flatMap { $0.guarantees.keys.sorted() + $0.limits.keys.sorted() }
        guard let name = allocator.uncountable(names) else { return nil }
        return "'\(name)' is one resource too many: quotas on more kinds of scalars are not supported"
    }

    // MARK: Rescinding

    /// Takes offers back that stand in the way of a role's quota: its own beyond its limits, then those of others until
    /// its guarantees could be met.
    ///
    /// What lies free does not count for the guarantees, as it may be in pieces that nobody can use.
    private mutating func rescindOffers(for role: String) {
        guard let quota = quotas[role] else { return }
        var excess = quota.exceeded(by: charged(role))
        for offer in excess == nil ? [] : offers.values where RoleRules.isWithin(offer.role, role) {
            guard let name = excess else { break }
            guard Self.unreserved(offer)[name] > .zero else { continue }
            withdraw(offer.id, rescinding: true)
            excess = quota.exceeded(by: charged(role))
        }
        var promised = charged(role)
        if promised.contains(quota.guarantees) { return }
        for agent in agents.values {
            for key in agent.offers.keys {
                if promised.contains(quota.guarantees) { return }
                guard let offer = offers[key], !RoleRules.isWithin(offer.role, role) else { continue }
                let freed = Self.unreserved(offer)
                guard quota.guarantees.amounts.contains(where: { promised[$0.key] < $0.value && freed[$0.key] > .zero })
                else { continue }
                promised = promised + freed
                withdraw(key, rescinding: true)
            }
        }
    }

    /// What a role and all below it consume and are offered.
    func charged(_ role: String) -> Quantities {
        Quantities(Dictionary(allocator.quotaConsumed(role).map { ($0.name, $0.amount) }) { $0 + $1 })
    }

    private static func unreserved(_ offer: Offer) -> Quantities {
        Quantities(of: offer.resources.filter { !$0.isReserved && !$0.isRevocable })
    }
}

/// A change of quotas or weights.
public enum ShareChange: Hashable, Sendable {
    /// UPDATE_QUOTA: all or none.
    case updateQuota([QuotaConfig], force: Bool)
    /// SET_QUOTA, `POST /quota`.
    case setQuota(QuotaRequest)
    /// REMOVE_QUOTA, or `DELETE /quota/<role>` with its path.
    case removeQuota(role: String, path: String?)
    /// UPDATE_WEIGHTS, `PUT /weights`: all or none.
    case updateWeights([RoleWeight])
}
