internal import ClusterBase
internal import ClusterPorts
internal import CommandFlags
internal import Foundation
internal import FrameworkSDK
internal import Logging
internal import MarathonCore
internal import MarathonModel
internal import MarathonService
internal import StateStorage

let marathonCommand = Command(
    name: "marathon", programNames: ["marathon"],
    table: FlagTable(
        command: "roost marathon", summary: "Run the Marathon framework", flags: marathonFlags,
        environmentPrefixes: ["ROOST_", "MARATHON_"])
) { values in
    try DaemonLog.bootstrap(values)
    let logger = Logger(label: "marathon")
    let location = try values.required("master")
    let master = try naming("--master") { try MasterLocation.parse(location) }
    let service = try makeMarathon(values, master: .location(master), logger: logger)
    try await runServices([service], logger: logger)
    return ExitStatus.success
}

/// The Marathon that the flags mean.
func makeMarathon(_ values: FlagValues, master: MasterSource, logger: Logger) throws -> MarathonService {
    MarathonService(
        try marathonConfiguration(values, master: master), store: try marathonStore(values, logger: logger),
        logger: logger)
}

/// The configuration that the flags of `roost marathon` mean.
func marathonConfiguration(_ values: FlagValues, master: MasterSource) throws -> MarathonConfiguration {
    let address = values["http_address"] ?? "127.0.0.1"
    var configuration = MarathonConfiguration(
        hostname: values["hostname"] ?? HostNames.advertised(listening: address), master: master,
        user: values["mesos_user"] ?? NSUserName())
    (configuration.httpHost, configuration.httpPort) = (address, try values.port("http_port"))
    configuration.frameworkName = values["framework_name"] ?? "marathon"
    configuration.failoverTimeout = .seconds(values.integer("failover_timeout") ?? 604_800)
    configuration.checkpoint = values.bool("checkpoint")
    configuration.webuiURL = values["webui_url"]
    configuration.credential = try frameworkCredential(values)
    configuration.zk = values["zk"].map(withoutCredentials)
    configuration.settings = try marathonSettings(values)
    return configuration
}

private func marathonSettings(_ values: FlagValues) throws -> MarathonSettings {
    var settings = MarathonSettings(
        defaults: AppDefaults(role: values["mesos_role"] ?? "*", networkName: values["default_network_name"]))
    let (low, high) = (try values.port("local_port_min"), try values.port("local_port_max"))
    guard low <= high else { throw UsageError(flag: "--local_port_min", "must not be above --local_port_max") }
    settings.servicePorts = low...high
    func set(_ path: WritableKeyPath<MarathonSettings, Duration>, _ name: String) {
        if let milliseconds = values.integer(name) { settings[keyPath: path] = .milliseconds(milliseconds) }
    }
    set(\.declineDuration, "decline_offer_duration")
    set(\.reviveInterval, "min_revive_offers_interval")
    set(\.killRetry, "kill_retry_timeout")
    set(\.launchConfirmTimeout, "task_launch_confirm_timeout")
    set(\.launchTimeout, "task_launch_timeout")
    set(\.reconciliationInterval, "reconciliation_interval")
    settings.killLimit = values.integer("kill_chunk_size") ?? settings.killLimit
    settings.deploymentLimit = values.integer("max_running_deployments") ?? settings.deploymentLimit
    settings.appLimit = values["max_apps"].flatMap { Int($0) }
    settings.versionLimit = values.integer("zk_max_versions") ?? settings.versionLimit
    settings.environmentPrefix = values["env_vars_prefix"] ?? ""
    return settings
}

/// What `--mesos_authentication_principal` and `…_secret_file` mean.
func frameworkCredential(_ values: FlagValues) throws -> FrameworkCredential? {
    guard let principal = values["mesos_authentication_principal"], !principal.isEmpty else { return nil }
    guard let file = values["mesos_authentication_secret_file"] else {
        return FrameworkCredential(principal: principal, secret: "")
    }
    do {
        let secret = try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        return FrameworkCredential(principal: principal, secret: secret)
    } catch {
        throw UsageError(flag: "--mesos_authentication_secret_file", "cannot read \(plainWords(of: error))")
    }
}

/// A ZooKeeper URL as others may see it.
private func withoutCredentials(_ url: String) -> String {
    guard let at = url.lastIndex(of: "@"), let scheme = url.range(of: "://") else { return url }
    return String(url[..<scheme.upperBound]) + String(url[url.index(after: at)...])
}

private func marathonStore(_ values: FlagValues, logger: Logger) throws -> any VariableStore {
    if values["internal_store_backend"] == "mem" { return MemoryVariableStore() }
    if let zk = values["zk"], !zk.isEmpty { return try zooKeeperStore(zk, below: "state", values, logger: logger) }
    let directory = values["work_dir"] ?? StateDirectory.standard + "/marathon"
    return try sqliteStore(directory, "marathon.sqlite")
}
