internal import KubeNetworkCore
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix

/// Answers a message: the bytes to send back, or nil to be silent.
typealias Answerer = @Sendable ([UInt8], DNSTransport) -> EventLoopFuture<[UInt8]?>

/// The server's side of UDP.
final class DatagramQuestions: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let answer: Answerer

    init(_ answer: @escaping Answerer) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let (channel, remote) = (context.channel, envelope.remoteAddress)
        answer(Array(envelope.data.readableBytesView), .datagram).whenSuccess { bytes in
            guard let bytes else { return }
            let reply = AddressedEnvelope(remoteAddress: remote, data: channel.allocator.buffer(bytes: bytes))
            channel.writeAndFlush(reply, promise: nil)
        }
    }

    /// Errors of a socket without a peer concern single datagrams.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}

/// The server's side of one TCP connection: answers each message, in the order in which the answers are there.
///
/// Who asks faster than answers are made, or does not read them, is cut off.
final class StreamQuestions: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let openQuestions = 64

    private let answer: Answerer
    private var received = ByteBuffer()
    private var open = 0

    init(_ answer: @escaping Answerer) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.writeImmutableBuffer(unwrapInboundIn(data))
        while let message = received.readMessage() {
            guard open < Self.openQuestions, context.channel.isWritable else {
                context.close(promise: nil)
                return
            }
            open += 1
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            answer(message, .stream).hop(to: context.eventLoop).whenComplete { result in
                let (handler, context) = bound.value
                handler.open -= 1
                // Silence would leave the one who asks waiting: what is no question ends the connection.
                guard case .success(let bytes?) = result else {
                    context.close(promise: nil)
                    return
                }
                context.writeAndFlush(handler.wrapOutboundOut(.framed(bytes)), promise: nil)
            }
        }
        received.discardReadBytes()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
