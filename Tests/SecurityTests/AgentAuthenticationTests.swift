import AccessControl
import AgentService
import Authentication
import ClusterBase
import ClusterModel
import HTTPTransport
import Libprocess
import Logging
import MasterCore
import MasterService
import MesosProtocol
import Synchronization
import TestSupport
import Testing

/// CRAM-MD5 between agents and master.
@Suite struct AgentAuthenticationTests {
    @Test func anAgentProvesWhoItIsAndRegisters() async throws {
        try await withTestScope { scope in
            let master = try await SecuredMaster.start(in: scope)
            let agent = try await SecuredAgent.start(
                in: scope, with: master.info, credential: SecuredMaster.agentCredential)
            try await eventually("the agent is registered") { await agent.service.agentID != nil }
            #expect(try await master.agents() == 1)
            let words = master.log.text + agent.log.text
            #expect(words.contains("authenticated"))
            for secret in ["agent-secret", "op-secret", "dev-secret"] { #expect(!words.contains(secret)) }
        }
    }

    @Test func anAgentWithAWrongSecretEnds() async throws {
        try await withTestScope { scope in
            let master = try await SecuredMaster.start(in: scope)
            let agent = try await SecuredAgent.start(
                in: scope, with: master.info, credential: Credential(principal: "agents", secret: Array("no".utf8)))
            let error = await #expect(throws: ClusterError.self) { try await agent.task.value }
            #expect(error?.message == "Master refused authentication")
            #expect(try await master.agents() == 0)
        }
    }

    @Test func anAgentThatProvesNothingIsRefused() async throws {
        try await withTestScope { scope in
            let master = try await SecuredMaster.start(in: scope)
            let agent = try await SecuredAgent.start(in: scope, with: master.info, credential: nil)
            try await eventually("the refusal is logged") {
                master.log.text.contains("because it is not authenticated")
            }
            #expect(await agent.service.agentID == nil)
            #expect(try await master.agents() == 0)
        }
    }

    @Test func aMasterWithoutCredentialsSaysSoAndTheAgentTriesAgain() async throws {
        try await withTestScope { scope in
            let master = try await SecuredMaster.start(in: scope) { $0.security.peerCredentials = nil }
            let agent = try await SecuredAgent.start(
                in: scope, with: master.info, credential: SecuredMaster.agentCredential)
            try await eventually("a second attempt") {
                agent.log.text.split(separator: "\n").count { $0.contains("No authenticator loaded") } >= 2
            }
            #expect(await agent.service.agentID == nil)
        }
    }

    @Test func rulesSayWhichAgentsMayRegister() async throws {
        try await withTestScope { scope in
            let document = """
                {"register_agents": [{"principals": {"values": ["agents"]}, "agents": {"type": "ANY"}},
                                     {"principals": {"type": "ANY"}, "agents": {"type": "NONE"}}]}
                """
            let rules = try AccessRules(document: JSONValue(parsing: document))
            let master = try await SecuredMaster.start(in: scope) { $0.core.access = rules }
            let dev = Credential(principal: "dev", secret: Array("dev-secret".utf8))
            let other = try await SecuredAgent.start(in: scope, name: "other", with: master.info, credential: dev)
            try await eventually("the refusal is logged") {
                master.log.text.contains("Not authorized to register agent providing resources")
            }
            #expect(await other.service.agentID == nil)
            let agent = try await SecuredAgent.start(
                in: scope, with: master.info, credential: SecuredMaster.agentCredential)
            try await eventually("the agent is registered") { await agent.service.agentID != nil }
        }
    }

    // MARK: The exchange, message by message

    @Test func anAnswerCountsOnceAndForItsChallengeOnly() async throws {
        try await withTestScope { scope in
            let master = try await SecuredMaster.start(in: scope)
            let peer = try await ScriptedPeer.start(in: scope, master.info)
            peer.send(.authenticate(pid: peer.pid), to: peer.master)
            let session = try await peer.hears("mechanisms") { $0 == .mechanisms(["CRAM-MD5"]) }
            peer.send(.start(mechanism: "CRAM-MD5", data: []), to: session)
            let challenge = try await peer.challenge(1)
            let answer = ChallengeResponse.answer(to: challenge, with: SecuredMaster.agentCredential)
            peer.send(.step(answer), to: session)
            _ = try await peer.hears("completed") { $0 == .completed }

            // The same answer again: to the session that is gone, and to a new challenge.
            peer.send(.step(answer), to: session)
            peer.send(.authenticate(pid: peer.pid), to: peer.master)
            let second = try await peer.hears("mechanisms again", after: session) { $0 == .mechanisms(["CRAM-MD5"]) }
            #expect(second != session)
            peer.send(.start(mechanism: "CRAM-MD5", data: []), to: second)
            #expect(try await peer.challenge(2) != challenge)
            peer.send(.step(answer), to: second)
            _ = try await peer.hears("failed") { $0 == .failed }
        }
    }

    @Test func oneMayNotProveItselfForAnotherAddress() async throws {
        try await withTestScope { scope in
            let master = try await SecuredMaster.start(in: scope)
            let peer = try await ScriptedPeer.start(in: scope, master.info)
            peer.send(.authenticate(pid: "slave(1)@127.0.0.1:1"), to: peer.master)
            _ = try await peer.hears("an error") { if case .error = $0 { true } else { false } }
        }
    }

    @Test func anAddressWithoutEndIsRefused() async throws {
        try await withTestScope { scope in
            let master = try await SecuredMaster.start(in: scope)
            let peer = try await ScriptedPeer.start(in: scope, master.info)
            let long = String(repeating: "x", count: 2_000_000) + peer.pid
            peer.send(.authenticate(pid: long), to: peer.master)
            _ = try await peer.hears("an error") { if case .error(let text) = $0 { text.count < 2_000 } else { false } }
        }
    }

    @Test func whatComesOutOfTurnEndsTheExchange() async throws {
        try await withTestScope { scope in
            let master = try await SecuredMaster.start(in: scope)
            let peer = try await ScriptedPeer.start(in: scope, master.info)
            peer.send(.authenticate(pid: peer.pid), to: peer.master)
            let session = try await peer.hears("mechanisms") { $0 == .mechanisms(["CRAM-MD5"]) }
            peer.send(.start(mechanism: "PLAIN", data: [1]), to: session)
            _ = try await peer.hears("an error") { if case .error = $0 { true } else { false } }
        }
    }

    @Test func aClientThatIsSilentIsGivenUp() async throws {
        try await withTestScope { scope in
            let master = try await SecuredMaster.start(in: scope) {
                $0.security.authenticationTimeout = .milliseconds(50)
            }
            let peer = try await ScriptedPeer.start(in: scope, master.info)
            peer.send(.authenticate(pid: peer.pid), to: peer.master)
            _ = try await peer.hears("mechanisms") { $0 == .mechanisms(["CRAM-MD5"]) }
            try await eventually("the attempt is given up") { master.log.text.contains("it took too long") }
        }
    }
}

/// A libprocess peer that says what the test wants.
final class ScriptedPeer: Sendable {
    let master: UPID
    private let own: UPID
    private let transport: LibprocessTransport
    private let heard = Mutex<[(from: UPID, message: AuthenticationMessage)]>([])

