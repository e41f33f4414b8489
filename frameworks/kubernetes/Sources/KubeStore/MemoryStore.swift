internal import ClusterBase
internal import Dispatch
internal import Synchronization

/// The engine for tests and simulation, and the model that the others are measured against: all in memory.
///
/// It keeps all of the port's promises but durability. Keys come to an end by a timer, or when `expire` is called with
/// a clock of the test's own.
public final class MemoryStore: RevisionedStore {
    private struct State {
        var model = MemoryModel()
        var history: HistoryClock
        var isClosed = false
    }

    private let state: Mutex<State>
    private let gate: CommitGate
    private let hub: WatchHub
    private let queue = DispatchQueue(label: "memory-store")
    private let timer: ExpiryTimer
    private let clock: @Sendable () -> Instant

    /// Makes an empty store at revision 1.
    public init(options: StoreOptions = StoreOptions()) {
        let model = MemoryModel()
        state = Mutex(State(history: HistoryClock(options, revision: model.revision, floor: model.floor)))
        gate = CommitGate(limit: options.waitingCommits)
        hub = WatchHub(revision: model.revision, oldest: model.floor, recentBytes: .max, readHistory: nil)
        timer = ExpiryTimer(queue: queue, clock: options.clock)
        clock = options.clock
    }

    /// See `RevisionedStore.revision`.
    public var revision: Int64 { get async throws { try read { $0.revision } } }

    /// See `RevisionedStore.peek`; never `unknown`, except after `close`.
    public func peek(_ key: String) -> StorePeek {
        let found = try? read { model in model.find(KeyText(key)).map { StorePeek.value($0.stored) } ?? .absent }
        return found ?? .unknown
    }

    /// See `RevisionedStore.get`.
    public func get(_ key: String) async throws -> StoredValue? { try read { $0.find(KeyText(key))?.stored } }

    /// See `RevisionedStore.list`.
    public func list(prefix: String, after: String?, limit: Int?, at revision: Int64?) async throws -> StorePage {
        try read { try $0.list(prefix: prefix, after: after, limit: limit, at: revision) }
    }

    /// See `RevisionedStore.watch`.
    public func watch(
        prefix: String, after revision: Int64, receive: @escaping @Sendable (WatchSignal) -> Void
    ) async throws -> any StoreWatch {
        try read { try $0.requireHistory(revision) }
        return hub.start(Watcher(prefix: prefix, start: revision, receive: receive))
    }

    /// See `RevisionedStore.commit`.
    public func commit(_ changes: [StoreChange]) async throws -> Int64 {
        try StorePlan.check(changes)
        return try await withCheckedThrowingContinuation { continuation in
            do {
                try gate.add(WaitingCommit(changes: changes, continuation: continuation))
                queue.async { [self] in writeGroup() }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// Deletes the keys whose time to live has ended; returns how many there were.
    @discardableResult
    public func expire() async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in continuation.resume(with: Result { try expireDue() }) }
        }
    }

    /// See `RevisionedStore.compact`.
    public func compact(before revision: Int64) async throws {
        let floor = try change { model throws(StoreError) in
            try model.compact(before: revision)
            return model.floor
        }
        hub.forget(upTo: floor)
    }

    /// See `RevisionedStore.sizeOnDisk`: nil, as there is no disk.
    public func sizeOnDisk() async -> Int? { nil }

    /// See `RevisionedStore.close`; what was committed is gone.
    public func close() async {
        gate.close()
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                writeGroup()
                state.withLock { $0.isClosed = true }
                timer.cancel()
                continuation.resume()
            }
        }
        await hub.close()
    }

    // MARK: On the queue

    private func writeGroup() {
        let group = gate.take()
        guard !group.isEmpty else { return }
        var events: [StoreEvent] = []
        var deadline: Int64?
        let now = clock()
        let outcomes = group.map { commit in
            Result {
                try change { model in
                    let plan = try model.commit(commit.changes, now: now)
                    events += plan.map(\.event)
                    deadline = ([deadline] + plan.map(\.version?.expires)).compactMap { $0 }.min()
                    return model.revision
                }
            }
        }
        publish(events)
        if let deadline { setTimer(noLaterThan: deadline) }
        for (commit, outcome) in zip(group, outcomes) { commit.continuation.resume(with: outcome) }
        if !gate.isEmpty { queue.async { [self] in writeGroup() } }
    }

    private func publish(_ events: [StoreEvent]) {
        guard let last = events.last else { return }
        hub.publish(events, revision: last.revision)
        let now = clock()
        let floor = state.withLock { state -> Int64? in
            guard let target = state.history.note(last.revision, now: now) else { return nil }
            try? state.model.compact(before: target)
            return state.model.floor
        }
        if let floor { hub.forget(upTo: floor) }
    }

    private func setTimer(noLaterThan deadline: Int64) {
        timer.set(noLaterThan: deadline) { [weak self] in _ = try? self?.expireDue() }
    }

    private func expireDue() throws -> Int {
        var count = 0
        while true {
            let now = clock()
            let (plan, next) = try change { model in
                let (due, next) = model.due(now, limit: StoreOptions.expiriesPerTransaction)
                return (try model.commit(due.map { .delete(key: $0.stored.key) }, now: now), next)
            }
            publish(plan.map(\.event))
            count += plan.count
            guard plan.count == StoreOptions.expiriesPerTransaction else {
                if let next { setTimer(noLaterThan: next) }
                return count
            }
        }
    }

    private func read<Result>(_ body: (MemoryModel) throws -> Result) throws -> Result {
        try state.withLock { state in
            guard !state.isClosed else { throw StoreError.closed }
            return try body(state.model)
        }
    }

    private func change<Result>(_ body: (inout MemoryModel) throws -> Result) throws -> Result {
        try state.withLock { state in
            guard !state.isClosed else { throw StoreError.closed }
            return try body(&state.model)
        }
    }
}
