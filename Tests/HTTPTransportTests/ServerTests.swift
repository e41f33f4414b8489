import Foundation
import HTTPTransport
import NIOCore
import NIOPosix
import Testing

private let echo = Route(.post, "/echo") { request in
    HTTPResponse(.ok, headers: ["X-Length": "\(request.body.count)"], body: .bytes(request.body))
}
private let hello = Route.direct(.get, "/hello") { _, reply in reply.send(.text("hello")) }

@Suite struct ServerTests {
    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        let slow = Awaited<Void>()
        let order = Collected<String>()
        let routes = [
            Route(.get, "/slow") { _ in
                order.add("slow begins")
                try await slow.value()
                order.add("slow ends")
                return .text("slow")
            },
            Route.direct(.get, "/fast") { _, reply in
                order.add("fast")
                reply.send(.text("fast"))
            },
        ]
        try await withServer(routes) { _, address in
            let client = try await RawClient.connect(address)
            try await client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /fast HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await order.first(1)
            slow.set(())
            let text = try await client.wait(for: "fast")
            #expect(order.all == ["slow begins", "slow ends", "fast"])
            let slowAt = try #require(text.range(of: "\r\n\r\nslow"))
            let fastAt = try #require(text.range(of: "\r\n\r\nfast"))
            #expect(slowAt.lowerBound < fastAt.lowerBound)
            await client.close()
        }
    }

    @Test func manyPipelinedRequestsOnOneConnection() async throws {
        let numbered = Route.direct(.get, "/n/{n}") { request, reply in
            reply.send(.text("<\(request.captures["n"] ?? "")>"))
        }
        try await withServer([numbered]) { server, address in
            let client = try await RawClient.connect(address)
            try await client.send((0..<1_000).map { "GET /n/\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
            let text = try await client.wait(for: "<999>")
            let numbers = text.split(separator: "<").dropFirst().compactMap { Int($0.prefix { $0 != ">" }) }
            #expect(numbers == Array(0..<1_000))
            #expect(server.counters.requests == 1_000)
            #expect(server.counters.accepted == 1)
            await client.close()
        }
    }

    @Test func connectionsAreKeptOrClosedAsAsked() async throws {
        try await withServer([hello]) { _, address in
            let kept = try await RawClient.connect(address)
            try await kept.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
            try await kept.wait(for: "\r\n\r\nhello")
            try await kept.send("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(try await kept.toEnd().hasSuffix("Connection: close\r\n\r\nhello"))
            let old = try await RawClient.connect(address)
            try await old.send("GET /hello HTTP/1.0\r\n\r\n")
            #expect(try await old.toEnd().hasSuffix("\r\n\r\nhello"))
        }
    }

    @Test func aClientThatFinishedSendingStillGetsItsAnswer() async throws {
        let released = Awaited<Void>()
        let begun = Awaited<Void>()
        let late = Route(.get, "/late") { _ in
            begun.set(())
            try await released.value()
            return .text("late")
        }
        try await withServer([late]) { _, address in
            let client = try await RawClient.connect(address)
            try await client.send("GET /late HTTP/1.1\r\nHost: x\r\n\r\n")
            try await begun.value()
            try await client.finishSending()
            released.set(())
            #expect(try await client.toEnd().hasSuffix("\r\n\r\nlate"))
        }
    }

    @Test func chunkedBodiesArriveWhole() async throws {
        try await withServer([echo]) { _, address in
            let client = try await RawClient.connect(address)
            try await client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
            try await client.send("1;ext=1\r\n \r\n5\r\nworld\r\n0\r\nTrailer: x\r\n\r\n")
            #expect(
                try await client.wait(for: "world").hasSuffix("X-Length: 11\r\nContent-Length: 11\r\n\r\nhello world"))
            await client.close()
        }
    }

    @Test func expectContinueIsAnsweredBeforeTheBody() async throws {
        try await withServer([echo]) { _, address in
            let client = try await RawClient.connect(address)
            try await client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await client.wait(for: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            try await client.send("ok")
            try await client.wait(for: "\r\n\r\nok")
            await client.close()
            let refused = try await RawClient.connect(address)
            try await refused.send(
                "POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            let text = try await refused.toEnd()
            #expect(text.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        }
    }

    @Test func headHasNoBody() async throws {
        try await withServer([hello]) { _, address in
            let client = try await RawClient.connect(address)
            try await client.send("HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let text = try await client.toEnd()
            #expect(text.contains("Content-Length: 5\r\n"))
            #expect(text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test(arguments: [true, false]) func oversizedBodiesGet413(isChunked: Bool) async throws {
        let small = Route(.post, "/small", bodyLimit: 1_000) { _ in .ok }
        try await withServer([small, echo]) { _, address in
            let client = try await RawClient.connect(address)
            let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: 400000"
            try await client.send("POST /small HTTP/1.1\r\nHost: x\r\n\(framing)\r\n\r\n")
            let body = String(repeating: "x", count: 400_000)
            try? await client.send(isChunked ? "61a80\r\n\(body)\r\n0\r\n\r\n" : body)
            let text = try await client.toEnd()
            #expect(text.hasPrefix("HTTP/1.1 413 "))
            #expect(text.hasSuffix("The request body must not be larger than 1000 bytes"))
            let other = try await RawClient.connect(address)
            try await other.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\n\(body.prefix(4_000))")
            try await other.wait(for: "X-Length: 4000")
            await other.close()
        }
    }

    @Test func nonsenseAndOversizedHeadsAreRefused() async throws {
        try await withServer([hello]) { _, address in
            let nonsense = try await RawClient.connect(address)
            try await nonsense.send("this is no HTTP\r\n\r\n")
            #expect(try await nonsense.toEnd().hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            let large = try await RawClient.connect(address)
            try? await large.send("GET /hello HTTP/1.1\r\nX: \(String(repeating: "x", count: 200_000))\r\n\r\n")
            #expect(try await large.toEnd().hasPrefix("HTTP/1.1 431 "))
        }
    }

    @Test func slowHeadsTimeOut() async throws {
        try await withServer([hello], configure: { $0.headTimeout = .milliseconds(200) }) { _, address in
            let slow = try await RawClient.connect(address)
            try await slow.send("GET /hello HT")
            #expect(try await slow.toEnd().hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test func silentBodiesTimeOut() async throws {
        try await withServer([echo], configure: { $0.bodyTimeout = .milliseconds(200) }) { _, address in
            let slow = try await RawClient.connect(address)
            try await slow.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
            #expect(try await slow.toEnd().hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test func idleConnectionsClose() async throws {
        try await withServer([hello], configure: { $0.idleTimeout = .milliseconds(200) }) { _, address in
            let idle = try await RawClient.connect(address)
            #expect(try await idle.toEnd() == "")
        }
    }

    @Test func connectionsBeyondTheLimitAreRefused() async throws {
        try await withServer([hello], configure: { $0.connectionLimit = 1 }) { server, address in
            let first = try await RawClient.connect(address)
            try await first.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
            try await first.wait(for: "hello")
            let second = try await RawClient.connect(address)
            #expect(try await second.toEnd().hasPrefix("HTTP/1.1 503 "))
            #expect(server.counters.refused == 1)
            await first.close()
        }
    }

    @Test func largeAnswersAreCompressedOnRequest() async throws {
        let body = Array(String(repeating: "All work and no play. ", count: 20_000).utf8)
        let routes = [
            Route(.get, "/large") { _ in .json(body) }, Route(.get, "/small") { _ in .json(Array(body.prefix(1_023))) },
            Route(.get, "/middle") { _ in .json(Array(body.prefix(1_024))) },
        ]
        try await withServer(routes) { _, address in
            for (path, expected) in [("large", body.count), ("small", 1_023), ("middle", 1_024)] {
                let zipped = try await curl(["-sSi", "-H", "Accept-Encoding: gzip", "http://\(address)/\(path)"])
                #expect(zipped.contains("Content-Encoding: gzip") == (path != "small"))
                let plain = try await curl(["-sSi", "-H", "Accept-Encoding: gzip;q=0", "http://\(address)/\(path)"])
                #expect(!plain.contains("Content-Encoding"))
                let text = try await curl(["-sS", "--compressed", "http://\(address)/\(path)"])
                #expect(text == String(decoding: body.prefix(expected), as: UTF8.self))
            }
        }
    }

    @Test func curlSpeaksWithTheServer() async throws {
        try await withServer([echo, hello]) { _, address in
            #expect(try await curl(["-sS", "http://\(address)/hello"]) == "hello")
            #expect(try await curl(["-sS", "-d", "a=1", "http://\(address)/echo"]) == "a=1")
            #expect(try await curl(["-sS", "-I", "http://\(address)/hello"]).hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(try await curl(["-sS", "-o", "/dev/null", "-w", "%{http_code}", "http://\(address)/no"]) == "404")
            let refused = try await curl(["-sSi", "-X", "PUT", "http://\(address)/hello"])
            #expect(refused.contains("Allow: GET\r\n"))
            let large = String(repeating: "x", count: 100_000)
            #expect(
                try await curl(["-sS", "-H", "Expect: 100-continue", "-d", large, "http://\(address)/echo"]) == large)
        }
    }

    @Test func valuesCannotMakeHeaderFields() async throws {
        let route = Route.direct(.get, "/x") { _, reply in
            reply.send(HTTPResponse(.ok, headers: ["Location": "/a\r\nSet-Cookie: b"]))
        }
        try await withServer([route]) { _, address in
            let client = try await RawClient.connect(address)
            try await client.send("GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(try await !client.toEnd().contains("\r\nSet-Cookie"))
        }
    }

    @Test func anUnansweredReplyIsA500() async throws {
        try await withServer([Route.direct(.get, "/lost") { _, _ in }]) { _, address in
            let client = try await RawClient.connect(address)
            try await client.send("GET /lost HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(try await client.toEnd().hasPrefix("HTTP/1.1 500 "))
        }
    }

    @Test func aHandlerIsCancelledWhenItsClientLeaves() async throws {
        let (begun, cancelled) = (Awaited<Void>(), Awaited<Void>())
        let route = Route(.get, "/wait") { _ in
            begun.set(())
            do { try await Task.sleep(for: .seconds(60)) } catch { cancelled.set(()) }
            return .ok
        }
        try await withServer([route]) { _, address in
            let client = try await RawClient.connect(address)
            let options = try #require(client.channel as? any SocketOptionProvider)
            try await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()  // so that closing is a reset
            try await client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
            try await begun.value()
            await client.close()
            try await cancelled.value()
        }
    }

    @Test func beforeInstallationTheServerSays503() async throws {
        let server = HTTPServer(HTTPServerConfiguration(), logger: quiet)
        let address = try await server.start()
        #expect(try await curl(["-sS", "-o", "/dev/null", "-w", "%{http_code}", "http://\(address)/hello"]) == "503")
        server.install(HTTPService(routes: [hello]))
        #expect(try await curl(["-sS", "http://\(address)/hello"]) == "hello")
        await server.stop()
    }

    @Test func aTakenPortIsAClearError() async throws {
        try await withServer([hello]) { _, address in
            let second = HTTPServer(HTTPServerConfiguration(port: address.port), logger: quiet)
            await #expect { _ = try await second.start() } throws: { "\($0)".contains("cannot listen on \(address)") }
        }
    }

    @Test func stoppingWaitsForAnswersUnderWay() async throws {
        let (begun, released) = (Awaited<Void>(), Awaited<Void>())
        let route = Route(.get, "/late") { _ in
            begun.set(())
            try await released.value()
            return .text("late")
        }
        try await withServer([route]) { server, address in
            let client = try await RawClient.connect(address)
            try await client.send("GET /late HTTP/1.1\r\nHost: x\r\n\r\n")
            try await begun.value()
            async let stopped: Void = server.stop()
            while let other = try? await RawClient.connect(address) { await other.close() }
            released.set(())
            #expect(try await client.toEnd().hasSuffix("Connection: close\r\n\r\nlate"))
            await stopped
            #expect(server.counters.connections == 0)
        }
    }
}
