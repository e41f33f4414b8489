internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

extension MasterCore {
    /// One allocator run: one OFFERS event per framework, one offer per agent and role in it.
    mutating func allocate() {
        for allocation in allocator.allocate(now: now) {
            var batch: [Offer] = []
            for part in allocation.agents {
                if let offer = makeOffer(part, for: allocation.frameworkID) { batch.append(offer) }
            }
            guard !batch.isEmpty else { continue }
            count(.offersSent, of: allocation.frameworkID, by: batch.count)
            send(.offers(batch), to: allocation.frameworkID)
        }
        sendInverseOffers()
    }

    /// Books an offer and returns it as the framework sees it; nil, and resources back, when it cannot be made.
    private mutating func makeOffer(_ part: AgentAllocation, for id: FrameworkID) -> Offer? {
        let isMultiRole = frameworks.read(id) { $0.isActive ? $0.info.isMultiRole : nil } ?? nil
        let draft = agents.read(part.agentID) { agent in draftOffer(part, of: agent, for: id) } ?? nil
        guard let isMultiRole, var offer = draft else {
            allocator.recover(part.resources, of: id, on: part.agentID, now: now)
            return nil
        }
        offerCount += 1
        offers[offer.id] = offer
        frameworks.update(id) { [now] in $0.offers[offer.id] = now }
        agents.update(part.agentID) { entry in
            entry.offers[offer.id] = true
            entry.offered += part.resources
        }
        if let timeout = configuration.offerTimeout { timers.push(.offerTimeout(offer.id), at: now + timeout) }
        if !isMultiRole { offer.resources = offer.resources.allocated(to: nil) }
        offer.resources = offer.resources.filter { $0.name != "ephemeral_ports" }
        return offer
    }

    private func draftOffer(_ part: AgentAllocation, of agent: Agent, for id: FrameworkID) -> Offer? {
        guard agent.isActive else { return nil }
        let free = MasterCore.free(of: agent)
        precondition(free.contains(part.resources.allocated(to: nil)), "resources of \(agent.id) are offered twice")
        return Offer(
            id: OfferID("\(master.id)-O\(offerCount)"), frameworkID: id, agentID: agent.id,
            hostname: agent.info.hostname,
            ip: MasterCore.address(of: agent.pid).ip, port: agent.info.port, resources: part.resources,
            attributes: agent.info.attributes, role: part.role,
            executorIDs: agent.executors.keys.filter { $0.framework == id }.map(\.executor), domain: agent.info.domain,
            unavailability: maintenance.agents.read(agent.id, \.unavailability))
    }

    /// The IP and port of `name@ip:port`.
    static func address(of pid: String) -> (ip: String, port: Int) {
        let place = pid.split(separator: "@").last ?? ""
        guard let colon = place.lastIndex(of: ":") else { return (String(place), 0) }
        return (String(place[..<colon]), Int(place[place.index(after: colon)...]) ?? 0)
    }

    /// Takes an offer off the books; its resources are the caller's to use or recover.
    mutating func removeOffer(_ id: OfferID) -> Offer? {
        guard let offer = offers.removeValue(forKey: id) else { return nil }
        frameworks.update(offer.frameworkID) { [now] framework in
            if let made = framework.offers.removeValue(forKey: id) { framework.holding.end(after: now - made) }
        }
        agents.update(offer.agentID) { agent in
            agent.offers[id] = nil
            agent.offered -= offer.resources
        }
        return offer
    }

    /// Ends an offer without an answer: resources go back (without a filter, unless said otherwise), the framework is
    /// told if asked for.
    mutating func withdraw(_ id: OfferID, rescinding: Bool, refusal: Duration? = nil) {
        guard let offer = removeOffer(id) else { return }
        allocator.recover(offer.resources, of: offer.frameworkID, on: offer.agentID, refusal: refusal, now: now)
        guard rescinding else { return }
        count(.offersRescinded, of: offer.frameworkID)
        send(.rescind(id), to: offer.frameworkID)
    }

    /// On failover: offers go without a word.
    mutating func discardOffers(of id: FrameworkID) {
        for offer in frameworks[id]?.offers.keys ?? [] { withdraw(offer, rescinding: false) }
        discardInverseOffers(of: id)
    }

    /// Rescinds the offers of roles that the framework leaves.
    mutating func rescindOffers(of id: FrameworkID, keepingRoles roles: [String]) {
        for key in frameworks[id]?.offers.keys ?? [] {
            if let offer = offers[key], !roles.contains(offer.role) { withdraw(key, rescinding: true) }
        }
    }

    /// DECLINE; ids that are not the framework's are ignored.
    ///
    /// Offers of one agent and role are refused as one.
    mutating func decline(_ ids: [OfferID], _ filters: Filters, of id: FrameworkID) {
        var refused = OrderedTable<Refusal, [Resources]>()
        for key in ids where offers[key]?.frameworkID == id {
            guard let offer = removeOffer(key) else { continue }
            count(.offersDeclined, of: id)
            let place = Refusal(agent: offer.agentID, role: offer.role)
            refused[place] = (refused[place] ?? []) + [offer.resources]
        }
        // Without a filter the same offers would come back at once; see decision 0005.
        let interval = configuration.allocationInterval
        let refusal = filters.refusal(allocationInterval: interval) ?? interval
        for place in refused.keys {
            let resources = Resources.sum(refused[place] ?? [])
            allocator.recover(resources, of: id, on: place.agent, refusal: refusal, now: now)
        }
    }

    /// Where declined offers belong together.
    private struct Refusal: Hashable, Sendable {
        let agent: AgentID
        let role: String
    }
}
