internal import ClusterBase
internal import Logging
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// The engine of `HTTPServer`: the listener and the set of its connections.
final class ServerCore: Sendable {
    fileprivate struct State {
        var service: PreparedService?
        var listener: (any Channel)?
        var address: BoundAddress?
        var connections: [ObjectIdentifier: HTTPConnection] = [:]
        var isStopping = false
        var counters = ServerCounters()
        var drained: EventLoopPromise<Void>?
    }

    let configuration: HTTPServerConfiguration
    let date = DateText()
    private let logger: Logger
    private let group = MultiThreadedEventLoopGroup.singleton
    private let state = NIOLockedValueBox(State())

    init(_ configuration: HTTPServerConfiguration, logger: Logger) {
        (self.configuration, self.logger) = (configuration, logger)
    }

    var service: PreparedService? { state.withLockedValue { $0.service } }
    var address: BoundAddress? { state.withLockedValue { $0.address } }

    var counters: ServerCounters {
        state.withLockedValue { state in
            var counters = state.counters
            counters.connections = state.connections.count
            return counters
        }
    }

    func install(_ service: HTTPService) {
        let prepared = PreparedService(service)
        state.withLockedValue { $0.service = prepared }
    }

    func countRequest() { state.withLockedValue { $0.counters.requests += 1 } }
    func countOverflow() { state.withLockedValue { $0.counters.overflows += 1 } }

    // MARK: Listening

    func start() async throws -> BoundAddress {
        if let address { return address }
        let tls = try configuration.tls.map(ServerCore.tlsContext)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 64 << 10, high: 256 << 10))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.prepare(channel, tls: tls) }
            }
        let listener: any Channel
        do {
            listener = try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
        } catch {
            let wanted = BoundAddress(host: configuration.host, port: configuration.port)
            throw ClusterError(.unavailable, "cannot listen on \(wanted)", cause: PlainError(error))
        }
        guard let local = listener.localAddress, let host = local.ipAddress, let port = local.port else {
            throw ClusterError(.system, "the listener on \(configuration.host) has no address")
        }
        let bound = BoundAddress(host: host, port: port)
        state.withLockedValue { ($0.listener, $0.address) = (listener, bound) }
        logger.info("serving HTTP", metadata: ["address": "\(bound)", "tls": "\(tls != nil)"])
        return bound
    }

    private static func tlsContext(_ identity: TLSIdentity) throws -> NIOSSLContext {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(identity.certificateFile)
            let key = try NIOSSLPrivateKey(file: identity.privateKeyFile, format: .pem)
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            tls.minimumTLSVersion = .tlsv12
            if let authorities = identity.clientAuthorityFile {
                tls.trustRoots = .file(authorities)
                tls.certificateVerification =
                    identity.letsAnonymousClientsIn ? .optionalVerification : .noHostnameVerification
            }
            return try NIOSSLContext(configuration: tls)
        } catch {
            throw ClusterError(.invalidArgument, "cannot use the TLS material", field: "tls", cause: error)
        }
    }

    private func prepare(_ channel: any Channel, tls: NIOSSLContext?) throws {
        let pipeline = channel.pipeline.syncOperations
        let connection = HTTPConnection(core: self, channel: channel)
        guard admit(connection) else {
            try pipeline.addHandler(RefusalHandler())
            return
        }
        channel.closeFuture.whenComplete { _ in self.forget(connection) }
        if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
        try pipeline.addHandler(ReadMonitor(connection))
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = configuration.headLimit
        limits.maxHeaderListSize = configuration.headLimit
        let decoder = HTTPRequestDecoder(
            leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .drop, limitConfiguration: limits)
        try pipeline.addHandler(ByteToMessageHandler(decoder))
        try pipeline.addHandler(connection)
    }

    /// After a takeover: the decoder goes first, because it passes on what it has not parsed.
    func removeHTTPHandlers(from channel: any Channel, connection: HTTPConnection) {
        let pipeline = channel.pipeline
        let decoder = pipeline.syncOperations.removeHandler(of: ByteToMessageHandler<HTTPRequestDecoder>.self)
        decoder.flatMap { pipeline.syncOperations.removeHandler(of: ReadMonitor.self) }
            .flatMap { pipeline.syncOperations.removeHandler(connection) }
            .whenFailure { _ in connection.close() }
    }

    // MARK: Connections

    private func admit(_ connection: HTTPConnection) -> Bool {
        state.withLockedValue { state in
            guard !state.isStopping, state.connections.count < configuration.connectionLimit else {
                state.counters.refused += 1
                return false
            }
            state.connections[ObjectIdentifier(connection)] = connection
            state.counters.accepted += 1
            return true
        }
    }

    private func forget(_ connection: HTTPConnection) {
        let drained = state.withLockedValue { state -> EventLoopPromise<Void>? in
            state.connections[ObjectIdentifier(connection)] = nil
            return state.connections.isEmpty ? state.takeDrained() : nil
        }
        drained?.succeed()
    }

    // MARK: Stopping

    func stop() async {
        let (listener, isFirst) = state.withLockedValue { state in
            defer { (state.listener, state.isStopping) = (nil, true) }
            return (state.listener, !state.isStopping)
        }
        try? await listener?.close().get()
        guard isFirst else { return }
        let loop = group.any()
        let promise = loop.makePromise(of: Void.self)
        let connections = state.withLockedValue { state -> [HTTPConnection] in
            if !state.connections.isEmpty { state.drained = promise }
            return Array(state.connections.values)
        }
        if connections.isEmpty { promise.succeed() }
        for connection in connections { connection.eventLoop.execute { connection.serverStopping() } }
        let deadline = loop.scheduleTask(in: TimeAmount(configuration.stopTimeout)) {
            for connection in self.state.withLockedValue({ Array($0.connections.values) }) {
                connection.eventLoop.execute { connection.close() }
            }
        }
        try? await promise.futureResult.get()
        deadline.cancel()
        logger.info("stopped serving HTTP")
    }
}

extension ServerCore.State {
    fileprivate mutating func takeDrained() -> EventLoopPromise<Void>? {
        defer { drained = nil }
        return drained
    }
}

extension ChannelPipeline.SynchronousOperations {
    fileprivate func removeHandler<Handler: RemovableChannelHandler>(of type: Handler.Type) -> EventLoopFuture<Void> {
        do {
            return removeHandler(context: try context(handlerType: type))
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
    }
}

/// Answers a connection beyond the limit with a 503 and closes it.
private final class RefusalHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
        let text = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        let channel = context.channel
        channel.writeAndFlush(ByteBuffer(string: text)).whenComplete { _ in channel.close(promise: nil) }
    }
}
