import HTTPTransport
import NIOCore
import Testing

private final class Shouter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let text = String(buffer: unwrapInboundIn(data)).uppercased()
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}

private let routes = [
    Route.direct(.get, "/shout") { request, reply in
        guard request.headers["upgrade"] == "shout" else {
            return reply.send(.error(.badRequest, "Only 'shout' is spoken here"))
        }
        let takeover = Takeover { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Shouter()) }
        }
        reply.send(HTTPResponse(.switchingProtocols, headers: ["Upgrade": "shout"], body: .takeover(takeover)))
    },
    Route.direct(.get, "/plain") { _, reply in reply.send(.text("plain")) },
]

@Suite struct TakeoverTests {
    @Test func aHandlerTakesTheConnectionOverAlsoAfterOtherRequests() async throws {
        try await withServer(routes) { server, address in
            let client = try await RawClient.connect(address)
            try await client.send("GET /plain HTTP/1.1\r\nHost: x\r\n\r\n")
            try await client.wait(for: "plain")
            try await client.send(
                "GET /shout HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\nearly ")
            try await client.wait(for: "HTTP/1.1 101 Switching Protocols\r\n")
            try await client.wait(for: "EARLY ")
            try await client.send("late")
            #expect(try await client.wait(for: "LATE").contains("Connection: Upgrade\r\n"))
            #expect(server.counters.connections == 1)
            await server.stop()
            _ = try await client.toEnd()
        }
    }

    @Test func aRefusedUpgradeIsAnsweredProperly() async throws {
        try await withServer(routes) { _, address in
            let refused = try await RawClient.connect(address)
            try await refused.send("GET /shout HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n")
            let text = try await refused.toEnd()
            #expect(text.hasPrefix("HTTP/1.1 400 "))
            #expect(text.hasSuffix("Only 'shout' is spoken here"))
            let ignored = try await RawClient.connect(address)
            try await ignored.send("GET /plain HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
            #expect(try await ignored.toEnd().hasSuffix("\r\n\r\nplain"))
        }
    }

    @Test func aTakeoverWithoutUpgradeIsRefused() async throws {
        let route = Route.direct(.get, "/x") { _, reply in
            reply.send(HTTPResponse(101, body: .takeover(Takeover { $0.eventLoop.makeSucceededVoidFuture() })))
        }
        try await withServer([route]) { _, address in
            let status = try await curl(["-sS", "-o", "/dev/null", "-w", "%{http_code}", "http://\(address)/x"])
            #expect(status == "426")
        }
    }
}
