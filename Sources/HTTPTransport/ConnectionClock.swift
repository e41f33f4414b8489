internal import NIOCore

/// What a connection must not take too long for.
///
/// One timer looks at all deadlines and is armed anew, so a request costs no timer.
struct ConnectionClock {
    /// How long a client may take to read an answer that came before it had sent everything.
    static let linger = TimeAmount.seconds(2)
    /// The most bytes dropped of a request that is refused before its end.
    static let discardLimit = 64 << 20

    var idleSince = NIODeadline.now()
    /// When the first byte of an unfinished head came.
    var headSince: NIODeadline?
    var isInBody = false
    var lastRead = NIODeadline.now()
    var hasRead = false
    var carriesMessages = false
    var stuckSince: NIODeadline?
    var timer: Scheduled<Void>?

    mutating func bytesArrived() {
        lastRead = .now()
        hasRead = true
        if headSince == nil, !isInBody { headSince = lastRead }
    }

    mutating func headArrived() { (headSince, isInBody) = (nil, true) }

    mutating func messageEnded() { (headSince, isInBody) = (nil, false) }

    mutating func setWritable(_ isWritable: Bool) { stuckSince = isWritable ? nil : .now() }

    mutating func progressed() { if stuckSince != nil { stuckSince = .now() } }

    mutating func cancel() {
        timer?.cancel()
        timer = nil
    }
}

extension HTTPConnection {
    private enum Verdict { case fine, slowRequest, close }

    func scheduleClock() {
        let configuration = core.configuration
        let shortest = min(
            configuration.headTimeout, configuration.bodyTimeout, configuration.idleTimeout, configuration.writeTimeout)
        let interval = TimeAmount(max(shortest / 4, .milliseconds(50)))
        clock.timer = eventLoop.scheduleTask(in: interval) { self.look() }
    }

    private func look() {
        guard life == .open else { return }
        switch verdict(.now()) {
        case .fine: scheduleClock()
        case .close:
            current?.stream?.finish(.clientGone)
            close()
        case .slowRequest:
            isInputOver = true
            clock.messageEnded()
            let request = HTTPRequest(.get, "/")
            enqueue(
                Job(
                    request: request, dispatch: .answer(.error(.requestTimeout)), errorRenderer: ErrorTable.render,
                    isHTTP11: true, keepsAlive: false, acceptsGzip: false, isUpgrade: false))
            scheduleClock()
        }
    }

    private func verdict(_ now: NIODeadline) -> Verdict {
        let configuration = core.configuration
        if let since = clock.stuckSince, now - since > TimeAmount(configuration.writeTimeout) { return .close }
        if let since = clock.headSince, now - since > TimeAmount(configuration.headTimeout) { return .slowRequest }
        if clock.isInBody, now - clock.lastRead > TimeAmount(configuration.bodyTimeout) { return .slowRequest }
        let isIdle = current == nil && waiting.isEmpty && incoming == nil && clock.headSince == nil
        let mayRest = clock.carriesMessages || (!clock.hasRead && core.service?.service.interceptor != nil)
        let idle = now - max(clock.idleSince, clock.lastRead)
        return isIdle && !mayRest && idle > TimeAmount(configuration.idleTimeout) ? .close : .fine
    }
}

/// Stands before the decoder and notes when bytes come.
final class ReadMonitor: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let connection: HTTPConnection

    init(_ connection: HTTPConnection) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.clock.bytesArrived()
        context.fireChannelRead(data)
    }
}
