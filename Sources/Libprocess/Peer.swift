internal import HTTPTransport
internal import Logging
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix

/// One address we send to: what waits for it, who is linked to it, and the connection.
///
/// A connection with links stays; one without closes when nothing has been sent for `linger`. Each connection has a
/// generation, so that events of a connection that was given up are told from those of the present one.
final class Peer: Sendable {
    /// A process of ours that wants to hear of the end of a process at this address.
    struct Link: Hashable, Sendable {
        var process: String
        var to: UPID
    }

    fileprivate enum Phase {
        case idle
        case connecting
        case connected(any Channel)
        /// Forgotten by the transport; takes nothing more.
        case retired
    }

    fileprivate struct State {
        var phase = Phase.idle
        var generation = 0
        var queue = CircularBuffer<ByteBuffer>(initialCapacity: 0)
        var queuedBytes = 0
        var links: [Link] = []
        var isDrainScheduled = false
        var isLingering = false
        var lastSend = NIODeadline.now()
    }

    /// How long an unlinked connection outlives its last message; keeps messages in quick succession in order.
    static let linger = TimeAmount.seconds(1)

    let address: String
    private let core: TransportCore
    private let host: String
    private let port: Int
    private let loop: any EventLoop
    private let state = NIOLockedValueBox(State())

    init(core: TransportCore, host: String, port: Int) {
        (self.core, self.host, self.port) = (core, host, port)
        address = "\(host):\(port)"
        loop = MultiThreadedEventLoopGroup.singleton.next()
    }

    fileprivate enum Step { case nothing, connect(Int), drain(any Channel, Int) }

    // MARK: Any thread

    /// Queues a message or drops it; false when the peer is retired.
    func send(_ bytes: ByteBuffer) -> Bool {
        let limits = core.configuration
        var isFull = false
        let step = state.withLockedValue { state -> Step? in
            if state.isRetired { return nil }
            guard state.queue.count < limits.queuedMessages,
                state.queuedBytes + bytes.readableBytes <= limits.queuedBytes
            else {
                isFull = true
                return .nothing
            }
            state.queue.append(bytes)
            state.queuedBytes += bytes.readableBytes
            return state.nextStep()
        }
        if isFull { core.count { $0.dropped += 1 } }
        if let step { perform(step) }
        return step != nil
    }

    /// Adds a link and connects; false when the peer is retired.
    func link(_ link: Link, reconnect: Bool) -> Bool {
        var replaced: (any Channel)?
        let step = state.withLockedValue { state -> Step? in
            if state.isRetired { return nil }
            if !state.links.contains(link) { state.links.append(link) }
            if reconnect, case .connected(let channel) = state.phase {
                replaced = channel
                state.giveUpConnection()
            }
            if case .idle = state.phase { return state.startConnecting() }
            return .nothing
        }
        if let replaced { closeGently(replaced) }
        if let step { perform(step) }
        return step != nil
    }

    func unlink(_ link: Link) {
        state.withLockedValue { $0.links.removeAll { $0 == link } }
        loop.execute { self.scheduleLinger() }
    }

    func unlinkAll(of process: String) {
        state.withLockedValue { $0.links.removeAll { $0.process == process } }
        loop.execute { self.scheduleLinger() }
    }

    /// Whether nothing keeps the peer; it then takes nothing more.
    ///
    /// Called under the transport's lock.
    func retire() -> Bool {
        state.withLockedValue { state in
            guard case .idle = state.phase, state.queue.isEmpty, state.links.isEmpty else { return false }
            state.phase = .retired
            return true
        }
    }

    func shutdown() async {
        let channel = state.withLockedValue { state -> (any Channel)? in
            defer { state.phase = .retired }
            state.generation += 1
            state.links = []
            state.dropQueue()
            if case .connected(let channel) = state.phase { return channel }
            return nil
        }
        try? await channel?.close().get()
    }

    private func perform(_ step: Step) {
        switch step {
        case .nothing: break
        case .connect(let generation): connect(generation)
        case .drain(let channel, let generation): loop.execute { self.drain(channel, generation) }
        }
    }

