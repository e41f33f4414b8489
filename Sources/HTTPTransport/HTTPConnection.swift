internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// One connection of a server: reads requests, runs them one after the other, writes the answers in their order.
///
/// Requests that are pipelined wait their turn, so that what they cause happens in the client's order. Everything but
/// the initializer runs on the channel's event loop; that confinement is what makes the class `Sendable`.
final class HTTPConnection: ChannelDuplexHandler, RemovableChannelHandler, StreamOutlet, @unchecked Sendable {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A request that is being read.
    struct Incoming {
        var job: Job
        var bodyLimit: Int
        /// The rest of the body is dropped: the answer is decided.
        var isDiscarding = false
        /// The client waits for a 100 before it sends the body.
        var awaitsContinue = false
    }

    /// A request that is to be answered.
    struct Job {
        var request: HTTPRequest
        var dispatch: Dispatch
        var errorRenderer: ErrorRenderer
        var isHTTP11: Bool
        var keepsAlive: Bool
        var acceptsGzip: Bool
        var isUpgrade: Bool
    }

    /// The request whose answer is due.
    struct Current {
        var job: Job
        /// Tells this request's answer from a late one of an earlier request.
        var serial: Int
        var task: Task<Void, Never>?
        var stream: ResponseStream?
    }

    enum Life { case open, lingering, takenOver, closed }

    let core: ServerCore
    let channel: any Channel
    let eventLoop: any EventLoop
    let isSecure: Bool
    var remote: (address: String?, port: Int?) = (nil, nil)

    var life = Life.open
    var incoming: Incoming?
    var waiting = CircularBuffer<Job>(initialCapacity: 1)
    var waitingBytes = 0
    var current: Current?
    var serial = 0
    var isAdvancing = false
    var isFlushDue = false
    var isReading = false
    var isReadPaused = false
    /// No request after those that wait: the client asked to close, sent nonsense, or closed its side.
    var isInputOver = false
    var hasSeenEOF = false
    var isStopping = false
    var clock = ConnectionClock()
    var discardedBytes = 0

    init(core: ServerCore, channel: any Channel) {
        (self.core, self.channel, self.eventLoop) = (core, channel, channel.eventLoop)
        isSecure = core.configuration.tls != nil
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { activate() }
    }

    func channelActive(context: ChannelHandlerContext) {
        activate()
        context.fireChannelActive()
    }

    private func activate() {
        guard remote.address == nil else { return }
        remote = (channel.remoteAddress?.ipAddress, channel.remoteAddress?.port)
        scheduleClock()
    }

    func channelInactive(context: ChannelHandlerContext) {
        release(.clientGone)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        if life != .takenOver { release(.clientGone) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if life == .takenOver {
            context.fireChannelRead(data)
            return
        }
        isReading = true
        guard life == .open, !isInputOver || incoming != nil else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): beginRequest(head)
        case .body(let buffer): appendBody(buffer)
        case .end: endRequest()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        if isFlushDue {
            isFlushDue = false
            context.flush()
        }
        context.fireChannelReadComplete()
    }

    /// Whether so many requests wait, or such large ones, that no more are read.
    var isFull: Bool {
        waiting.count >= core.configuration.pipelineLimit || waitingBytes > core.configuration.bodyLimit
    }

    /// Stops reading while too many requests wait, which holds the client back.
    func read(context: ChannelHandlerContext) {
        if isFull, life == .open {
            isReadPaused = true
        } else {
            context.read()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        clock.setWritable(context.channel.isWritable)
        if context.channel.isWritable, life == .open {
            if current?.stream != nil { drain() } else { advance() }
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if life != .takenOver, case .inputClosed? = event as? ChannelEvent { inputClosed() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case _ where life != .open: close()
        case HTTPParserError.headerOverflow: rejectInput(.error(.headersTooLarge))
        case let error as HTTPParserError where error != .invalidEOFState:
            rejectInput(.error(.badRequest, "Malformed HTTP request: \(error)"))
        default: close()
        }
    }

    /// The client will send nothing more.
    ///
    /// A stream's client is gone; other answers are still delivered.
    private func inputClosed() {
        (isInputOver, hasSeenEOF, incoming) = (true, true, nil)
        if life == .lingering || current?.stream != nil {
            close()
        } else if current == nil, waiting.isEmpty {
            closeAfterFlush()
        }
    }

    /// Answers unreadable input behind what is due before it, then closes.
    private func rejectInput(_ response: HTTPResponse) {
        guard !isInputOver else { return }
        isInputOver = true
        incoming = nil
        let request = HTTPRequest(.get, "/", remoteAddress: remote.address, remotePort: remote.port, isSecure: isSecure)
        enqueue(
            Job(
                request: request, dispatch: .answer(response), errorRenderer: ErrorTable.render, isHTTP11: true,
                keepsAlive: false, acceptsGzip: false, isUpgrade: false))
    }

    func close() {
        guard life != .closed else { return }
        channel.close(promise: nil)
    }

    /// Tells everybody who still waits that the connection is over.
    func release(_ reason: ResponseStream.End) {
        guard life != .closed else { return }
        life = .closed
        clock.cancel()
        let last = current
        current = nil
        incoming = nil
        waiting.removeAll()
        last?.task?.cancel()
        last?.stream?.finish(isStopping ? .serverStopping : reason)
    }

    /// Ends streams and idle connections, and lets an answer under way be the last.
    func serverStopping() {
        isStopping = true
        switch life {
        case .takenOver, .lingering: close()
        case .closed: break
        case .open:
            isInputOver = true
            waiting.removeAll()
            if let stream = current?.stream {
                stream.finish(.serverStopping)
                endStream(keepAlive: false)
            } else if current == nil {
                close()
            }
        }
    }
}
