internal import ClusterBase
internal import ClusterPorts
internal import Synchronization

/// Gathers concurrent commits while one group is under way, so that many share one durable write.
///
/// There is one leader at a time, always a caller whose own batch is in the group: it writes the group, answers the
/// others, and hands what has gathered meanwhile to the first of those who wait. No task of its own is needed. A group
/// is bounded in batches and bytes, and so is what waits: beyond that `limitExceeded` is thrown.
final class CommitQueue: Sendable {
    typealias Outcome = Result<[VariableVersion], any Error>

    /// What a waiting caller is told.
    private enum Turn: Sendable {
        case done([VariableVersion])
        case lead([Batch])
    }

    private struct Batch: Sendable {
        let operations: [VariableOperation]
        let continuation: CheckedContinuation<Turn, any Error>
    }

    /// Batches that may wait: about a second's work for the slowest engine.
    static let waitingLimit = 16_384

    private struct State {
        var waiting: BoundedQueue<Batch> = BoundedQueue(limit: CommitQueue.waitingLimit)
        var isLed = false
        var isClosed = false
    }
    private let state = Mutex(State())
    private let groupLimit: Int
    private let groupBytesLimit: Int

    init(groupLimit: Int, groupBytesLimit: Int) {
        (self.groupLimit, self.groupBytesLimit) = (groupLimit, groupBytesLimit)
    }

    /// Commits the operations with others through `write`, which gives one outcome for each batch, in order.
    func commit(
        _ operations: [VariableOperation], write: ([[VariableOperation]]) async -> [Outcome]
    ) async throws -> [VariableVersion] {
        let turn = try await withCheckedThrowingContinuation { continuation in
            add(Batch(operations: operations, continuation: continuation))
        }
        switch turn {
        case .done(let versions): return versions
        case .lead(let group):
            let outcomes = await write(group.map(\.operations))
            handOver()
            for (batch, outcome) in zip(group, outcomes).dropFirst() {
                batch.continuation.resume(with: outcome.map(Turn.done))
            }
            guard let own = outcomes.first, outcomes.count == group.count else {
                preconditionFailure("\(outcomes.count) outcomes for \(group.count) batches")
            }
            return try own.get()
        }
    }

    /// Refuses what comes from now on.
    func close() { state.withLock { $0.isClosed = true } }

    private func add(_ batch: Batch) {
        enum Admission { case lead, wait, full, closed }
        let admission = state.withLock { state -> Admission in
            if state.isClosed { return .closed }
            if !state.isLed {
                state.isLed = true
                return .lead
            }
            return state.waiting.push(batch) ? .wait : .full
        }
        switch admission {
        case .lead: batch.continuation.resume(returning: .lead([batch]))
        case .wait: break
        case .full: batch.continuation.resume(throwing: ClusterError(.limitExceeded, "too many commits wait"))
        case .closed: batch.continuation.resume(throwing: ClusterError(.unavailable, "the store is closed"))
        }
    }

    /// Makes the first of those who wait the leader of the next group.
    private func handOver() {
        let group = state.withLock { state in
            var group: [Batch] = []
            var bytes = 0
            while group.count < groupLimit, bytes < groupBytesLimit, let batch = state.waiting.pop() {
                group.append(batch)
                bytes += batch.operations.reduce(0) { $0 + $1.encodedSize }
            }
            state.isLed = !group.isEmpty
            return group
        }
        group.first?.continuation.resume(returning: .lead(group))
    }
}

extension VariableOperation {
    /// About how many bytes an engine moves for it.
    var encodedSize: Int {
        guard case .put(let name, let value, _) = self else { return name.utf8.count + 64 }
        return name.utf8.count + value.count + 64
    }
}
