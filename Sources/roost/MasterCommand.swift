internal import ClusterBase
internal import ClusterModel
internal import ClusterPorts
internal import CommandFlags
internal import Foundation
internal import Logging
internal import MasterCore
internal import MasterService
internal import ResourceModel
internal import ServiceLifecycle
internal import StateStorage
internal import UnixSignals
internal import ZooKeeper

let masterCommand = Command(
    name: "master", programNames: ["mesos-master"],
    table: FlagTable(
        command: "roost master", summary: "Run a master", flags: masterFlags, environmentPrefixes: ["ROOST_", "MESOS_"])
) { values in
    if values.bool("version") { return try await versionCommand.run(versionCommand.table.parse([])) }
    try DaemonLog.bootstrap(values, file: try DaemonLog.file(values, masterLogName))
    let logger = Logger(label: "master")
    try await runServices([try makeMaster(values, logger: logger)], logger: logger)
    return ExitStatus.success
}

/// The name of the master's log file below `--log_dir`.
let masterLogName = "roost-master.log"

/// The master that the flags mean.
func makeMaster(_ values: FlagValues, logger: Logger) throws -> MasterService {
    let zk = values["zk"].flatMap { $0.isEmpty ? nil : $0 }
    let election = try MasterElection.make(
        zk: zk, sessionTimeout: values.duration("zk_session_timeout") ?? .seconds(10), logger: logger)
    return MasterService(
        try masterConfiguration(values), store: try registryStore(values, logger: logger),
        contender: election.contender, detector: election.detector, logger: logger)
}

/// Runs services in one group, in start order, until SIGINT or SIGTERM; the first that fails ends all.
func runServices(
    _ services: [any Service], within limit: Duration = .seconds(20), logger: Logger
) async throws {
    var configuration = ServiceGroupConfiguration(
        services: (services + [StartupPages()]).map {
            .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
        }, gracefulShutdownSignals: [.sigint, .sigterm], logger: logger)
    configuration.maximumGracefulShutdownDuration = limit
    try await ServiceGroup(configuration: configuration).run()
}

/// The configuration that the flags of `roost master` mean.
func masterConfiguration(_ values: FlagValues) throws -> MasterServiceConfiguration {
    let ip = values["ip"] ?? "127.0.0.1"
    var configuration = MasterServiceConfiguration(host: ip, port: try values.port("port"))
    let advertised = values["advertise_ip"] ?? HostNames.advertised(listening: ip)
    configuration.advertisedIP = advertised
    configuration.advertisedPort = values.isGiven("advertise_port") ? try values.port("advertise_port") : nil
    configuration.hostname = HostNames.hostname(values, ip: advertised)
    configuration.cluster = values["cluster"]
    configuration.domain = try values["domain"].map(faultDomain)
    configuration.flags = values.shown
    configuration.registryStoreTimeout = values.duration("registry_store_timeout") ?? .seconds(20)
    configuration.registryFetchTimeout = values.duration("registry_fetch_timeout") ?? .seconds(60)
    if let limit = values.integer("max_operator_event_stream_subscribers") {
        configuration.operatorStreamLimit = limit
    }
    configuration.disabledEndpoints = try disabledEndpoints(values)
    configuration.logVerbosity = DaemonLog.verbosity
    configuration.logDirectory = values["log_dir"]
    configuration.externalLogFile = values["external_log_file"]
    configuration.logFile = try values["external_log_file"] ?? DaemonLog.file(values, masterLogName)
    configuration.core = try coreConfiguration(values)
    configuration.core.access = try accessRules(values)
    configuration.core.requiresAgentAuthentication = values.bool("authenticate_agents")
    configuration.security = try masterSecurity(values)
    configuration.rateLimits = try rateLimits(values)
    if configuration.core.whitelist != nil { configuration.whitelistFile = values["whitelist"] }
    return configuration
}

