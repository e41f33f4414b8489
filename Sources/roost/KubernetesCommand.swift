internal import ClusterBase
internal import CommandFlags
internal import FrameworkSDK
internal import HTTPTransport
internal import KubeCore
internal import KubeScheduler
internal import KubeService
internal import Logging
internal import ServiceLifecycle

let kubernetesCommand = Command(
    name: "kubernetes",
    table: FlagTable(
        command: "roost kubernetes", summary: "Run the Kubernetes framework: API server, controllers and scheduler",
        flags: apiServerFlags + leaderFlags + controllerFlags + builtInSchedulerFlags + kubernetesLogFlags)
) { values in
    var configuration = try kubernetesConfiguration(values)
    configuration.controllers = try controllerConfiguration(values, server: "")
    let master = try values["mesos_master"].map(mesosMaster)
    return try await serve(configuration, values, label: "kubernetes") { address in
        guard let master else {
            Logger(label: "kubernetes").notice("no --mesos-master is given: pods are not scheduled")
            return nil
        }
        return try builtInScheduler(values, of: configuration, at: address, master: master)
    }
}

/// The scheduler within `roost kubernetes`, beside an API server that is bound.
func builtInScheduler(
    _ values: FlagValues, of kubernetes: KubernetesConfiguration, at address: BoundAddress, master: MasterSource,
    electsLeader: Bool? = nil
) throws -> SchedulerService {
    let host = values["advertise_address"] ?? HostNames.advertised(listening: address.host)
    var configuration = try kubeSchedulerConfiguration(
        values, server: BoundAddress(host: host, port: address.port).description, master: master)
    configuration.port = try values.port("scheduler_port")
    configuration.electsLeader = electsLeader ?? configuration.electsLeader
    if !values.isGiven("cluster_dns") { configuration.executor.clusterDNS = kubernetes.clusterDNS }
    return SchedulerService(configuration, logger: Logger(label: "scheduler"))
}

/// `km`: the parts of Kubernetes on Mesos as one binary (KM-02).
let kmCommand = Command(
    name: "km", programNames: ["km"],
    table: FlagTable(
        command: "roost km", summary: "Run one part of Kubernetes: apiserver, controller-manager or scheduler",
        flags: [], positional: "PART"),
    parts: [apiServerCommand, controllerManagerCommand, kubeSchedulerCommand, kubeExecutorCommand]
) { values in
    throw UsageError(flag: values.positional.first, "expected apiserver, controller-manager or scheduler")
}

private let apiServerCommand = Command(
    name: "apiserver", programNames: ["kube-apiserver"],
    table: FlagTable(
        command: "roost km apiserver", summary: "Serve the Kubernetes API",
        flags: apiServerFlags + kubernetesLogFlags)
) { values in
    var configuration = try kubernetesConfiguration(values)
    configuration.controllers = nil
    return try await serve(configuration, values, label: "apiserver")
}

private let controllerManagerCommand = Command(
    name: "controller-manager", programNames: ["kube-controller-manager"],
    table: FlagTable(
        command: "roost km controller-manager", summary: "Run the controllers against a Kubernetes API",
        flags: controllerManagerFlags + kubernetesLogFlags)
) { values in
    try bootstrapLog(values)
    let logger = Logger(label: "controller-manager")
    let master = try values.required("master")
    let server = master.contains("://") ? master : "http://" + master
    let configuration = try controllerConfiguration(values, server: server)
    let manager = ControllerManager(configuration, logger: logger)
    let health = HTTPServer(
        HTTPServerConfiguration(host: values["address"] ?? "127.0.0.1", port: try values.port("port")),
        service: manager.endpoints, logger: logger)
    let address = try await health.start()
    if let file = values["ready_file"] {
        try ReadyFile.write(["controller-manager": .string("http://\(address)")], to: file)
    }
    try await runServices([health, manager], logger: logger)
    return ExitStatus.success
}

/// The control plane that the flags mean, without controllers.
func kubernetesConfiguration(_ values: FlagValues) throws -> KubernetesConfiguration {
    guard try values.port("secure_port") == 0 else {
        throw UsageError(flag: "--secure_port", "TLS is not in this version; only 0 is taken")
    }
    let directory: String?
    switch values["store"] {
    case "memory": directory = nil
    case "sqlite", nil: directory = values["work_dir"] ?? StateDirectory.standard + "/kubernetes"
    case let other?: throw UsageError(flag: "--store", "expected sqlite or memory, not '\(other)'")
    }
    var configuration = KubernetesConfiguration(workDirectory: directory)
    (configuration.host, configuration.port) = (values["address"] ?? "127.0.0.1", try values.port("port"))
    configuration.advertiseAddress = values["advertise_address"]
    configuration.serviceRange = values["service_cluster_ip_range"] ?? configuration.serviceRange
    configuration.nodePorts = try portRange(values, "service_node_port_range") ?? configuration.nodePorts
    configuration.eventTimeToLive = try goDuration(values, "event_ttl") ?? configuration.eventTimeToLive
    configuration.requestTimeout = try goDuration(values, "request_timeout") ?? configuration.requestTimeout
    configuration.readsInFlight = try positive(values, "max_requests_inflight") ?? configuration.readsInFlight
    configuration.writesInFlight =
        try positive(values, "max_mutating_requests_inflight") ?? configuration.writesInFlight
    if let seconds = try positive(values, "min_request_timeout") { configuration.minimumWatch = .seconds(seconds) }
    return configuration
}

