internal import ClusterBase
public import HTTPTransport
public import KubeClient
public import KubeModel
internal import KubeNetworkCore
public import Logging
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix

/// Cluster DNS: answers for services and endpoints, and passes other questions to the host's resolvers.
///
/// Until services and endpoints have been listed once, questions about the cluster fail instead of being denied.
public final class ClusterDNS: Sendable {
    private struct State {
        var responder: DNSResponder
        var listed: Set<ResourceKind> = []
        var listeners: [any Channel] = []
        var connections: [ObjectIdentifier: any Channel] = [:]
    }

    private static let kinds: [ResourceKind] = [.services, .endpoints]
    /// How often a free port is sought that is free for both transports.
    private static let portTries = 20

    private let configuration: ClusterDNSConfiguration
    private let logger: Logger
    private let loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()
    private let own = NIOLockedValueBox<SocketAddress?>(nil)
    private let forwarder: Forwarder
    private let state: NIOLockedValueBox<State>

    /// Makes a server that does not listen yet.
    public init(_ configuration: ClusterDNSConfiguration, logger: Logger) {
        (self.configuration, self.logger) = (configuration, logger)
        forwarder = Forwarder(configuration, loop: loop, own: own)
        state = NIOLockedValueBox(State(responder: DNSResponder(ServiceZone(configuration.domain))))
    }

    // MARK: Learning

    /// Takes what an informer tells of services or endpoints; other kinds are left alone.
    public func handle(_ news: Informer.News, of kind: ResourceKind) {
        guard Self.kinds.contains(kind) else { return }
        state.withLockedValue { state in
            switch news {
            case .changed(let deltas): for delta in deltas { state.responder.zone.apply(delta, of: kind) }
            case .synchronised:
                state.listed.insert(kind)
                state.responder.isComplete = state.listed.count == Self.kinds.count
            }
        }
    }

    /// Follows services and endpoints with informers of its own until the task is cancelled.
    public func follow(_ client: KubeClient) async {
        await withTaskGroup { group in
            for kind in Self.kinds {
                group.addTask {
                    await Informer(client, kind, logger: self.logger).run { self.handle($0, of: kind) }
                }
            }
        }
    }

    // MARK: Answering

    private func answer(_ message: [UInt8], over transport: DNSTransport) -> EventLoopFuture<[UInt8]?> {
        switch state.withLockedValue({ $0.responder.receive(message, over: transport) }) {
        case .ignore: return loop.makeSucceededFuture(nil)
        case .reply(let bytes): return loop.makeSucceededFuture(bytes)
        case .forward(let query):
            return forwarder.ask(message, over: transport).map { answer in
                Array(message.prefix(2)) + answer.dropFirst(2)
            }.recover { _ in query.reply(.serverFailure).bytes() }.map { $0 }
        case .resolve(let alias):
            var query = DNSMessage(id: 0, alias.question)
            query.wantsRecursion = true
            query.edns = DNSMessage.Extension(payloadLimit: DNSMessage.ownPayloadLimit)
            return forwarder.ask(query.bytes(), over: transport).map { alias.reply(try? DNSMessage(parsing: $0)) }
                .recover { _ in alias.reply(nil) }.map { $0 }
        }
    }

    // MARK: Listening

    /// Listens on UDP and TCP; returns the address and the port taken, the same for both.
    ///
    /// Throws `ClusterError` `unavailable` when the address cannot be had.
    public func start() async throws -> BoundAddress {
        var failure: any Error = ClusterError(.unavailable, "no port tried")
        for _ in 0..<(configuration.port == 0 ? Self.portTries : 1) {
            do { return try await listen() } catch { failure = error }
        }
        let wanted = BoundAddress(host: configuration.address, port: configuration.port)
        throw ClusterError(.unavailable, "cannot serve DNS on \(wanted)", cause: failure)
    }

    private func listen() async throws -> BoundAddress {
        let datagrams = try await bindDatagrams()
        guard let address = datagrams.localAddress, let host = address.ipAddress, let port = address.port else {
            throw ClusterError(.system, "the socket on \(configuration.address) has no address")
        }
        let streams: any Channel
        do { streams = try await bindStreams(port: port) } catch {
            try? await datagrams.close()
            throw error
        }
        own.withLockedValue { $0 = address }
        state.withLockedValue { $0.listeners = [datagrams, streams] }
        let bound = BoundAddress(host: host, port: port)
        logger.info("serving DNS", metadata: ["address": "\(bound)", "domain": "\(configuration.domain)"])
        return bound
    }

    private func bindDatagrams() async throws -> any Channel {
        try await DatagramBootstrap(group: loop)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4_096))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = DatagramQuestions { self.answer($0, over: $1) }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }.bind(host: configuration.address, port: configuration.port).get()
    }

    private func bindStreams(port: Int) async throws -> any Channel {
        try await ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 128)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard self.admit(channel) else {
                        channel.close(promise: nil)
                        return
                    }
                    let idle = TimeAmount.nanoseconds(self.configuration.idleLimit.totalNanoseconds)
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(IdleStateHandler(allTimeout: idle))
                    try pipeline.addHandler(StreamQuestions { self.answer($0, over: $1) })
                }
            }.bind(host: configuration.address, port: port).get()
    }

    private func admit(_ channel: any Channel) -> Bool {
        let id = ObjectIdentifier(channel)
        let isAdmitted = state.withLockedValue { state -> Bool in
            guard state.connections.count < configuration.connectionLimit else { return false }
            state.connections[id] = channel
            return true
        }
        if isAdmitted {
            channel.closeFuture.whenComplete { _ in self.state.withLockedValue { $0.connections[id] = nil } }
        }
        return isAdmitted
    }

    /// Stops listening; questions under way are not answered any more.
    public func stop() async {
        let channels = state.withLockedValue { state in
            defer { state.listeners = [] }
            return state.listeners + state.connections.values
        }
        for channel in channels { try? await channel.close() }
    }
}
