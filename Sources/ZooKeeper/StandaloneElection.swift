public import ClusterModel
public import ClusterPorts
internal import Synchronization

/// The election of a daemon without ZooKeeper: whoever stands is elected at once (decision D6).
///
/// For one process.
public final class StandaloneElection: LeaderContender, LeaderDetector {
    private struct State {
        var leader: MasterInfo?
        var term = 0
        var observers: [Int: AsyncThrowingStream<MasterInfo?, any Error>.Continuation] = [:]
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextKey = 0

        mutating func key() -> Int {
            nextKey += 1
            return nextKey
        }
    }
    private let state = Mutex(State())

    /// Nobody leads yet.
    public init() {}

    /// Appoints the master; one that led before has lost.
    public func contend(_ info: MasterInfo) async throws -> any Candidacy {
        let term = state.withLock { state in
            state.term += 1
            return state.term
        }
        lead(info, ifTerm: nil)
        return StandaloneCandidacy(election: self, term: term)
    }

    /// See `LeaderDetector.leaders`; never fails.
    public func leaders() -> AsyncThrowingStream<MasterInfo?, any Error> {
        // A consumer that falls sixteen changes behind sees the newest ones only.
        let (stream, continuation) = AsyncThrowingStream.makeStream(
            of: MasterInfo?.self, throwing: (any Error).self, bufferingPolicy: .bufferingNewest(16))
        let key = state.withLock { state in
            let key = state.key()
            state.observers[key] = continuation
            continuation.yield(state.leader)
            return key
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.observers.removeValue(forKey: key) }
        }
        return stream
    }

    fileprivate func resign(_ term: Int) { lead(nil, ifTerm: term) }

    fileprivate func lost(_ term: Int) async {
        let key = state.withLock { $0.key() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.term != term || state.leader == nil || Task.isCancelled { return true }
                    state.waiters[key] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: key) }?.resume()
        }
    }

    private func lead(_ info: MasterInfo?, ifTerm term: Int?) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            if let term, state.term != term { return [] }
            if state.leader != info {
                state.leader = info
                for observer in state.observers.values { observer.yield(info) }
            }
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }
}

private final class StandaloneCandidacy: Candidacy {
    private let election: StandaloneElection
    private let term: Int

    init(election: StandaloneElection, term: Int) { (self.election, self.term) = (election, term) }

    deinit { election.resign(term) }

    func lost() async { await election.lost(term) }

    func withdraw() async { election.resign(term) }
}
