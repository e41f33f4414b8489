internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel

/// Requests to leave agents before their maintenance (spec `mesos/02` §2.1 item 6, §2.2 item 5).
///
/// At most one per framework and agent is outstanding; the allocator decides whom to ask.
extension MasterCore {
    /// Sends what the last run of the allocator wants frameworks to be asked: one event per framework.
    mutating func sendInverseOffers() {
        for allocation in allocator.takeInverseAllocations() {
            let framework = allocation.frameworkID
            var batch: [InverseOffer] = []
            for agent in allocation.agentIDs {
                if let offer = makeInverseOffer(of: agent, to: framework) {
                    batch.append(offer)
                } else {
                    allocator.closeInverseOffer(of: framework, on: agent, now: now)
                }
            }
            if !batch.isEmpty { send(.inverseOffers(batch), to: framework) }
        }
    }

    private mutating func makeInverseOffer(of id: AgentID, to framework: FrameworkID) -> InverseOffer? {
        guard frameworks[framework]?.isActive == true, let agent = agents[id], agent.isActive,
            let unavailability = maintenance.agents.read(id, \.unavailability)
        else { return nil }
        let place = MasterCore.address(of: agent.pid)
        let offer = InverseOffer(
            id: OfferID("\(master.id)-O\(offerCount)"), frameworkID: framework, agentID: id,
            hostname: agent.info.hostname, ip: place.ip, port: place.port, unavailability: unavailability)
        offerCount += 1
        maintenance.offers[offer.id] = offer
        maintenance.agents.update(id) { $0.offers[framework] = offer.id }
        if let timeout = configuration.offerTimeout { timers.push(.inverseOfferTimeout(offer.id), at: now + timeout) }
        return offer
    }

    /// ACCEPT_INVERSE_OFFERS and DECLINE_INVERSE_OFFERS; ids that are not the framework's are ignored.
    mutating func answer(
        _ ids: [OfferID], with answer: InverseOfferStatus.Answer, _ filters: Filters, of framework: FrameworkID
    ) {
        // Without a filter the same request would come back at once; see decision 0005.
        let interval = configuration.allocationInterval
        let refusal = filters.refusal(allocationInterval: interval) ?? interval
        for id in ids where maintenance.offers[id]?.frameworkID == framework {
            guard let agent = takeInverseOffer(id)?.agentID else { continue }
            let status = InverseOfferStatus(answer: answer, frameworkID: framework, timestamp: now)
            maintenance.agents.update(agent) { $0.answers[framework] = status }
            allocator.closeInverseOffer(of: framework, on: agent, refusal: refusal, now: now)
            timers.push(.inverseFilterEnds(agent), at: now + refusal)
        }
    }

    private mutating func takeInverseOffer(_ id: OfferID) -> InverseOffer? {
        guard let offer = maintenance.offers.removeValue(forKey: id) else { return nil }
        maintenance.agents.update(offer.agentID) { $0.offers[offer.frameworkID] = nil }
        return offer
    }

    /// Ends a request that was not answered.
    mutating func withdrawInverseOffer(_ id: OfferID, rescinding: Bool) {
        guard let offer = takeInverseOffer(id) else { return }
        allocator.closeInverseOffer(of: offer.frameworkID, on: offer.agentID, now: now)
        if rescinding { send(.rescindInverseOffer(id), to: offer.frameworkID) }
    }

    mutating func withdrawInverseOffers(on agent: AgentID, rescinding: Bool) {
        for id in maintenance.agents[agent]?.offers.values ?? [] { withdrawInverseOffer(id, rescinding: rescinding) }
    }

    /// The framework's scheduler went or changed: what it was asked stands no more.
    mutating func discardInverseOffers(of framework: FrameworkID) {
        guard !maintenance.offers.isEmpty else { return }
        for agent in maintenance.agents.keys {
            guard let id = maintenance.agents[agent]?.offers[framework] else { continue }
            withdrawInverseOffer(id, rescinding: false)
        }
    }

    /// The framework is removed: what it answered is of no interest any more.
    mutating func forgetAnswers(of framework: FrameworkID) {
        discardInverseOffers(of: framework)
        for agent in maintenance.agents.keys { maintenance.agents.update(agent) { $0.answers[framework] = nil } }
    }
}
