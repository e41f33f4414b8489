/// A key and its value at a revision.
public struct StoredValue: Hashable, Sendable {
    /// The key, such as `/registry/pods/default/web`.
    public var key: String
    /// The bytes as they were put.
    public var value: [UInt8]
    /// The revision that created the key.
    public var createRevision: Int64
    /// The revision that put this value.
    public var modRevision: Int64

    /// Makes a value.
    public init(key: String, value: [UInt8], createRevision: Int64, modRevision: Int64) {
        (self.key, self.value) = (key, value)
        (self.createRevision, self.modRevision) = (createRevision, modRevision)
    }
}

/// One change within a transaction.
public enum StoreChange: Hashable, Sendable {
    /// Puts a key that must not exist; with `timeToLive` (whole seconds) the store deletes it by itself later.
    case create(key: String, value: [UInt8], timeToLive: Int? = nil)
    /// Puts a key whose value must be of revision `expected`; the time to live starts again when given, and goes on
    /// when not.
    case update(key: String, value: [UInt8], expected: Int64, timeToLive: Int? = nil)
    /// Deletes a key whose value must be of revision `expected`, or of any revision when nil (it must exist).
    case delete(key: String, expected: Int64? = nil)
    /// Requires a key to be of revision `expected`, or absent when nil, and changes nothing.
    case check(key: String, expected: Int64?)

    /// The key concerned.
    public var key: String {
        switch self {
        case .create(let key, _, _), .update(let key, _, _, _), .delete(let key, _), .check(let key, _): key
        }
    }
}

/// Why the store refused.
public enum StoreError: Error, Hashable, Sendable {
    /// A `create` found the key; `current` is its value.
    case exists(key: String, current: StoredValue)
    /// A `delete`, `update` or `check` found no such key.
    case absent(key: String)
    /// An `update`, `delete` or `check` found another revision.
    case conflict(key: String, current: StoredValue)
    /// A revision is older than the history kept, which begins at `oldest`.
    case compacted(requested: Int64, oldest: Int64)
    /// A revision that is not there yet was asked for.
    case future(requested: Int64, current: Int64)
    /// The store cannot take writes or answer (disk full, closed, unreachable); nothing was changed.
    case unavailable(String)
}

/// A change as watchers see it.
public struct StoreEvent: Hashable, Sendable {
    /// The key.
    public var key: String
    /// The new value, or nil when the key was deleted.
    public var value: [UInt8]?
    /// The value before, or nil when the key was created.
    public var previous: StoredValue?
    /// The revision of the change; the events of one transaction share it.
    public var revision: Int64

    /// Makes an event.
    public init(key: String, value: [UInt8]?, previous: StoredValue?, revision: Int64) {
        (self.key, self.value, self.previous, self.revision) = (key, value, previous, revision)
    }
}

/// A part of a listing.
public struct StorePage: Hashable, Sendable {
    /// The values, by key in byte order.
    public var values: [StoredValue]
    /// The revision the listing shows; every page of one listing shows the same.
    public var revision: Int64
    /// How many keys follow the page; 0 on the last.
    public var remaining: Int

    /// Makes a page.
    public init(values: [StoredValue], revision: Int64, remaining: Int) {
        (self.values, self.revision, self.remaining) = (values, revision, remaining)
    }
}

/// What the memory of a store knows about a key, without waiting.
public enum StorePeek: Hashable, Sendable {
    /// The key's value now.
    case value(StoredValue)
    /// The key is absent now.
    case absent
    /// Only `get` can say.
    case unknown
}

/// What a watch is told.
public enum WatchSignal: Sendable {
    /// Events in order, never empty; an event's revision is never below the one before.
    case events([StoreEvent])
    /// Everything up to a revision has been delivered; sent when the watch has caught up, and again on
    /// `requestProgress`.
    case progress(Int64)
    /// The watch has ended: the store closed (nil), or the history was compacted away under a watch that had not caught
    /// up, or could not be read. Nothing follows; start again from the last revision seen.
    case ended(StoreError?)
}

/// A running watch; ends when cancelled or when the last reference goes away.
public protocol StoreWatch: AnyObject, Sendable {
    /// Ends the watch; nothing is delivered afterwards, but for a call under way. Any thread, any number of times.
    func cancel()

    /// Asks for a `progress` signal in its place among the events, for bookmarks; one that comes anyway may answer it.
    func requestProgress()
}

/// A durable, ordered map with one revision counter, history and watches: the port behind the API server (D8).
///
/// It is etcd's model, so that SQLite and etcd are two engines of one design. Revisions are positive, grow by at least
/// one per transaction, and survive restarts. A `commit` that returns is durable; one that throws changed nothing,
/// except `unavailable` after a lost connection, when it may have happened. All members may be called from any thread.
public protocol RevisionedStore: Sendable {
    /// The revision of the last transaction.
    var revision: Int64 { get async throws }

    /// What memory knows about a key, now and without blocking; a value is never older than the last commit returned.
    func peek(_ key: String) -> StorePeek

    /// The value of a key, or nil.
    func get(_ key: String) async throws -> StoredValue?

    /// Applies changes all or none, under one new revision, which is returned.
    ///
    /// Concurrent commits share one disk flush. Throws the `StoreError` of the first change that does not hold. A key
    /// may occur once and there may be 4,096 changes; more is refused as `unavailable`. A commit that holds only checks
    /// takes no new revision and returns the present one.
    func commit(_ changes: [StoreChange]) async throws -> Int64

    /// The keys with a prefix, in byte order, beginning after `after`, at most `limit`, as they stood at `revision`.
    ///
    /// Without a revision the listing is of now. Throws `compacted` or `future`.
    func list(prefix: String, after: String?, limit: Int?, at revision: Int64?) async throws -> StorePage

    /// Delivers every change to keys with a prefix after a revision: first what history holds, then what comes, without
    /// gap or repeat, in order, one call of `receive` at a time on a thread of the store; `receive` must not block.
    ///
    /// A transaction's events come in one signal. Nothing is queued for a receiver: the store waits for each call, so a
    /// receiver with a slow peer keeps its own bounded queue. Throws `compacted` when the history no longer reaches
    /// back; a future revision waits, and what comes up to it is left out.
    func watch(
        prefix: String, after revision: Int64, receive: @escaping @Sendable (WatchSignal) -> Void
    ) async throws -> any StoreWatch

    /// Forgets the history before a revision; listings and watches from before it then throw `compacted`.
    ///
    /// Throws `future`; a revision that is compacted already is no error.
    func compact(before revision: Int64) async throws

    /// The bytes the store takes on disk, or nil when it cannot tell.
    func sizeOnDisk() async -> Int?

    /// Ends all watches and releases files; later calls throw `unavailable`.
    func close() async
}
