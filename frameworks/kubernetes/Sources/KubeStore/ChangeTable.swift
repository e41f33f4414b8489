internal import Foundation
internal import GRDB

/// The statements of the store's file.
///
/// Keys are bytes, so that their order is that of the port.
/// A state is never stored apart from its history: the state at a revision is, for each key, the last change up to it,
/// if that is no deletion. Keys are UTF-8 and thus free of the byte 255, which serves as the end of a range.
enum ChangeTable {
    /// The version of a key at a revision.
    static func find(_ db: Database, _ key: String, at revision: Int64) throws -> StoreVersion? {
        let select = try db.cachedStatement(
            sql: "SELECT id, created, expires, value FROM change WHERE key = ? AND id < ? ORDER BY id DESC LIMIT 1")
        let rows = try Row.fetchCursor(
            select, arguments: [Data(key.utf8), ChangeID.first(of: revision + 1)])
        return try rows.next().flatMap { row in
            try version(key, row, created: 1, value: 3).map {
                StoreVersion(stored: $0, id: row[0], expires: row[2])
            }
        }
    }

    /// The versions that changes put, in the order of `places`; each must be there.
    static func versions(_ db: Database, _ places: [KeyPlace]) throws -> [StoreVersion] {
        guard !places.isEmpty else { return [] }
        let select = try db.cachedStatement(
            sql: """
                SELECT c.id, c.created, c.expires, c.value
                FROM json_each(?) wanted CROSS JOIN change c ON c.id = wanted.value
                """)
        let wanted = "[" + places.map { String($0.id) }.joined(separator: ",") + "]"
        let rows = try Row.fetchCursor(select, arguments: [wanted])
        return try places.map { place in
            guard let row = try rows.next(), row[0] == place.id,
                let stored = try version(place.key.text, row, created: 1, value: 3)
            else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "change \(place.id) is missing") }
            return StoreVersion(stored: stored, id: place.id, expires: row[2])
        }
    }

    static func insert(_ db: Database, _ change: PlannedChange) throws {
        let key = Data(change.key.utf8)
        let insert = try db.cachedStatement(
            sql: "INSERT INTO change (id, key, created, previous, expires, value) VALUES (?, ?, ?, ?, ?, ?)")
        insert.setUncheckedArguments([
            change.id, key, change.version?.stored.createRevision ?? 0, change.previous?.id, change.version?.expires,
            change.version.map { Data($0.stored.value) },
        ])
        try insert.execute()
        let (old, new) = (change.previous?.expires, change.version?.expires)
        guard old != new else { return }
        if let old {
            try db.cachedStatement(sql: "DELETE FROM expiry WHERE at = ? AND key = ?").execute(arguments: [old, key])
        }
        if let new {
            try db.cachedStatement(sql: "INSERT INTO expiry (at, key) VALUES (?, ?)").execute(arguments: [new, key])
        }
    }

    // MARK: Listing

    /// The keys of a range and their last changes, in order.
    static func keys(
        _ db: Database, _ range: KeyRange, limit: Int?, at revision: Int64
    ) throws -> [KeyPlace] {
        let select = try db.cachedStatement(
            sql: """
                SELECT key, max(id), created FROM change WHERE key >= ? AND key < ? AND id < ?
                GROUP BY key HAVING created > 0 ORDER BY key LIMIT ?
                """)
        let rows = try Row.fetchCursor(
            select,
            arguments: [range.start, range.end, ChangeID.first(of: revision + 1), limit.map { max(0, $0) } ?? -1])
        var found: [KeyPlace] = []
        while let row = try rows.next() { found.append(KeyPlace(key: KeyText(try text(row, 0)), id: row[1])) }
        return found
    }

    static func count(_ db: Database, _ range: KeyRange, at revision: Int64) throws -> Int {
        let select = try db.cachedStatement(
            sql: """
                SELECT count(*) FROM (
                    SELECT max(id), created FROM change WHERE key >= ? AND key < ? AND id < ?
                    GROUP BY key HAVING created > 0)
                """)
        let arguments: StatementArguments = [range.start, range.end, ChangeID.first(of: revision + 1)]
        return try Int.fetchOne(select, arguments: arguments) ?? 0
    }

    // MARK: History

    /// The oldest revision that can be listed and watched from.
    static func floor(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(try db.cachedStatement(sql: "SELECT compacted FROM history")) ?? 0
    }

    /// Changes after one revision up to another, ended at a transaction's end soon after `limit` changes or `bytes`.
    static func history(
        _ db: Database, prefix: KeyText, after: Int64, upTo: Int64, limit: Int = 512, bytes: Int = 4 << 20
    ) throws -> WatchHub.Piece {
        let range = KeyRange(prefix: prefix.text, after: nil)
        // The plus keeps SQLite from reading in the order of keys.
        let select = try db.cachedStatement(
            sql: """
                SELECT c.id, c.created, c.value, c.key, p.id, p.created, p.value
                FROM change c LEFT JOIN change p ON p.id = c.previous
                WHERE c.id >= ? AND c.id < ? AND +c.key >= ? AND +c.key < ? ORDER BY c.id
                """)
        let rows = try Row.fetchCursor(
            select, arguments: [ChangeID.first(of: after + 1), ChangeID.first(of: upTo + 1), range.start, range.end])
        var piece = WatchHub.Piece(events: [], reached: upTo)
        var taken = 0
        while let row = try rows.next() {
            let revision = ChangeID.revision(of: row[0])
            if let last = piece.events.last?.revision, last != revision, taken > bytes || piece.events.count >= limit {
                piece.reached = last
                break
            }
            let key = try text(row, 3)
            let event = StoreEvent(
                key: key, value: try version(key, row, created: 1, value: 2)?.value,
                previous: row.hasNull(atIndex: 4) ? nil : try version(key, row, id: 4, created: 5, value: 6),
                revision: revision)
            taken += (event.value?.count ?? 0) + (event.previous?.value.count ?? 0)
            piece.events.append(event)
        }
        return piece
    }

    /// Removes what changes behind `swept`, up to a revision, have superseded; returns how far it came.
    ///
    /// Changes must be swept in order: the change before a deletion has to go together with it, or the key would be
    /// back.
    static func sweep(_ db: Database, behind swept: Int64, upTo revision: Int64, limit: Int) throws -> Int64 {
        let end = ChangeID.first(of: revision + 1)
        let select = try db.cachedStatement(
            sql: "SELECT id, created, previous FROM change WHERE id > ? AND id < ? ORDER BY id LIMIT ?")
        let rows = try Row.fetchAll(select, arguments: [swept, end, limit])
        let delete = try db.cachedStatement(sql: "DELETE FROM change WHERE id = ?")
        for row in rows {
            if let previous: Int64 = row[2] { try delete.execute(arguments: [previous]) }
            if row[1] == 0 { try delete.execute(arguments: [row[0] as Int64]) }
        }
        return rows.count < limit ? end - 1 : rows.last?[0] ?? swept
    }

    static func saveHistory(_ db: Database, floor: Int64, swept: Int64) throws {
        try db.cachedStatement(sql: "UPDATE history SET compacted = ?, swept = ?").execute(arguments: [floor, swept])
    }

    // MARK: Time to live

    static func due(_ db: Database, at milliseconds: Int64, limit: Int) throws -> [String] {
        let select = try db.cachedStatement(sql: "SELECT key FROM expiry WHERE at <= ? ORDER BY at, key LIMIT ?")
        let rows = try Row.fetchCursor(select, arguments: [milliseconds, limit])
        var keys: [String] = []
        while let row = try rows.next() { keys.append(try text(row, 0)) }
        return keys
    }

    static func nextDeadline(_ db: Database) throws -> Int64? {
        try Int64.fetchOne(try db.cachedStatement(sql: "SELECT min(at) FROM expiry"))
    }

    // MARK: Columns

    private static func version(
        _ key: String, _ row: Row, id: Int = 0, created: Int, value: Int
    ) throws -> StoredValue? {
        let createRevision: Int64 = row[created]
        guard createRevision > 0 else { return nil }
        return StoredValue(
            key: key, value: try row.withUnsafeData(atIndex: value) { $0.map { [UInt8]($0) } ?? [] },
            createRevision: createRevision, modRevision: ChangeID.revision(of: row[id]))
    }

    private static func text(_ row: Row, _ column: Int) throws -> String {
        try row.withUnsafeData(atIndex: column) { String(decoding: $0 ?? Data(), as: UTF8.self) }
    }
}

/// A key and the change that put its value.
struct KeyPlace: Sendable {
    var key: KeyText
    var id: Int64
}

/// The keys with a prefix, behind another key if given.
struct KeyRange {
    /// The first key that belongs.
    let start: Data
    /// The first that does not.
    let end: Data

    init(prefix: String, after: String?) {
        let first = Data(prefix.utf8)
        let next = after.map { Data($0.utf8) + [0] } ?? first
        start = next.lexicographicallyPrecedes(first) ? first : next
        end = first + [255]
    }
}
