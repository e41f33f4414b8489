import ClusterBase
import HTTPTransport
import Libprocess
import NIOConcurrencyHelpers
import Testing

/// Pieces that are nearly a request, so that random joints reach deep into the parser.
private let pieces: [String] = [
    "GET ", "POST ", "HEAD ", "CONNECT ", "OPTIONS ", "/", "/hello", "/slave(1)/M", "/slave%281%29/%zz", "/..", "?a=%",
    " HTTP/1.1",
    " HTTP/1.0", " HTTP/9.9", "\r\n", "\r\n\r\n", "\n", "Host: x", "Content-Length: 3", "Content-Length: -1",
    "Content-Length: 99999999999999999999", "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked",
    "0\r\n\r\n",
    "3\r\nabc\r\n", "ffffffffffffffff\r\n", "Connection: close", "Connection: Upgrade", "Upgrade: x",
    "Expect: 100-continue",
    "Libprocess-From: a@127.0.0.1:1", "Libprocess-From: @@", "User-Agent: libprocess/", "abc", "\u{0}", "é", ":", " ",
]

@Suite struct FuzzTests {
    @Test(arguments: 0..<8) func theServerSurvivesNonsense(seed: Int) async throws {
        let transport = LibprocessTransport(logger: quiet)
        transport.register("slave(1)", receive: { _ in true })
        let routes = [
            Route.direct(.get, "/hello") { _, reply in reply.send(.text("hello")) },
            Route(.post, "/{rest...}") { .text($0.captures["rest"] ?? "") },
        ]
        try await withServer(routes, interceptor: transport.interceptor) { server, address in
            var random = SeededRandom(seed: UInt64(seed))
            for _ in 0..<60 {
                var bytes: [UInt8] = []
                for _ in 0..<random.below(24) + 1 {
                    if random.below(8) == 0 {
                        bytes += (0..<random.below(40)).map { _ in UInt8(random.below(256)) }
                    } else {
                        bytes += Array(pieces[random.below(pieces.count)].utf8)
                    }
                }
                let client = try await RawClient.connect(address)
                try? await client.send(bytes)
                try? await client.finishSending()
                _ = try await client.toEnd()
            }
            let sane = try await RawClient.connect(address)
            try await sane.send("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(try await sane.toEnd().hasSuffix("\r\n\r\nhello"))
            #expect(await eventually { server.counters.connections == 0 })
        }
        await transport.shutdown()
    }

    @Test func parsersSurviveNonsense() async {
        let transport = LibprocessTransport(logger: quiet)
        transport.register("a", receive: { _ in true })
        let service = HTTPService(
            routes: [Route(.any, "/v2/{id...}/x") { _ in .ok }, Route(.any, "/p", prefix: true) { _ in .ok }],
            interceptor: transport.interceptor)
        var random = SeededRandom(seed: 7)
        for _ in 0..<3_000 {
            let text = String(
                decoding: (0..<random.below(30)).map { _ in UInt8(random.below(256)) }, as: UTF8.self)
            _ = try? UPID(parsing: text)
            _ = AcceptedTypes([text])
            _ = Credentials(authorization: "Basic " + text)
            let encoded = PercentCoding.encode(text)
            #expect(PercentCoding.decode(encoded) == text)
            for target in [text, "/v2/" + text, "/" + text + "/M?" + text] {
                let message = HTTPRequest(.post, target, headers: ["Libprocess-From": text.isEmpty ? "a@h:1" : text])
                #expect(
                    [.accepted, .notFound, .internalServerError].contains(await service.respond(to: message).status))
                _ = await service.respond(to: HTTPRequest(.get, target))
                _ = HTTPRequest(.get, target).query
            }
        }
    }
}
