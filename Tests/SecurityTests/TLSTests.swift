import AgentService
import Authentication
import ClusterBase
import ClusterModel
import HTTPTransport
import MasterService
import TestSupport
import Testing

/// TLS on listeners and between daemons, with certificates made on the spot.
@Suite struct TLSTests {
    /// An authority and what it has signed, as PEM files.
    private struct Authority {
        let directory: String
        var file: String { directory + "/ca.pem" }

        init(in scope: TestScope, name: String = "ca") async throws {
            directory = scope.directory.path(name)
            try await run(
                scope, "mkdir", [directory])
            try await run(
                scope, "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=\(name)", "-keyout", directory + "/ca.key", "-out", directory + "/ca.pem",
                ])
        }

        func identity(_ scope: TestScope, _ name: String) async throws -> TLSIdentity {
            let (key, certificate) = (directory + "/\(name).key", directory + "/\(name).pem")
            try await run(
                scope, "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                    "-addext", "basicConstraints=critical,CA:FALSE", "-CA", file, "-CAkey", directory + "/ca.key",
                    "-keyout", key, "-out", certificate,
                ])
            return TLSIdentity(certificateFile: certificate, privateKeyFile: key)
        }

        private func run(_ scope: TestScope, _ program: String, _ arguments: [String]) async throws {
            let process = try scope.start("/usr/bin/env", [program] + arguments, name: program)
            let status = try await process.waitForExit()
            guard status.isSuccess else { throw TestError("\(program) ended with \(status)") }
        }
    }

    private func trust(_ authority: Authority, _ identity: TLSIdentity? = nil) -> TLSTrust {
        var trust = TLSTrust(authorityFile: authority.file)
        trust.identity = identity
        return trust
    }

    private func status(
        of url: String, _ scope: TestScope, _ trust: TLSTrust
    ) async throws -> Int {
        var configuration = HTTPClientConfiguration()
        configuration.trust = trust
        let pool = try HTTPClientPool(configuration)
        scope.onExit { await pool.shutdown() }
        return try await pool.send(ClientRequest(.get, url, timeout: .seconds(5))).status.code
    }

    @Test func anAgentRegistersOverTLSWithClientCertificates() async throws {
        try await withTestScope { scope in
            let authority = try await Authority(in: scope)
            var (own, peer) = (
                try await authority.identity(scope, "master"), try await authority.identity(scope, "agent")
            )
            (own.clientAuthorityFile, peer.clientAuthorityFile) = (authority.file, authority.file)
            let (masterIdentity, agentIdentity) = (own, peer)
            let masterTLS = try ClientTLS(trust(authority, own))
            let agentTLS = try ClientTLS(trust(authority, peer))
            let master = try await SecuredMaster.start(in: scope) { configuration in
                configuration.security.identity = masterIdentity
                configuration.security.messageTLS = masterTLS
            }
            let url = "https://127.0.0.1:\(master.info.port)/health"
            try await eventually("the master serves") {
                try await status(of: url, scope, trust(authority, agentIdentity)) == 200
            }
            let agent = try await SecuredAgent.start(
                in: scope, with: master.info, credential: SecuredMaster.agentCredential
            ) { configuration in
                configuration.security.identity = agentIdentity
                configuration.security.messageTLS = agentTLS
            }
            try await eventually("the agent is registered") { await agent.service.agentID != nil }

            // Without a certificate, with one of a stranger, or in clear text, nobody comes in.
            await #expect(throws: ClusterError.self) { try await status(of: url, scope, trust(authority)) }
            let stranger = try await Authority(in: scope, name: "stranger").identity(scope, "agent")
            await #expect(throws: ClusterError.self) { try await status(of: url, scope, trust(authority, stranger)) }
            await #expect(throws: ClusterError.self) {
                try await status(of: "http://127.0.0.1:\(master.info.port)/health", scope, TLSTrust())
            }
        }
    }

    @Test func clientCertificatesMayBeVoluntary() async throws {
        try await withTestScope { scope in
            let authority = try await Authority(in: scope)
            var own = try await authority.identity(scope, "master")
            (own.clientAuthorityFile, own.letsAnonymousClientsIn) = (authority.file, true)
            let identity = own
            let master = try await SecuredMaster.start(in: scope) { $0.security.identity = identity }
            let url = "https://127.0.0.1:\(master.info.port)/health"
            try await eventually("the master serves") { try await status(of: url, scope, trust(authority)) == 200 }
            let stranger = try await Authority(in: scope, name: "stranger").identity(scope, "agent")
            await #expect(throws: ClusterError.self) { try await status(of: url, scope, trust(authority, stranger)) }
        }
    }

    @Test(arguments: [("-tls1_1", false), ("-tls1_2", true)])
    func oldVersionsAreNotSpoken(_ version: String, _ isSpoken: Bool) async throws {
        try await withTestScope { scope in
            let authority = try await Authority(in: scope)
            let own = try await authority.identity(scope, "server")
            let server = try scope.start(
                "/usr/bin/env",
                [
                    "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", own.certificateFile, "-key",
                    own.privateKeyFile, "-www", version, "-cipher", "ALL:@SECLEVEL=0",
                ], name: "server")
            let line = try await server.waitForLine(containing: "ACCEPT 127.0.0.1:", in: .standardOutput)
            let url = "https://127.0.0.1:\(line.split(separator: ":").last ?? "")/"
            let answer = try? await status(of: url, scope, trust(authority))
            #expect(answer == (isSpoken ? 200 : nil))
        }
    }

    @Test func aServerOfAnotherAuthorityIsNotTrusted() async throws {
        try await withTestScope { scope in
            let authority = try await Authority(in: scope)
            let other = try await Authority(in: scope, name: "other")
            let identity = try await other.identity(scope, "master")
            let master = try await SecuredMaster.start(in: scope) { $0.security.identity = identity }
            await #expect(throws: ClusterError.self) {
                try await status(of: "https://127.0.0.1:\(master.info.port)/health", scope, trust(authority))
            }
        }
    }
}
