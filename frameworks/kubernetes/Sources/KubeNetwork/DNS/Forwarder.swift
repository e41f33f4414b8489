internal import ClusterBase
internal import KubeNetworkCore
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix

/// Puts questions to the host's resolvers, one after the other until one answers.
///
/// Questions of the same bytes share one exchange; that also ends the walk of a question that a resolver sends back
/// here.
final class Forwarder: Sendable {
    /// Why there is no answer.
    enum Failure: Error {
        case noResolver
        case busy
        case timedOut
        case broken
    }

    /// All of a question but its number.
    private struct Key: Hashable {
        var bytes: ArraySlice<UInt8>
        var transport: DNSTransport
    }

    private struct State {
        var waiting: [Key: [EventLoopPromise<[UInt8]>]] = [:]
        var servers: [SocketAddress] = []
        var readAt: NIODeadline?
    }

    private static let waitersPerQuestion = 64
    /// How long the list of resolvers holds.
    private static let listLifetime = TimeAmount.seconds(5)

    private let configuration: ClusterDNSConfiguration
    private let loop: any EventLoop
    private let own: NIOLockedValueBox<SocketAddress?>
    private let state = NIOLockedValueBox(State())

    /// - Parameter own: where this server listens, once it does: never asked.
    init(_ configuration: ClusterDNSConfiguration, loop: any EventLoop, own: NIOLockedValueBox<SocketAddress?>) {
        (self.configuration, self.loop, self.own) = (configuration, loop, own)
    }

    /// The answer to a question, with any number in front: its first two bytes are to be overwritten.
    func ask(_ query: [UInt8], over transport: DNSTransport) -> EventLoopFuture<[UInt8]> {
        let key = Key(bytes: query.dropFirst(2), transport: transport)
        let promise = loop.makePromise(of: [UInt8].self)
        let isFirst = state.withLockedValue { state -> Bool? in
            if let waiters = state.waiting[key] {
                guard waiters.count < Self.waitersPerQuestion else { return nil }
                state.waiting[key, default: []].append(promise)
                return false
            }
            guard state.waiting.count < configuration.forwardLimit else { return nil }
            state.waiting[key] = [promise]
            return true
        }
        switch isFirst {
        case nil: promise.fail(Failure.busy)
        case false?: break
        case true?:
            attempt(query, over: transport, servers()[...], failure: .noResolver).whenComplete { result in
                let waiters = self.state.withLockedValue { $0.waiting.removeValue(forKey: key) ?? [] }
                for waiter in waiters { waiter.completeWith(result) }
            }
        }
        return promise.futureResult
    }

    private func servers() -> [SocketAddress] {
        let now = NIODeadline.now()
        return state.withLockedValue { state in
            if let readAt = state.readAt, now - readAt < Self.listLifetime { return state.servers }
            let own = own.withLockedValue { $0 }
            state.readAt = now
            state.servers = configuration.nameservers().filter { !configuration.ownAddresses.contains($0) }
                .compactMap { try? SocketAddress(ipAddress: $0, port: configuration.nameserverPort) }
                .filter { $0 != own }
            return state.servers
        }
    }

    private func attempt(
        _ query: [UInt8], over transport: DNSTransport, _ servers: ArraySlice<SocketAddress>, failure: Failure
    ) -> EventLoopFuture<[UInt8]> {
        guard let server = servers.first else { return loop.makeFailedFuture(failure) }
        return exchange(query, over: transport, with: server).flatMapError { error in
            self.attempt(
                query, over: transport, servers.dropFirst(), failure: error as? Failure ?? .broken)
        }
    }

    /// One try with one resolver, under a number of its own from a port of its own.
    private func exchange(
        _ query: [UInt8], over transport: DNSTransport, with server: SocketAddress
    ) -> EventLoopFuture<[UInt8]> {
        var query = query
        let id = UInt16.random(in: 0 ... .max)
        query.replaceSubrange(0..<2, with: [UInt8(id >> 8), UInt8(truncatingIfNeeded: id)])
        let patience = TimeAmount.nanoseconds(configuration.patience.totalNanoseconds)
        let promise = loop.makePromise(of: [UInt8].self)
        let deadline = loop.scheduleTask(in: patience) { promise.fail(Failure.timedOut) }
        let (sent, remote) = (query, server)
        let opened: EventLoopFuture<any Channel>
        switch transport {
        case .datagram:
            opened = DatagramBootstrap(group: loop)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 16 << 10))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler = DatagramExchange(sent, to: remote, promise)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                }.connect(to: remote)
        case .stream:
            opened = ClientBootstrap(group: loop).connectTimeout(patience)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(StreamExchange(sent, promise))
                    }
                }.connect(to: remote)
        }
        opened.whenFailure { _ in promise.fail(Failure.broken) }
        promise.futureResult.whenComplete { _ in
            deadline.cancel()
            opened.whenSuccess { $0.close(promise: nil) }
        }
        return promise.futureResult
    }
}
