internal import Synchronization

/// Tells a loop when to work: after a change, when a time has come, and when to end.
///
/// Signals that come while the loop works are kept as one.
final class Pacemaker: Sendable {
    private let signals: AsyncStream<Void>
    private let source: AsyncStream<Void>.Continuation
    private let isEnded = Mutex(false)

    init() { (signals, source) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    /// Whether the loop was told to end.
    var hasEnded: Bool { isEnded.withLock { $0 } }

    /// Lets the loop work.
    func signal() { source.yield() }

    /// Ends the loop.
    func end() {
        isEnded.withLock { $0 = true }
        source.finish()
    }

    /// Calls `work` after each signal until the end or cancellation; calls follow each other.
    func run(isolation: isolated (any Actor)? = #isolation, _ work: () async -> Void) async {
        for await _ in signals {
            if hasEnded || Task.isCancelled { return }
            await work()
        }
    }
}
