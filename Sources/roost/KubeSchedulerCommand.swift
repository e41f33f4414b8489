internal import ClusterBase
internal import ClusterModel
internal import CommandFlags
internal import Foundation
internal import FrameworkSDK
internal import HTTPTransport
internal import KubeScheduler
internal import KubeScheduling
internal import Logging
internal import ResourceModel
internal import ServiceLifecycle

/// The scheduler of pods as a process of its own (KM-09).
let kubeSchedulerCommand = Command(
    name: "scheduler",
    table: FlagTable(
        command: "roost km scheduler", summary: "Schedule pods onto the agents of a Mesos master",
        flags: kubeSchedulerFlags + kubernetesLogFlags)
) { values in
    try bootstrapLog(values)
    let logger = Logger(label: "scheduler")
    let master = try mesosMaster(try values.required("mesos_master"))
    let server = list(values, "api_servers").first ?? "127.0.0.1:8888"
    var configuration = try kubeSchedulerConfiguration(values, server: server, master: master)
    configuration.port = try values.port("port")
    let service = SchedulerService(configuration, logger: logger)
    let address = try await service.start()
    if let file = values["ready_file"] { try ReadyFile.write(["scheduler": .string("http://\(address)")], to: file) }
    try await runServices([service], logger: logger)
    return ExitStatus.success
}

/// How the master is found that `--mesos-master` means.
func mesosMaster(_ text: String) throws -> MasterSource {
    .location(try naming("--mesos_master") { try MasterLocation.parse(text) })
}

/// The scheduler that the flags mean, but for its port.
///
/// - Parameter server: the API server as this process reaches it: `host:port` or a URL.
func kubeSchedulerConfiguration(
    _ values: FlagValues, server: String, master: MasterSource
) throws -> SchedulerConfiguration {
    var configuration = SchedulerConfiguration(server: apiURL(server), master: master)
    configuration.host = values["address"] ?? "127.0.0.1"
    let advertised = HostNames.advertised(listening: configuration.host)
    configuration.advertisedAddress =
        values["advertised_address"] ?? (advertised == configuration.host ? nil : advertised)
    configuration.serviceAddress = values["service_address"]
    configuration.frameworkName = values["framework_name"] ?? configuration.frameworkName
    configuration.webuiURL = values["framework_weburi"]
    configuration.hostname = values["hostname_override"]
    configuration.user = values["mesos_user"] ?? configuration.user
    configuration.credential = try frameworkCredential(values)
    let failover = try rate(values, "failover_timeout") ?? 0
    configuration.failoverTimeout = .fractionalSeconds(failover)
    configuration.checkpoint = values.bool("checkpoint")
    configuration.electsLeader = values.bool("leader_elect") || values.bool("ha")
    configuration.leaseTiming = try leaseTiming(values)
    configuration.scheduling = try schedulingSettings(values)
    if let file = values["scheduler_config"] {
        try KubeSchedulerSettings.read(
            file, into: &configuration.scheduling, idInterval: &configuration.frameworkIDInterval)
    }
    configuration.executor = try executorOptions(values)
    if configuration.executor.apiServers.isEmpty { configuration.executor.apiServers = [server] }
    return configuration
}

private func apiURL(_ server: String) -> String { server.contains("://") ? server : "http://" + server }

private func list(_ values: FlagValues, _ flag: String) -> [String] {
    (values[flag] ?? "").split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }.filter { !$0.isEmpty }
}

