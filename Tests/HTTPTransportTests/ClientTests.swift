import ClusterBase
import Foundation
import HTTPTransport
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

private let echo = Route(.post, "/echo") { request in
    HTTPResponse(.ok, headers: ["X-Host": request.headers["host"] ?? ""], body: .bytes(request.body))
}

@Suite struct ClientTests {
    @Test func requestsAndResponsesAreWhole() async throws {
        try await withServer([echo]) { _, address in
            try await withClient { client in
                let body = Array(repeating: UInt8(7), count: 300_000)
                let url = "http://\(address)/echo"
                let response = try await client.send(ClientRequest(.post, url, headers: ["X": "y"], body: body))
                #expect(response.status == .ok)
                #expect(response.body == body)
                #expect(response.headers["x-host"] == "\(address)")
                #expect(try await client.send(ClientRequest(.get, url)).status == 405)
            }
        }
    }

    @Test func boundsAndFailuresAreClusterErrors() async throws {
        let never = Awaited<Void>()
        let routes = [
            Route(.get, "/large") { _ in .json(Array(repeating: 0x20, count: 10_000)) },
            Route(.get, "/never") { _ in
                try await never.value(60)
                return .ok
            },
        ]
        func code(_ client: HTTPClientPool, _ request: ClientRequest) async -> ClusterError.Code? {
            do {
                _ = try await client.send(request)
                return nil
            } catch { return (error as? ClusterError)?.code }
        }
        var port = 0
        try await withServer(routes) { _, address in
            port = address.port
            try await withClient { client in
                #expect(
                    await code(client, ClientRequest(.get, "http://\(address)/large", bodyLimit: 9_999))
                        == .limitExceeded)
                #expect(await code(client, ClientRequest(.get, "http://\(address)/large", bodyLimit: 10_000)) == nil)
                let slow = ClientRequest(.get, "http://\(address)/never", timeout: .milliseconds(100))
                #expect(await code(client, slow) == .timeout)
                #expect(await code(client, ClientRequest(.get, "nonsense")) == .invalidArgument)
                never.set(())
            }
        }
        try await withClient { client in
            #expect(await code(client, ClientRequest(.get, "http://127.0.0.1:\(port)/")) == .unavailable)
        }
    }

    @Test func streamsAreReadAsTheyCome() async throws {
        let streams = Collected<ResponseStream>()
        let route = Route.direct(.post, "/events") { _, reply in
            let stream = ResponseStream()
            streams.add(stream)
            reply.send(.stream(stream, as: .protobuf))
        }
        try await withServer([route]) { _, address in
            try await withClient { client in
                let response = try await client.stream(ClientRequest(.post, "http://\(address)/events", body: []))
                #expect(response.status == .ok)
                #expect(response.headers["content-type"] == "application/x-protobuf")
                let stream = try await streams.first(1)[0]
                var body = response.body.makeAsyncIterator()
                stream.write(Array("3\nabc".utf8))
                #expect(try await body.next() == Array("3\nabc".utf8))
                stream.write(Array("0\n".utf8))
                stream.close()
                #expect(try await body.next() == Array("0\n".utf8))
                #expect(try await body.next() == nil)
            }
        }
    }

    @Test func leavingAStreamClosesIt() async throws {
        let ended = Awaited<ResponseStream.End>()
        let route = Route.direct(.get, "/events") { _, reply in
            let stream = ResponseStream(onClose: { ended.set($0) })
            stream.write([0x61])
            reply.send(.stream(stream, as: .json))
        }
        try await withServer([route]) { _, address in
            try await withClient { client in
                let reader = Task {
                    let response = try await client.stream(ClientRequest(.get, "http://\(address)/events"))
                    for try await _ in response.body { break }
                }
                try await reader.value
                #expect(try await ended.value() == .clientGone)
            }
        }
    }

    @Test func unixSocketsGetAHostField() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "roost-\(UUID().uuidString.prefix(8)).sock")
            .path
        let seen = Collected<String>()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Canned(seen)) }
            }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        try await withClient { client in
            let response = try await client.send(ClientRequest(.get, socket: path, path: "/v1.40/info?a=b"))
            #expect(response.text == "ok")
        }
        try await listener.close()
        let head = try #require(seen.all.first)
        #expect(head.hasPrefix("GET /v1.40/info?a=b HTTP/1.1\r\n"))
        #expect(head.lowercased().contains("\r\nhost: localhost\r\n"))
        try? FileManager.default.removeItem(atPath: path)
    }

    @Test func aServiceGroupRunsAndStopsTheServer() async throws {
        let server = HTTPServer(HTTPServerConfiguration(), service: HTTPService(routes: [echo]), logger: quiet)
        let address = try await server.start()
        let group = ServiceGroup(services: [server], logger: quiet)
        async let running: Void = group.run()
        #expect(try await curl(["-sS", "-d", "x", "http://\(address)/echo"]) == "x")
        await group.triggerGracefulShutdown()
        try await running
        await #expect(throws: (any Error).self) { try await RawClient.connect(address) }
    }
}

/// Answers any request with "ok".
private final class Canned: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let seen: Collected<String>

    init(_ seen: Collected<String>) { self.seen = seen }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        seen.add(String(buffer: unwrapInboundIn(data)))
        context.writeAndFlush(
            wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")), promise: nil)
    }
}
