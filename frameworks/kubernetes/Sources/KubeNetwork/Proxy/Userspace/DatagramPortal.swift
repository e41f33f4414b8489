internal import NIOCore
internal import NIOPosix

/// A socket of the proxy that takes datagrams to a service; each client gets a socket of its own to an endpoint, for as
/// long as one of them says something now and then.
///
/// A second socket at the node's own address answers what the host itself sends: an answer must come from the address
/// that was asked. Source: upstream `pkg/proxy/userspace/proxysocket.go` (1.20).
final class DatagramPortal: Sendable {
    /// The port it listens at.
    let port: Int
    private let sockets: [any Channel]

    private init(_ sockets: [any Channel], port: Int) { (self.sockets, self.port) = (sockets, port) }

    /// Opens one at all addresses of the host; port 0 takes any.
    static func open(
        port: Int, nodeAddress: String, _ balancer: PortalBalancer, timeout: TimeAmount, on group: any EventLoopGroup
    ) async throws -> DatagramPortal {
        let loop = group.next()
        let bootstrap = DatagramBootstrap(group: loop)
            .channelOption(.socketOption(.so_reuseaddr), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        DatagramRelay(balancer, timeout: timeout, channel: channel))
                }
            }
        let first = try await bootstrap.bind(host: "0.0.0.0", port: port).get()
        let number = first.localAddress?.port ?? 0
        do {
            let second = try await bootstrap.bind(host: nodeAddress, port: number).get()
            return DatagramPortal([first, second], port: number)
        } catch {
            try? await first.close()
            throw error
        }
    }

    /// Takes no more datagrams, in either direction.
    func close() async { for socket in sockets { try? await socket.close() } }
}

/// Carries datagrams between the clients of one socket and endpoints.
private final class DatagramRelay: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private static let clientLimit = 4_096
    private static let waitingLimit = 16

    private struct Session {
        var socket: (any Channel)?
        var waiting: [ByteBuffer] = []
        var lastUse: NIODeadline
    }

    private let balancer: PortalBalancer
    private let timeout: TimeAmount
    private let channel: any Channel
    private var sessions: [SocketAddress: Session] = [:]

    init(_ balancer: PortalBalancer, timeout: TimeAmount, channel: any Channel) {
        (self.balancer, self.timeout, self.channel) = (balancer, timeout, channel)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let client = envelope.remoteAddress
        guard sessions[client] != nil || open(client) else { return }
        sessions[client]?.lastUse = .now()
        if let socket = sessions[client]?.socket {
            socket.writeAndFlush(envelope.data, promise: nil)
        } else if (sessions[client]?.waiting.count ?? 0) < Self.waitingLimit {
            sessions[client]?.waiting.append(envelope.data)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        for session in sessions.values { session.socket?.close(promise: nil) }
        sessions = [:]
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {}

    /// Begins a client's exchange; false when there is no endpoint, or too many clients.
    private func open(_ client: SocketAddress) -> Bool {
        guard sessions.count < Self.clientLimit, let endpoint = balancer.next(for: client) else { return false }
        sessions[client] = Session(lastUse: .now())
        let loop = channel.eventLoop
        let relay = NIOLoopBound(self, eventLoop: loop)
        DatagramBootstrap(group: loop)
            .channelInitializer { socket in
                socket.eventLoop.makeCompletedFuture {
                    try socket.pipeline.syncOperations.addHandler(DatagramReturn(relay.value, client))
                }
            }
            .connect(to: endpoint)
            .whenComplete { relay.value.opened(client, try? $0.get()) }
        return true
    }

    private func opened(_ client: SocketAddress, _ socket: (any Channel)?) {
        guard let socket, let session = sessions[client], channel.isActive else {
            sessions[client] = nil
            socket?.close(promise: nil)
            return
        }
        for data in session.waiting { socket.write(data, promise: nil) }
        socket.flush()
        sessions[client]?.waiting = []
        sessions[client]?.socket = socket
        watch(client, until: session.lastUse + timeout)
    }

    /// Ends the exchange when it was silent for the whole time, else looks again later.
    private func watch(_ client: SocketAddress, until deadline: NIODeadline) {
        let relay = NIOLoopBound(self, eventLoop: channel.eventLoop)
        channel.eventLoop.scheduleTask(deadline: deadline) {
            guard let session = relay.value.sessions[client] else { return }
            let end = session.lastUse + relay.value.timeout
            if end > .now() { return relay.value.watch(client, until: end) }
            relay.value.sessions[client] = nil
            session.socket?.close(promise: nil)
        }
    }

    /// An endpoint says something to a client.
    func answer(_ client: SocketAddress, _ data: ByteBuffer) {
        sessions[client]?.lastUse = .now()
        channel.writeAndFlush(AddressedEnvelope(remoteAddress: client, data: data), promise: nil)
    }
}

/// Hands on what an endpoint says to one client.
private final class DatagramReturn: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let relay: DatagramRelay
    private let client: SocketAddress

    init(_ relay: DatagramRelay, _ client: SocketAddress) { (self.relay, self.client) = (relay, client) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { relay.answer(client, unwrapInboundIn(data).data) }

    /// An endpoint that refuses is no reason to forget the client: it will ask again, or fall silent.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
