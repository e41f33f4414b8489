import ClusterBase
import Foundation
import HTTPTransport
import Libprocess
import Testing

/// Makes a certificate for `localhost` and 127.0.0.1 that is its own authority, in a directory that is removed at the
/// end.
private func withCertificate(_ body: (TLSIdentity) async throws -> Void) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "roost-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let identity = TLSIdentity(
        certificateFile: directory.appending(path: "certificate.pem").path,
        privateKeyFile: directory.appending(path: "key.pem").path)
    _ = try await run(
        "/usr/bin/openssl",
        [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out", identity.certificateFile, "-keyout",
            identity.privateKeyFile,
        ])
    try await body(identity)
}

private let routes = [
    Route(.get, "/secure") { request in .text("\(request.isSecure)") },
    Route(.post, "/echo") { request in HTTPResponse(.ok, body: .bytes(request.body)) },
]

@Suite struct TLSTests {
    @Test func clientsTrustTheAuthorityTheyAreGiven() async throws {
        try await withCertificate { identity in
            try await withServer(routes, configure: { $0.tls = identity }) { _, address in
                let url = "https://127.0.0.1:\(address.port)"
                var trusting = HTTPClientConfiguration()
                trusting.trust = TLSTrust(authorityFile: identity.certificateFile)
                try await withClient(trusting) { client async throws in
                    #expect(try await client.send(ClientRequest(.get, url + "/secure")).text == "true")
                    let body = [UInt8](repeating: 1, count: 500_000)
                    #expect(try await client.send(ClientRequest(.post, url + "/echo", body: body)).body == body)
                }
                await #expect(throws: ClusterError.self) {
                    try await withClient { try await $0.send(ClientRequest(.get, url + "/secure")) }
                }
                let named = try await curl([
                    "-sS", "--cacert", identity.certificateFile, "https://localhost:\(address.port)/secure",
                ])
                #expect(named == "true")
            }
        }
    }

    @Test func serversAskForClientCertificates() async throws {
        try await withCertificate { identity in
            var demanding = identity
            demanding.clientAuthorityFile = identity.certificateFile
            try await withServer(routes, configure: { $0.tls = demanding }) { _, address in
                let without = ["-sS", "--cacert", identity.certificateFile, "https://127.0.0.1:\(address.port)/secure"]
                let with = ["--cert", identity.certificateFile, "--key", identity.privateKeyFile] + without
                let text = try await curl(with)
                #expect(text == "true")
                await #expect(throws: (any Error).self) { try await curl(without) }
            }
        }
    }

    @Test func messagesTravelThroughTLS() async throws {
        try await withCertificate { identity in
            let trust = TLSTrust(authorityFile: identity.certificateFile)
            let transport = try LibprocessTransport(trust: trust, logger: quiet)
            let (got, exited) = (Collected<[UInt8]>(), Awaited<UPID>())
            transport.register(
                "a",
                receive: {
                    got.add($0.body); return true
                }, exited: { exited.set($0) })
            try await withServer(
                [], interceptor: transport.interceptor, configure: { $0.tls = identity }
            ) { _, address in
                let me = UPID(id: "a", host: "127.0.0.1", port: address.port)
                transport.link(me, from: "a")
                for number in UInt8(0)..<100 { transport.send(to: me, from: me, name: "M", body: [number]) }
                let bodies = try await got.first(100)
                #expect(bodies == (UInt8(0)..<100).map { [$0] })
            }
            _ = try await exited.value()
            await transport.shutdown()
        }
    }

    @Test func unusableMaterialIsNamed() async throws {
        let nothing = TLSIdentity(certificateFile: "/nonexistent.pem", privateKeyFile: "/nonexistent.pem")
        let server = HTTPServer(HTTPServerConfiguration(tls: nothing), logger: quiet)
        await #expect { _ = try await server.start() } throws: { ($0 as? ClusterError)?.field == "tls" }
        var configuration = HTTPClientConfiguration()
        configuration.trust.identity = nothing
        #expect { _ = try HTTPClientPool(configuration) } throws: { ($0 as? ClusterError)?.field == "tls" }
    }
}
