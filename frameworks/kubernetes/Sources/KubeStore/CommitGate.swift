internal import ClusterBase
internal import Synchronization

/// A transaction that waits for the writer.
struct WaitingCommit: Sendable {
    let changes: [StoreChange]
    let continuation: CheckedContinuation<Int64, any Error>

    var encodedSize: Int { changes.reduce(64) { $0 + $1.encodedSize } }
}

/// Where commits gather while the writer is busy; what has gathered is its next group.
final class CommitGate: Sendable {
    private static let groupLimit = 1_024
    private static let groupBytesLimit = 8 << 20

    private struct State {
        var waiting: BoundedQueue<WaitingCommit>
        var isClosed = false
    }

    private let state: Mutex<State>

    init(limit: Int) { state = Mutex(State(waiting: BoundedQueue(limit: limit))) }

    /// Adds a commit; throws `unavailable` when too many wait or the store is closed.
    func add(_ commit: WaitingCommit) throws(StoreError) {
        let isClosed = state.withLock { state -> Bool? in
            if state.isClosed { return true }
            return state.waiting.push(commit) ? nil : false
        }
        guard let isClosed else { return }
        throw isClosed ? .closed : .unavailable("too many commits wait for the disk")
    }

    /// The next group, bounded in commits and bytes.
    func take() -> [WaitingCommit] {
        state.withLock { state in
            var group: [WaitingCommit] = []
            var bytes = 0
            while group.count < Self.groupLimit, bytes < Self.groupBytesLimit, let commit = state.waiting.pop() {
                group.append(commit)
                bytes += commit.encodedSize
            }
            return group
        }
    }

    /// Whether commits wait.
    var isEmpty: Bool { state.withLock { $0.waiting.isEmpty } }

    /// Refuses what comes from now on.
    func close() { state.withLock { $0.isClosed = true } }
}

extension StoreError {
    /// What every call after `close` throws.
    static let closed = StoreError.unavailable("the store is closed")
}

extension StoreChange {
    /// About how many bytes an engine moves for it.
    fileprivate var encodedSize: Int {
        switch self {
        case .create(let key, let value, _), .update(let key, let value, _, _): key.utf8.count + value.count
        case .delete(let key, _), .check(let key, _): key.utf8.count
        }
    }
}
