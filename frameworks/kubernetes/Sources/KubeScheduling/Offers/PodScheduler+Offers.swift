internal import ClusterBase
internal import ClusterModel
internal import KubeCore
internal import KubeModel
internal import OrderedCollections

extension PodScheduler {
    /// Begins a subscription: offers of the one before are void.
    mutating func subscribe() {
        dropAllOffers()
        isConnected = true
        exchange.hasRefused = false
        exchange.lastRevival = nil
        for node in nodes.all { launchable.append(node) }
        if isSynchronised { reconcileAll() }
    }

    /// Ends a subscription.
    mutating func disconnect() {
        isConnected = false
        dropAllOffers()
        for key in [TimerKey.explicit, .implicit, .periodic] { timers.remove(key) }
    }

    private mutating func dropAllOffers() {
        for node in Array(nodes.offered) {
            _ = nodes.dropOffers(of: node)
            refresh(node)
        }
    }

    /// Takes note that a call was not carried out.
    mutating func takeRefusal(of call: SchedulerCall, _ message: String) {
        switch call {
        case .suppress: exchange.isSuppressed = false
        case .revive: (exchange.hasRefused, exchange.wantsRevival) = (true, true)
        case .accept(let offers, let operations, _):
            // Where the call was not even sent, the offers are still ours.
            if isConnected {
                effects.append(.call(.decline(offers: offers, filters: Filters(refuseSeconds: 0))))
            }
            for case .launch(let infos) in operations.map(\.action) {
                for info in infos {
                    update(
                        TaskStatus(
                            taskID: info.id, state: .dropped, message: message, source: .master,
                            reason: .invalidOffers))
                }
            }
        default: break
        }
    }

    /// Whether anything waits for offers: a pod without a node, a bound one without a task, an agent to be swept.
    private mutating func isInNeed() -> Bool {
        for number in Array(needyNodes) {
            if nodes[number].needsSweep, nodes[number].sweepUntil <= now { nodes[number].needsSweep = false }
            let isNeedy = !nodes[number].pending.isEmpty || nodes[number].needsSweep
            if !isNeedy { needyNodes.remove(number) }
        }
        return !queue.isEmpty
            || needyNodes.contains { !nodes[$0].pending.isEmpty || nodes[$0].liveTasks == 0 }
    }

    /// Gives back what nothing needs, and tells the master whether offers are wanted.
    mutating func settleOffers() {
        let isInNeed = isInNeed()
        if isInNeed { exchange.lastNeed = now }
        giveBack(isInNeed: isInNeed)
        guard isConnected else { return }
        if isInNeed {
            revive()
        } else {
            exchange.wantsRevival = false
            suppress()
        }
    }

    /// Declines the offers that were held long enough; those with launches under way stay.
    private mutating func giveBack(isInNeed: Bool) {
        var declined: [OfferID] = []
        var next: Instant?
        let needed = isInNeed ? nil : exchange.lastNeed
        for node in Array(nodes.offered) where nodes[node].inFlight == 0 {
            let times = [nodes[node].offers.map(\.since).max(), exchange.lastPlacement, needed]
            let until = (times.compactMap(\.self).max() ?? now) + settings.offerHold
            if until <= now {
                declined += nodes.dropOffers(of: node)
                refresh(node)
            } else {
                next = min(next ?? until, until)
            }
        }
        if let next { timers.set(.offers, due: next) } else { timers.remove(.offers) }
        guard !declined.isEmpty, isConnected else { return }
        exchange.hasRefused = true
        effects.append(.call(.decline(offers: declined, filters: Filters(refuseSeconds: refusal(isInNeed: isInNeed)))))
    }

    /// How long resources are refused: as long as they were of no use so far, within bounds that depend on whether
    /// something waits; more resources on an agent, or a revival, end it sooner.
    private func refusal(isInNeed: Bool) -> Double {
        let idle = now - (isInNeed ? exchange.lastNews : max(exchange.lastNews, exchange.lastNeed))
        let longest = isInNeed ? settings.longestRefusal : settings.longestIdleRefusal
        return min(max(idle, settings.shortestRefusal), longest).totalSeconds
    }

    private mutating func suppress() {
        guard !exchange.isSuppressed, nodes.offered.isEmpty else { return }
        let until = exchange.lastNeed + settings.offerHold
        guard until <= now else { return timers.set(.offers, due: until) }
        exchange.isSuppressed = true
        effects.append(.call(.suppress(roles: [])))
    }

    private mutating func revive() {
        if !exchange.hasRefused { exchange.wantsRevival = false }
        guard exchange.isSuppressed || exchange.wantsRevival else { return }
        if !exchange.isSuppressed, let last = exchange.lastRevival, now < last + OfferExchange.revivalInterval {
            return timers.set(.revive, due: last + OfferExchange.revivalInterval)
        }
        (exchange.isSuppressed, exchange.hasRefused, exchange.wantsRevival) = (false, false, false)
        exchange.lastRevival = now
        effects.append(.call(.revive(roles: [])))
    }
}
