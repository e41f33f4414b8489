/// Streams that get the same events.
///
/// Each event is encoded once, and each event loop writes a whole batch with one flush per subscriber.
/// What was written to a stream before it joined comes first; afterwards the order between `send` and a stream's own
/// `write` is not defined. A subscriber that falls behind its stream's limits is disconnected and leaves the group, as
/// does one whose stream ends. Any thread may call.
public final class StreamGroup: Sendable {
    let core = StreamGroupCore()

    /// Makes an empty group.
    public init() {}

    /// Adds a stream; it gets what is sent from now on.
    public func add(_ stream: ResponseStream) {
        core.add(stream)
        stream.onClose { [core] _ in core.remove(stream) }
    }

    /// Removes a stream; what was sent before may or may not reach it.
    public func remove(_ stream: ResponseStream) { core.remove(stream) }

    /// Sends bytes to every member as one chunk.
    public func send(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        core.send(EncodedChunk(bytes))
    }

    /// How many streams belong to it.
    public var count: Int { core.count }
}
