internal import AgentService
internal import ClusterBase
internal import ClusterModel
internal import ClusterPorts
internal import CommandFlags
internal import Foundation
internal import FrameworkSDK
internal import KubeScheduler
internal import KubeService
internal import Logging
internal import MarathonService
internal import MasterService
internal import ResourceModel
internal import ServiceLifecycle
internal import ZooKeeper

let localCommand = Command(
    name: "local",
    table: FlagTable(
        command: "roost local", summary: "Run a one-machine cluster in the foreground", flags: localFlags)
) { values in
    try DaemonLog.bootstrap(values)
    return try await LocalCluster(values).run()
}

private let localFlags = [
    Flag("work_dir", .text, "Where everything that lasts is kept (default: the user's state directory)."),
    Flag("agents", .integer, default: "1", "How many agents share the machine."),
    Flag("master_port", .integer, default: "5050", "The master's port; 0 = any free one."),
    Flag("agent_port", .integer, default: "5051", "The first agent's port, counting upwards; 0 = any free ones."),
    Flag("marathon_port", .integer, default: "8080", "Marathon's port; 0 = any free one."),
    Flag("kubernetes_port", .integer, default: "8888", "The Kubernetes API's port; 0 = any free one."),
    Flag("scheduler_port", .integer, default: "10251", "The port of Kubernetes' scheduler; 0 = any free one."),
    Flag("ip", .text, default: "127.0.0.1", "The address to listen on and to tell peers."),
    Flag("zk", .text, "Coordinate through ZooKeeper instead of embedded: zk://host:port/path."),
    Flag("zk_session_timeout", .duration, default: "10secs", "ZooKeeper session timeout."),
    Flag("resources", .text, "Resources of each agent; what is not named is detected and divided."),
    Flag("attributes", .text, "Attributes of each agent."),
    Flag("docker_socket", .text, default: "/var/run/docker.sock", "Socket of the container engine."),
    Flag("marathon", .boolean, default: "true", "Whether to run Marathon (--no-marathon)."),
    Flag("kubernetes", .boolean, default: "true", "Whether to run Kubernetes (--no-kubernetes)."),
    Flag("ready_file", .text, "File to write the addresses to, as JSON, once every part serves."),
    Flag("stop_tasks", .boolean, default: "false", "Whether to end all tasks with the cluster."),
    Flag("logging_level", .text, default: "INFO", "DEBUG, INFO, WARNING or ERROR."),
    Flag("quiet", .boolean, default: "false", "Whether to log nothing but failures."),
]

/// The same services as the separate daemons, in one process, speaking to each other as they would apart (D18).
private struct LocalCluster: Sendable {
    private let values: FlagValues
    private let directory: String
    private let ports: RememberedPorts
    private let zk: String?

