internal import ClusterBase
internal import Dispatch
internal import GRDB
internal import Synchronization

/// A few connections that read the file, each on a thread of its own; what they cannot take at once waits in line.
final class ReaderPool: Sendable {
    typealias Job = @Sendable (Result<DatabaseQueue, StoreError>) -> Void

    private struct State {
        var idle: [Int]
        var waiting: BoundedQueue<Job>
        var isClosed = false
        var whenIdle: CheckedContinuation<Void, Never>?
    }

    private let connections: [DatabaseQueue]
    private let queues: [DispatchQueue]
    private let state: Mutex<State>

    init(_ connections: [DatabaseQueue], waitingLimit: Int) {
        self.connections = connections
        queues = connections.indices.map { DispatchQueue(label: "store-reader-\($0)") }
        state = Mutex(State(idle: Array(connections.indices), waiting: BoundedQueue(limit: waitingLimit)))
    }

    /// Reads in one snapshot of the file.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            run { connection in
                continuation.resume(with: Result { try connection.get().read(body) })
            }
        }
    }

    /// Runs a job with a connection, or at once with the error if too many wait or the store is closed.
    func run(_ job: @escaping Job) {
        enum Admission {
            case start(Int), wait
            case refuse(StoreError)
        }
        let admission = state.withLock { state -> Admission in
            if state.isClosed { return .refuse(.closed) }
            if let place = state.idle.popLast() { return .start(place) }
            return state.waiting.push(job) ? .wait : .refuse(.unavailable("too many reads wait for the disk"))
        }
        switch admission {
        case .start(let place): start(job, place)
        case .wait: break
        case .refuse(let error): job(.failure(error))
        }
    }

    /// Refuses what comes from now on and returns when what was accepted is done.
    func close() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isClosed = true
                if state.idle.count == connections.count { return true }
                state.whenIdle = continuation
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    private func start(_ job: @escaping Job, _ place: Int) {
        queues[place].async { [self] in
            job(.success(connections[place]))
            let next = state.withLock { state -> Job? in
                if let next = state.waiting.pop() { return next }
                state.idle.append(place)
                return nil
            }
            if let next { return start(next, place) }
            let whenIdle = state.withLock { state in
                state.idle.count == connections.count ? state.whenIdle.take() : nil
            }
            whenIdle?.resume()
        }
    }
}
