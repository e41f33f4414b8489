internal import ClusterBase
public import ClusterPorts
internal import Dispatch
internal import Foundation
internal import GRDB
internal import Synchronization

/// The embedded engine: one SQLite file in WAL mode with full synchronisation (decision D7).
///
/// Commits that arrive while one is being written share the next transaction and its one flush to disk; each keeps its
/// own fate through a savepoint. Versions come from one counter in the file and are never used twice.
public final class SQLiteVariableStore: VariableStore {
    private struct State {
        var transactions = 0
        var isClosed = false
    }

    private let database: DatabaseQueue
    private let path: String
    private let queue = DispatchQueue(label: "variable-store")
    private let state = Mutex(State())
    private let pending = CommitQueue(groupLimit: 1_024, groupBytesLimit: 32 << 20)

    /// Opens or creates the file; its directory must exist.
    ///
    /// Throws `system` when the file cannot be opened, is no such store, or cannot be written durably.
    public init(path: String) throws {
        self.path = path
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.label = "variables"
            database = try DatabaseQueue(path: path, configuration: configuration)
            try database.writeWithoutTransaction { db in
                try Self.makeDurable(db)
                try Self.createSchema(db)
            }
        } catch let error as DatabaseError {
            throw Self.translate(error, "opening \(path)")
        }
    }

    /// How many transactions were written; commits that come together share one.
    public var transactions: Int { state.withLock { $0.transactions } }

    /// Closes the file when the write under way is done; commits that still wait and later calls throw `unavailable`.
    public func close() async throws {
        pending.close()
        try await onQueue { [self] in
            state.withLock { $0.isClosed = true }
            try database.close()
        }
    }

    /// See `VariableStore.readAll`; sees every commit that has returned.
    public func readAll(prefix: String) async throws -> [Variable] {
        let start = Array(prefix.utf8)
        return try await onQueue { [self] in
            do {
                return try database.read { db in try Self.select(db, from: start) }
            } catch let error as DatabaseError {
                throw Self.translate(error, "reading \(path)")
            }
        }
    }

    /// See `VariableStore.commit`.
    ///
    /// A full disk throws `system` and nothing is changed; a failing one `unavailable`.
    public func commit(_ operations: [VariableOperation]) async throws -> [VariableVersion] {
        try VariableRules.check(operations)
        return try await pending.commit(operations) { group in
            do {
                return try await onQueue { [self] in try write(group) }
            } catch {
                let translated = (error as? DatabaseError).map { Self.translate($0, "writing \(path)") } ?? error
                return group.map { _ in .failure(translated) }
            }
        }
    }

    // MARK: On the queue

    /// Writes a group in one transaction; a batch that conflicts is rolled back alone.
    private func write(_ group: [[VariableOperation]]) throws -> [CommitQueue.Outcome] {
        var outcomes: [CommitQueue.Outcome] = []
        try database.writeWithoutTransaction { db in
            try db.inTransaction(.immediate) {
                for operations in group {
                    var versions: [VariableVersion] = []
                    do {
                        try db.inSavepoint {
                            for operation in operations { versions.append(try Self.apply(operation, db)) }
                            return .commit
                        }
                        outcomes.append(.success(versions))
                    } catch let error as ClusterError {
                        outcomes.append(.failure(error))
                    }
                }
                return .commit
            }
        }
        state.withLock { $0.transactions += 1 }
        return outcomes
    }

    private static func apply(_ operation: VariableOperation, _ db: Database) throws -> VariableVersion {
        let key = Data(operation.name.utf8)
        let select = try db.cachedStatement(sql: "SELECT version FROM variable WHERE name = ?")
        let found = try Int64.fetchOne(select, arguments: [key]).map { VariableVersion(UInt64($0)) } ?? .absent
        if let expected = operation.expectedVersion, expected != found {
            throw VariableRules.conflict(operation.name, expected: expected, found: found)
        }
        switch operation {
        case .put(_, let value, _):
            let count = try db.cachedStatement(sql: "UPDATE counter SET last = last + 1 RETURNING last")
            guard let version = try Int64.fetchOne(count) else {
                throw ClusterError(.system, "the store's version counter is missing")
            }
            let put = try db.cachedStatement(
                sql: """
                    INSERT INTO variable (name, value, version) VALUES (?, ?, ?)
                    ON CONFLICT (name) DO UPDATE SET value = excluded.value, version = excluded.version
                    """)
            try put.execute(arguments: [key, Data(value), version])
            return VariableVersion(UInt64(version))
        case .delete:
            try db.cachedStatement(sql: "DELETE FROM variable WHERE name = ?").execute(arguments: [key])
            return .absent
        case .check: return found
        }
    }

    private static func select(_ db: Database, from prefix: [UInt8]) throws -> [Variable] {
        let rows = try Row.fetchCursor(
            db, sql: "SELECT name, value, version FROM variable WHERE name >= ? ORDER BY name",
            arguments: [Data(prefix)])
        var variables: [Variable] = []
        while let row = try rows.next() {
            let name = try bytes(row, 0)
            guard name.starts(with: prefix) else { break }
            let version: Int64 = row[2]
            variables.append(
                Variable(
                    name: String(decoding: name, as: UTF8.self), value: try bytes(row, 1),
                    version: VariableVersion(UInt64(version))))
        }
        return variables
    }

    private static func bytes(_ row: Row, _ column: Int) throws -> [UInt8] {
        try row.withUnsafeData(atIndex: column) { $0.map { [UInt8]($0) } ?? [] }
    }

    // MARK: The file

    private static let format = 1

    /// Full synchronisation: GRDB may leave the connection with less, so it is set here and read back.
    private static func makeDurable(_ db: Database) throws {
        let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
        try db.execute(sql: "PRAGMA synchronous = FULL")
        let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
        guard mode == "wal", synchronous == 2 else {
            throw ClusterError(
                .system, "the file cannot be written durably (journal \(mode ?? "?"), synchronous \(synchronous ?? -1))"
            )
        }
    }

    private static func createSchema(_ db: Database) throws {
        let format = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard format == 0 || format == Self.format else {
            throw ClusterError(.system, "the file has format \(format), this version reads format \(Self.format)")
        }
        guard format == 0 else { return }
        try db.inTransaction(.immediate) {
            try db.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS variable
                        (name BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL, version INTEGER NOT NULL);
                    CREATE TABLE IF NOT EXISTS counter (last INTEGER NOT NULL);
                    INSERT INTO counter SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM counter);
                    PRAGMA user_version = \(Self.format);
                    """)
            return .commit
        }
    }

    /// The pragma as the writing connection has it now: 2 is FULL.
    func synchronousMode() async throws -> Int? {
        try await onQueue { [database] in
            try database.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
        }
    }

    private static func translate(_ error: DatabaseError, _ what: String) -> ClusterError {
        switch error.resultCode {
        case .SQLITE_FULL: ClusterError(.system, "\(what): the disk is full", cause: error)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            ClusterError(.unavailable, "\(what): another process holds the file", cause: error)
        case .SQLITE_IOERR: ClusterError(.unavailable, "\(what): the disk failed", cause: error)
        default: ClusterError(.system, what, cause: error)
        }
    }

    private func onQueue<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                let result = Result {
                    // The library below does not bear use after closing.
                    if state.withLock({ $0.isClosed }) { throw ClusterError(.unavailable, "\(path) is closed") }
                    return try body()
                }
                continuation.resume(with: result)
            }
        }
    }
}
