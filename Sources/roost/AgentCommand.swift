internal import AgentService
internal import ClusterBase
internal import ClusterModel
internal import ClusterPorts
internal import CommandFlags
internal import Containers
internal import Foundation
internal import HTTPTransport
internal import Logging
internal import ResourceModel
internal import ServiceLifecycle
internal import ZooKeeper

let agentCommand = Command(
    name: "agent", aliases: ["slave"], programNames: ["mesos-agent", "mesos-slave"],
    table: FlagTable(
        command: "roost agent", summary: "Run an agent", flags: agentFlags, environmentPrefixes: ["ROOST_", "MESOS_"])
) { values in
    if values.bool("version") { return try await versionCommand.run(versionCommand.table.parse([])) }
    try DaemonLog.bootstrap(values)
    let logger = Logger(label: "agent")
    let location = try values.required("master")
    let detector = try naming("--master") {
        try MasterDetection.make(
            from: location, sessionTimeout: values.duration("zk_session_timeout") ?? .seconds(10), logger: logger)
    }
    let agent = try makeAgent(values, detector: detector, share: .whole, stopsTasks: false, logger: logger)
    try await runServices([agent], logger: logger)
    return ExitStatus.success
}

/// Which part of the machine an agent offers: several on one machine divide it (D22).
struct AgentShare: Sendable {
    var index: Int
    var count: Int

    static let whole = AgentShare(index: 0, count: 1)

    func portion(_ amount: Double) -> Double {
        count == 1 ? amount : (amount / Double(count) * 1000).rounded(.down) / 1000
    }

    /// The ports of this agent out of the usual 31000–32000.
    var ports: ClosedRange<UInt64> {
        let size = UInt64(1001 / count)
        let first = 31_000 + UInt64(index) * size
        return first...(count == 1 ? 32_000 : first + size - 1)
    }
}

/// An agent together with the connections that its containerizers hold, which are closed after it.
struct HostedAgent: Service {
    let agent: AgentService
    fileprivate let containers: ContainerAdapters

    func run() async throws {
        do { try await agent.run() } catch {
            await containers.close()
            throw error
        }
        await containers.close()
    }
}

/// The agent that the flags mean.
func makeAgent(
    _ values: FlagValues, detector: any LeaderDetector, share: AgentShare, stopsTasks: Bool, logger: Logger
) throws -> HostedAgent {
    var configuration = try agentConfiguration(values, share: share)
    configuration.stopsTasksAtShutdown = stopsTasks
    let containers = try ContainerAdapters(values, configuration, logger: logger)
    let agent = AgentService(
        configuration, containerizer: containers.containerizer, detector: detector, logger: logger)
    return HostedAgent(agent: agent, containers: containers)
}

private func agentConfiguration(_ values: FlagValues, share: AgentShare) throws -> AgentServiceConfiguration {
    let directory = try values.required("work_dir")
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let ip = values["ip"] ?? "127.0.0.1"
    let advertised = values["advertise_ip"] ?? HostNames.advertised(listening: ip)
    var configuration = AgentServiceConfiguration(
        workDirectory: directory, host: ip, port: try values.port("port"),
        resources: try resources(values, directory, share))
    configuration.runtimeDirectory = values["runtime_dir"]
    configuration.advertisedIP = advertised
    configuration.advertisedPort = values.isGiven("advertise_port") ? try values.port("advertise_port") : nil
    configuration.hostname = HostNames.hostname(values, ip: advertised)
    configuration.attributes = try Attribute.parse(values["attributes"] ?? "")
    configuration.domain = try values["domain"].map(faultDomain)
    configuration.flags = values.shown
    configuration.security = try agentSecurity(values)
    configuration.executorEnvironment =
        engineEnvironment(values) + (try DaemonTLS.current().executorVariables.map { .init($0.name, $0.value) })
        + (try executorEnvironment(values["executor_environment_variables"]))
    configuration.sandboxDirectory = values["sandbox_directory"] ?? configuration.sandboxDirectory
    configuration.switchesUser = values.bool("switch_user")
    configuration.enforcesCPULimit = values.bool("cgroups_enable_cfs")
    configuration.isStrict = values.bool("strict")
    configuration.logVerbosity = DaemonLog.verbosity
    configuration.reconnectsExecutors = values["recover"] != "cleanup"
    configuration.gcDiskHeadroom = values.number("gc_disk_headroom") ?? configuration.gcDiskHeadroom
    configuration.completedExecutorsMax =
        values.integer("max_completed_executors_per_framework") ?? configuration.completedExecutorsMax
    setDurations(values, &configuration)
    return configuration
}

