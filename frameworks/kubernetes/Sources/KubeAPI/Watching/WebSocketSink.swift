internal import HTTPTransport
internal import KubeStreams
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOWebSocket

/// A watch over a WebSocket: every event is one text message (spec `kubernetes/02` §2.8).
///
/// What clients send is read only to answer pings and their goodbye.
final class WebSocketSink: ChannelInboundHandler, EventSink, Sendable {
    typealias InboundIn = WebSocketFrame

    private struct State {
        var channel: (any Channel)?
        var early: [ByteBuffer] = []
        var waitingBytes = 0
        var isClosing = false
        var isOver = false
        var callbacks: [@Sendable () -> Void] = []
    }

    /// The most bytes that may wait for a slow client.
    private static let limit = 64 << 20
    /// The most bytes of a client's frame.
    private static let frameLimit = 1 << 16

    private let key: String
    private let state = NIOLockedValueBox(State())

    /// Makes a sink for a request that wants a WebSocket; nil for others.
    init?(_ request: HTTPRequest) {
        guard request.headers.list("connection").contains(where: { $0.lowercased() == "upgrade" }),
            request.headers.list("upgrade").contains(where: { $0.lowercased() == "websocket" }),
            let key = request.headers["sec-websocket-key"]
        else { return nil }
        self.key = key
    }

    /// The answer that turns the connection into the WebSocket; when it is never sent, the sink ends.
    var response: HTTPResponse {
        let sentinel = Sentinel { self.endUnlessBegun() }
        return HTTPResponse(
            .switchingProtocols,
            headers: [
                "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Accept": WebSocketKey.accept(key),
            ],
            body: .takeover(
                Takeover { channel in
                    channel.eventLoop.makeCompletedFuture {
                        defer { withExtendedLifetime(sentinel) {} }
                        try channel.pipeline.syncOperations.addHandlers([
                            BackPressureHandler(), WebSocketFrameEncoder(),
                            ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: Self.frameLimit)),
                            WebSocketProtocolErrorHandler(), self,
                        ])
                        self.begin(channel)
                    }
                }))
    }

    func write(_ line: EventLine) {
        guard case .frame(let bytes) = line else { return }
        let (channel, overflows) = state.withLockedValue { state -> ((any Channel)?, Bool) in
            guard !state.isClosing, !state.isOver else { return (nil, false) }
            state.waitingBytes += bytes.readableBytes
            if state.channel == nil { state.early.append(bytes) }
            return (state.channel, state.waitingBytes > Self.limit)
        }
        if overflows { return finish() }
        if let channel { send(bytes, on: channel) }
    }

    func close() {
        let channel = state.withLockedValue { state in
            state.isClosing = true
            return state.channel
        }
        if let channel { sayGoodbye(on: channel) }
    }

    func onEnd(_ callback: @escaping @Sendable () -> Void) {
        let isOver = state.withLockedValue { state in
            if !state.isOver { state.callbacks.append(callback) }
            return state.isOver
        }
        if isOver { callback() }
    }

    private func begin(_ channel: any Channel) {
        let (early, isClosing, isOver) = state.withLockedValue { state in
            defer { (state.channel, state.early) = (channel, []) }
            return (state.early, state.isClosing, state.isOver)
        }
        if isOver { return channel.close(promise: nil) }
        for bytes in early { send(bytes, on: channel) }
        if isClosing { sayGoodbye(on: channel) }
    }

    private func send(_ bytes: ByteBuffer, on channel: any Channel) {
        channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .text, data: bytes)).whenComplete { _ in
            self.state.withLockedValue { $0.waitingBytes -= bytes.readableBytes }
        }
    }

    private func sayGoodbye(on channel: any Channel) {
        var data = channel.allocator.buffer(capacity: 2)
        data.write(webSocketErrorCode: .normalClosure)
        channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .connectionClose, data: data)).whenComplete { _ in
            channel.close(promise: nil)
        }
    }

    private func endUnlessBegun() {
        if state.withLockedValue({ $0.channel == nil }) { finish() }
    }

    /// Ends without delivering the rest.
    private func finish() {
        let (channel, callbacks) = state.withLockedValue { state in
            defer { (state.isOver, state.callbacks, state.early) = (true, [], []) }
            return (state.channel, state.callbacks)
        }
        channel?.close(promise: nil)
        for callback in callbacks { callback() }
    }

    // MARK: On the event loop

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .ping:
            let pong = WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData)
            context.channel.writeAndFlush(pong, promise: nil)
        case .connectionClose: close()
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// Calls back when nobody refers to it any more.
private final class Sentinel: Sendable {
    private let onEnd: @Sendable () -> Void

    init(_ onEnd: @escaping @Sendable () -> Void) { self.onEnd = onEnd }

    deinit { onEnd() }
}
