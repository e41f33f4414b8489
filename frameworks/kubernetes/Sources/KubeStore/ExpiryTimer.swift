internal import ClusterBase
internal import Dispatch
internal import Synchronization

/// Wakes the store when the next time to live ends; while nothing can end, nothing runs.
final class ExpiryTimer: Sendable {
    private struct State {
        var deadline: Int64?
        var pending: DispatchWorkItem?
    }

    private let state = Mutex(State())
    private let queue: DispatchQueue
    private let clock: @Sendable () -> Instant

    init(queue: DispatchQueue, clock: @escaping @Sendable () -> Instant) { (self.queue, self.clock) = (queue, clock) }

    /// Calls `fire` at `deadline` (milliseconds since the epoch), unless it is set for an earlier time already.
    func set(noLaterThan deadline: Int64, fire: @escaping @Sendable () -> Void) {
        state.withLock { state in
            if let earlier = state.deadline, earlier <= deadline { return }
            state.pending?.cancel()
            let item = DispatchWorkItem { [weak self] in
                self?.state.withLock { ($0.deadline, $0.pending) = (nil, nil) }
                fire()
            }
            (state.deadline, state.pending) = (deadline, item)
            let wait = min(max(deadline - StorePlan.milliseconds(clock()), 100), 24 * 3_600 * 1_000)
            queue.asyncAfter(deadline: .now() + .milliseconds(Int(wait)), execute: item)
        }
    }

    /// Calls off what is set.
    func cancel() {
        state.withLock { state in
            state.pending?.cancel()
            (state.deadline, state.pending) = (nil, nil)
        }
    }
}
