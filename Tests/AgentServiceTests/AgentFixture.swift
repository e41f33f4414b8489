import AgentService
import ClusterBase
import ClusterModel
import ClusterPorts
import Foundation
import HTTPTransport
import Logging
import MesosProtocol
import ResourceModel
import TestSupport
import Testing

/// An agent with real files, a real port and a scripted master.
struct AgentFixture {
    static let frameworkID: FrameworkID = "scripted-0000"

    let scope: TestScope
    let master: ScriptedMaster
    let containers: FakeContainerizer
    let client: HTTPClientPool
    let workDirectory: String
    var agent: Running

    /// An agent that runs.
    struct Running {
        let service: AgentService
        let task: Task<Void, any Error>
        let port: Int

        var pid: String { "slave(1)@127.0.0.1:\(port)" }
        func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

        /// Ends it as a crash would: nothing is told to anybody.
        func stop() async {
            task.cancel()
            _ = await task.result
        }
    }

    static func start(
        _ scope: TestScope, change: (inout AgentServiceConfiguration) -> Void = { _ in }
    ) async throws -> AgentFixture {
        let master = try await ScriptedMaster.start(scope)
        let containers = FakeContainerizer()
        let client = try HTTPClientPool()
        let work = scope.directory.path("work")
        let agent = try await run(scope, master, containers, work, change: change)
        scope.onExit { await client.shutdown() }
        let fixture = AgentFixture(
            scope: scope, master: master, containers: containers, client: client, workDirectory: work, agent: agent)
        try await fixture.registered()
        return fixture
    }

    static func run(
        _ scope: TestScope, _ master: ScriptedMaster, _ containers: FakeContainerizer, _ work: String,
        change: (inout AgentServiceConfiguration) -> Void = { _ in }
    ) async throws -> Running {
        var configuration = AgentServiceConfiguration(
            workDirectory: work, port: 0, resources: [.scalar("cpus", 8), .scalar("mem", 4096), .scalar("disk", 1000)])
        configuration.switchesUser = false
        change(&configuration)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let service = AgentService(
            configuration, containerizer: containers, detector: FixedDetector(leader: master.info), logger: logger)
        let address = try await service.start()
        let task = Task { try await service.run() }
        let running = Running(service: service, task: task, port: address.port)
        scope.onExit {
            task.cancel()
            await containers.releaseWaiters()
            _ = await task.result
        }
        return running
    }

    func registered() async throws {
        let id = try await eventually("the agent is registered", within: .seconds(20)) { await agent.service.agentID }
        #expect(id == ScriptedMaster.agentID)
        try await eventually("the agent says so", within: .seconds(20)) {
            try await metric("slave/registered") == 1
        }
    }

    /// Kills the agent and starts another on the same work directory and port.
    mutating func restart() async throws {
        await agent.stop()
        agent = try await Self.run(scope, master, containers, workDirectory)
    }

    func send(_ message: MasterMessage) { master.send(message, to: agent.pid) }

    func get(_ path: String) async throws -> ClientResponse {
        try await client.send(ClientRequest(.get, agent.url(path)))
    }

    func json(_ path: String) async throws -> JSONValue {
        let answer = try await get(path)
        guard answer.status == .ok else { throw TestError("GET \(path): \(answer.status) \(answer.text)") }
        return try JSONValue(parsing: answer.body)
    }

    func metric(_ name: String) async throws -> Double? { try await json("/metrics/snapshot")[name]?.double }

    static func framework(checkpoint: Bool = true) -> FrameworkInfo {
        FrameworkInfo(
            id: frameworkID, user: "root", name: "test", checkpoint: checkpoint, roles: ["*"],
            capabilities: [.partitionAware])
    }

    static func task(_ id: TaskID, executor: ExecutorInfo? = nil) -> TaskInfo {
        TaskInfo(
            name: "task", id: id, agentID: ScriptedMaster.agentID,
            resources: Resources([.scalar("cpus", 1), .scalar("mem", 64)]).allocated(to: "*"), executor: executor,
            command: executor == nil ? CommandInfo(value: "sleep 100") : nil)
    }

    static let executor = ExecutorInfo(
        id: "e1", frameworkID: frameworkID, command: CommandInfo(value: "./executor"),
        resources: Resources([.scalar("cpus", 0.1), .scalar("mem", 32)]).allocated(to: "*"))

    /// Launches a command task and waits until it is reported running and that is acknowledged.
    func run(_ id: TaskID, checkpoint: Bool = true) async throws -> ContainerSpec {
        send(.runTask(Self.framework(checkpoint: checkpoint), Self.task(id), launchExecutor: true))
        _ = try await master.acknowledge(id, upTo: .running, agent: agent.pid)
        return try #require(await containers.specs.last { $0.sandbox.contains("/executors/\(id)/") })
    }

    func call(_ call: ExecutorCall, as format: WireFormat = .json, executor: ExecutorID = "e1") async throws
        -> ClientResponse
    {
        try await client.send(request(call, as: format, executor: executor))
    }

    func request(_ call: ExecutorCall, as format: WireFormat = .json, executor: ExecutorID = "e1") -> ClientRequest {
        let body = ExecutorCodec.encodeCall(
            ExecutorRequest(frameworkID: Self.frameworkID, executorID: executor, call: call), as: format)
        return ClientRequest(
            .post, agent.url("/slave(1)/api/v1/executor"),
            headers: ["Content-Type": format.contentType, "Accept": format.contentType], body: body)
    }
}

/// The events of an executor's stream.
struct ExecutorEvents: Sendable {
    let events: AsyncThrowingStream<ExecutorEvent, any Error>
    let task: Task<Void, Never>

    init(_ client: HTTPClientPool, _ request: ClientRequest, as format: WireFormat) async throws {
        let response = try await client.stream(request)
        guard response.status == .ok else { throw TestError("SUBSCRIBE was answered \(response.status)") }
        let (stream, continuation) = AsyncThrowingStream<ExecutorEvent, any Error>.makeStream()
        events = stream
        task = Task {
            var decoder = RecordIODecoder()
            do {
                for try await chunk in response.body {
                    for record in try decoder.decode(chunk) {
                        if let event = try ExecutorCodec.decodeEvent(record, as: format) { continuation.yield(event) }
                    }
                }
                continuation.finish()
            } catch { continuation.finish(throwing: error) }
        }
    }

    func collect(_ what: String, until isLast: @escaping @Sendable (ExecutorEvent) -> Bool) async throws
        -> [ExecutorEvent]
    {
        let events = events
        return try await within(.seconds(20), what) {
            var all: [ExecutorEvent] = []
            for try await event in events {
                all.append(event)
                if isLast(event) { return all }
            }
            return all
        }
    }
}
