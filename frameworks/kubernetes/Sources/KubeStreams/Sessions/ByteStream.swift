internal import NIOConcurrencyHelpers
internal import NIOCore

/// What carries the streams of a session to the peer; any thread may call.
protocol StreamWire: AnyObject, Sendable {
    /// Sends bytes on a stream; the future ends when the socket has taken them.
    func send(_ bytes: [UInt8], on stream: UInt32) -> EventLoopFuture<Void>
    /// Says that nothing more follows on a stream.
    func finish(_ stream: UInt32) -> EventLoopFuture<Void>
    /// Takes note that a consumer has taken bytes, so that the socket may be read again.
    func consumed(_ count: Int)
}

/// One stream of a session: bytes from the peer, bytes to the peer, each direction with an end of its own.
///
/// One reader and one writer at a time. What the peer sent and nobody read counts against the session's bound, beyond
/// which its socket is not read.
public final class ByteStream: Sendable {
    private struct State {
        var pending: [[UInt8]] = []
        var isFinished = false
        var isDiscarding = false
        var waiter: CheckedContinuation<[UInt8]?, Never>?
    }

    /// The number by which the session's protocol knows the stream.
    let id: UInt32
    private let wire: any StreamWire
    private let state = NIOLockedValueBox(State())

    init(id: UInt32, wire: any StreamWire) { (self.id, self.wire) = (id, wire) }

    /// The next bytes of the peer, never empty; nil when it has ended its direction, gave up, or is gone.
    public func read() async -> [UInt8]? {
        let bytes = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLockedValue { state -> [UInt8]?? in
                    if !state.pending.isEmpty { return .some(state.pending.removeFirst()) }
                    if state.isFinished || Task.isCancelled { return .some(nil) }
                    state.waiter = continuation
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            takeWaiter()?.resume(returning: nil)
        }
        if let bytes { wire.consumed(bytes.count) }
        return bytes
    }

    /// Sends bytes; returns when the socket has taken them. Throws when the peer is gone.
    public func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        try await wire.send(bytes, on: id).get()
    }

    /// Ends this side's direction; what was written before arrives first.
    public func finishWriting() async { try? await wire.finish(id).get() }

    func push(_ bytes: [UInt8]) {
        let (waiter, isTaken) = state.withLockedValue { state -> (CheckedContinuation<[UInt8]?, Never>?, Bool) in
            guard !state.isFinished, !state.isDiscarding else { return (nil, false) }
            if state.waiter == nil { state.pending.append(bytes) }
            defer { state.waiter = nil }
            return (state.waiter, true)
        }
        waiter?.resume(returning: bytes)
        if !isTaken { wire.consumed(bytes.count) }
    }

    /// Nobody reads any more: what waits and what still comes must not hold up the connection's other streams.
    func discard() {
        let unread = state.withLockedValue { state in
            state.isDiscarding = true
            defer { state.pending = [] }
            return state.pending.reduce(0) { $0 + $1.count }
        }
        if unread > 0 { wire.consumed(unread) }
    }

    func finish() {
        let waiter = state.withLockedValue { state -> CheckedContinuation<[UInt8]?, Never>? in
            state.isFinished = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: nil)
    }

    private func takeWaiter() -> CheckedContinuation<[UInt8]?, Never>? {
        state.withLockedValue { state in
            defer { state.waiter = nil }
            return state.waiter
        }
    }
}
