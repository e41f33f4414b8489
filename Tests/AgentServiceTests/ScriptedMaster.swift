import ClusterBase
import ClusterModel
import ClusterPorts
import HTTPTransport
import Libprocess
import Logging
import MesosProtocol
import Synchronization
import TestSupport

/// A master on a real port that registers agents and otherwise says what the test says.
final class ScriptedMaster: Sendable {
    struct Heard: Sendable {
        var from: String
        var message: AgentMessage
    }

    static let agentID: AgentID = "scripted-S0"

    let server: HTTPServer
    let transport: LibprocessTransport
    let info: MasterInfo
    private let heard = Mutex<[Heard]>([])

    private init(server: HTTPServer, transport: LibprocessTransport, port: Int) {
        (self.server, self.transport) = (server, transport)
        info = MasterInfo(id: "scripted", ip: "127.0.0.1", port: port, hostname: "127.0.0.1", version: "1.12.0")
    }

    /// A master that runs until the scope ends.
    static func start(_ scope: TestScope) async throws -> ScriptedMaster {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = HTTPServer(HTTPServerConfiguration(), logger: logger)
        let transport = LibprocessTransport(logger: logger)
        let address = try await server.start()
        let master = ScriptedMaster(server: server, transport: transport, port: address.port)
        server.install(HTTPService(routes: [], interceptor: transport.interceptor))
        transport.register("master") { [weak master] in master?.receive($0) ?? false }
        transport.register("slave-observer(1)") { [weak master] in master?.receive($0) ?? false }
        scope.onExit {
            await server.stop()
            await transport.shutdown()
        }
        return master
    }

    private func receive(_ incoming: IncomingMessage) -> Bool {
        let envelope = InternalCodec.Envelope(name: incoming.name, body: incoming.body)
        guard let message = (try? InternalCodec.decodeAgentMessage(envelope)) ?? nil else { return true }
        heard.withLock { $0.append(Heard(from: incoming.from.description, message: message)) }
        let pid = incoming.from.description
        switch message {
        case .register: send(.registered(Self.agentID, pingTimeout: .seconds(75)), to: pid)
        case .reregister: send(.reregistered(Self.agentID, pingTimeout: .seconds(75), unknownTasks: []), to: pid)
        default: break
        }
        return true
    }

    func send(_ message: MasterMessage, to pid: String, from process: String = "master") {
        guard let target = try? UPID(parsing: pid) else { return }
        let envelope = InternalCodec.encode(message)
        let own = UPID(id: process, host: "127.0.0.1", port: info.port)
        transport.send(to: target, from: own, name: envelope.name, body: envelope.body)
    }

    var messages: [AgentMessage] { heard.withLock { $0.map(\.message) } }

    var updates: [StatusUpdate] {
        messages.compactMap { if case .statusUpdate(let update) = $0 { update } else { nil } }
    }

    /// Waits for something among all that was ever heard.
    func hears<Value>(_ what: String, _ pick: (AgentMessage) -> Value?) async throws -> Value {
        try await eventually(what, within: .seconds(20)) { messages.lazy.compactMap(pick).first }
    }

    /// Waits for a task's state and acknowledges all updates that come until then.
    func acknowledge(_ task: TaskID, upTo state: TaskState, agent pid: String) async throws -> StatusUpdate {
        // Every repetition is acknowledged: an agent that was not ready for the first acknowledgement sends again.
        var answered = 0
        return try await eventually("\(task) in \(state.wireName)", within: .seconds(20)) {
            let updates = updates
            defer { answered = updates.count }
            for update in updates[answered...] where update.status.taskID == task {
                guard let uuid = update.uuid else { continue }
                send(.acknowledge(Self.agentID, update.frameworkID, task, uuid: uuid), to: pid)
                if update.status.state == state { return update }
            }
            return nil
        }
    }
}

/// A detector that always says the same leader.
struct FixedDetector: LeaderDetector {
    let leader: MasterInfo?

    func leaders() -> AsyncThrowingStream<MasterInfo?, any Error> {
        let leader = leader
        return AsyncThrowingStream { continuation in continuation.yield(leader) }
    }
}
