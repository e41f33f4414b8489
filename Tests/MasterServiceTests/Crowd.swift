import ClusterBase
import ClusterModel
import HTTPTransport
import Libprocess
import Logging
import MesosProtocol
import ResourceModel
import TestSupport

/// Many agents that come back to a new master with running tasks, as after a failover.
struct Crowd {
    var agents = 200
    var frameworks = 3
    var tasksPerFramework = 4

    static let labels = (0..<3).map { Label(key: "key\($0)", value: "value \"\($0)\"") }

    /// Has all of them registered with the master.
    func arrive(at master: MasterFixture, in scope: TestScope) async throws {
        var logger = Logger(label: "crowd")
        logger.logLevel = .error
        let transport = LibprocessTransport(logger: logger)
        let server = HTTPServer(
            HTTPServerConfiguration(), service: HTTPService(routes: [], interceptor: transport.interceptor),
            logger: logger)
        let address = try await server.start()
        scope.onExit {
            await transport.shutdown()
            await server.stop()
        }
        let target = try UPID(parsing: master.info.pid)
        transport.register("slave-link") { _ in true }
        transport.link(target, from: "slave-link")
        for number in 0..<agents {
            let own = UPID(id: "slave(\(number))", host: "127.0.0.1", port: address.port)
            transport.register(own.id) { _ in true }
            let envelope = InternalCodec.encode(message(number, port: address.port), pid: own.description)
            transport.send(to: target, from: own, name: envelope.name, body: envelope.body)
        }
        let count = Double(agents)
        try await eventually("all agents", within: .seconds(60)) {
            await master.client.poll("/metrics/snapshot")?["master/slaves_active"]?.double == count
        }
    }

    func message(_ number: Int, port: Int) -> AgentMessage {
        let id = AgentID("agent-\(number)")
        let info = AgentInfo(
            id: id, hostname: "host-\(number)", port: port,
            resources: [.scalar("cpus", 20), .scalar("mem", 10_240), .ranges("ports", [31000...32000])],
            attributes: [Attribute(name: "rack", value: .text("r\(number % 7)"))])
        var inventory = AgentInventory()
        for framework in 0..<frameworks {
            let owner = FrameworkID("framework-\(framework)")
            inventory.frameworks.append(
                FrameworkInfo(
                    id: owner, user: framework == 0 ? "alice" : "bob", name: "default-\(framework)",
                    roles: ["role-\(framework)"], capabilities: [.multiRole, .reservationRefinement]))
            inventory.executors.append(
                ExecutorInfo(
                    id: "executor", frameworkID: owner, command: CommandInfo(value: "true"),
                    resources: [.scalar("cpus", 0.1), .scalar("mem", 32)]))
            for task in 0..<tasksPerFramework {
                let port = UInt64(31_000 + task + framework * 10)
                let status = TaskStatus(
                    taskID: TaskID("task-\(number)-\(framework)-\(task)"), state: .running, source: .executor,
                    agentID: id, timestamp: Instant(seconds: 1_500_000_000.25), isHealthy: true)
                inventory.tasks.append(
                    TaskRecord(
                        name: "name", id: TaskID("task-\(number)-\(framework)-\(task)"), frameworkID: owner,
                        executorID: "executor", agentID: id, state: .running,
                        resources: [
                            .scalar("cpus", 0.25), .scalar("mem", 5),
                            .ranges("ports", [port...port]),
                        ], statuses: [status], labels: Self.labels, user: "carol"))
            }
        }
        return .reregister(
            AgentRegistration(
                info: info, version: ProductVersion.mesos,
                capabilities: ["MULTI_ROLE", "HIERARCHICAL_ROLE", "RESERVATION_REFINEMENT"]), inventory)
    }
}