    /// The process it wants to be authenticated.
    var pid: String { "slave(1)@\(own.address)" }

    static func start(in scope: TestScope, _ master: MasterInfo) async throws -> ScriptedPeer {
        let logger = Logger(label: "peer") { _ in SwiftLogNoOpLogHandler() }
        let transport = LibprocessTransport(logger: logger)
        let server = HTTPServer(
            HTTPServerConfiguration(), service: HTTPService(routes: [], interceptor: transport.interceptor),
            logger: logger)
        let address = try await server.start()
        scope.onExit {
            await server.stop()
            await transport.shutdown()
        }
        return ScriptedPeer(transport, port: address.port, master)
    }

    private init(_ transport: LibprocessTransport, port: Int, _ master: MasterInfo) {
        self.transport = transport
        own = UPID(id: "crammd5-authenticatee(1)", host: "127.0.0.1", port: port)
        self.master = UPID(id: "master", host: master.ip, port: master.port)
        transport.register(own.id) { [weak self] message in
            let envelope = InternalCodec.Envelope(name: message.name, body: message.body)
            guard let decoded = (try? InternalCodec.decodeAuthentication(envelope)) ?? nil else { return true }
            self?.heard.withLock { $0.append((message.from, decoded)) }
            return true
        }
    }

    func send(_ message: AuthenticationMessage, to target: UPID) {
        let envelope = InternalCodec.encode(message)
        transport.send(to: target, from: own, name: envelope.name, body: envelope.body)
    }

    /// Waits for a message and returns who sent it.
    func hears(
        _ what: String, after session: UPID? = nil, _ isWanted: @Sendable (AuthenticationMessage) -> Bool
    ) async throws -> UPID {
        try await eventually(what) {
            heard.withLock { $0.first { $0.from != session && isWanted($0.message) }?.from }
        }
    }

    /// The challenge of the nth session.
    func challenge(_ number: Int) async throws -> [UInt8] {
        try await eventually("challenge \(number)") {
            let challenges = heard.withLock {
                $0.compactMap { if case .step(let data) = $0.message { data } else { nil } }
            }
            return challenges.count >= number ? challenges[number - 1] : nil
        }
    }
}
