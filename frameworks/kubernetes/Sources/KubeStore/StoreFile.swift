internal import ClusterBase
internal import Foundation
internal import GRDB
internal import Glibc

/// The file behind `SQLiteStore`: its lock, its connections and its schema.
///
/// One connection writes, `readers` read; they never wait for each other (write-ahead log).
struct StoreFile: Sendable {
    /// What is known of the content once the file is open, without having read any value.
    struct Content: Sendable {
        var revision: Int64
        var floor: Int64
        var swept: Int64
    }

    static let format = 1
    /// Marks the file as ours ("RsKv"); other files of the project count their formats from 1, too.
    static let application = 0x5273_4b76

    let path: String
    let writer: DatabaseQueue
    let readers: [DatabaseQueue]
    let content: Content
    private let lock: FileLock

    /// Opens or creates the file; throws a `ClusterError` that names it.
    init(path: String, readers: Int = 2) throws {
        self.path = path
        lock = try FileLock(path: path + "-lock")
        do {
            writer = try DatabaseQueue(path: path, configuration: Self.configuration("objects"))
            content = try writer.writeWithoutTransaction { db in
                try Self.makeDurable(db, path)
                try Self.createSchema(db, path)
                return try Content(db)
            }
            var reading = Self.configuration("objects-reader")
            reading.readonly = true
            self.readers = try (0..<readers).map { _ in try DatabaseQueue(path: path, configuration: reading) }
        } catch let error as DatabaseError {
            throw ClusterError(.system, "opening \(path): \(Self.describe(error))")
        }
    }

    /// Closes the connections; they must not be used any more.
    func close() {
        for reader in readers { try? reader.close() }
        try? writer.close()
        lock.release()
    }

    /// Bytes of the file and its write-ahead log.
    var size: Int {
        ["", "-wal"].reduce(0) { sum, suffix in
            var status = stat()
            return stat(path + suffix, &status) == 0 ? sum + Int(status.st_size) : sum
        }
    }

    /// What went wrong, as callers of the port are told.
    func translate(_ error: any Error) -> StoreError {
        if let error = error as? StoreError { return error }
        guard let error = error as? DatabaseError else { return .unavailable("\(path): \(error)") }
        return .unavailable("\(path): \(Self.describe(error))")
    }

    private static func describe(_ error: DatabaseError) -> String {
        switch error.resultCode {
        case .SQLITE_FULL: "the disk is full"
        case .SQLITE_BUSY, .SQLITE_LOCKED: "another process holds the file"
        case .SQLITE_CORRUPT: "the file is damaged (\(error.message ?? "no detail"))"
        case .SQLITE_NOTADB: "the file is no database"
        case .SQLITE_IOERR: "the disk failed (\(error.message ?? "no detail"))"
        default: error.message ?? "\(error.resultCode)"
        }
    }

    private static func configuration(_ label: String) -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.label = label
        return configuration
    }

    /// Full synchronisation: GRDB may leave the connection with less, so it is set here and read back.
    private static func makeDurable(_ db: Database, _ path: String) throws {
        let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
        try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864")
        let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
        guard mode == "wal", synchronous == 2 else {
            throw ClusterError(.system, "\(path) cannot be written durably")
        }
    }

    private static func createSchema(_ db: Database, _ path: String) throws {
        let format = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        guard tables > 0 || format != 0 else { return try db.inTransaction(.immediate) { try create(db) } }
        guard application == Self.application else {
            throw ClusterError(.system, "\(path) is a database of something else, not of Kubernetes objects")
        }
        guard format == Self.format else {
            throw ClusterError(.system, "\(path) has format \(format); this version reads format \(Self.format)")
        }
    }

    private static func create(_ db: Database) throws -> Database.TransactionCompletion {
        try db.execute(
            sql: """
                CREATE TABLE change (
                    id INTEGER PRIMARY KEY, key BLOB NOT NULL, created INTEGER NOT NULL, previous INTEGER,
                    expires INTEGER, value BLOB);
                CREATE INDEX change_by_key ON change (key, id, created);
                CREATE TABLE expiry (at INTEGER NOT NULL, key BLOB NOT NULL, PRIMARY KEY (at, key)) WITHOUT ROWID;
                CREATE TABLE history (compacted INTEGER NOT NULL, swept INTEGER NOT NULL);
                INSERT INTO history VALUES (0, 0);
                PRAGMA application_id = \(application);
                PRAGMA user_version = \(format);
                """)
        return .commit
    }
}

extension StoreFile.Content {
    /// The last revision outlives its change: when that was a deletion long swept away, `compacted` still knows it.
    fileprivate init(_ db: Database) throws {
        guard let row = try Row.fetchOne(db, sql: "SELECT compacted, swept FROM history") else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the table history is empty")
        }
        let last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM change") ?? 0
        (floor, swept) = (row[0], row[1])
        revision = max(1, floor, ChangeID.revision(of: last))
    }
}
