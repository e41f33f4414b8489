internal import ClusterBase

/// How group members and detectors wait between attempts: doubling from 2 s to 60 s.
///
/// Source: `spec/mesos/07` §7.3.6.
public struct GroupBackoff: Hashable, Sendable {
    /// The first wait.
    public var first: Duration
    /// No wait is longer.
    public var limit: Duration

    /// Makes a schedule.
    public init(first: Duration = .seconds(2), limit: Duration = .seconds(60)) {
        (self.first, self.limit) = (first, limit)
    }

    func wait(afterFailures count: Int) -> Duration {
        var wait = first
        for _ in 1..<max(1, min(count, 32)) where wait < limit { wait *= 2 }
        return min(wait, limit)
    }
}

extension ZooKeeperClient {
    /// Waits before the next attempt, less when the session's state changes for the better or the session ends.
    func pause(_ limit: Duration, whileEpoch epoch: Int) async throws {
        let wasConnected = state.isConnected
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Task.sleep(for: limit) }
            group.addTask { [states = states()] in
                var mayReturn = !wasConnected
                for await state in states {
                    switch state {
                    case .connected where mayReturn: return
                    case .authenticationFailed: throw ZooKeeperError(.authFailed, path: "/")
                    case .closed: throw ZooKeeperError(.closing, path: "/")
                    case .connected: break
                    default: mayReturn = true
                    }
                    if self.lostSessions != epoch { return }
                }
                try Task.checkCancellation()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
