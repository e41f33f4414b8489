internal import ClusterBase
internal import CommandFlags
internal import FrameworkSDK
internal import KubeExecutor
internal import KubeNetworkCore
internal import Logging
internal import ServiceLifecycle

/// The executor of pods, which agents start for the Kubernetes framework; nobody types it.
let kubeExecutorCommand = Command(
    name: "executor", aliases: ["minion"], isHidden: true,
    table: FlagTable(
        command: "roost km executor", summary: "Run pods as a Mesos executor: kubelet, proxy and cluster DNS",
        flags: kubeExecutorFlags + kubernetesLogFlags)
) { values in
    try bootstrapLog(values)
    let logger = Logger(label: "executor")
    let environment = try ExecutorEnvironment.current()
    let executor = PodExecutor(try podExecutorConfiguration(values), logger: logger)
    let driver = ExecutorDriver(executor, environment: environment, logger: logger)
    try await runServices([driver], within: environment.shutdownGracePeriod * 2, logger: logger)
    return ExitStatus.success
}

/// Flags of the executor: upstream's names (spec `kubernetes/05` §5.6, §5.9).
let kubeExecutorFlags: [Flag] = [
    Flag("api_servers", .text, "The URL of the API server; of a comma list the first is used."),
    Flag("hostname_override", .text, "The node's name (default: the agent's host name)."),
    Flag("cluster_dns", .text, "The address of the cluster's DNS service."),
    Flag("cluster_domain", .text, default: "cluster.local", "The cluster's domain."),
    Flag("cluster_cidr", .text, "The addresses of all pods, as CIDR."),
    Flag("run_proxy", .boolean, default: "true", "Whether rules and routes of services and pods are kept here."),
    Flag("proxy_mode", .text, default: "iptables", "iptables or userspace."),
    Flag("docker_endpoint", .text, "The engine's socket (default: the agent's)."),
    Flag("pod_infra_container_image", .text, "The image of pods' sandboxes (default: one inside this program)."),
    Flag("root_dir", .text, "Where the node keeps its state (default: in the agent's work directory)."),
    Flag("address", .text, "The address the node's API listens on (default: the agent's)."),
    Flag("port", .integer, default: "10250", "The port of the node's API; another one is taken when it is not free."),
    Flag("suicide_timeout", .text, default: "20m0s", "How long an executor without pods stays; 0s = for ever."),
    Flag("sync_frequency", .text, default: "1m0s", "How often a pod is looked at although nothing happened."),
    Flag("pod_manifest_path", .text, aliases: ["config"], "A file or directory of static pods."),
    Flag("manifest_url", .text, "A URL of static pods."),
    Flag("file_check_frequency", .text, default: "20s", "How often static pods are looked at."),
    Flag("maximum_dead_containers_per_container", .integer, default: "1", "Dead containers kept for each container."),
    Flag("max_pods", .integer, default: "110", "The most pods."),
    Flag("cpu_cfs_quota", .boolean, default: "true", "Whether CPU limits are enforced by quota."),
    Flag("resolv_conf", .text, default: "/etc/resolv.conf", "The file with the node's own name servers."),
    Flag("iptables_sync_period", .text, default: "30s", "How often all rules are written again."),
]

private func podExecutorConfiguration(_ values: FlagValues) throws -> PodExecutorConfiguration {
    let servers = try values.required("api_servers").split(separator: ",")
    guard let server = servers.first else { throw UsageError(flag: "--api_servers", "expected a URL") }
    var configuration = PodExecutorConfiguration(
        apiServer: server.contains("://") ? String(server) : "http://" + server)
    guard let mode = ProxyMode(rawValue: values["proxy_mode"] ?? "") else {
        throw UsageError(flag: "--proxy_mode", "expected iptables or userspace, not '\(values["proxy_mode"] ?? "")'")
    }
    configuration.proxyMode = mode
    configuration.nodeName = text(values, "hostname_override")
    configuration.clusterDNS = text(values, "cluster_dns")
    configuration.clusterDomain = values["cluster_domain"] ?? configuration.clusterDomain
    configuration.clusterCIDR = text(values, "cluster_cidr")
    configuration.runsProxy = values.bool("run_proxy")
    configuration.engineSocket = text(values, "docker_endpoint")
    configuration.sandboxImage = text(values, "pod_infra_container_image")
    configuration.rootDirectory = text(values, "root_dir")
    configuration.address = text(values, "address")
    configuration.port = try values.port("port")
    configuration.idleLimit =
        values["suicide_timeout"] == "0s" ? .zero : try goDuration(values, "suicide_timeout") ?? .zero
    configuration.syncPeriod = try goDuration(values, "sync_frequency") ?? configuration.syncPeriod
    configuration.manifestPath = values["pod_manifest_path"] ?? ""
    configuration.manifestURL = values["manifest_url"] ?? ""
    configuration.manifestPeriod = try goDuration(values, "file_check_frequency") ?? configuration.manifestPeriod
    configuration.deadContainers = max(0, values.integer("maximum_dead_containers_per_container") ?? 1)
    configuration.maximumPods = try positive(values, "max_pods") ?? configuration.maximumPods
    configuration.enforcesCPUQuota = values.bool("cpu_cfs_quota")
    configuration.resolverFile = values["resolv_conf"] ?? configuration.resolverFile
    configuration.ruleSyncPeriod = try goDuration(values, "iptables_sync_period") ?? configuration.ruleSyncPeriod
    return configuration
}

private func text(_ values: FlagValues, _ flag: String) -> String? { values[flag].flatMap { $0.isEmpty ? nil : $0 } }
