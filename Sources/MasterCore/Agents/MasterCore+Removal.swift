internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// The rate at which silent agents are declared unreachable (`--agent_removal_rate_limit`).
extension MasterCore {
    /// Declares a registered or recovered agent unreachable as soon as the rate limit allows it.
    mutating func scheduleRemoval(_ id: AgentID, why: String) {
        guard !removals.contains(id) else { return }
        counters.count(.unreachableScheduled)
        guard let limit = configuration.agentRemovalRateLimit else { return remove(id, why: why) }
        if removals.isOpen(at: now) {
            removals.spend(limit.interval, at: now)
            return remove(id, why: why)
        }
        if removals.isEmpty { timers.push(.removal, at: removals.next) }
        removals.append(id, why: why)
    }

    /// It is somebody's turn.
    mutating func removeNext() {
        guard let limit = configuration.agentRemovalRateLimit, removals.next <= now, let entry = removals.popFirst()
        else { return }
        removals.spend(limit.interval, at: now)
        remove(entry.id, why: entry.why)
        if !removals.isEmpty { timers.push(.removal, at: removals.next) }
    }

    /// The agent is back, or at an end of another kind: it need not be removed any more.
    mutating func cancelRemoval(_ id: AgentID) {
        if removals.cancel(id) { counters.count(.unreachableCanceled) }
    }

    private mutating func remove(_ id: AgentID, why: String) {
        counters.count(.unreachableCompleted)
        if recovered.contains(id) { removeRecovered(id) } else { markUnreachable(id, why: why) }
    }
}

extension MasterConfiguration.RateLimit {
    /// The time between two.
    var interval: Duration { period / count }
}

extension MasterCore {
    /// Whether an agent's description would not fit into one value of the registry.
    static func isTooLarge(_ info: AgentInfo) -> Bool {
        var size = info.hostname.utf8.count + (info.domain.map { $0.region.utf8.count + $0.zone.utf8.count } ?? 0)
        for attribute in info.attributes {
            size += attribute.name.utf8.count + 32
            switch attribute.value {
            case .scalar: break
            case .ranges(let ranges): size += 24 * ranges.ranges.count
            case .text(let text): size += text.utf8.count
            }
        }
        for resource in info.resources {
            size += 64 + resource.name.utf8.count + resource.reservations.reduce(0) { $0 + $1.role.utf8.count + 32 }
            switch resource.value {
            case .scalar: break
            case .ranges(let ranges): size += 24 * ranges.ranges.count
            case .set(let items): size += items.reduce(0) { $0 + $1.utf8.count + 4 }
            }
        }
        return size > 800_000
    }

    /// Whether an agent's version is one that this master can work with: `X.Y.Z…` with X at least 1.
    static func isSupported(_ version: String) -> Bool {
        let parts = version.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let major = UInt(parts[0]), UInt(parts[1]) != nil else { return false }
        return major >= 1 && parts[2].first.map { $0.isASCII && $0.isNumber } == true
    }
}
