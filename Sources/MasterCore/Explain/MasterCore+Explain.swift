public import AccessControl
internal import AllocatorCore
public import ClusterBase
internal import ClusterModel
internal import ResourceModel

extension MasterCore {
    /// Explains something; empty when nothing of that name is known.
    ///
    /// Tells what `filter` shows: nothing of what it hides, and of frameworks that it hides only how many they are.
    ///
    /// Changes nothing. Linear in agents for a framework, in frameworks and tasks for the others.
    public func explain(
        _ subject: ExplanationSubject, now: Instant, seeing filter: ViewFilter = .everything
    ) -> [Explanation] {
        switch subject {
        case .framework(let name, let role):
            named(name, filter).flatMap { framework -> [Explanation] in
                let roles = role.map { [$0] } ?? framework.info.roles
                return roles.map { explain(framework, in: $0, now, filter) }
            }
        case .role(let name): filter.shows(role: name) ? explainRole(name, now, filter) : []
        case .task(let id, let framework): explainTask(TaskID(id), framework, now, filter)
        case .agent(let name):
            agents.values.filter { $0.id.value == name || $0.info.hostname == name }.map { explain($0, filter) }
        }
    }

    func named(_ name: String, _ filter: ViewFilter) -> [Framework] {
        (frameworks.values + completed.values)
            .filter { ($0.id.value == name || $0.info.name == name) && filter.shows($0.info) }
    }

    // MARK: A framework in a role

    private func explain(
        _ framework: Framework, in role: String, _ now: Instant, _ filter: ViewFilter
    ) -> Explanation {
        var result = Explanation(
            subject: "framework \(framework.info.name) (\(framework.id)) in role '\(role)'", verdict: "")
        if let state = whyNotAsked(framework, role, now) {
            result.verdict = state.text
            result.reasons = [state]
            return result
        }
        let held = framework.offers.keys.filter { offers[$0]?.role == role }
        guard let allocation = allocator.explain(framework: framework.id, role: role, now: now) else {
            result.verdict = "is not known to the allocator"
            return result
        }
        result.reasons = allocation.causes.map { .init($0.cause.rawValue, $0.cause.text, count: $0.agents) }
        result.reasons.sort { ($0.count ?? 0) > ($1.count ?? 0) }
        result.verdict = verdict(allocation, held: held.count)
        if let awaited = allocation.awaitedAgents, awaited > 0 {
            let text = "offers begin when \(awaited) more agents are back, for there are quotas"
            result.reasons.insert(.init("AWAITS_AGENTS", text, count: awaited), at: 0)
        }
        result.figures = [.init("offers held", holding(held, of: framework, now))]
        if let expiry = allocation.nextFilterExpiry {
            result.figures.append(.init("next filter ends in", Self.span(expiry - now)))
        }
        result.figures += [
            .init("share of the role", Self.percent(allocation.share)),
            .init("served before it", "\(allocation.ahead) frameworks of the role, \(allocation.rolesAhead) roles"),
        ]
        result.figures += otherHolders(than: framework.id, now, filter)
        return result
    }

    /// Why a framework is not considered in a role at all.
    private func whyNotAsked(_ framework: Framework, _ role: String, _ now: Instant) -> Explanation.Reason? {
        switch framework.connection {
        case .completed(let at): return .init("COMPLETED", "was torn down \(Self.span(now - at)) ago")
        case .recovered:
            return .init("RECOVERED", "is known from its tasks only: it has not subscribed to this master yet")
        case .disconnected(let since):
            let left = framework.info.failoverTimeout - (now - since)
            let text = "is disconnected for \(Self.span(now - since)); it is removed in \(Self.span(left))"
            return .init("DISCONNECTED", text)
        case .connected: break
        }
        guard framework.info.roles.contains(role) else {
            let roles = framework.info.roles.map { "'\($0)'" }.joined(separator: ", ")
            return .init("NOT_SUBSCRIBED", "is not subscribed to the role, but to \(roles)")
        }
        guard !framework.suppressedRoles.contains(role) else {
            return .init("SUPPRESSED", "asked for no offers in the role (SUPPRESS); REVIVE asks for them again")
        }
        return nil
    }

