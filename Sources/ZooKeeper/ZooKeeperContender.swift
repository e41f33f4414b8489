internal import ClusterBase
public import ClusterModel
public import ClusterPorts
internal import Synchronization

/// Stands for election in Mesos' own group layout: an ephemeral sequential child `json.info_` with the master as JSON.
///
/// Source: `spec/mesos/07` §7.2, §7.3.
public final class ZooKeeperContender: LeaderContender {
    private let client: ZooKeeperClient
    private let path: String
    private let backoff: GroupBackoff

    /// Makes a contender for the group at `path`, which is created when absent, with the client's access control.
    public init(client: ZooKeeperClient, path: String, backoff: GroupBackoff = GroupBackoff()) {
        (self.client, self.path, self.backoff) = (client, path, backoff)
    }

    /// See `LeaderContender.contend`; retries with backoff while ZooKeeper is away, throws `ClusterError` for good
    /// reasons such as refused credentials.
    public func contend(_ info: MasterInfo) async throws -> any Candidacy {
        let data = info.groupJSON
        var failures = 0
        while true {
            let epoch = client.lostSessions
            do {
                let node = try await join(data, again: failures > 0)
                return ZooKeeperCandidacy(client: client, node: node, epoch: epoch, backoff: backoff)
            } catch let error as ZooKeeperError where error.isRetryable {
                failures += 1
                try await reporting { try await client.pause(backoff.wait(afterFailures: failures), whileEpoch: epoch) }
            } catch let error as ZooKeeperError {
                throw error.clusterError("contending at \(path)")
            }
        }
    }

    /// Creates the child.
    ///
    /// After a lost connection the one of an earlier attempt is adopted, so that no member is left that nobody knows
    /// of.
    private func join(_ data: [UInt8], again: Bool) async throws -> String {
        try await client.createAll(path)
        if again, let earlier = try await earlierAttempt(data) { return earlier }
        return try await client.create(path + "/" + GroupMember.jsonLabel + "_", data, mode: .ephemeralSequential)
    }

    private func earlierAttempt(_ data: [UInt8]) async throws -> String? {
        guard case .connected(let session, _) = try await client.connected() else { return nil }
        let members = try await client.children(path).names.compactMap(GroupMember.init)
        for member in members.sorted() where member.label == GroupMember.jsonLabel {
            do {
                let node = path + "/" + member.name
                let (content, stat) = try await client.get(node)
                if stat.ephemeralOwner == session, content == data { return node }
            } catch let error as ZooKeeperError where error.code == .noNode {}
        }
        return nil
    }

    private func reporting(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as ZooKeeperError {
            throw error.clusterError("contending at \(path)")
        }
    }
}

/// One child in the group, as long as its session lives.
final class ZooKeeperCandidacy: Candidacy {
    /// The child's path.
    let node: String
    private let client: ZooKeeperClient
    private let epoch: Int
    private let backoff: GroupBackoff
    private let isOver = Mutex(false)

    init(client: ZooKeeperClient, node: String, epoch: Int, backoff: GroupBackoff) {
        (self.client, self.node, self.epoch, self.backoff) = (client, node, epoch, backoff)
    }

    deinit {
        if !isOver.withLock({ $0 }) { client.deleteEventually(node, epoch: epoch) }
    }

    func lost() async {
        var failures = 0
        while isCurrent, !Task.isCancelled {
            do {
                let (stat, watch) = try await client.existsAndWatch(node)
                failures = 0
                guard stat != nil else { break }
                _ = try await watch.fired()
            } catch let error as ZooKeeperError where error.isRetryable {
                failures += 1
                guard await pause(failures) else { break }
            } catch {
                break
            }
        }
        if !Task.isCancelled { isOver.withLock { $0 = true } }
    }

    func withdraw() async {
        var failures = 0
        while isCurrent, !Task.isCancelled {
            do {
                try await client.delete(node)
                break
            } catch let error as ZooKeeperError where error.isRetryable {
                failures += 1
                guard await pause(failures) else { break }
            } catch {
                break
            }
        }
        if !Task.isCancelled { isOver.withLock { $0 = true } }
    }

    /// Whether the session that made the child may still live.
    private var isCurrent: Bool { client.lostSessions == epoch && client.state != .closed }

    /// False when there will be no connection any more.
    private func pause(_ failures: Int) async -> Bool {
        do {
            try await client.pause(backoff.wait(afterFailures: failures), whileEpoch: epoch)
            return true
        } catch {
            return false
        }
    }
}
