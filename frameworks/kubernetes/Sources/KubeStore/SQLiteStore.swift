internal import ClusterBase

/// The embedded engine: one SQLite file in WAL mode with full synchronisation (decision D8).
public final class SQLiteStore: Sendable {
    /// Opens or creates the file; its directory must exist.
    ///
    /// Throws a `ClusterError` that names the file when it cannot be opened, is no such store, is of a newer format, or
    /// is held by another process.
    public init(path: String, options: StoreOptions = StoreOptions()) throws {}
}
