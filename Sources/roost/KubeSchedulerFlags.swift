internal import CommandFlags

/// Flags of `roost km scheduler`: upstream's names (KM-09, spec `kubernetes/05` §5.6), and a few of ours.
let kubeSchedulerFlags: [Flag] =
    [
        Flag("address", .text, default: "127.0.0.1", "The address of health, metrics, debugging and /km."),
        Flag("port", .integer, default: "10251", "The port of the same; 0 = any free one."),
        Flag("ready_file", .text, "File to write the address to, as JSON, once it runs."),
        Flag(
            "mesos_master", .text, default: "localhost:5050",
            "The master: host:port, a comma list, http(s)://host:port, zk://…/mesos, file:///path."),
        Flag("etcd_servers", .text, effect: .accepted, "The scheduler keeps all it needs at the API server."),
        Flag("auth_path", .text, effect: .laterKubernetesAuthentication, "File of credentials for the API server."),
        Flag("kubeconfig", .text, effect: .laterKubernetesAuthentication, "File with server and credentials."),
        Flag("node_monitor_period", .text, effect: .accepted, "How often nodes are compared; the API tells at once."),
        Flag("profiling", .boolean, default: "false", effect: .accepted, "Profiling."),
        Flag("allow_privileged", .boolean, default: "true", effect: .accepted, "Whether pods may be privileged."),
    ] + leaderFlags + podSchedulingFlags + executorPassFlags

/// Flags of the scheduler within `roost kubernetes`.
let builtInSchedulerFlags: [Flag] =
    [
        Flag("mesos_master", .text, "How the master is found, as in km scheduler; without it no pods are scheduled."),
        Flag("scheduler_port", .integer, default: "10251", "The port of the scheduler's server; 0 = any free one."),
    ] + podSchedulingFlags + executorPassFlags

/// Flags of the framework and of placing pods, whichever process they run in.
private let podSchedulingFlags: [Flag] = [
    Flag(
        "api_servers", .text,
        "Comma list of API servers as executors reach them; a scheduler of its own uses the first."),
    Flag("advertised_address", .text, "Host, or host:port, at which agents reach the scheduler's server."),
    Flag("service_address", .text, "The address of the endpoints of the service default/k8sm-scheduler."),
    Flag("framework_name", .text, default: "Kubernetes", "The framework's name."),
    Flag("framework_weburi", .text, "The page of the framework; default: the scheduler's server."),
    Flag("hostname_override", .text, "The host that the master shows for the framework."),
    Flag("mesos_user", .text, default: "root", "The user that executors run as."),
    Flag("mesos_framework_roles", .text, default: "*", "Roles of the framework: * and at most one other."),
    Flag("mesos_default_pod_roles", .text, default: "*", "Roles of pods that name none, best first."),
    Flag("mesos_authentication_principal", .text, "Who the framework says it is."),
    Flag("mesos_authentication_secret_file", .text, "File of the secret for it."),
    Flag("mesos_authentication_provider", .text, effect: .accepted, "The HTTP API takes basic authentication."),
    Flag("failover_timeout", .number, default: "4611686018.43", "Seconds that pods outlive their scheduler; 0 = none."),
    Flag("checkpoint", .boolean, default: "true", "Whether pods survive restarts of agents."),
    Flag("ha", .boolean, default: "false", "Whether several schedulers run; the same as --leader_elect."),
    Flag("framework_store_uri", .text, effect: .accepted, "The framework's id is kept at the API server."),
    Flag("km_path", .text, "The executor's program: a path on every agent or a URI; default: served from here."),
    Flag("mesos_executor_cpus", .number, default: "0.25", "Processors that an executor itself uses."),
    Flag("mesos_executor_mem", .number, default: "128", "Memory that an executor itself uses, in MiB."),
    Flag("default_container_cpu_limit", .number, default: "0.25", "Processors of containers that name none."),
    Flag("default_container_mem_limit", .number, default: "64", "Memory of containers that name none, in MiB."),
    Flag("mesos_launch_grace_period", .text, default: "5m0s", "How long a bound pod may wait to be launched."),
    Flag("mesos_generate_task_discovery", .boolean, default: "false", "Whether every task gets discovery information."),
    Flag(
        "host_port_endpoints", .boolean, default: "false",
        "Whether container ports get ports of the host unless the pod's label says otherwise."),
    Flag("reconcile_interval", .text, default: "5m0s", "How often all tasks are compared with the master's."),
    Flag("reconcile_cooldown", .text, default: "15s", "The least time between comparisons that were asked for."),
    Flag("scheduler_config", .text, "File of further settings, in sections such as [scheduler]."),
    Flag(
        "static_pods_config", .text,
        effect: .refused(
            "static pods are read on the agents: give --kubelet-pod-manifest-path or --kubelet-manifest-url"),
        "Directory of static pods."),
    Flag("mesos_sandbox_overlay", .text, "Archive that agents unpack into the executor's sandbox."),
    Flag("dockercfg_path", .text, "URI of a .dockercfg that agents fetch into the executor's sandbox."),
    Flag("mesos_cgroup_prefix", .text, effect: .accepted, "Prefix of agents' cgroups."),
    Flag("contain_pod_resources", .boolean, effect: .accepted, "Whether pods' cgroups lie in the executor's."),
    Flag("driver_port", .integer, effect: .accepted, "The HTTP API needs no port of the driver."),
    Flag("kube_api_qps", .number, effect: .accepted, "Requests per second; the API server bounds them."),
    Flag("kube_api_burst", .integer, effect: .accepted, "Requests at a time; the API server bounds them."),
]

