internal import ClusterBase
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix

/// A connection of bytes, each direction at its reader's pace and with an end of its own.
///
/// One reader and one writer at a time. Cancelling either closes the connection; so does letting it go.
public final class ByteConnection: Sendable {
    private struct State {
        var pending: [[UInt8]] = []
        var isEnded = false
        var waiter: CheckedContinuation<[UInt8]?, Never>?
    }

    private let channel: any Channel
    private let state = NIOLockedValueBox(State())

    private init(_ channel: any Channel) { self.channel = channel }

    deinit { channel.close(promise: nil) }

    /// Connects to a unix socket.
    ///
    /// Throws `ClusterError` `unavailable`.
    static func connect(socket path: String) async throws -> ByteConnection {
        do {
            return try await open { try await $0.connect(unixDomainSocketPath: path).get() }
        } catch {
            throw ClusterError(.unavailable, "cannot connect to \(path)", cause: error)
        }
    }

    /// Takes over a connected socket.
    static func take(_ descriptor: CInt) async throws -> ByteConnection {
        try await open { try await $0.withConnectedSocket(descriptor).get() }
    }

    private static func open(
        _ connect: (ClientBootstrap) async throws -> any Channel
    ) async throws -> ByteConnection {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(10))
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: false)
        let channel = try await connect(bootstrap)
        let connection = ByteConnection(channel)
        try await channel.eventLoop.submit { [weak connection] in
            try channel.pipeline.syncOperations.addHandler(ByteHandler(connection))
        }.get()
        return connection
    }

    /// The next bytes, never empty; nil when the peer has ended its direction, is gone, or the task is cancelled.
    public func read() async -> [UInt8]? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLockedValue { state -> [UInt8]?? in
                    if !state.pending.isEmpty { return .some(state.pending.removeFirst()) }
                    if state.isEnded || Task.isCancelled { return .some(nil) }
                    state.waiter = continuation
                    return nil
                }
                if let ready { continuation.resume(returning: ready) } else { channel.read() }
            }
        } onCancel: {
            close()
        }
    }

    /// Gives bytes back, to be read first.
    func unread(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        state.withLockedValue { $0.pending.insert(bytes, at: 0) }
    }

    /// Sends bytes; returns when the socket has taken them.
    ///
    /// Throws when the peer is gone.
    public func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        try await withTaskCancellationHandler {
            try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
        } onCancel: {
            close()
        }
    }

    /// Ends this side's direction; what was written before arrives first.
    public func finishWriting() async { try? await channel.close(mode: .output).get() }

    /// Ends both directions at once; readers see the end.
    public func close() {
        end()
        channel.close(promise: nil)
    }

    /// Closes after a time, unless the returned closure is called before.
    func closeAfter(_ time: Duration) -> @Sendable () -> Void {
        let channel = channel
        let timer = channel.eventLoop.scheduleTask(in: TimeAmount(time)) { channel.close(promise: nil) }
        return { timer.cancel() }
    }

    fileprivate func push(_ bytes: [UInt8]) {
        let waiter = state.withLockedValue { state in
            defer { state.waiter = nil }
            if state.waiter == nil { state.pending.append(bytes) }
            return state.waiter
        }
        waiter?.resume(returning: bytes)
    }

    /// Asks for more when somebody still waits, as after an interrupted read.
    fileprivate var isWaiting: Bool { state.withLockedValue { $0.waiter != nil } }

    fileprivate func end() {
        let waiter = state.withLockedValue { state in
            state.isEnded = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: nil)
    }
}

/// The event loop's side of a `ByteConnection`.
private final class ByteHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private weak var connection: ByteConnection?

    init(_ connection: ByteConnection?) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        if buffer.readableBytes > 0 { connection?.push(Array(buffer.readableBytesView)) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if connection?.isWaiting == true { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent { connection?.end() }
    }

    func channelInactive(context: ChannelHandlerContext) { connection?.end() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
