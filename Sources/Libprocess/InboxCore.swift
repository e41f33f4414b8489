internal import NIOConcurrencyHelpers

/// The engine of `MessageInbox`.
final class InboxCore: Sendable {
    private struct Parked {
        var message: IncomingMessage
        var answer: @Sendable (Bool) -> Void
    }

    private struct State {
        var pending: [IncomingMessage] = []
        /// Messages beyond the limit, one per connection at most; each connection waits for its answer.
        var parked: [Parked] = []
        var waiter: CheckedContinuation<[IncomingMessage], Never>?
        var isClosed = false
    }

    private let limit: Int
    private let state = NIOLockedValueBox(State())

    init(limit: Int) { self.limit = max(1, limit) }

    var count: Int { state.withLockedValue { $0.pending.count + $0.parked.count } }

    /// Takes a message; `answer` is called once it has a place (true) or when the inbox is closed (false).
    func accept(_ message: IncomingMessage, answer: @escaping @Sendable (Bool) -> Void) {
        enum Step { case answer(Bool), wake(CheckedContinuation<[IncomingMessage], Never>), park }
        let step = state.withLockedValue { state -> Step in
            if state.isClosed { return .answer(false) }
            if let waiter = state.waiter {
                state.waiter = nil
                return .wake(waiter)
            }
            guard state.pending.count < limit, state.parked.isEmpty else {
                state.parked.append(Parked(message: message, answer: answer))
                return .park
            }
            state.pending.append(message)
            return .answer(true)
        }
        switch step {
        case .answer(let taken): answer(taken)
        case .wake(let waiter):
            waiter.resume(returning: [message])
            answer(true)
        case .park: break
        }
    }

    func post(_ message: IncomingMessage) -> Bool {
        let (taken, waiter) = state.withLockedValue { state in
            if state.isClosed { return (false, nil as CheckedContinuation<[IncomingMessage], Never>?) }
            if let waiter = state.waiter {
                state.waiter = nil
                return (true, waiter)
            }
            guard state.pending.count < limit, state.parked.isEmpty else { return (false, nil) }
            state.pending.append(message)
            return (true, nil)
        }
        waiter?.resume(returning: [message])
        return taken
    }

    func next() async -> [IncomingMessage] {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (ready, answers) = state.withLockedValue { state -> ([IncomingMessage]?, [Parked]) in
                    if !state.pending.isEmpty {
                        let batch = state.pending
                        let moved = Array(state.parked.prefix(limit))
                        state.pending = moved.map(\.message)
                        state.parked.removeFirst(moved.count)
                        return (batch, moved)
                    }
                    if state.isClosed || Task.isCancelled { return ([], []) }
                    precondition(state.waiter == nil, "an inbox has one consumer")
                    state.waiter = continuation
                    return (nil, [])
                }
                if let ready { continuation.resume(returning: ready) }
                for parked in answers { parked.answer(true) }
            }
        } onCancel: {
            let waiter = state.withLockedValue { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(returning: [])
        }
    }

    func close() {
        let (waiter, parked) = state.withLockedValue { state in
            state.isClosed = true
            defer { (state.waiter, state.parked) = (nil, []) }
            return (state.waiter, state.parked)
        }
        waiter?.resume(returning: [])
        for message in parked { message.answer(false) }
    }
}
