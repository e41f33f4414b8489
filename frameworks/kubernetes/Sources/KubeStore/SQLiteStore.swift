internal import ClusterBase
internal import Dispatch
internal import GRDB
internal import Logging
internal import Synchronization

/// The embedded engine: one SQLite file in WAL mode with full synchronisation (decision D8).
///
/// Commits that arrive while a group is being written form the next group, which shares one transaction and one flush
/// to disk. See docs/internals/kubernetes-store.md for the file's layout.
public final class SQLiteStore: RevisionedStore {
    let file: StoreFile
    let cache: ValueCache
    let hub: WatchHub
    let readers: ReaderPool
    let gate: CommitGate
    let queue = DispatchQueue(label: "store-writer")
    let timer: ExpiryTimer
    let clock: @Sendable () -> Instant
    let logger = Logger(label: "kubernetes.store")
    /// Used on `queue` only.
    let writer: Mutex<StoreWriter>
    /// What a watch may begin from; follows the writer's.
    let floor: Atomic<Int64>
    private let isClosed = Atomic(false)

    /// Opens or creates the file; its directory must exist.
    ///
    /// Throws a `ClusterError` that names the file when it cannot be opened, is no such store, is of a newer format, or
    /// is held by another process. Reads no values, so that opening takes the same time however many there are.
    public init(path: String, options: StoreOptions = StoreOptions()) throws {
        file = try StoreFile(path: path)
        let content = file.content
        cache = ValueCache(limit: options.cacheBytes, revision: content.revision)
        let readers = ReaderPool(file.readers, waitingLimit: options.waitingCommits)
        self.readers = readers
        hub = WatchHub(
            revision: content.revision, oldest: content.revision, recentBytes: options.recentEventBytes,
            readHistory: { [file] prefix, after, upTo, answer in
                readers.run { connection in
                    answer(
                        Result {
                            try connection.get().read { try $0.history(prefix: prefix, after: after, upTo: upTo) }
                        }
                        .mapError { file.translate($0) })
                }
            })
        gate = CommitGate(limit: options.waitingCommits)
        timer = ExpiryTimer(queue: queue, clock: options.clock)
        clock = options.clock
        writer = Mutex(StoreWriter(content, options))
        floor = Atomic(content.floor)
        queue.async { [weak self] in _ = try? self?.expireDue() }
    }

    /// See `RevisionedStore.revision`.
    public var revision: Int64 {
        get async throws {
            try requireOpen()
            return cache.revision
        }
    }

    /// See `RevisionedStore.peek`.
    public func peek(_ key: String) -> StorePeek {
        guard !isClosed.load(ordering: .acquiring) else { return .unknown }
        switch cache.find(KeyText(key)) {
        case .value(let version): return .value(version.stored)
        case .absent: return .absent
        case nil: return .unknown
        }
    }

    /// See `RevisionedStore.watch`.
    ///
    /// History that memory no longer holds is read in pieces on the threads that serve `list`.
    public func watch(
        prefix: String, after revision: Int64, receive: @escaping @Sendable (WatchSignal) -> Void
    ) async throws -> any StoreWatch {
        try requireOpen()
        let oldest = floor.load(ordering: .acquiring)
        guard revision >= oldest else { throw StoreError.compacted(requested: revision, oldest: oldest) }
        return hub.start(Watcher(prefix: prefix, start: revision, receive: receive))
    }

    /// See `RevisionedStore.sizeOnDisk`: the file and its write-ahead log.
    public func sizeOnDisk() async -> Int? { isClosed.load(ordering: .acquiring) ? nil : file.size }

    /// See `RevisionedStore.close`; what was accepted before is written first.
    public func close() async {
        gate.close()
        let isFirst = !isClosed.exchange(true, ordering: .acquiringAndReleasing)
        await onQueue { [self] in
            while !gate.isEmpty { writeGroup() }
            timer.cancel()
        }
        guard isFirst else { return }
        await hub.close()
        await readers.close()
        await onQueue { [self] in file.close() }
    }

    func requireOpen() throws(StoreError) {
        if isClosed.load(ordering: .acquiring) { throw .closed }
    }

    /// Runs something in turn with the commits.
    func onQueue<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: body()) }
        }
    }
}