/// The controllers that the flags mean.
func controllerConfiguration(_ values: FlagValues, server: String) throws -> ControllerManagerConfiguration {
    var configuration = ControllerManagerConfiguration(server: server)
    configuration.electsLeader = values.bool("leader_elect")
    configuration.leaseTiming = try leaseTiming(values)
    configuration.endpointsWorkers = try positive(values, "concurrent_endpoint_syncs") ?? 5
    configuration.namespaceWorkers = try positive(values, "concurrent_namespace_syncs") ?? 10
    configuration.garbageWorkers = try positive(values, "concurrent_gc_syncs") ?? 20
    configuration.replicationControllerWorkers = try positive(values, "concurrent_rc_syncs") ?? 5
    configuration.replicaSetWorkers = try positive(values, "concurrent_replicaset_syncs") ?? 5
    configuration.deploymentWorkers = try positive(values, "concurrent_deployment_syncs") ?? 5
    configuration.nodes = try nodeLifecycle(values)
    let threshold = values.integer("terminated_pod_gc_threshold")
    configuration.finishedPods = max(0, threshold ?? configuration.finishedPods)
    return configuration
}

/// The times of an election.
func leaseTiming(_ values: FlagValues) throws -> LeaseTiming {
    let standard = LeaseTiming()
    let timing = LeaseTiming(
        duration: try goDuration(values, "leader_elect_lease_duration") ?? standard.duration,
        renewDeadline: try goDuration(values, "leader_elect_renew_deadline") ?? standard.renewDeadline,
        retryPeriod: try goDuration(values, "leader_elect_retry_period") ?? standard.retryPeriod)
    guard timing.duration > timing.renewDeadline else {
        throw UsageError(flag: "--leader_elect_lease_duration", "must be above --leader_elect_renew_deadline")
    }
    guard timing.renewDeadline > timing.retryPeriod else {
        throw UsageError(flag: "--leader_elect_renew_deadline", "must be above --leader_elect_retry_period")
    }
    return timing
}

/// How nodes are judged.
private func nodeLifecycle(_ values: FlagValues) throws -> NodeLifecycleSettings {
    var settings = NodeLifecycleSettings()
    settings.gracePeriod = try goDuration(values, "node_monitor_grace_period") ?? settings.gracePeriod
    settings.monitorPeriod = try goDuration(values, "node_monitor_period") ?? settings.monitorPeriod
    settings.startupGracePeriod = try goDuration(values, "node_startup_grace_period") ?? settings.startupGracePeriod
    settings.podEvictionTimeout = try goDuration(values, "pod_eviction_timeout") ?? settings.podEvictionTimeout
    settings.nodesPerSecond = try rate(values, "node_eviction_rate") ?? settings.nodesPerSecond
    settings.secondaryNodesPerSecond =
        try rate(values, "secondary_node_eviction_rate") ?? settings.secondaryNodesPerSecond
    settings.largeZone = values.integer("large_cluster_size_threshold") ?? settings.largeZone
    settings.lostFraction = try rate(values, "unhealthy_zone_threshold") ?? settings.lostFraction
    return settings
}

/// Runs a control plane until a signal ends it.
private func serve(
    _ configuration: KubernetesConfiguration, _ values: FlagValues, label: String,
    scheduler: (BoundAddress) throws -> SchedulerService? = { _ in nil }
) async throws -> Int32 {
    try bootstrapLog(values)
    let logger = Logger(label: label)
    let service = KubernetesService(configuration, logger: logger)
    let address = try await service.start()
    var ready: JSONObject = ["kubernetes": .string("http://\(address)")]
    let scheduler = try scheduler(address)
    if let scheduler { ready["scheduler"] = .string("http://\(try await scheduler.start())") }
    logger.notice("ready", metadata: ["addresses": "\(JSONValue.object(ready).text)"])
    if let file = values["ready_file"] { try ReadyFile.write(ready, to: file) }
    // The scheduler ends first, while it can still give back its lease.
    try await runServices([service] + (scheduler.map { [$0] } ?? []), logger: logger)
    return ExitStatus.success
}
