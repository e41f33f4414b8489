internal import NIOCore

/// The server's end of a SPDY/3.1 connection: frames on the socket, `ByteStream`s for whoever serves.
///
/// Each stream is accepted as soon as it is asked for, because clients wait for that before they open the next. Lives
/// on the channel's event loop; the `StreamWire` members may be called from any thread.
final class SPDYSession: ChannelInboundHandler, StreamWire, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Whoever serves the streams; called on the event loop.
    protocol Owner: AnyObject {
        /// A stream was opened; false refuses it.
        func opened(_ stream: ByteStream, headers: [(name: String, value: String)]) -> Bool
        /// The connection is gone.
        func closed()
    }

    private let connection: SPDYConnection
    private let channel: any Channel
    private let owner: any Owner
    private var streams: [UInt32: ByteStream] = [:]
    private var halfClosed: Set<UInt32> = []
    private let throttle: ReadThrottle

    init(channel: any Channel, owner: any Owner) throws(SPDYError) {
        connection = try SPDYConnection(isServer: true)
        (self.channel, self.owner) = (channel, owner)
        throttle = ReadThrottle(channel)
    }

    /// Puts a session on a connection that was taken over; on the event loop.
    static func install(_ session: SPDYSession, on channel: any Channel) throws {
        // A peer that has pings answered and does not read the answers is not read either.
        try channel.pipeline.syncOperations.addHandlers([BackPressureHandler(), session])
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        do {
            for event in try connection.receive(buffer.readableBytesView) { try take(event) }
        } catch {
            // A peer that breaks the protocol cannot be answered in it.
            context.close(promise: nil)
        }
    }

    private func take(_ event: SPDYConnection.Event) throws {
        switch event {
        case .opened(let id, let headers, let isFinished):
            let stream = ByteStream(id: id, wire: self)
            streams[id] = stream
            // Refusal follows the reply's place in the compressed stream, so that both ends agree on it.
            guard owner.opened(stream, headers: headers) else {
                streams[id] = nil
                return write(connection.reset(id, .refusedStream))
            }
            write(try connection.reply(to: id))
            if isFinished { ended(id) }
        case .data(let id, let bytes):
            guard let stream = streams[id] else { return }
            throttle.added(bytes.count)
            stream.push(Array(bytes))
        case .finished(let id): ended(id)
        case .reset(let id):
            halfClosed.remove(id)
            streams.removeValue(forKey: id)?.finish()
        case .answer(let bytes): write(bytes)
        case .goAway, .replied: break
        }
    }

    private func ended(_ id: UInt32) {
        streams[id]?.finish()
        forget(id)
    }

    /// Drops a stream whose other direction had ended before.
    private func forget(_ id: UInt32) {
        if !halfClosed.insert(id).inserted {
            halfClosed.remove(id)
            streams[id] = nil
            connection.forget(id)
        }
    }

    func consumed(_ count: Int) { throttle.consumed(count) }

    func send(_ bytes: [UInt8], on stream: UInt32) -> EventLoopFuture<Void> {
        channel.eventLoop.flatSubmit {
            guard self.streams[stream] != nil else { return self.channel.eventLoop.makeFailedFuture(StreamGone()) }
            return self.channel.writeAndFlush(ByteBuffer(bytes: SPDYConnection.data(stream, bytes)))
        }
    }

    func finish(_ stream: UInt32) -> EventLoopFuture<Void> {
        channel.eventLoop.flatSubmit {
            guard self.streams[stream] != nil else { return self.channel.eventLoop.makeSucceededVoidFuture() }
            self.forget(stream)
            return self.channel.writeAndFlush(
                ByteBuffer(bytes: SPDYConnection.data(stream, [], finishes: true)))
        }
    }

    private func write(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        for stream in streams.values { stream.finish() }
        streams = [:]
        owner.closed()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A client that has closed its sending half still reads what is on the way.
        if case .some(.inputClosed) = event as? ChannelEvent {
            for stream in streams.values { stream.finish() }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// A write on a stream that the peer has given up.
struct StreamGone: Error {}
