import ClusterBase
import Foundation
import HTTPTransport
import KubeAPI
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import TestSupport
import Testing

@Suite struct WebSocketWatchTests {
    @Test func eachEventIsATextMessage() async throws {
        try await APIFixture.run { api in
            try await api.create(Sample.configMaps, Sample.configMap("a"))
            let address = try #require(api.server.address)
            let client = try await SocketClient.connect(address, Sample.configMaps + "?watch=true")
            let head = try await client.head()
            #expect(head.hasPrefix("HTTP/1.1 101 "))
            // The key and its answer are those of RFC 6455 §1.3.
            #expect(head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
            try await api.create(Sample.configMaps, Sample.configMap("b"))
            var events: [String] = []
            for _ in 0..<2 {
                let frame = try await client.frame()
                #expect(frame.opcode == 1)
                let event = try JSONValue(parsing: frame.payload)
                events.append("\(event["type"]?.string ?? "") \(event["object"]?["metadata"]?["name"]?.string ?? "")")
            }
            #expect(events == ["ADDED a", "ADDED b"])
            try await client.send([0x89, 0x80, 0, 0, 0, 0])
            #expect(try await client.frame().opcode == 10)
            try await client.send([0x88, 0x80, 0, 0, 0, 0])
            #expect(try await client.frame().opcode == 8)
            try await eventually("the watch is over") {
                try await api.get("/metrics").text.contains("apiserver_registered_watchers{kind=\"v1/ConfigMap\"} 0\n")
                    ? () : nil
            }
            await client.close()
        }
    }

    @Test func timeEndsItWithAGoodbye() async throws {
        try await APIFixture.run { api in
            let address = try #require(api.server.address)
            let client = try await SocketClient.connect(address, Sample.configMaps + "?watch=true&timeoutSeconds=1")
            _ = try await client.head()
            #expect(try await client.frame().opcode == 8)
            await client.close()
        }
    }
}

/// A WebSocket client that shows the bytes.
private final class SocketClient: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let received = NIOLockedValueBox<[UInt8]>([])
    private let channel = NIOLockedValueBox<(any Channel)?>(nil)

    static func connect(_ address: BoundAddress, _ target: String) async throws -> SocketClient {
        let client = SocketClient()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { $0.pipeline.addHandler(client) }
            .connect(host: address.host, port: address.port).get()
        client.channel.withLockedValue { $0 = channel }
        let request = """
            GET \(target) HTTP/1.1\r\nHost: \(address)\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
            """
        try await client.send(Array(request.utf8))
        return client
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).readableBytesView)
        received.withLockedValue { $0 += bytes }
    }

    func send(_ bytes: [UInt8]) async throws {
        try await channel.withLockedValue { $0 }?.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    func close() async { try? await channel.withLockedValue { $0 }?.close().get() }

    /// The response's head.
    func head() async throws -> String {
        try await eventually("a head") {
            received.withLockedValue { bytes in
                let text = String(decoding: bytes, as: UTF8.self)
                guard let end = text.range(of: "\r\n\r\n") else { return nil }
                bytes.removeFirst(text[..<end.upperBound].utf8.count)
                return String(text[..<end.upperBound])
            }
        }
    }

    /// The next frame of the server, which masks nothing.
    func frame() async throws -> (opcode: UInt8, payload: [UInt8]) {
        try await eventually("a frame") { received.withLockedValue { Self.takeFrame(&$0) } }
    }

    private static func takeFrame(_ bytes: inout [UInt8]) -> (opcode: UInt8, payload: [UInt8])? {
        guard bytes.count >= 2 else { return nil }
        var (start, length) = (2, Int(bytes[1]))
        if length == 126 {
            guard bytes.count >= 4 else { return nil }
            (start, length) = (4, Int(bytes[2]) << 8 | Int(bytes[3]))
        }
        guard bytes.count >= start + length else { return nil }
        defer { bytes.removeFirst(start + length) }
        return (bytes[0] & 15, Array(bytes[start..<start + length]))
    }
}
