internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import Libprocess
internal import MesosProtocol
internal import ResourceModel
internal import Synchronization
internal import TestSupport

/// A real master process under agents that are functions: real messages on real sockets, no executors behind them.
let simulatedAgentBenchmarks = [1, 1_000].map { agents in
    Benchmark(
        name: "launch.simulated-agents-\(agents)",
        what: "a real master on loopback with \(agents) simulated agent\(agents == 1 ? "" : "s"), 10,000 tasks"
    ) { context in
        try await Daemons.run(context) { daemons in
            let (process, address) = try await daemons.master()
            let start = ContinuousClock.now
            try await SimulatedAgents.start(agents, master: "master@" + address, tasks: .end, in: daemons.scope)
            let client = try JSONClient("http://" + address, in: daemons.scope)
            try await eventually("the agents", within: .seconds(60), every: .milliseconds(2)) {
                await client.poll("/metrics/snapshot")?["master/slaves_active"]?.double == Double(agents)
            }
            let registration = ContinuousClock.now - start
            var rates: [Double] = []
            try await LoadSession.run(master: "http://" + address) { session in
                try await session.waitForOffers(agents: agents)
                for round in 0..<4 {
                    let outcome = try await session.launch(
                        .init(
                            tasks: 10_000, tasksPerAccept: agents == 1 ? 100 : 10, command: CommandInfo(value: "true")))
                    if round > 0 { rates.append(10_000 / outcome.duration.seconds) }
                }
            }
            return [
                Figure("all agents registered", "ms", Samples(registration.milliseconds)),
                Figure("task lives", "tasks/s", Samples(rates)),
                Figure(
                    "master afterwards, RSS", "MB", Samples(ProcessTable.memory(process.pid).residentMegabytes)),
            ]
        }
    }
}

/// Agents that speak the master's protocol: every task they are given runs.
final class SimulatedAgents: Sendable {
    /// What becomes of a task.
    enum TaskLife: Sendable {
        /// It finishes once its running is acknowledged.
        case end
        /// It runs on; the function is called when it comes.
        case stay(@Sendable (TaskInfo) -> Void)
    }

    private let transport: LibprocessTransport
    private let port: Int
    private let master: UPID
    private let life: TaskLife
    private let counter = Atomic<UInt64>(0)

    static func start(_ count: Int, master: String, tasks life: TaskLife, in scope: TestScope) async throws {
        let transport = LibprocessTransport(logger: silent)
        let server = HTTPServer(
            HTTPServerConfiguration(), service: HTTPService(routes: [], interceptor: transport.interceptor),
            logger: silent)
        let address = try await server.start()
        scope.onExit {
            await transport.shutdown()
            await server.stop()
        }
        let agents = SimulatedAgents(transport, port: address.port, master: try UPID(parsing: master), life)
        for number in 1...count { agents.register(number) }
    }

    private init(_ transport: LibprocessTransport, port: Int, master: UPID, _ life: TaskLife) {
        (self.transport, self.port, self.master, self.life) = (transport, port, master, life)
        transport.register("slave-link") { _ in true }
        transport.link(master, from: "slave-link")
    }

    private func register(_ number: Int) {
        let own = UPID(id: "slave(\(number))", host: "127.0.0.1", port: port)
        transport.register(own.id) { message in
            self.receive(message, own)
            return true
        }
        let info = AgentInfo(
            hostname: "simulated-\(number)", port: port,
            resources: [.scalar("cpus", 1_000), .scalar("mem", 100_000), .ranges("ports", [31000...32000])])
        send(
            .register(
                AgentRegistration(
                    info: info, version: ProductVersion.mesos,
                    capabilities: ["MULTI_ROLE", "HIERARCHICAL_ROLE", "RESERVATION_REFINEMENT"])), own)
    }

    private func receive(_ message: IncomingMessage, _ own: UPID) {
        let envelope = InternalCodec.Envelope(name: message.name, body: message.body)
        guard let decoded = try? InternalCodec.decodeMasterMessage(envelope) else { return }
        switch decoded {
        case .ping: send(.pong, own)
        case .runTask(let framework, let task, _):
            guard let id = framework.id else { return }
            if case .stay(let body) = life { body(task) }
            report(task.id, .running, id, task.agentID, own)
        case .acknowledge(let agent, let framework, let task, let uuid):
            guard case .end = life, uuid.high == Self.running else { return }
            report(task, .finished, framework, agent, own)
        default: break
        }
    }

    /// The half of an update's id that says which update it was.
    private static let running: UInt64 = 1

    private func report(_ task: TaskID, _ state: TaskState, _ framework: FrameworkID, _ agent: AgentID, _ own: UPID) {
        let number = counter.add(1, ordering: .relaxed).newValue
        let uuid = UniqueID(high: state == .running ? Self.running : 2, low: number)
        let now = Instant(seconds: 1_700_000_000)
        let status = TaskStatus(
            taskID: task, state: state, source: .executor, agentID: agent, timestamp: now, uuid: uuid)
        send(
            .statusUpdate(
                StatusUpdate(
                    frameworkID: framework, agentID: agent, status: status, timestamp: now, uuid: uuid,
                    latestState: state)), own)
    }

    private func send(_ message: AgentMessage, _ own: UPID) {
        let envelope = InternalCodec.encode(message, pid: own.description)
        transport.send(to: master, from: own, name: envelope.name, body: envelope.body)
    }
}
