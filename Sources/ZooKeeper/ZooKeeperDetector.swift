public import ClusterModel
public import ClusterPorts

/// Finds the leading master in Mesos' own group layout: the child with the smallest sequence number leads.
///
/// Retryable troubles are retried with backoff; while the connection is lost but the session may live, nothing changes.
/// When the session is gone there is no leader until the next look. Source: `spec/mesos/07` §7.3.
public final class ZooKeeperDetector: LeaderDetector {
    private let client: ZooKeeperClient
    private let path: String
    private let backoff: GroupBackoff

    /// Makes a detector of the group at `path`, which is created when absent.
    public init(client: ZooKeeperClient, path: String, backoff: GroupBackoff = GroupBackoff()) {
        (self.client, self.path, self.backoff) = (client, path, backoff)
    }

    /// See `LeaderDetector.leaders`; throws `ClusterError` for data no one can read and for refused credentials.
    public func leaders() -> AsyncThrowingStream<MasterInfo?, any Error> {
        let cursor = DetectionCursor(client: client, path: path, backoff: backoff)
        return AsyncThrowingStream { try await cursor.next() }
    }
}

/// One consumer's view of the group. Only the consumer's task runs it, one call after the other.
private actor DetectionCursor {
    /// The leading member, in which session it was seen.
    private struct Current {
        var member: GroupMember
        var epoch: Int
    }

    private let client: ZooKeeperClient
    private let path: String
    private let backoff: GroupBackoff
    private var current: Current?
    private var watch: (pending: ZooKeeperWatch, epoch: Int)?
    /// What the consumer was told last; the outer nil means nothing yet.
    private var told: MasterInfo??
    private var failures = 0

    init(client: ZooKeeperClient, path: String, backoff: GroupBackoff) {
        (self.client, self.path, self.backoff) = (client, path, backoff)
    }

    /// The next change; nil (the end) only when the consumer is cancelled.
    func next() async throws -> MasterInfo?? {
        while !Task.isCancelled {
            do {
                if let news = try await step() {
                    failures = 0
                    if told != news {
                        told = news
                        return .some(news)
                    }
                }
            } catch let error as ZooKeeperError where error.isRetryable {
                failures += 1
                try await pause()
                if lostSession() { return .some(nil) }
            } catch let error as ZooKeeperError {
                throw error.clusterError("detecting the leader at \(path)")
            } catch is CancellationError {
                return nil
            }
        }
        return nil
    }

    /// Waits for the last watch, if there is one, looks again, and returns who leads now (outer nil: no answer yet).
    private func step() async throws -> MasterInfo?? {
        if let (pending, epoch) = watch {
            let event = try await pending.fired()
            watch = nil
            if event == .sessionLost || client.lostSessions != epoch {
                current = nil
                return .some(nil)
            }
        }
        let epoch = client.lostSessions
        let (names, pending) = try await look()
        guard let leader = GroupMember.leader(among: names) else {
            (watch, current) = ((pending, epoch), nil)
            return .some(nil)
        }
        if let current, current.member == leader, current.epoch == epoch {
            watch = (pending, epoch)
            return nil
        }
        let data: [UInt8]
        do {
            data = try await client.get(path + "/" + leader.name).data
        } catch let error as ZooKeeperError where error.code == .noNode {
            (watch, current) = ((pending, epoch), nil)
            return .some(nil)
        }
        (watch, current) = ((pending, epoch), Current(member: leader, epoch: epoch))
        return .some(try leader.master(data))
    }

    private func look() async throws -> (names: [String], watch: ZooKeeperWatch) {
        do {
            let (content, watch) = try await client.childrenAndWatch(path)
            return (content.names, watch)
        } catch let error as ZooKeeperError where error.code == .noNode {
            try await client.createAll(path)
            let (content, watch) = try await client.childrenAndWatch(path)
            return (content.names, watch)
        }
    }

    private func pause() async throws {
        do {
            try await client.pause(
                backoff.wait(afterFailures: failures), whileEpoch: current?.epoch ?? client.lostSessions)
        } catch let error as ZooKeeperError {
            throw error.clusterError("detecting the leader at \(path)")
        }
    }

    /// Whether the leader that was told belongs to a session that is gone; told once.
    private func lostSession() -> Bool {
        guard let known = current, known.epoch != client.lostSessions else { return false }
        (current, watch) = (nil, nil)
        guard told != .some(nil) else { return false }
        told = .some(nil)
        return true
    }
}
