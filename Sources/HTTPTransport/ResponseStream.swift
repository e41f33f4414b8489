internal import NIOConcurrencyHelpers
internal import NIOCore

/// The writing end of a streaming response, for whoever owns the stream.
///
/// Make one, return it in a response (`HTTPResponse.stream`), and write to it from any thread, at once or for days.
/// Nothing waits: what the client has not taken yet is queued up to `Limits`, and a client that falls behind further is
/// disconnected. Writes made while the event loop is busy leave in one flush.
public final class ResponseStream: Sendable {
    /// Why a stream ended.
    public enum End: Sendable, Hashable {
        /// The owner called `close`, and everything was handed to the socket.
        case finished
        /// The client closed the connection, or the connection broke.
        case clientGone
        /// The client did not read fast enough for `Limits`; it must subscribe again.
        case overflow
        /// The server stops.
        case serverStopping
        /// The response was never sent (HTTP/1.0 client, HEAD request, handler cancelled).
        case notSent
    }

    /// How much may wait for a slow client.
    public struct Limits: Sendable {
        /// The most chunks waiting.
        public var chunks: Int
        /// The most bytes waiting, framing included; one slow reader costs no more than this.
        public var bytes: Int

        /// Makes limits.
        public init(chunks: Int = 16_384, bytes: Int = 64 << 20) { (self.chunks, self.bytes) = (chunks, bytes) }
    }

    struct State {
        var pending = CircularBuffer<EncodedChunk>(initialCapacity: 0)
        var pendingChunks = 0
        var pendingBytes = 0
        var outlet: (any StreamOutlet)?
        var isDrainScheduled = false
        var isClosing = false
        var end: End?
        var callbacks: [@Sendable (End) -> Void] = []
    }

    /// The limits it was made with.
    public let limits: Limits
    let state: NIOLockedValueBox<State>

    /// Makes a stream; `onClose` is called once, whatever ends the stream, on any thread, and must not block.
    public init(limits: Limits = Limits(), onClose: (@Sendable (End) -> Void)? = nil) {
        self.limits = limits
        var initial = State()
        if let onClose { initial.callbacks.append(onClose) }
        state = NIOLockedValueBox(initial)
    }

    /// Adds a callback for the end of the stream; called at once when it has ended already.
    public func onClose(_ callback: @escaping @Sendable (End) -> Void) {
        let end = state.withLockedValue { state -> End? in
            if state.end == nil { state.callbacks.append(callback) }
            return state.end
        }
        if let end { callback(end) }
    }

    /// Queues bytes as one chunk; false when the stream has ended (or overflows now).
    ///
    /// Empty bytes are ignored.
    @discardableResult
    public func write(_ bytes: [UInt8]) -> Bool {
        bytes.isEmpty ? isOpen : write(EncodedChunk(bytes))
    }

    /// Queues a chunk that was encoded once for many streams; false when the stream has ended (or overflows now).
    @discardableResult
    public func write(_ chunk: EncodedChunk) -> Bool {
        var callbacks: [@Sendable (End) -> Void] = []
        var wake: (any StreamOutlet)?
        var abort: (any StreamOutlet)?
        let accepted = state.withLockedValue { state -> Bool in
            guard state.end == nil, !state.isClosing else { return false }
            guard state.push(chunk, within: limits) else {
                abort = state.outlet
                callbacks = state.finish(.overflow)
                return false
            }
            if let outlet = state.outlet, !state.isDrainScheduled {
                state.isDrainScheduled = true
                wake = outlet
            }
            return true
        }
        for callback in callbacks { callback(.overflow) }
        if let wake { wake.eventLoop.execute { wake.drain() } }
        if let abort { abort.eventLoop.execute { abort.abort() } }
        return accepted
    }

    /// Ends the stream after everything queued has been handed to the socket; later writes are refused.
    public func close() {
        let outlet = state.withLockedValue { state -> (any StreamOutlet)? in
            guard state.end == nil, !state.isClosing else { return nil }
            state.isClosing = true
            return state.outlet
        }
        if let outlet { outlet.eventLoop.execute { outlet.drain() } }
    }

    /// Whether writes are still taken.
    public var isOpen: Bool { state.withLockedValue { $0.end == nil && !$0.isClosing } }

    /// Why it ended, or nil while it lives.
    public var end: End? { state.withLockedValue { $0.end } }

    /// How many chunks wait for the client.
    public var backlog: Int { state.withLockedValue { $0.pendingChunks } }
}

/// Bytes framed once as an HTTP chunk, to be written to many streams without copying.
public struct EncodedChunk: Sendable {
    var framed: ByteBuffer
    var count: Int

    /// Frames bytes, which must not be empty.
    public init(_ bytes: [UInt8]) {
        precondition(!bytes.isEmpty, "an empty chunk would end the stream")
        let size = String(bytes.count, radix: 16)
        var buffer = ByteBufferAllocator().buffer(capacity: size.utf8.count + bytes.count + 4)
        buffer.writeString(size)
        buffer.writeStaticString("\r\n")
        buffer.writeBytes(bytes)
        buffer.writeStaticString("\r\n")
        (framed, count) = (buffer, 1)
    }

    init(framed: ByteBuffer, count: Int) { (self.framed, self.count) = (framed, count) }
}

/// The connection end of a stream; everything but `eventLoop` is used on the event loop only.
protocol StreamOutlet: AnyObject, Sendable {
    var eventLoop: any EventLoop { get }
    /// Writes what waits while the socket takes it, and finishes when the owner closed.
    func drain()
    /// Writes and flushes a chunk now; false when the socket does not take more.
    func writeNow(_ chunk: EncodedChunk) -> Bool
    /// Closes the connection without delivering the rest.
    func abort()
}

extension ResponseStream.State {
    mutating func push(_ chunk: EncodedChunk, within limits: ResponseStream.Limits) -> Bool {
        let size = chunk.framed.readableBytes
        guard pendingChunks + chunk.count <= limits.chunks, pendingBytes + size <= limits.bytes else { return false }
        pending.append(chunk)
        pendingChunks += chunk.count
        pendingBytes += size
        return true
    }

    /// Marks the end and drops what waits; returns the callbacks to call outside the lock.
    mutating func finish(_ reason: ResponseStream.End) -> [@Sendable (ResponseStream.End) -> Void] {
        guard end == nil else { return [] }
        end = reason
        outlet = nil
        pending = CircularBuffer(initialCapacity: 0)
        (pendingChunks, pendingBytes) = (0, 0)
        defer { callbacks = [] }
        return callbacks
    }
}
