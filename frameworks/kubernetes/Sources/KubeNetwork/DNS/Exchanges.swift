internal import KubeNetworkCore
internal import NIOCore

/// What both kinds of exchange know about an answer.
private struct ExpectedAnswer {
    private let id: UInt16
    private let question: DNSQuestion?

    init(to query: [UInt8]) {
        let message = try? DNSMessage(parsingHeadOf: query)
        (id, question) = (message?.id ?? 0, message?.question)
    }

    /// Whether bytes are the answer; one that says that the question was not liked may leave it out.
    func isIt(_ bytes: [UInt8]) -> Bool {
        guard let message = try? DNSMessage(parsingHeadOf: bytes), message.isResponse, message.id == id else {
            return false
        }
        guard let told = message.question, let question else { return message.code != .success }
        return told.name.folded == question.name.folded && told.type == question.type
            && told.recordClass == question.recordClass
    }
}

/// Sends a query in a datagram and waits for its answer; anything else that comes is passed over.
final class DatagramExchange: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let query: [UInt8]
    private let remote: SocketAddress
    private let promise: EventLoopPromise<[UInt8]>
    private let expected: ExpectedAnswer

    init(_ query: [UInt8], to remote: SocketAddress, _ promise: EventLoopPromise<[UInt8]>) {
        (self.query, self.remote, self.promise) = (query, remote, promise)
        expected = ExpectedAnswer(to: query)
    }

    func channelActive(context: ChannelHandlerContext) {
        let envelope = AddressedEnvelope(remoteAddress: remote, data: context.channel.allocator.buffer(bytes: query))
        context.writeAndFlush(wrapOutboundOut(envelope)).cascadeFailure(to: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).data.readableBytesView)
        if expected.isIt(bytes) { promise.succeed(bytes) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }
    func channelInactive(context: ChannelHandlerContext) { promise.fail(Forwarder.Failure.broken) }
}

/// Sends a query over a connection and waits for its answer.
final class StreamExchange: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let query: [UInt8]
    private let promise: EventLoopPromise<[UInt8]>
    private let expected: ExpectedAnswer
    private var received = ByteBuffer()

    init(_ query: [UInt8], _ promise: EventLoopPromise<[UInt8]>) {
        (self.query, self.promise) = (query, promise)
        expected = ExpectedAnswer(to: query)
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(.framed(query))).cascadeFailure(to: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.writeImmutableBuffer(unwrapInboundIn(data))
        guard let bytes = received.readMessage() else { return }
        if expected.isIt(bytes) { promise.succeed(bytes) } else { promise.fail(Forwarder.Failure.broken) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }
    func channelInactive(context: ChannelHandlerContext) { promise.fail(Forwarder.Failure.broken) }
}

extension ByteBuffer {
    /// A message behind its length, as it goes over a connection.
    static func framed(_ message: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(UInt16(truncatingIfNeeded: message.count))
        buffer.writeBytes(message)
        return buffer
    }

    /// Takes a message out that is there with all its bytes; nil while it is not.
    mutating func readMessage() -> [UInt8]? {
        guard let length = getInteger(at: readerIndex, as: UInt16.self), readableBytes >= 2 + Int(length) else {
            return nil
        }
        moveReaderIndex(forwardBy: 2)
        return readBytes(length: Int(length))
    }
}