    init(_ values: FlagValues) throws {
        self.values = values
        directory = values["work_dir"] ?? StateDirectory.standard + "/local"
        zk = values["zk"].flatMap { $0.isEmpty ? nil : $0 }
        do { try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true) } catch {
            throw ClusterError(.system, "cannot make the work directory: \(plainWords(of: error))")
        }
        ports = RememberedPorts(file: directory + "/ports.json")
    }

    func run() async throws -> Int32 {
        let count = values.integer("agents") ?? 1
        guard (1...64).contains(count) else {
            throw UsageError(flag: "--agents", "expected 1 to 64, not '\(values["agents"] ?? "")'")
        }
        try checkAgentFlags()
        let lock = try WorkDirectoryLock(directory)
        defer { lock.release() }
        let master = try master()
        let info = try await master.start()
        ports.remember("master", info.port)
        let detector = try zk.map { try MasterDetection.make(from: $0) } ?? StaticDetector(info)
        var agents: [HostedAgent] = []
        for index in 0..<count { agents.append(try agent(index, of: count, detector)) }
        let marathon = values.bool("marathon") ? try marathon(detector) : nil
        let kubernetes = values.bool("kubernetes") ? try await kubernetes(detector) : nil
        let announcer = ReadyAnnouncer(
            master: info, agents: agents.map(\.agent), marathon: marathon, kubernetes: kubernetes, ports: ports,
            readyFile: values["ready_file"])
        let frameworks: [(any Service)?] = [marathon, kubernetes?.service, kubernetes?.scheduler]
        let services: [any Service] = [master] + agents + frameworks.compactMap { $0 } + [announcer]
        try await runServices(services, logger: Logger(label: "local"))
        return ExitStatus.success
    }

    /// Finds mistakes before anything listens.
    private func checkAgentFlags() throws {
        for flag in ["master_port", "agent_port", "marathon_port", "kubernetes_port", "scheduler_port"] {
            _ = try values.port(flag)
        }
        _ = try Resources(parsing: values["resources"] ?? "")
        _ = try Attribute.parse(values["attributes"] ?? "")
    }

    /// The port of a part: as given; for 0 the one it had before on this work directory, so that tasks which survived
    /// find their agent again (D22), or any free one.
    private func port(_ flag: String, _ part: String, offset: Int = 0) throws -> Int {
        let given = try values.port(flag)
        return given == 0 ? ports.recall(part) ?? 0 : given + offset
    }

    private func master() throws -> MasterService {
        let arguments =
            [
                "--ip", values["ip"] ?? "127.0.0.1", "--port", "\(try port("master_port", "master"))", "--work_dir",
                directory + "/master", "--cluster", "local", "--no-hostname_lookup",
            ] + (zk.map { ["--zk", $0, "--zk_session_timeout", values["zk_session_timeout"] ?? "10secs"] } ?? [])
        let flags = try masterCommand.table.parse(arguments, environment: [:])
        return try makeMaster(flags, logger: Logger(label: "master"))
    }

    private func agent(_ index: Int, of count: Int, _ detector: any LeaderDetector) throws -> HostedAgent {
        var arguments = [
            "--ip", values["ip"] ?? "127.0.0.1", "--port", "\(try port("agent_port", "agent-\(index)", offset: index))",
            "--work_dir", directory + "/agent-\(index)", "--runtime_dir", directory + "/run-\(index)",
            "--docker_socket", values["docker_socket"] ?? "", "--master", "local", "--no-hostname_lookup",
            "--reconfiguration_policy", "additive",
        ]
        for flag in ["resources", "attributes"] {
            if let text = values[flag] { arguments += ["--" + flag, text] }
        }
        let flags = try agentCommand.table.parse(arguments, environment: [:])
        return try makeAgent(
            flags, detector: detector, share: AgentShare(index: index, count: count),
            stopsTasks: values.bool("stop_tasks"), logger: Logger(label: count == 1 ? "agent" : "agent-\(index)"))
    }

    /// The control plane, bound, and its scheduler.
    ///
    /// No lease is asked for: the store has no other user, and after a crash nobody waits for one to run out.
    private func kubernetes(_ detector: any LeaderDetector) async throws -> LocalKubernetes {
        let arguments = [
            "--address", values["ip"] ?? "127.0.0.1", "--port", "\(try port("kubernetes_port", "kubernetes"))",
            "--work_dir", directory + "/kubernetes", "--scheduler_port",
            "\(try port("scheduler_port", "scheduler"))", "--km_path", try OwnProgram.path(), "--mesos_user",
            NSUserName(),
        ]
        let flags = try kubernetesCommand.table.parse(arguments, environment: [:])
        var configuration = try kubernetesConfiguration(flags)
        configuration.controllers = try controllerConfiguration(flags, server: "")
        let service = KubernetesService(configuration, logger: Logger(label: "kubernetes"))
        let address = try await service.start()
        let scheduler = try builtInScheduler(
            flags, of: configuration, at: address, master: .detector(detector), electsLeader: false)
        return LocalKubernetes(
            service: service, address: address, scheduler: scheduler, schedulerAddress: try await scheduler.start())
    }

    private func marathon(_ detector: any LeaderDetector) throws -> MarathonService {
        let arguments =
            [
                "--http_address", values["ip"] ?? "127.0.0.1", "--http_port",
                "\(try port("marathon_port", "marathon"))", "--work_dir", directory + "/marathon", "--hostname",
                values["ip"] ?? "127.0.0.1",
            ] + (zk.map { ["--zk", $0 + "-marathon"] } ?? [])
        let flags = try marathonCommand.table.parse(arguments, environment: [:])
        return try makeMarathon(flags, master: .detector(detector), logger: Logger(label: "marathon"))
    }
}