private func setDurations(_ values: FlagValues, _ configuration: inout AgentServiceConfiguration) {
    let rows: [(WritableKeyPath<AgentServiceConfiguration, Duration>, String)] = [
        (\.registrationBackoffFactor, "registration_backoff_factor"),
        (\.executorRegistrationTimeout, "executor_registration_timeout"),
        (\.executorReregistrationTimeout, "executor_reregistration_timeout"),
        (\.executorShutdownGracePeriod, "executor_shutdown_grace_period"), (\.recoveryTimeout, "recovery_timeout"),
        (\.gcDelay, "gc_delay"), (\.diskWatchInterval, "disk_watch_interval"),
        (\.dockerStopTimeout, "docker_stop_timeout"),
    ]
    for (path, name) in rows {
        if let duration = values.duration(name) { configuration[keyPath: path] = duration }
    }
}

private func resources(_ values: FlagValues, _ directory: String, _ share: AgentShare) throws -> Resources {
    let host = HostResources.detect(workDirectory: directory)
    return try AgentServiceConfiguration.resources(
        text: values["resources"] ?? "", cpus: share.portion(host.cpus), memory: share.portion(host.memoryMegabytes),
        disk: share.portion(host.diskMegabytes), ports: share.ports, defaultRole: values["default_role"] ?? "*")
}

/// Tells executors which engine the agent uses: several agents of one host may have engines of their own (D21, D22).
private func engineEnvironment(_ values: FlagValues) -> [EnvironmentVariable] {
    guard let socket = values["docker_socket"], !socket.isEmpty else { return [] }
    return [EnvironmentVariable("ROOST_DOCKER_SOCKET", socket)]
}

private func executorEnvironment(_ text: String?) throws -> [EnvironmentVariable] {
    guard let text, !text.isEmpty else { return [] }
    guard let object = (try? JSONValue(parsing: text))?.object else {
        throw UsageError(flag: "--executor_environment_variables", "expected a JSON object of strings")
    }
    return try object.map { name, value in
        guard let value = value.string else {
            throw UsageError(flag: "--executor_environment_variables", "the value of '\(name)' is not a string")
        }
        return EnvironmentVariable(name, value)
    }
}

/// The containerizers that the flags name — processes, Docker, or both — and the client they share.
private struct ContainerAdapters: Sendable {
    let containerizer: any Containerizer
    private let docker: DockerContainerizer?
    private let http: HTTPClientPool

    init(_ values: FlagValues, _ configuration: AgentServiceConfiguration, logger: Logger) throws {
        let names = (values["containerizers"] ?? "mesos,docker").split(separator: ",").map(String.init)
        guard !names.isEmpty, names.allSatisfy({ $0 == "mesos" || $0 == "docker" }) else {
            let given = names.joined(separator: ",")
            throw UsageError(flag: "--containerizers", "expected mesos, docker or both, not '\(given)'")
        }
        // Each running Docker container holds two connections.
        var settings = HTTPClientConfiguration()
        settings.connectionsPerHost = 8_192
        http = try HTTPClientPool(settings)
        let fetcher = Fetcher(client: http, frameworksHome: values["frameworks_home"])
        if names.contains("docker") {
            var options = DockerOptions()
            options.socket = values["docker_socket"] ?? options.socket
            options.sandboxDirectory = configuration.sandboxDirectory
            options.enforcesCPURequest = configuration.enforcesCPULimit
            options.configuration = values["docker_config"]
            options.ownership = ["work_dir": configuration.workDirectory]
            docker = try DockerContainerizer(options: options, http: http, fetcher: fetcher, logger: logger)
        } else {
            docker = nil
        }
        let processes = names.contains("mesos") ? try processes(values, configuration, fetcher, logger) : nil
        containerizer = CompositeContainerizer(processes: processes, docker: docker)
    }

    func close() async {
        await docker?.close()
        await http.shutdown()
    }
}

/// The group of this agent's containers: `--cgroups_root` as given, else `mesos/<hash of the work directory>`.
///
/// Recovery removes everything unknown below it, so it must be this agent's own (D22).
private func cgroupRoot(_ values: FlagValues, _ configuration: AgentServiceConfiguration) -> String {
    if values.isGiven("cgroups_root"), let root = values["cgroups_root"] { return root }
    let hash = configuration.workDirectory.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { hash, byte in
        (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    return "mesos/" + String(hash, radix: 16)
}

/// `--isolation`: control groups when it names them, or when nothing is said and they can be used.
private func processes(
    _ values: FlagValues, _ configuration: AgentServiceConfiguration, _ fetcher: Fetcher, _ logger: Logger
) throws -> ProcessContainerizer {
    let cgroups = ProcessIsolation.cgroups(
        root: cgroupRoot(values, configuration), enforcesCPURequest: configuration.enforcesCPULimit)
    if let text = values["isolation"], !text.isEmpty {
        let isolation = text.contains("cgroups") ? cgroups : .posix
        return try ProcessContainerizer(isolation: isolation, fetcher: fetcher, logger: logger)
    }
    do { return try ProcessContainerizer(isolation: cgroups, fetcher: fetcher, logger: logger) } catch {
        logger.notice("no control groups: usage and limits are not enforced", metadata: ["reason": "\(error)"])
        return try ProcessContainerizer(isolation: .posix, fetcher: fetcher, logger: logger)
    }
}
