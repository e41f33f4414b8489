internal import NIOConcurrencyHelpers
internal import NIOCore

/// Joins two connections byte by byte, each direction with its own end and its own backpressure.
enum Splice {
    /// Joins `client`, on whose event loop this is called, with `server`, on which `far` is installed already.
    static func join(
        _ client: any Channel, _ server: any Channel, _ far: SpliceHandler
    ) -> EventLoopFuture<Void> {
        client.eventLoop.makeCompletedFuture {
            let near = SpliceHandler()
            try client.pipeline.syncOperations.addHandler(near)
            near.connect(to: server)
            server.eventLoop.execute {
                far.connect(to: client)
            }
        }
    }
}

/// One end of a splice: what it reads goes to the peer's channel. Lives on its own channel's event loop.
///
/// At most one read is under way to the peer: the next begins when the peer's socket has taken the bytes.
final class SpliceHandler: ChannelDuplexHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var context: ChannelHandlerContext?
    private var peer: (any Channel)?
    private var waiting: [ByteBuffer] = []
    private var (inFlight, isReadWanted, hasEnded) = (0, false, false)
    private var ending: EventLoopFuture<Void>?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// Names the peer, on the own event loop; what was read meanwhile is passed on first.
    func connect(to peer: any Channel) {
        self.peer = peer
        let bytes = waiting
        waiting = []
        for buffer in bytes { pass(buffer) }
        guard let context else { return peer.close(promise: nil) }
        if hasEnded { endPeer() }
        context.read()
    }

    /// Closes the own channel unless a peer was named.
    func closeUnlessJoined() {
        if peer == nil { context?.close(promise: nil) }
    }

    func read(context: ChannelHandlerContext) {
        // Without a peer, or while it is behind, the socket is left alone.
        if peer == nil || inFlight > 0 { isReadWanted = true } else { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        if peer == nil { waiting.append(buffer) } else { pass(buffer) }
    }

    private func pass(_ buffer: ByteBuffer) {
        guard let peer, let own = context?.channel else { return }
        inFlight += 1
        peer.writeAndFlush(buffer).hop(to: own.eventLoop).whenComplete { result in
            self.inFlight -= 1
            guard case .success = result else { return own.close(promise: nil) }
            guard self.inFlight == 0, self.isReadWanted else { return }
            self.isReadWanted = false
            self.context?.read()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .some(.inputClosed) = event as? ChannelEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        hasEnded = true
        endPeer()
    }

    /// Ends the peer's output; what was passed on leaves first.
    @discardableResult
    private func endPeer() -> EventLoopFuture<Void>? {
        if ending == nil { ending = peer?.close(mode: .output) }
        return ending
    }

    func channelInactive(context: ChannelHandlerContext) {
        hasEnded = true
        let peer = peer
        endPeer()?.whenComplete { _ in peer?.close(promise: nil) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// Closes a connection whose client has gone before it could be joined.
///
/// Whoever may still join them holds this; the last to let go ends the connection if nobody has.
final class UnjoinedConnection: Sendable {
    private let handler: SpliceHandler
    private let channel: any Channel

    init(_ handler: SpliceHandler, _ channel: any Channel) { (self.handler, self.channel) = (handler, channel) }

    deinit { channel.eventLoop.execute { [handler] in handler.closeUnlessJoined() } }
}
