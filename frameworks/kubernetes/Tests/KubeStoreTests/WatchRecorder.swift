import KubeStore
import Synchronization

/// Notes what a watch is told, and lets a test wait for it.
final class WatchRecorder: Sendable {
    struct Record: Sendable {
        var events: [StoreEvent] = []
        var batches = 0
        var progress: Int64 = 0
        var end: StoreError??
        var afterEnd = 0
    }

    private struct State {
        var record = Record()
        var waiting: [(isDone: @Sendable (Record) -> Bool, continuation: CheckedContinuation<Record, Never>)] = []
    }

    private let state = Mutex(State())

    var record: Record { state.withLock { $0.record } }

    func receive(_ signal: WatchSignal) {
        let done = state.withLock { state in
            if state.record.end != nil { state.record.afterEnd += 1 }
            switch signal {
            case .events(let events):
                state.record.events += events
                state.record.batches += 1
            case .progress(let revision): state.record.progress = revision
            case .ended(let error): state.record.end = .some(error)
            }
            let record = state.record
            let done = state.waiting.filter { $0.isDone(record) }
            state.waiting.removeAll { $0.isDone(record) }
            return done.map { ($0.continuation, record) }
        }
        for (continuation, record) in done { continuation.resume(returning: record) }
    }

    /// Waits until what was told satisfies a condition.
    @discardableResult
    func until(_ isDone: @escaping @Sendable (Record) -> Bool) async -> Record {
        await withCheckedContinuation { continuation in
            let record = state.withLock { state -> Record? in
                if isDone(state.record) { return state.record }
                state.waiting.append((isDone, continuation))
                return nil
            }
            if let record { continuation.resume(returning: record) }
        }
    }
}

/// A running watch and what it was told.
struct RecordedWatch: Sendable {
    let recorder = WatchRecorder()
    let watch: any StoreWatch

    init(_ store: any RevisionedStore, _ prefix: String, after revision: Int64) async throws {
        watch = try await store.watch(prefix: prefix, after: revision) { [recorder] in recorder.receive($0) }
    }

    /// Waits until everything up to a revision has been told, and returns it.
    func events(upTo revision: Int64) async -> [StoreEvent] {
        watch.requestProgress()
        return await recorder.until { $0.progress >= revision }.events
    }
}