private func coreConfiguration(_ values: FlagValues) throws -> MasterConfiguration {
    var core = MasterConfiguration()
    func set(_ path: WritableKeyPath<MasterConfiguration, Duration>, _ name: String) {
        if let duration = values.duration(name) { core[keyPath: path] = duration }
    }
    func set(_ path: WritableKeyPath<MasterConfiguration, Int>, _ name: String) {
        if let number = values.integer(name) { core[keyPath: path] = number }
    }
    set(\.allocationInterval, "allocation_interval")
    set(\.agentPingTimeout, "agent_ping_timeout")
    set(\.agentReregisterTimeout, "agent_reregister_timeout")
    set(\.maxAgentPingTimeouts, "max_agent_ping_timeouts")
    set(\.maxCompletedFrameworks, "max_completed_frameworks")
    set(\.maxCompletedTasksPerFramework, "max_completed_tasks_per_framework")
    set(\.maxUnreachableTasksPerFramework, "max_unreachable_tasks_per_framework")
    set(\.registryGCInterval, "registry_gc_interval")
    set(\.registryMaxAgentAge, "registry_max_agent_age")
    set(\.registryMaxAgentCount, "registry_max_agent_count")
    core.agentRemovalRateLimit = try rateLimit(values, "agent_removal_rate_limit")
    core.publishesFrameworkMetrics = values.bool("publish_per_framework_metrics")
    core.requireAgentDomain = values.bool("require_agent_domain")
    if let bytes = values.bytes("offer_constraints_re2_max_mem") { core.constraintMaxMemory = Int(clamping: bytes) }
    set(\.constraintMaxProgramSize, "offer_constraints_re2_max_program_size")
    core.offerTimeout = values.duration("offer_timeout").flatMap { $0 > .zero ? $0 : nil }
    core.rootSubmissions = values.bool("root_submissions")
    core.filterGPUResources = values.bool("filter_gpu_resources")
    if let roles = values["roles"], !roles.isEmpty {
        core.roles = roles.split(separator: ",").map(String.init)
        for role in core.roles ?? [] {
            if let problem = RoleRules.problem(role) { throw UsageError(flag: "--roles", problem) }
        }
    }
    core.recoveryAgentRemovalLimit = try percentage(values, "recovery_agent_removal_limit")
    core.shufflesRoles = try isRandom(values, "role_sorter")
    core.shufflesFrameworks = try isRandom(values, "framework_sorter")
    let excluded = values["fair_sharing_excluded_resource_names"] ?? ""
    core.excludedFromSharing = excluded.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    set(\.allocatorRecoveryTimeout, "allocator_recovery_timeout")
    if let factor = values.number("allocator_agent_recovery_factor") {
        guard (0...1).contains(factor) else {
            throw UsageError(flag: "--allocator_agent_recovery_factor", "expected a number from 0 to 1, not \(factor)")
        }
        core.agentRecoveryFactor = factor
    }
    core.weights = try weights(values["weights"] ?? "")
    core.minAllocatableResources = try (values["min_allocatable_resources"] ?? "").split(separator: "|").map {
        let text = String($0)
        return try naming("--min_allocatable_resources") { try Resources(parsing: text) }
    }
    if let path = values["whitelist"], !path.isEmpty, path != "*" {
        do { core.whitelist = try WhitelistFile(path).read() } catch {
            throw UsageError(flag: "--whitelist", "cannot read \(plainWords(of: error))")
        }
    }
    return core
}

private func isRandom(_ values: FlagValues, _ name: String) throws -> Bool {
    switch values[name] ?? "drf" {
    case "drf": return false
    case "random": return true
    case let other: throw UsageError(flag: "--\(name)", "expected drf or random, not '\(other)'")
    }
}

/// Reads `{"disabled_endpoints":{"paths":["/files/browse"]}}`.
private func disabledEndpoints(_ values: FlagValues) throws -> [String] {
    guard let text = values["firewall_rules"], !text.isEmpty else { return [] }
    let paths = (try? JSONValue(parsing: text))?["disabled_endpoints"]?["paths"]?.array?.map(\.string)
    guard let paths, paths.allSatisfy({ $0?.hasPrefix("/") == true }) else {
        throw UsageError(
            flag: "--firewall_rules", "expected {\"disabled_endpoints\":{\"paths\":[\"/files/browse\"]}}")
    }
    return paths.compactMap { $0 }
}

