internal import NIOCore

/// One end of two joined connections: what comes in at one goes out at the other, half-closing included.
///
/// No more is read from one than the other takes.
final class SpliceHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var context: ChannelHandlerContext?
    private var partner: SpliceHandler?
    private var wantsRead = false
    private var hasReadAll = false

    /// Two joined ends; both belong to one event loop.
    static func pair() -> (SpliceHandler, SpliceHandler) {
        let (left, right) = (SpliceHandler(), SpliceHandler())
        (left.partner, right.partner) = (right, left)
        return (left, right)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        partner = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        partner?.context?.write(data, promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) { partner?.context?.flush() }

    func read(context: ChannelHandlerContext) {
        if partner?.context?.channel.isWritable ?? true { context.read() } else { wantsRead = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { partner?.resume() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else { return }
        hasReadAll = true
        if partner?.hasReadAll == true { partner?.close(.all) } else { partner?.close(.output) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        partner?.close(.all)
        partner = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func resume() {
        guard wantsRead else { return }
        wantsRead = false
        context?.read()
    }

    /// Closes one direction or both, once what was written has left.
    private func close(_ mode: CloseMode) {
        guard let context else { return }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(channel.allocator.buffer(capacity: 0))).whenComplete { _ in
            channel.close(mode: mode, promise: nil)
        }
    }
}
