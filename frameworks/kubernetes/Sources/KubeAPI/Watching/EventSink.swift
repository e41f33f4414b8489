internal import HTTPTransport
internal import NIOCore

/// Where the lines of a watch go; any thread may call.
protocol EventSink: AnyObject, Sendable {
    /// Queues a line of the sink's framing; nothing happens after the end.
    func write(_ line: EventLine)
    /// Ends the watch after everything queued.
    func close()
    /// Adds a callback for the end, whoever caused it; called at once when that has come.
    func onEnd(_ callback: @escaping @Sendable () -> Void)
}

/// One encoded event, framed once and written to many connections without copying.
enum EventLine: Sendable {
    /// How lines are told apart on the wire.
    enum Framing: Sendable {
        /// Each is a chunk of an HTTP response and ends with a line feed.
        case chunk
        /// Each is a text message of a WebSocket.
        case frame
    }

    case chunk(EncodedChunk)
    case frame(ByteBuffer)

    init(_ bytes: [UInt8], _ framing: Framing) {
        switch framing {
        case .chunk: self = .chunk(EncodedChunk(bytes))
        case .frame: self = .frame(ByteBuffer(bytes: bytes))
        }
    }
}

extension ResponseStream: EventSink {
    func write(_ line: EventLine) {
        if case .chunk(let chunk) = line { write(chunk) }
    }

    func onEnd(_ callback: @escaping @Sendable () -> Void) { onClose { _ in callback() } }
}
