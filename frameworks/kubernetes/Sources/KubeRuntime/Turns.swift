internal import Synchronization

/// Lets a few through at a time, the others in the order of their coming.
final class Turns: Sendable {
    private struct State {
        var free: Int
        var next = 0
        var waiting: [(number: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>

    /// Lets `count` through at a time.
    init(_ count: Int) { state = Mutex(State(free: count)) }

    /// Does work when its turn comes; a task that is cancelled meanwhile throws.
    func take<Answer: Sendable>(_ work: () async throws -> Answer) async throws -> Answer {
        await wait()
        defer { leave() }
        try Task.checkCancellation()
        return try await work()
    }

    private func wait() async {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isFree = state.withLock { state in
                    // One that is cancelled goes through at once, and leaves again.
                    if state.free > 0 || Task.isCancelled {
                        state.free -= 1
                        return true
                    }
                    state.waiting.append((number, continuation))
                    return false
                }
                if isFree { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let place = state.waiting.firstIndex { $0.number == number }
                if place != nil { state.free -= 1 }
                return place.map { state.waiting.remove(at: $0).continuation }
            }
            waiter?.resume()
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.free += 1
            guard state.free > 0, !state.waiting.isEmpty else { return nil }
            state.free -= 1
            return state.waiting.removeFirst().continuation
        }
        next?.resume()
    }
}
