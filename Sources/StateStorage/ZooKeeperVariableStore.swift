internal import ClusterBase
public import ClusterPorts
public import ZooKeeper

/// The engine for several machines: every variable is a small node below one path (decision D7).
///
/// The parent node counts commits: each batch is one ZooKeeper transaction that also replaces the parent's data and
/// expects the parent's version as last seen. What a store remembers of versions is therefore exact when its batch is
/// carried out, whoever else writes; if somebody did, it looks again and decides anew. A variable's version is the
/// number of the transaction that wrote it, which is never used twice. Commits that arrive while one is under way share
/// the next transaction as far as they fit in ZooKeeper's packet; a batch that alone does not fit is refused with
/// `limit_exceeded`. Nodes get the client's access control list (with credentials: creator writes, world reads).
public final class ZooKeeperVariableStore: VariableStore {
    /// Bytes of one batch on the wire: ZooKeeper's default packet limit (1 MiB less one byte) less its own overhead.
    public static let batchBytesLimit = 1_040_000

    private let client: ZooKeeperClient
    private let path: String
    private let pending = CommitQueue(groupLimit: 512, groupBytesLimit: 512 << 10)
    private let committer: ZooKeeperCommitter

    /// Makes a store below `path` (absolute, no `/` at the end), which is created with its ancestors when absent.
    ///
    /// Several stores may share a path; each write of one is seen by all.
    public init(client: ZooKeeperClient, path: String) {
        (self.client, self.path) = (client, path)
        committer = ZooKeeperCommitter(client: client, path: path)
    }

    /// See `VariableStore.readAll`; sees every commit that had returned anywhere before the call.
    ///
    /// Not a snapshot: a variable written meanwhile may be seen in either state.
    public func readAll(prefix: String) async throws -> [Variable] {
        do {
            try await client.sync(path)
            let names = try await client.children(path).names.compactMap(ZooKeeperNames.variable)
            let start = Array(prefix.utf8)
            return try await read(names.filter { $0.utf8.starts(with: start) })
                .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        } catch let error as ZooKeeperError where error.code == .noNode {
            return []
        } catch let error as ZooKeeperError {
            throw error.clusterError("reading variables below \(path)")
        }
    }

    /// Reads with a bounded number of requests under way.
    private func read(_ names: [String]) async throws -> [Variable] {
        try await withThrowingTaskGroup(of: Variable?.self) { group in
            var (variables, rest) = ([Variable](), names[...])
            variables.reserveCapacity(names.count)
            for name in rest.prefix(64) { group.addTask { try await self.read(name) } }
            rest = rest.dropFirst(64)
            while let variable = try await group.next() {
                if let variable { variables.append(variable) }
                if let name = rest.popFirst() { group.addTask { try await self.read(name) } }
            }
            return variables
        }
    }

    /// Nil when the variable was removed meanwhile.
    private func read(_ name: String) async throws -> Variable? {
        do {
            let (value, stat) = try await client.get(path + "/" + ZooKeeperNames.node(name))
            return Variable(name: name, value: value, version: VariableVersion(stat))
        } catch let error as ZooKeeperError where error.code == .noNode {
            return nil
        }
    }

    /// See `VariableStore.commit`.
    public func commit(_ operations: [VariableOperation]) async throws -> [VariableVersion] {
        try VariableRules.check(operations)
        guard operations.reduce(0, { $0 + size($1) }) <= Self.batchBytesLimit else {
            throw ClusterError(.limitExceeded, "a batch of more than \(Self.batchBytesLimit) bytes")
        }
        return try await pending.commit(operations, write: write)
    }

    /// Writes a group in as few transactions as its bytes allow, at least one batch in each.
    private func write(_ group: [[VariableOperation]]) async -> [CommitQueue.Outcome] {
        var outcomes: [CommitQueue.Outcome] = []
        while outcomes.count < group.count {
            var (count, bytes) = (0, 0)
            for operations in group[outcomes.count...] {
                bytes += operations.reduce(0) { $0 + size($1) }
                if count > 0, bytes > Self.batchBytesLimit { break }
                count += 1
            }
            outcomes += await committer.commit(Array(group[outcomes.count...].prefix(count)))
        }
        return outcomes
    }

    /// An upper bound of the operation's bytes on the wire.
    private func size(_ operation: VariableOperation) -> Int {
        let node = path + "/" + ZooKeeperNames.node(operation.name)
        switch operation {
        case .put(_, let value, _): return ZooKeeperOperation.create(path: node, data: value).encodedSize
        case .delete: return ZooKeeperOperation.delete(path: node).encodedSize
        case .check: return 0
        }
    }
}

extension VariableVersion {
    init(_ stat: ZooKeeperStat) { self.init(UInt64(bitPattern: stat.modificationTransaction)) }
}
