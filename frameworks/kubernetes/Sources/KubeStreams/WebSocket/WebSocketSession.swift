internal import ClusterBase
internal import NIOCore
internal import NIOWebSocket

/// The server's end of a WebSocket whose messages begin with a channel number (spec `kubernetes/10` §10.5).
///
/// Lives on the channel's event loop; the `StreamWire` members may be called from any thread.
final class WebSocketSession: ChannelInboundHandler, StreamWire, @unchecked Sendable {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// The most bytes of a message of the client.
    static let messageLimit = 4 << 20
    /// The channel number that ends another one (version 5).
    static let closeSignal: UInt8 = 255

    private let channel: any Channel
    private let version: CommandProtocol
    private let onClose: () -> Void
    private var streams: [UInt8: ByteStream] = [:]
    private let throttle: ReadThrottle
    private var isClosing = false

    init(channel: any Channel, version: CommandProtocol, onClose: @escaping () -> Void) {
        (self.channel, self.version, self.onClose) = (channel, version, onClose)
        throttle = ReadThrottle(channel)
    }

    /// Adds the stream of a channel number; on the event loop.
    func addStream(_ number: UInt8) -> ByteStream {
        let stream = ByteStream(id: UInt32(number), wire: self)
        streams[number] = stream
        return stream
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text, .binary: message(Array(frame.unmaskedData.readableBytesView))
        case .ping:
            let pong = WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData)
            context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
        case .connectionClose:
            if !isClosing {
                isClosing = true
                frame = WebSocketFrame(fin: true, opcode: .connectionClose, data: frame.unmaskedData)
                context.writeAndFlush(wrapOutboundOut(frame)).whenComplete { [channel] _ in channel.close(promise: nil)
                }
            } else {
                context.close(promise: nil)
            }
        default: break
        }
    }

    private func message(_ bytes: [UInt8]) {
        guard var number = bytes.first else { return }
        var payload = Array(bytes.dropFirst())
        if version.isBase64 {
            guard 48...57 ~= number, let decoded = Base64.decode(payload) else { return fail() }
            (number, payload) = (number - 48, decoded)
        }
        if number == Self.closeSignal, version == .v5 {
            for ended in payload { streams[ended]?.finish() }
            return
        }
        guard let stream = streams[number], !payload.isEmpty else { return }
        throttle.added(payload.count)
        stream.push(payload)
    }

    private func fail() {
        close(code: .protocolError)
    }

    /// Says goodbye and closes once the client has answered, or after a while.
    func close(code: WebSocketErrorCode = .normalClosure) {
        guard !isClosing else { return }
        isClosing = true
        var data = channel.allocator.buffer(capacity: 2)
        data.write(webSocketErrorCode: code)
        let frame = WebSocketFrame(fin: true, opcode: .connectionClose, data: data)
        channel.writeAndFlush(frame, promise: nil)
        channel.eventLoop.scheduleTask(in: .seconds(2)) { self.channel.close(promise: nil) }
    }

    func consumed(_ count: Int) { throttle.consumed(count) }

    func send(_ bytes: [UInt8], on stream: UInt32) -> EventLoopFuture<Void> {
        let number = UInt8(truncatingIfNeeded: stream)
        let frame: WebSocketFrame
        if version.isBase64 {
            let text = [48 + number] + Base64.encode(bytes)
            frame = WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(bytes: text))
        } else {
            frame = WebSocketFrame(fin: true, opcode: .binary, data: ByteBuffer(bytes: [number] + bytes))
        }
        return channel.writeAndFlush(frame)
    }

    /// WebSocket channels have no end of their own before version 5, and its servers need none.
    func finish(_ stream: UInt32) -> EventLoopFuture<Void> { channel.eventLoop.makeSucceededVoidFuture() }

    func channelInactive(context: ChannelHandlerContext) {
        for stream in streams.values { stream.finish() }
        onClose()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