    private func verdict(_ allocation: AllocationExplanation, held: Int) -> String {
        if held > 0 { return "holds \(held) \(held == 1 ? "offer" : "offers")" }
        if let awaited = allocation.awaitedAgents, awaited > 0 { return "has no offer: too few agents are back" }
        guard allocation.agents > 0 else { return "has no offer: no agent is registered" }
        if let ready = allocation.causes.first(where: { $0.cause == .offerable }) {
            return
                "has no offer yet: \(ready.agents) of \(allocation.agents) agents may be offered by the next allocation"
        }
        guard let most = allocation.causes.max(by: { $0.agents < $1.agents }) else { return "has no offer" }
        return "has no offer; \(most.agents) of \(allocation.agents) agents: \(most.cause.text)"
    }

    private func holding(_ held: [OfferID], of framework: Framework, _ now: Instant) -> String {
        guard let oldest = held.compactMap({ framework.offers[$0] }).min() else { return "0" }
        return "\(held.count), the oldest for \(Self.span(now - oldest))"
    }

    /// Who else holds offers, the most first; five at most.
    private func otherHolders(
        than id: FrameworkID, _ now: Instant, _ filter: ViewFilter
    ) -> [Explanation.Figure] {
        let holders = frameworks.values.filter { $0.id != id && !$0.offers.isEmpty }
            .sorted { ($1.offers.count, $0.id.value) < ($0.offers.count, $1.id.value) }
        var figures = holders.filter { filter.shows($0.info) }.prefix(5).map { framework -> Explanation.Figure in
            let held = holding(framework.offers.keys, of: framework, now)
            return .init("offers held by \(framework.info.name) (\(framework.id))", held)
        }
        let hidden = holders.filter { !filter.shows($0.info) }.reduce(0) { $0 + $1.offers.count }
        if hidden > 0 { figures.append(.init("offers held by frameworks that you may not see", "\(hidden)")) }
        return figures
    }

    // MARK: A role

    private func explainRole(_ name: String, _ now: Instant, _ filter: ViewFilter) -> [Explanation] {
        guard let role = state.roles.first(where: { $0.name == name }) else { return [] }
        var result = Explanation(subject: "role '\(name)'", verdict: "")
        let members = role.frameworkIDs.compactMap { frameworks[$0] }
        let asking = members.filter { whyNotAsked($0, name, now) == nil }
        result.verdict =
            if members.isEmpty {
                "has no framework"
            } else {
                "has \(members.count) \(members.count == 1 ? "framework" : "frameworks"), "
                    + "of which \(asking.count) may get offers"
            }
        let top = MasterState.ancestry(of: name).last ?? name
        if let quota = quotas[top] {
            let used = state.roles.first { $0.name == top }?.consumed ?? Quantities()
            for (resource, limit) in quota.sortedLimits where used[resource] >= limit {
                let text = "the quota of '\(top)' is used up: \(resource) \(used[resource]) of \(limit)"
                result.reasons.append(.init("QUOTA_LIMIT", text))
            }
            for (resource, guarantee) in quota.guarantees.sorted where used[resource] < guarantee {
                let text = "the guarantee of '\(top)' is not met: \(resource) \(used[resource]) of \(guarantee)"
                result.reasons.append(.init("GUARANTEE_UNMET", text))
            }
            result.figures.append(.init("guarantees of '\(top)'", quota.guarantees.description))
            result.figures.append(.init("limits of '\(top)'", quota.limitsText))
        }
        let hidden = members.count { !filter.shows($0.info) }
        for framework in members where filter.shows(framework.info) {
            let why = whyNotAsked(framework, name, now)
            let held = framework.offers.keys.filter { offers[$0]?.role == name }
            let text =
                "\(framework.info.name) (\(framework.id)) "
                + (why?.text ?? "holds \(holding(held, of: framework, now)) offers")
            result.reasons.append(.init(why?.cause ?? "ASKING", text))
        }
        if hidden > 0 {
            result.reasons.append(.init("HIDDEN", "\(hidden) frameworks that you may not see", count: hidden))
        }
        let share = allocator.dominantShares.first { $0.role == name }?.share
        result.figures += [
            .init("weight", "\(role.weight)"), .init("share of the cluster", Self.percent(share ?? 0)),
            .init("consumed", role.consumed.description), .init("used", role.usedResources.description),
            .init("offered", role.offeredResources.description),
        ]
        return [result]
    }

    // MARK: Words

    static func span(_ duration: Duration) -> String {
        let seconds = max(duration, .zero).totalSeconds
        return switch seconds {
        case ..<10: "\(Scalar(seconds)) s"
        case ..<120: "\(Int(seconds)) s"
        case ..<7_200: "\(Int(seconds / 60)) min"
        default: "\(Int(seconds / 3_600)) h"
        }
    }

    static func percent(_ part: Double) -> String { "\(Scalar(part * 100)) %" }
}
