internal import CommandFlags

/// Flags of the controller manager (KM-08, K-CMP-24, K-CMP-27).
let controllerManagerFlags: [Flag] =
    [
        Flag("master", .text, "The API server: host:port or http://host:port."),
        Flag("kubeconfig", .text, effect: .laterKubernetesAuthentication, "File with server and credentials."),
        Flag("address", .text, default: "127.0.0.1", "The address of health and metrics."),
        Flag("port", .integer, default: "10252", "The port of health and metrics; 0 = any free one."),
        Flag("ready_file", .text, "File to write the address to, as JSON, once it runs."),
    ] + leaderFlags + controllerFlags + [
        Flag("cloud_provider", .text, effect: .accepted, "Cloud provider; nodes come from the pool."),
        Flag("cloud_config", .text, effect: .accepted, "File of the cloud provider."),
        Flag("allocate_node_cidrs", .boolean, default: "false", effect: .accepted, "Pod ranges come from the engines."),
        Flag("cluster_cidr", .text, effect: .accepted, "Range of pod addresses."),
        Flag("cluster_name", .text, effect: .accepted, "Name of the cluster."),
        Flag("root_ca_file", .text, effect: .laterKubernetesTLS, "Authority written into account secrets."),
        Flag(
            "service_account_private_key_file", .text, effect: .laterKubernetesAuthentication,
            "Key that signs account tokens."),
        Flag("profiling", .boolean, default: "false", effect: .accepted, "Profiling."),
    ]

/// Flags of those of whom one leads: controllers and schedulers.
let leaderFlags: [Flag] = [
    Flag("leader_elect", .boolean, default: "true", "Whether to work only while holding the lease."),
    Flag("leader_elect_lease_duration", .text, default: "15s", "How long an unrenewed lease keeps others off."),
    Flag("leader_elect_renew_deadline", .text, default: "10s", "How long the leader tries to renew."),
    Flag("leader_elect_retry_period", .text, default: "2s", "Pause between attempts."),
]

/// Flags of the controllers, whichever process they run in.
let controllerFlags: [Flag] = [
    Flag("concurrent_endpoint_syncs", .integer, default: "5", "Endpoints handled at a time."),
    Flag("concurrent_namespace_syncs", .integer, default: "10", "Namespaces handled at a time."),
    Flag("concurrent_gc_syncs", .integer, default: "20", "Dependents handled at a time."),
    Flag("concurrent_rc_syncs", .integer, default: "5", "Replication controllers handled at a time."),
    Flag("concurrent_replicaset_syncs", .integer, default: "5", "Replica sets handled at a time."),
    Flag("concurrent_deployment_syncs", .integer, default: "5", "Deployments handled at a time."),
    Flag("node_monitor_grace_period", .text, default: "40s", "Silence that makes a node unknown."),
    Flag("node_monitor_period", .text, default: "5s", "How often nodes that wait to be given up are looked at."),
    Flag("node_startup_grace_period", .text, default: "1m0s", "Silence allowed to a new node."),
    Flag("node_eviction_rate", .number, default: "0.1", "Lost nodes of a zone given up per second."),
    Flag("secondary_node_eviction_rate", .number, default: "0.01", "The same in a large zone of which much is lost."),
    Flag("large_cluster_size_threshold", .integer, default: "50", "Nodes above which a zone is large."),
    Flag("unhealthy_zone_threshold", .number, default: "0.55", "Fraction of lost nodes that is much of a zone."),
    Flag("pod_eviction_timeout", .text, default: "5m0s", "When pods of a lost node are deleted."),
    Flag("terminated_pod_gc_threshold", .integer, default: "12500", "Finished pods kept; 0 = all."),
]

/// Flags every part of Kubernetes takes for its log (K-CMP-41).
let kubernetesLogFlags: [Flag] = [
    Flag("v", .integer, default: "0", "Verbosity; 4 and more is DEBUG."),
    Flag("logtostderr", .boolean, default: "true", effect: .accepted, "The log goes to standard error."),
    Flag("alsologtostderr", .boolean, default: "false", effect: .accepted, "The log goes to standard error."),
    Flag("log_dir", .text, effect: .accepted, "Directory of log files; the log goes to standard error."),
    Flag("logging_level", .text, "DEBUG, INFO, WARNING or ERROR."),
    Flag("quiet", .boolean, default: "false", "Whether to log nothing but failures."),
]