/// Flags that reach the executor: those that shape its command line, and those passed through as they are.
private let executorPassFlags: [Flag] =
    [
        Flag("cluster_dns", .text, "The address of the cluster's DNS service."),
        Flag("cluster_domain", .text, default: "cluster.local", "The cluster's domain."),
        Flag("run_proxy", .boolean, default: "true", "Whether nodes lead service addresses to pods."),
        Flag("proxy_mode", .text, "iptables or userspace."),
        Flag("executor_suicide_timeout", .text, "How long an executor without pods stays; 0s = for ever."),
        Flag("executor_bindall", .boolean, default: "false", "Whether nodes' APIs listen on all addresses."),
        Flag(
            "kubelet_enable_debugging_handlers", .boolean, default: "true", "Whether nodes serve exec, attach and logs."
        ),
        Flag("proxy_bindall", .boolean, effect: .accepted, "The proxy listens where services need it."),
        Flag("proxy_kubeconfig", .text, effect: .laterKubernetesAuthentication, "File of credentials of the proxy."),
        Flag("proxy_logv", .integer, effect: .accepted, "The proxy is part of the executor: --executor-logv."),
        Flag("conntrack_max", .integer, effect: .accepted, "The hosts' connection tables are left alone."),
        Flag("conntrack_tcp_timeout_established", .integer, effect: .accepted, "The same."),
        Flag(
            "kubelet_host_network_sources", .text, effect: .accepted, "Sources of pods that may use the host's network."
        ),
        Flag("kubelet_cadvisor_port", .integer, effect: .accepted, "Statistics are part of the node's API."),
        Flag("kubelet_network_plugin", .text, effect: .accepted, "Pods are on the engine's bridge."),
        Flag("minion_path_override", .text, effect: .accepted, "The executor uses no other programs."),
        Flag("minion_max_log_size", .text, effect: .accepted, "The agent keeps the executor's log."),
        Flag("minion_max_log_backups", .text, effect: .accepted, "The agent keeps the executor's log."),
        Flag("minion_max_log_age", .text, effect: .accepted, "The agent keeps the executor's log."),
    ] + executorPassedFlags

/// Flags passed through when given; `executorFlagNames` has the executor's names of them.
private let executorPassedFlags: [Flag] = [
    Flag("cluster_cidr", .text, "The addresses of all pods, as CIDR."),
    Flag("executor_logv", .text, "Verbosity of executors; 4 and more is DEBUG."),
    Flag("kubelet_address", .text, "The address nodes' APIs listen on (default: the agent's)."),
    Flag("kubelet_port", .text, "The port of nodes' APIs; another one is taken where it is not free."),
    Flag("kubelet_docker_endpoint", .text, "The engine's socket (default: the agent's)."),
    Flag("kubelet_pod_infra_container_image", .text, "The image of pods' sandboxes."),
    Flag("kubelet_root_dir", .text, "Where nodes keep their state."),
    Flag("kubelet_sync_frequency", .text, "How often a pod is looked at although nothing happened."),
    Flag("kubelet_pod_manifest_path", .text, "A file or directory of static pods on the agents."),
    Flag("kubelet_manifest_url", .text, "A URL of static pods."),
    Flag("kubelet_file_check_frequency", .text, "How often static pods are looked at."),
    Flag("kubelet_maximum_dead_containers_per_container", .text, "Dead containers kept for each container."),
    Flag("kubelet_max_pods", .text, "The most pods of a node."),
    Flag("kubelet_cpu_cfs_quota", .text, "Whether CPU limits are enforced by quota."),
    Flag("kubelet_resolv_conf", .text, "The file with the nodes' own name servers."),
    Flag("proxy_iptables_sync_period", .text, "How often all rules are written again."),
]
