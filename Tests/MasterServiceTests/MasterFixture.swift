import ClusterBase
import ClusterModel
import ClusterPorts
import HTTPTransport
import Libprocess
import Logging
import MasterCore
import MasterService
import MesosProtocol
import ResourceModel
import StateStorage
import Synchronization
import TestSupport
import ZooKeeper

/// A master of one's own on a free port, with a scripted agent and a scripted scheduler; everything ends with the
/// scope.
struct MasterFixture: Sendable {
    let info: MasterInfo
    let store: MemoryVariableStore
    let client: JSONClient
    let base: String

    static func start(
        in scope: TestScope, store: MemoryVariableStore = MemoryVariableStore(),
        election: (any LeaderContender, any LeaderDetector)? = nil,
        change: (inout MasterServiceConfiguration) -> Void = { _ in }
    ) async throws -> MasterFixture {
        let standalone = StandaloneElection()
        var configuration = MasterServiceConfiguration(host: "127.0.0.1", port: 0)
        change(&configuration)
        var logger = Logger(label: "master")
        logger.logLevel = .error
        let service = MasterService(
            configuration, store: store, contender: election?.0 ?? standalone, detector: election?.1 ?? standalone,
            logger: logger)
        let info = try await service.start()
        let running = Task { try await service.run() }
        scope.onExit {
            running.cancel()
            _ = await running.result
        }
        let base = "http://127.0.0.1:\(info.port)"
        return MasterFixture(info: info, store: store, client: try JSONClient(base, in: scope), base: base)
    }

    /// Waits until it leads and has read its registry.
    func leads() async throws -> MasterFixture {
        try await eventually("the master leads") { await client.poll("/state") != nil }
        return self
    }

    func call(_ body: String, headers: HeaderFields = [:]) async throws -> JSONClient.Answer {
        try await client.send(.post, "/api/v1/scheduler", body, headers: headers)
    }
}

/// A scheduler's event stream over HTTP, in JSON or protobuf.
final class ScriptedScheduler: Sendable {
    private struct State {
        var events: [SchedulerEvent] = []
        var isEnded = false
    }

    let streamID: String
    private let base: String
    private let pool: HTTPClientPool
    private let state = Mutex(State())

    static func subscribe(
        to master: MasterFixture, _ info: FrameworkInfo, as format: WireFormat = .json, in scope: TestScope
    ) async throws -> ScriptedScheduler {
        let pool = try HTTPClientPool()
        scope.onExit { await pool.shutdown() }
        let body = SchedulerCodec.encodeCall(.subscribe(info, suppressedRoles: []), frameworkID: info.id, as: format)
        let response = try await pool.stream(
            ClientRequest(
                .post, master.base + "/api/v1/scheduler",
                headers: ["Content-Type": format.contentType, "Accept": format.contentType], body: body))
        guard response.status == .ok, let streamID = response.headers["mesos-stream-id"] else {
            throw TestError("SUBSCRIBE was answered \(response.status)")
        }
        let scheduler = ScriptedScheduler(streamID, master.base, pool)
        let reader = Task { await scheduler.read(response.body, as: format) }
        scope.onExit {
            reader.cancel()
            await reader.value
        }
        return scheduler
    }

    private init(_ streamID: String, _ base: String, _ pool: HTTPClientPool) {
        (self.streamID, self.base, self.pool) = (streamID, base, pool)
    }

    private func read(_ body: StreamingBody, as format: WireFormat) async {
        var decoder = RecordIODecoder()
        do {
            for try await chunk in body {
                for record in try decoder.decode(chunk) {
                    guard let event = try SchedulerCodec.decodeEvent(record, as: format) else { continue }
                    state.withLock { $0.events.append(event) }
                }
            }
        } catch {}
        state.withLock { $0.isEnded = true }
    }

    /// Waits for an event that `pick` accepts and returns what it makes of it.
    func wait<Value>(_ what: String, _ pick: (SchedulerEvent) -> Value?) async throws -> Value {
        try await eventually(what) { events.lazy.compactMap(pick).first }
    }

    func frameworkID() async throws -> FrameworkID {
        try await wait("SUBSCRIBED") { if case .subscribed(let id, _, _) = $0 { id } else { nil } }
    }

    var events: [SchedulerEvent] { state.withLock { $0.events } }
    var isEnded: Bool { state.withLock { $0.isEnded } }

    func send(_ call: SchedulerCall, streamID: String? = nil) async throws -> ClientResponse {
        let id = try await frameworkID()
        return try await pool.send(
            ClientRequest(
                .post, base + "/api/v1/scheduler",
                headers: ["Content-Type": "application/x-protobuf", "Mesos-Stream-Id": streamID ?? self.streamID],
                body: SchedulerCodec.encodeCall(call, frameworkID: id, as: .protobuf)))
    }
}

/// An agent that only registers, remembers what it is told and answers pings.
final class ScriptedAgent: Sendable {
    let pid: UPID
    private let transport: LibprocessTransport
    private let server: HTTPServer
    private let master: UPID
    private let inbox = Mutex<[MasterMessage]>([])

    static func start(
        for master: MasterInfo, resources: String,
        capabilities: [String] = ["MULTI_ROLE", "RESERVATION_REFINEMENT"], in scope: TestScope
    ) async throws -> ScriptedAgent {
        var logger = Logger(label: "agent")
        logger.logLevel = .error
        let transport = LibprocessTransport(logger: logger)
        let server = HTTPServer(
            HTTPServerConfiguration(), service: HTTPService(routes: [], interceptor: transport.interceptor),
            logger: logger)
        let address = try await server.start()
        scope.onExit {
            await server.stop()
            await transport.shutdown()
        }
        let agent = ScriptedAgent(
            UPID(id: "slave(1)", host: "127.0.0.1", port: address.port), try UPID(parsing: master.pid), transport,
            server)
        transport.register("slave(1)") { message in agent.receive(message) }
        let info = AgentInfo(
            hostname: "agent.example", port: address.port, resources: try Resources(parsing: resources))
        agent.send(
            .register(
                AgentRegistration(
                    info: info, version: ProductVersion.mesos, capabilities: capabilities,
                    resourceVersion: UniqueID(high: 1, low: 2))))
        return agent
    }

    private init(_ pid: UPID, _ master: UPID, _ transport: LibprocessTransport, _ server: HTTPServer) {
        (self.pid, self.master, self.transport, self.server) = (pid, master, transport, server)
    }

    private func receive(_ message: IncomingMessage) -> Bool {
        let decoded = try? InternalCodec.decodeMasterMessage(.init(name: message.name, body: message.body))
        guard let decoded else { return true }
        if case .ping = decoded {
            let envelope = InternalCodec.encode(.pong, pid: pid.description)
            transport.send(to: message.from, from: pid, name: envelope.name, body: envelope.body)
        }
        inbox.withLock { $0.append(decoded) }
        return true
    }

    func send(_ message: AgentMessage) {
        let envelope = InternalCodec.encode(message, pid: pid.description)
        transport.send(to: master, from: pid, name: envelope.name, body: envelope.body)
    }

    func wait<Value>(_ what: String, _ pick: (MasterMessage) -> Value?) async throws -> Value {
        try await eventually(what) { inbox.withLock { $0 }.lazy.compactMap(pick).first }
    }

    func registeredID() async throws -> AgentID {
        try await wait("registration") { message in
            if case .registered(let id, _) = message { id } else { nil }
        }
    }
}
