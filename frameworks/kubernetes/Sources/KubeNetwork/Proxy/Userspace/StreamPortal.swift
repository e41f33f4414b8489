internal import KubeNetworkCore
internal import NIOCore
internal import NIOPosix

/// A socket of the proxy that takes TCP connections to a service and joins each to an endpoint.
///
/// Endpoints are tried one after the other, each with more patience than the one before; when all fail the client's
/// connection is closed. Source: upstream `pkg/proxy/userspace/proxysocket.go` (1.20).
final class StreamPortal: Sendable {
    private static let patience: [TimeAmount] = [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2)]

    /// The port it listens at.
    let port: Int
    private let listener: any Channel

    private init(_ listener: any Channel) {
        self.listener = listener
        port = listener.localAddress?.port ?? 0
    }

    /// Opens one at all addresses of the host; port 0 takes any.
    static func open(port: Int, _ balancer: PortalBalancer, on group: any EventLoopGroup) async throws -> StreamPortal {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { client in
                client.eventLoop.makeCompletedFuture {
                    try client.pipeline.syncOperations.addHandler(StreamArrival(balancer))
                }
            }
        return StreamPortal(try await bootstrap.bind(host: "0.0.0.0", port: port).get())
    }

    /// Takes no more connections; those that are joined go on.
    func close() async { try? await listener.close() }

    fileprivate static func dial(for client: any Channel, _ balancer: PortalBalancer, attempt: Int) {
        guard client.isActive, attempt < patience.count,
            let endpoint = balancer.next(for: client.remoteAddress, isRetry: attempt > 0)
        else {
            client.close(promise: nil)
            return
        }
        ClientBootstrap(group: client.eventLoop)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .connectTimeout(patience[attempt])
            .connect(to: endpoint)
            .whenComplete { result in
                switch result {
                case .success(let server): join(client, server)
                case .failure: dial(for: client, balancer, attempt: attempt + 1)
                }
            }
    }

    /// To be called on the event loop of both.
    private static func join(_ client: any Channel, _ server: any Channel) {
        let (left, right) = SpliceHandler.pair()
        do {
            try client.pipeline.syncOperations.addHandler(left)
            try server.pipeline.syncOperations.addHandler(right)
        } catch {
            client.close(promise: nil)
            server.close(promise: nil)
            return
        }
        for channel in [client, server] { channel.setOption(.autoRead, value: true).whenFailure { _ in } }
    }
}

/// Begins to look for an endpoint once a client's connection stands.
private final class StreamArrival: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let balancer: PortalBalancer

    init(_ balancer: PortalBalancer) { self.balancer = balancer }

    func channelActive(context: ChannelHandlerContext) {
        StreamPortal.dial(for: context.channel, balancer, attempt: 0)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