    private func connect(_ generation: Int) {
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(core.configuration.connectTimeout))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.writeBufferWaterMark, value: .init(low: 64 << 10, high: 256 << 10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try self.core.tls?.addHandler(to: channel, host: self.host)
                    try channel.pipeline.syncOperations.addHandler(PeerHandler(self, generation))
                }
            }
        bootstrap.connect(host: host, port: port).whenComplete { result in
            switch result {
            case .success(let channel): self.connected(channel, generation)
            case .failure(let error): self.broken(generation, because: "\(error)")
            }
        }
    }

    // MARK: On the event loop

    private func connected(_ channel: any Channel, _ generation: Int) {
        let isCurrent = state.withLockedValue { state in
            guard state.generation == generation, case .connecting = state.phase else { return false }
            state.phase = .connected(channel)
            state.isDrainScheduled = true
            return true
        }
        guard isCurrent else { return channel.close(promise: nil) }
        core.count { $0.connections += 1 }
        channel.closeFuture.whenComplete { _ in self.core.count { $0.connections -= 1 } }
        if !channel.isActive { return broken(generation, because: "closed at once") }
        drain(channel, generation)
    }

    /// Writes what waits while the socket takes it; goes on when it is writable again.
    func drain(_ channel: any Channel, _ generation: Int) {
        var sent = 0
        while channel.isWritable {
            let batch = state.withLockedValue { state -> [ByteBuffer] in
                guard state.generation == generation else { return [] }
                let batch = state.takeBatch(bytes: 64 << 10)
                if batch.isEmpty { state.isDrainScheduled = false }
                return batch
            }
            if batch.isEmpty { break }
            for message in batch { channel.write(message, promise: nil) }
            sent += batch.count
            if !channel.isWritable { channel.flush() }
        }
        channel.flush()
        if sent > 0 { core.count { $0.sent += sent } }
        scheduleLinger()
    }

    /// The connection failed, or the peer closed it: what waits is lost, and every link is told once.
    func broken(_ generation: Int, because reason: String) {
        let outcome = state.withLockedValue { state -> (links: [Link], dropped: Int)? in
            guard state.generation == generation, !state.isRetired else { return nil }
            state.giveUpConnection()
            defer { state.links = [] }
            return (state.links, state.dropQueue())
        }
        guard let (links, dropped) = outcome else { return }
        if dropped > 0 { core.count { $0.dropped += dropped } }
        core.logger.debug(
            "libprocess connection ended",
            metadata: ["peer": "\(address)", "reason": "\(reason)", "dropped": "\(dropped)", "links": "\(links.count)"])
        core.forget(self)
        core.exited(links)
    }

    private func scheduleLinger() {
        let isDue = state.withLockedValue { state in
            guard !state.isLingering, state.links.isEmpty, case .connected = state.phase else { return false }
            state.isLingering = true
            return true
        }
        if isDue { loop.scheduleTask(in: Peer.linger) { self.endLinger() } }
    }

    private func endLinger() {
        var idle: (any Channel)?
        let isStillInUse = state.withLockedValue { state in
            state.isLingering = false
            guard state.links.isEmpty, case .connected(let channel) = state.phase else { return false }
            guard state.queue.isEmpty, NIODeadline.now() - state.lastSend >= Peer.linger else { return true }
            state.giveUpConnection()
            idle = channel
            return false
        }
        if isStillInUse { scheduleLinger() }
        guard let idle else { return }
        closeGently(idle)
        core.forget(self)
    }

    /// Ends our side and leaves the peer time to read: closing with unread answers in our buffer would reset the
    /// connection and might lose messages.
    private func closeGently(_ channel: any Channel) {
        channel.eventLoop.execute {
            channel.close(mode: .output, promise: nil)
            channel.eventLoop.scheduleTask(in: .seconds(5)) { channel.close(promise: nil) }
        }
    }
}

extension Peer.State {
    fileprivate var isRetired: Bool { if case .retired = phase { true } else { false } }

    /// What a new message in the queue calls for.
    fileprivate mutating func nextStep() -> Peer.Step {
        lastSend = .now()
        switch phase {
        case .idle: return startConnecting()
        case .connected(let channel) where !isDrainScheduled:
            isDrainScheduled = true
            return .drain(channel, generation)
        case .connecting, .connected, .retired: return .nothing
        }
    }

    fileprivate mutating func startConnecting() -> Peer.Step {
        generation += 1
        phase = .connecting
        return .connect(generation)
    }

    /// Events of the present connection no longer count.
    fileprivate mutating func giveUpConnection() {
        generation += 1
        phase = .idle
        isDrainScheduled = false
    }

    @discardableResult
    fileprivate mutating func dropQueue() -> Int {
        defer { (queue, queuedBytes) = (CircularBuffer(initialCapacity: 0), 0) }
        return queue.count
    }

    fileprivate mutating func takeBatch(bytes: Int) -> [ByteBuffer] {
        var batch: [ByteBuffer] = []
        var size = 0
        while size < bytes, let message = queue.popFirst() {
            batch.append(message)
            size += message.readableBytes
        }
        queuedBytes -= size
        return batch
    }
}

/// Watches a connection to a peer; what the peer answers is ignored.
private final class PeerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let peer: Peer
    private let generation: Int

    init(_ peer: Peer, _ generation: Int) { (self.peer, self.generation) = (peer, generation) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { peer.drain(context.channel, generation) }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            peer.broken(generation, because: "closed by the peer")
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        peer.broken(generation, because: "closed")
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        peer.broken(generation, because: "\(error)")
        context.close(promise: nil)
    }
}
