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
    case removal(AgentID, observer: UInt64, why: String)
    case recoveryEnds
    case recoveredRemoval(AgentID)
    case offerTimeout(OfferID)
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
            perform(.send(stream, .heartbeat))
            timers.push(timer, at: now + configuration.heartbeatInterval)
        case .failover(let id, let disconnected):
            if frameworks[id]?.connection == .disconnected(since: disconnected) { removeFramework(id) }
        case .ping(let id, let observer): observe(id, observer: observer)
        case .agentReturn(let id, let epoch): didNotReturn(id, epoch: epoch)
        case .removal(let id, let observer, let why):
            guard let agent = agents[id], agent.observer == observer, agent.removalPending else { return }
            markUnreachable(id, why: why)
        case .recoveryEnds: endRecovery()
        case .recoveredRemoval(let id): removeRecovered(id)
        case .offerTimeout(let id):
            guard let holder = offers[id]?.frameworkID else { return }
            counters.count(.offersTimedOut)
            frameworks.update(holder) { $0.holding.timedOut += 1 }
            withdraw(id, rescinding: true)
        case .registryCleaning: cleanRegistry()
        }
    }

    /// Forgets unreachable and gone agents that are too old or too many, oldest first.
    private mutating func cleanRegistry() {
        let oldest = now + (.zero - configuration.registryMaxAgentAge)
        func outdated(_ table: OrderedTable<AgentID, Instant>) -> [AgentID] {
            let entries = table.keys.map { (id: $0, since: table[$0] ?? now) }.sorted { $0.since < $1.since }
            let excess = max(0, entries.count - configuration.registryMaxAgentCount)
            return entries.enumerated().filter { $0.offset < excess || $0.element.since < oldest }.map(\.element.id)
        }
        for id in outdated(unreachable) {
            unreachable[id] = nil
            record(.deleteUnreachable(id))
        }
        for id in outdated(gone) {
            gone[id] = nil
            record(.deleteGone(id))
        }
        timers.push(.registryCleaning, at: now + configuration.registryGCInterval)
    }
}