/// `N/duration`, such as `1/10mins`.
private func rateLimit(_ values: FlagValues, _ name: String) throws -> MasterConfiguration.RateLimit? {
    guard let text = values[name], !text.isEmpty else { return nil }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let count = Int(parts[0]), count > 0, let period = UnitText.duration(String(parts[1])),
        period > .zero
    else {
        throw UsageError(flag: "--\(name)", "expected a number per duration such as 1/10mins, not '\(text)'")
    }
    return MasterConfiguration.RateLimit(count: count, period: period)
}

private func percentage(_ values: FlagValues, _ name: String) throws -> Double {
    let text = values[name] ?? "100%"
    guard text.hasSuffix("%"), let number = Double(text.dropLast()), (0...100).contains(number) else {
        throw UsageError(flag: "--\(name)", "expected a percentage such as 50%, not '\(text)'")
    }
    return number / 100
}

private func weights(_ text: String) throws -> [String: Double] {
    var weights: [String: Double] = [:]
    for entry in text.split(separator: ",") {
        let parts = entry.split(separator: "=")
        guard parts.count == 2, let weight = Double(parts[1]), weight > 0, RoleRules.problem(String(parts[0])) == nil
        else {
            throw UsageError(flag: "--weights", "expected role=weight with a weight above 0, not '\(entry)'")
        }
        weights[String(parts[0])] = weight
    }
    return weights
}

/// Reads `{"fault_domain":{"region":{"name":…},"zone":{"name":…}}}`.
func faultDomain(_ text: String) throws -> FaultDomain {
    let tree = try? JSONValue(parsing: text)
    guard let domain = tree?["fault_domain"], let region = domain["region"]?["name"]?.string,
        let zone = domain["zone"]?["name"]?.string
    else {
        throw UsageError(
            flag: "--domain", "expected {\"fault_domain\":{\"region\":{\"name\":\"r\"},\"zone\":{\"name\":\"z\"}}}")
    }
    return FaultDomain(region: region, zone: zone)
}

/// The registry's store: SQLite below the work directory, ZooKeeper beside the election, or memory.
private func registryStore(_ values: FlagValues, logger: Logger) throws -> any VariableStore {
    let zk = values["zk"].flatMap { $0.isEmpty ? nil : $0 }
    let usual = zk == nil ? "sqlite" : "zookeeper"
    let given = values["registry"] ?? usual
    let kind = given == "replicated_log" ? usual : given
    switch kind {
    case "in_memory": return MemoryVariableStore()
    case "sqlite": return try sqliteStore(values.required("work_dir"), "registry.sqlite")
    case "zookeeper":
        guard let zk else { throw UsageError(flag: "--registry", "zookeeper needs --zk") }
        return try zooKeeperStore(zk, below: "registry", values, logger: logger)
    default:
        throw UsageError(flag: "--registry", "expected sqlite, zookeeper, replicated_log or in_memory, not '\(kind)'")
    }
}

/// A SQLite store in a directory, which is made.
func sqliteStore(_ directory: String, _ name: String) throws -> any VariableStore {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    return try SQLiteVariableStore(path: directory + "/" + name)
}

/// A ZooKeeper store beside (never below) a path that others watch for masters: `/roost<path>/<name>`.
func zooKeeperStore(
    _ url: String, below name: String, _ values: FlagValues, logger: Logger
) throws -> any VariableStore {
    let text = url.hasPrefix("file://") || url.hasPrefix("/") ? try contents(of: url) : url
    let parsed = try ZooKeeperURL(parsing: text)
    let client = ZooKeeperClient(
        url: parsed, sessionTimeout: zooKeeperTimeout(values), logger: logger)
    return ZooKeeperVariableStore(client: client, path: "/roost\(parsed.path)/\(name)")
}

/// `--zk_session_timeout`: a duration on Mesos' daemons, milliseconds on Marathon.
private func zooKeeperTimeout(_ values: FlagValues) -> Duration {
    let milliseconds = values.integer("zk_session_timeout").map { Duration.milliseconds($0) }
    return values.duration("zk_session_timeout") ?? milliseconds ?? .seconds(10)
}

private func contents(of path: String) throws -> String {
    let path = path.hasPrefix("file://") ? String(path.dropFirst(7)) : path
    return try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
}
