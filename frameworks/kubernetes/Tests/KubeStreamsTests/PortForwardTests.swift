import ClusterBase
import HTTPTransport
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import KubeStreams

@Suite struct PortForwardTests {
    /// Runs a server that forwards with `forwarder`, and a client that has been let in.
    private func run(
        _ forwarder: @escaping PortForwarder, _ body: (Client) async throws -> Void
    ) async throws {
        let route = Route(.post, "/") { PortForwardServer.answer($0, ports: [], forward: forwarder) }
        let server = HTTPServer(
            HTTPServerConfiguration(host: "127.0.0.1", port: 0), service: HTTPService(routes: [route]),
            logger: Logger(label: "test"))
        let address = try await server.start()
        do {
            let client = try await Client(address)
            try await body(client)
            try await client.channel.close()
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    @Test func firstStreamMayBeOneOfDataWithoutARequest() async throws {
        try await run({ _ in nil }) { client in
            // Its error stream would have the number before the first.
            _ = try await client.open("data", request: nil)
            try await client.openPair("a")
            try await client.awaitFrames(3)
        }
    }

    @Test func bytesThatNobodyReadsHoldUpNoOtherConnection() async throws {
        let forwarded = NIOLockedValueBox(0)
        let forwarder: PortForwarder = { _ in
            forwarded.withLockedValue { $0 += 1 }
            return nil
        }
        try await run(forwarder) { client in
            let data = try await client.openPair("a")
            try await eventually("a connection was forwarded") { forwarded.withLockedValue { $0 == 1 ? () : nil } }
            for _ in 0..<4 * ReadThrottle.limit / 65_536 {
                try await client.send(SPDYConnection.data(data, [UInt8](repeating: 7, count: 65_536)))
            }
            try await client.openPair("b")
            try await eventually("another one was forwarded") { forwarded.withLockedValue { $0 == 2 ? () : nil } }
        }
    }
}

/// The client's side of a forwarding connection.
private final class Client {
    let channel: any Channel
    private let connection: SPDYConnection
    private let received: NIOLockedValueBox<[UInt8]>

    init(_ address: BoundAddress) async throws {
        let received = NIOLockedValueBox<[UInt8]>([])
        (self.received, connection) = (received, try SPDYConnection(isServer: false))
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { $0.pipeline.addHandler(Collector(received)) }
            .connect(host: address.host, port: address.port).get()
        try await send(
            Array(
                """
                POST / HTTP/1.1\r\nHost: \(address)\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\
                X-Stream-Protocol-Version: portforward.k8s.io\r\nContent-Length: 0\r\n\r\n
                """.utf8))
        try await eventually("an answer") {
            received.withLockedValue { bytes -> Void? in
                guard String(decoding: bytes, as: UTF8.self).hasSuffix("\r\n\r\n") else { return nil }
                #expect(bytes.starts(with: Array("HTTP/1.1 101 ".utf8)))
                bytes = []
                return ()
            }
        }
    }

    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    func open(_ type: String, request: String?) async throws -> UInt32 {
        var headers = [(name: "streamtype", value: type), (name: "port", value: "80")]
        if let request { headers.append((name: "requestid", value: request)) }
        let opened = try connection.openStream(headers)
        try await send(opened.bytes)
        return opened.id
    }

    @discardableResult
    func openPair(_ request: String) async throws -> UInt32 {
        _ = try await open("error", request: request)
        return try await open("data", request: request)
    }

    /// Waits for a number of frames of any kind.
    func awaitFrames(_ count: Int) async throws {
        try await eventually("\(count) frames") {
            var parser = SPDYFrameParser()
            return try parser.feed(received.withLockedValue { $0 }).count >= count ? () : nil
        }
    }
}

/// Keeps what arrives.
private final class Collector: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let received: NIOLockedValueBox<[UInt8]>

    init(_ received: NIOLockedValueBox<[UInt8]>) { self.received = received }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        received.withLockedValue { $0 += bytes.readableBytesView }
    }
}
