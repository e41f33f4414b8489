internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel

/// What waits for a time.
///
/// Entries are never taken back; each checks whether it still means something.
enum MasterTimer: Hashable, Sendable {
    case heartbeat(FrameworkID, StreamToken)
    case failover(FrameworkID, disconnected: Instant)
    case ping(AgentID, observer: UInt64)
    case agentReturn(AgentID, epoch: UInt64)
    case removal
    case recoveryEnds
    case offerTimeout(OfferID)
    case inverseOfferTimeout(OfferID)
    case inverseFilterEnds(AgentID)
    case registryCleaning
}

extension MasterCore {
    mutating func tick() {
        while let (deadline, timer) = timers.pop(until: now) { fire(timer, due: deadline) }
        if allocator.isDirty || allocator.nextDeadline.map({ $0 <= now }) == true { allocate() }
    }

    private mutating func fire(_ timer: MasterTimer, due: Instant) {
        switch timer {
        case .heartbeat(let id, let stream):
            guard frameworks[id]?.stream == stream else { return }
            send(.heartbeat, to: id)
            timers.push(timer, at: now + configuration.heartbeatInterval)
        case .failover(let id, let disconnected):
            if frameworks[id]?.connection == .disconnected(since: disconnected) { removeFramework(id) }
        case .ping(let id, let observer): observe(id, observer: observer)
        case .agentReturn(let id, let epoch): didNotReturn(id, epoch: epoch)
        case .removal: removeNext()
        case .recoveryEnds: endRecovery()
        case .inverseOfferTimeout(let id):
            guard let agent = maintenance.offers[id]?.agentID else { return }
            withdrawInverseOffer(id, rescinding: true)
            allocator.reconsider(agent)
        case .inverseFilterEnds(let id): allocator.reconsider(id)
        case .offerTimeout(let id):
            guard let holder = offers[id]?.frameworkID else { return }
            counters.count(.offersTimedOut)
            frameworks.update(holder) { $0.holding.timedOut += 1 }
            withdraw(id, rescinding: true)
        case .registryCleaning: cleanRegistry()
        }
    }
}
