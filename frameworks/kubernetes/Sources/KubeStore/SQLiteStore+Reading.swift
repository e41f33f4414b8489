internal import GRDB

extension SQLiteStore {
    /// See `RevisionedStore.get`; asks memory first and leaves there what the file says.
    public func get(_ key: String) async throws -> StoredValue? {
        switch peek(key) {
        case .value(let value): return value
        case .absent: return nil
        case .unknown: break
        }
        let (found, revision) = try await read { db, revision in
            (try ChangeTable.find(db, key, at: revision), revision)
        }
        cache.offer(KeyText(key), found, seen: revision)
        return found?.stored
    }

    /// See `RevisionedStore.list`.
    public func list(prefix: String, after: String?, limit: Int?, at wanted: Int64?) async throws -> StorePage {
        let range = KeyRange(prefix: prefix, after: after)
        return try await read(at: wanted) { [cache] db, revision in
            let keys = try ChangeTable.keys(db, range, limit: limit, at: revision)
            let known = cache.versions(keys)
            let missing = try ChangeTable.versions(db, zip(keys, known).filter { $0.1 == nil }.map(\.0))
            if wanted == nil { cache.offer(missing, seen: revision) }
            var others = missing.makeIterator()
            let values = known.compactMap { ($0 ?? others.next())?.stored }
            var remaining = 0
            if let limit, keys.count >= limit {
                let rest = keys.last.map { KeyRange(prefix: prefix, after: $0.key.text) } ?? range
                remaining = try ChangeTable.count(db, rest, at: revision)
            }
            return StorePage(values: values, revision: revision, remaining: remaining)
        }
    }

    /// Reads the file as it was at a revision, or is.
    ///
    /// "Is" means the last revision that memory has, too: what `peek`, `get` and `list` say never goes back in time.
    /// When history is compacted beyond that revision before the file is looked at, it is looked at again.
    private func read<Value: Sendable>(
        at wanted: Int64? = nil, _ body: @escaping @Sendable (Database, Int64) throws -> Value
    ) async throws -> Value {
        while true {
            try requireOpen()
            let last = cache.revision
            let revision = wanted ?? last
            guard revision <= last else { throw StoreError.future(requested: revision, current: last) }
            do {
                let value = try await readers.read { db -> Value? in
                    let oldest = try ChangeTable.floor(db)
                    if revision >= oldest { return try body(db, revision) }
                    guard wanted == nil else { throw StoreError.compacted(requested: revision, oldest: oldest) }
                    return nil
                }
                if let value { return value }
            } catch {
                throw file.translate(error)
            }
        }
    }
}

extension Database {
    /// A piece of history for a watch; throws `compacted` when it no longer reaches back so far.
    func history(prefix: KeyText, after: Int64, upTo: Int64) throws -> WatchHub.Piece {
        let oldest = try ChangeTable.floor(self)
        guard after >= oldest else { throw StoreError.compacted(requested: after, oldest: oldest) }
        return try ChangeTable.history(self, prefix: prefix, after: after, upTo: upTo)
    }
}