private func schedulingSettings(_ values: FlagValues) throws -> SchedulingSettings {
    var template = ExecutorTemplate(command: CommandInfo())
    template.cpus = Scalar(try rate(values, "mesos_executor_cpus") ?? 0)
    template.memory = Scalar(try rate(values, "mesos_executor_mem") ?? 0)
    var settings = SchedulingSettings(executor: template)
    settings.frameworkRoles = list(values, "mesos_framework_roles")
    settings.defaultPodRoles = list(values, "mesos_default_pod_roles")
    guard !settings.frameworkRoles.isEmpty, settings.frameworkRoles.filter({ $0 != "*" }).count <= 1 else {
        throw UsageError(flag: "--mesos_framework_roles", "expected * and at most one other role")
    }
    guard !settings.defaultPodRoles.isEmpty,
        settings.defaultPodRoles.allSatisfy(settings.frameworkRoles.contains)
    else {
        throw UsageError(flag: "--mesos_default_pod_roles", "expected some of --mesos_framework_roles")
    }
    settings.charge.defaultCPUs = Scalar(try rate(values, "default_container_cpu_limit") ?? 0)
    settings.charge.defaultMemory = Scalar(try rate(values, "default_container_mem_limit") ?? 0)
    settings.portMapping = values.bool("host_port_endpoints") ? .wildcard : .fixed
    settings.generatesDiscovery = values.bool("mesos_generate_task_discovery")
    settings.launchGrace = try goDuration(values, "mesos_launch_grace_period") ?? settings.launchGrace
    settings.reconcileInterval = try goDuration(values, "reconcile_interval") ?? settings.reconcileInterval
    settings.reconcileCooldown = try goDuration(values, "reconcile_cooldown") ?? settings.reconcileCooldown
    settings.maximumPods = try positive(values, "kubelet_max_pods") ?? settings.maximumPods
    return settings
}

/// How executors are started; see `PodExecutorOptions` for the command line.
private func executorOptions(_ values: FlagValues) throws -> PodExecutorOptions {
    var options = PodExecutorOptions()
    options.program = ExecutorProgram(values["km_path"] ?? "")
    options.apiServers = list(values, "api_servers")
    options.clusterDNS = values["cluster_dns"].flatMap { $0.isEmpty ? nil : $0 }
    options.clusterDomain = values["cluster_domain"] ?? options.clusterDomain
    options.runsProxy = values.bool("run_proxy")
    options.proxyMode = values["proxy_mode"]
    if let mode = options.proxyMode, !["iptables", "userspace"].contains(mode) {
        throw UsageError(flag: "--proxy_mode", "expected iptables or userspace, not '\(mode)'")
    }
    options.suicideTimeout =
        values["executor_suicide_timeout"] == "0s" ? .zero : try goDuration(values, "executor_suicide_timeout")
    guard values.bool("kubelet_enable_debugging_handlers") else {
        throw UsageError(
            flag: "--kubelet_enable_debugging_handlers",
            "nodes always serve exec, attach and logs in this version; the flag is refused rather than ignored")
    }
    if values.bool("executor_bindall"), !values.isGiven("kubelet_address") {
        options.passedThrough.append(.init("address", "0.0.0.0"))
    }
    options.passedThrough += executorFlagNames.compactMap { row in
        values[row.flag].map { PodExecutorOptions.Flag(row.name, $0) }
    }
    if let overlay = values["mesos_sandbox_overlay"] { options.fetched.append(CommandInfo.URI(overlay)) }
    if let file = values["dockercfg_path"] {
        options.fetched.append(CommandInfo.URI(file, extracts: false, outputFile: ".dockercfg"))
    }
    return options
}

/// Flags passed through to executors when given, and the executor's names of them.
private let executorFlagNames: [(flag: String, name: String)] = [
    ("cluster_cidr", "cluster-cidr"),
    ("executor_logv", "v"),
    ("kubelet_address", "address"),
    ("kubelet_port", "port"),
    ("kubelet_docker_endpoint", "docker-endpoint"),
    ("kubelet_pod_infra_container_image", "pod-infra-container-image"),
    ("kubelet_root_dir", "root-dir"),
    ("kubelet_sync_frequency", "sync-frequency"),
    ("kubelet_pod_manifest_path", "pod-manifest-path"),
    ("kubelet_manifest_url", "manifest-url"),
    ("kubelet_file_check_frequency", "file-check-frequency"),
    ("kubelet_maximum_dead_containers_per_container", "maximum-dead-containers-per-container"),
    ("kubelet_max_pods", "max-pods"),
    ("kubelet_cpu_cfs_quota", "cpu-cfs-quota"),
    ("kubelet_resolv_conf", "resolv-conf"),
    ("proxy_iptables_sync_period", "iptables-sync-period"),
]
