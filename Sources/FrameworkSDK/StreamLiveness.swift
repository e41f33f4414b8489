internal import ClusterBase
internal import Synchronization

/// Notices that a stream has been silent too long, without a timer per read.
final class StreamLiveness: Sendable {
    private struct State: Sendable {
        var limit: Duration
        /// Nil while nobody reads because the consumer is behind: silence then means nothing.
        var lastHeard: ContinuousClock.Instant?
    }
    private let state: Mutex<State>

    init(limit: Duration) { state = Mutex(State(limit: limit, lastHeard: .now)) }

    func heard() { state.withLock { $0.lastHeard = .now } }
    func pause() { state.withLock { $0.lastHeard = nil } }
    func expect(within limit: Duration) { state.withLock { ($0.limit, $0.lastHeard) = (limit, .now) } }

    /// Returns the limit when it has passed in silence; nil when cancelled.
    func silence() async -> Duration? {
        while !Task.isCancelled {
            let (limit, wait) = state.withLock { state -> (Duration, Duration) in
                guard let last = state.lastHeard else { return (state.limit, min(state.limit, .milliseconds(100))) }
                return (state.limit, state.limit - (ContinuousClock.now - last))
            }
            if wait <= .zero { return limit }
            try? await Task.sleep(for: min(wait, .seconds(1)))
        }
        return nil
    }
}
