internal import NIOConcurrencyHelpers
internal import NIOCore

// The connection's side of a stream.

extension ResponseStream {
    /// Ties the stream to a connection; returns why it has ended when it has.
    func attach(_ outlet: any StreamOutlet) -> End? {
        state.withLockedValue { state in
            if state.end == nil {
                state.outlet = outlet
                state.isDrainScheduled = true
            }
            return state.end
        }
    }

    /// Takes chunks off the queue, about `bytes` of them; nil when the stream has ended.
    ///
    /// Nothing and `isFinished` means that the owner closed it. Nothing otherwise means that the next write wakes the
    /// connection.
    func take(bytes: Int) -> (chunks: [EncodedChunk], isFinished: Bool)? {
        state.withLockedValue { state in
            guard state.end == nil else { return nil }
            var taken: [EncodedChunk] = []
            var size = 0
            while size < bytes, let chunk = state.pending.popFirst() {
                taken.append(chunk)
                size += chunk.framed.readableBytes
                state.pendingChunks -= chunk.count
            }
            state.pendingBytes -= size
            if taken.isEmpty { state.isDrainScheduled = false }
            return (taken, taken.isEmpty && state.isClosing)
        }
    }

    /// Ends the stream for a reason and calls the owner back; at a second call nothing happens.
    func finish(_ reason: End) {
        let callbacks = state.withLockedValue { $0.finish(reason) }
        for callback in callbacks { callback(reason) }
    }

    /// Ends the stream and closes its connection.
    func abort(_ reason: End) {
        let (outlet, callbacks) = state.withLockedValue { state in (state.outlet, state.finish(reason)) }
        for callback in callbacks { callback(reason) }
        if let outlet { outlet.eventLoop.execute { outlet.abort() } }
    }
}
