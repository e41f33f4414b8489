internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import Libprocess
internal import MesosProtocol
internal import ResourceModel
internal import Synchronization
internal import TestSupport

/// Something that holds until it does not.
final class Flag: Sendable {
    private let value = Atomic(true)

    var isUp: Bool { value.load(ordering: .acquiring) }
    func lower() { value.store(false, ordering: .releasing) }
}

/// Agents that know a cluster from before and come back to a new master, all at once.
final class ReturningAgents: Sendable {
    /// How many, and what runs on each.
    struct Shape: Sendable {
        var agents: Int
        /// On each agent; the same on all.
        var frameworks: Int
        /// Of each framework on each agent.
        var tasks: Int

        var taskCount: Int { agents * frameworks * tasks }
    }

    private let answered = Atomic<Int>(0)

    /// Sends the messages and waits for all answers; gives the time from the first to the last.
    static func arrive(_ shape: Shape, at master: String, in scope: TestScope) async throws -> Duration {
        let transport = LibprocessTransport(logger: silent)
        let server = HTTPServer(
            HTTPServerConfiguration(), service: HTTPService(routes: [], interceptor: transport.interceptor),
            logger: silent)
        let address = try await server.start()
        scope.onExit {
            await transport.shutdown()
            await server.stop()
        }
        let target = try UPID(parsing: master)
        let agents = ReturningAgents()
        transport.register("slave-link") { _ in true }
        transport.link(target, from: "slave-link")
        let messages = (0..<shape.agents).map { number -> (own: UPID, envelope: InternalCodec.Envelope) in
            let own = UPID(id: "slave(\(number))", host: "127.0.0.1", port: address.port)
            transport.register(own.id) { message in
                agents.receive(message, own, transport)
                return true
            }
            return (own, InternalCodec.encode(Self.message(shape, number, port: address.port), pid: own.description))
        }
        let start = ContinuousClock.now
        for (own, envelope) in messages {
            transport.send(to: target, from: own, name: envelope.name, body: envelope.body)
        }
        try await eventually("all agents are back", within: .seconds(120), every: .milliseconds(1)) {
            agents.answered.load(ordering: .relaxed) >= shape.agents
        }
        return ContinuousClock.now - start
    }

    private func receive(_ message: IncomingMessage, _ own: UPID, _ transport: LibprocessTransport) {
        if message.name == "mesos.internal.SlaveReregisteredMessage" { answered.add(1, ordering: .relaxed) }
        guard message.name == "mesos.internal.PingSlaveMessage" else { return }
        let pong = InternalCodec.encode(.pong, pid: own.description)
        transport.send(to: message.from, from: own, name: pong.name, body: pong.body)
    }

    /// What upstream's benchmark has its agents say: tasks of `cpus:0.1;mem:5` with ten labels.
    static func message(_ shape: Shape, _ number: Int, port: Int) -> AgentMessage {
        let id = AgentID("agent\(number)")
        let info = AgentInfo(
            id: id, hostname: id.value, port: port, resources: [.scalar("cpus", 20), .scalar("mem", 10_240)])
        let labels = (0..<10).map { Label(key: "key\($0)", value: "value\($0)") }
        let resources: Resources = [
            Resource(name: "cpus", value: .scalar(Scalar(0.1)), allocationRole: "*"),
            Resource(name: "mem", value: .scalar(Scalar(5)), allocationRole: "*"),
        ]
        var inventory = AgentInventory()
        for framework in 0..<shape.frameworks {
            let owner = FrameworkID("framework\(framework)")
            inventory.frameworks.append(
                FrameworkInfo(
                    id: owner, user: "root", name: "default", principal: "test-principal",
                    capabilities: [.multiRole, .reservationRefinement]))
            for task in 0..<shape.tasks {
                let place = UInt64((number * shape.frameworks + framework) * shape.tasks + task)
                let taskID = TaskID(UniqueID(high: 0x1234_5678_9abc_4def, low: place | 1 << 63).description)
                inventory.tasks.append(
                    TaskRecord(
                        name: "test-task", id: taskID, frameworkID: owner, agentID: id, state: .running,
                        resources: resources, labels: labels))
            }
        }
        let registration = AgentRegistration(
            info: info, version: ProductVersion.mesos,
            capabilities: ["MULTI_ROLE", "HIERARCHICAL_ROLE", "RESERVATION_REFINEMENT"])
        return .reregister(registration, inventory)
    }
}
