internal import CommandFlags

/// Flags of the API server: upstream's names of the seeds' eras (KM-07, K-CMP-23, K-CMP-26), and a few of ours.
let apiServerFlags: [Flag] = [
    Flag(
        "address", .text, default: "127.0.0.1", aliases: ["insecure_bind_address", "bind_address"],
        "The address to listen on."),
    Flag("port", .integer, default: "8888", aliases: ["insecure_port"], "The port; 0 = any free one."),
    Flag("advertise_address", .text, "The address of the endpoints of the service default/kubernetes."),
    Flag("secure_port", .integer, default: "0", "The TLS port; only 0 (none) is taken in this version."),
    Flag("work_dir", .text, "Where the objects are kept (default: the user's state directory)."),
    Flag("store", .text, default: "sqlite", "sqlite, or memory (nothing lasts)."),
    Flag("etcd_servers", .text, effect: .laterEtcd, "Comma list of etcd servers."),
    Flag("etcd_prefix", .text, effect: .laterEtcd, "Prefix of keys in etcd."),
    Flag(
        "service_cluster_ip_range", .text, default: "10.10.10.0/24",
        aliases: ["portal_net", "service_cluster_ip_range_v4"], "Addresses of services (CIDR)."),
    Flag("service_node_port_range", .text, default: "30000-32767", "Node ports of services."),
    Flag("max_requests_inflight", .integer, default: "400", "Reads at a time; more get 429."),
    Flag("max_mutating_requests_inflight", .integer, default: "200", "Writes at a time; more get 429."),
    Flag("min_request_timeout", .integer, default: "1800", "Seconds a watch lasts at least (at most twice that)."),
    Flag("request_timeout", .text, default: "1m0s", "How long another request may take."),
    Flag("event_ttl", .text, default: "1h0m0s", "How long events are kept."),
    Flag("ready_file", .text, "File to write the address to, as JSON, once the API is served."),
    Flag("cloud_provider", .text, effect: .accepted, "Cloud provider; nodes come from the pool."),
    Flag("cloud_config", .text, effect: .accepted, "File of the cloud provider."),
    Flag("machines", .text, effect: .accepted, "Static nodes; nodes come from the pool."),
    Flag("runtime_config", .text, effect: .accepted, "Switches API groups; all are served."),
    Flag("allow_privileged", .boolean, default: "true", effect: .accepted, "Whether pods may be privileged."),
    Flag("admission_control", .text, effect: .accepted, "Admission plugins."),
    Flag("enable_admission_plugins", .text, effect: .accepted, "Admission plugins."),
    Flag("disable_admission_plugins", .text, effect: .accepted, "Admission plugins."),
    Flag("watch_cache", .boolean, default: "true", effect: .accepted, "Whether watches have a cache; they do."),
    Flag("profiling", .boolean, default: "false", effect: .accepted, "Profiling."),
    Flag("authorization_mode", .text, effect: .laterKubernetesAuthorization, "How requests are authorised."),
    Flag("authorization_policy_file", .text, effect: .laterKubernetesAuthorization, "File of the ABAC policy."),
    Flag("basic_auth_file", .text, effect: .laterKubernetesAuthentication, "File of users and passwords."),
    Flag("token_auth_file", .text, effect: .laterKubernetesAuthentication, "File of bearer tokens."),
    Flag("client_ca_file", .text, effect: .laterKubernetesAuthentication, "Authority of client certificates."),
    Flag("service_account_key_file", .text, effect: .laterKubernetesAuthentication, "Key of account tokens."),
    Flag("tls_cert_file", .text, effect: .laterKubernetesTLS, "Certificate of the TLS port."),
    Flag("tls_private_key_file", .text, effect: .laterKubernetesTLS, "Key of the TLS port."),
    Flag("cert_dir", .text, effect: .accepted, "Directory of generated certificates."),
]

/// Flags of the controller manager (KM-08, K-CMP-24, K-CMP-27).
let controllerManagerFlags: [Flag] = [
    Flag("master", .text, "The API server: host:port or http://host:port."),
    Flag("kubeconfig", .text, effect: .laterKubernetesAuthentication, "File with server and credentials."),
    Flag("address", .text, default: "127.0.0.1", "The address of health and metrics."),
    Flag("port", .integer, default: "10252", "The port of health and metrics; 0 = any free one."),
    Flag("ready_file", .text, "File to write the address to, as JSON, once it runs."),
] + controllerFlags + [
    Flag("cloud_provider", .text, effect: .accepted, "Cloud provider; nodes come from the pool."),
    Flag("cloud_config", .text, effect: .accepted, "File of the cloud provider."),
    Flag("allocate_node_cidrs", .boolean, default: "false", effect: .accepted, "Pod ranges come from the engines."),
    Flag("cluster_cidr", .text, effect: .accepted, "Range of pod addresses."),
    Flag("cluster_name", .text, effect: .accepted, "Name of the cluster."),
    Flag("node_monitor_grace_period", .text, effect: .accepted, "Silence that makes a node unknown."),
    Flag("node_monitor_period", .text, effect: .accepted, "How often nodes are looked at."),
    Flag("node_startup_grace_period", .text, effect: .accepted, "Silence allowed to a new node."),
    Flag("pod_eviction_timeout", .text, effect: .accepted, "When pods of a dead node are deleted."),
    Flag("terminated_pod_gc_threshold", .integer, effect: .accepted, "Finished pods kept."),
    Flag("root_ca_file", .text, effect: .laterKubernetesTLS, "Authority written into account secrets."),
    Flag(
        "service_account_private_key_file", .text, effect: .laterKubernetesAuthentication,
        "Key that signs account tokens."),
    Flag("profiling", .boolean, default: "false", effect: .accepted, "Profiling."),
]

/// Flags of the controllers, whichever process they run in.
let controllerFlags: [Flag] = [
    Flag("leader_elect", .boolean, default: "true", "Whether to work only while holding the lease."),
    Flag("leader_elect_lease_duration", .text, default: "15s", "How long an unrenewed lease keeps others off."),
    Flag("leader_elect_renew_deadline", .text, default: "10s", "How long the leader tries to renew."),
    Flag("leader_elect_retry_period", .text, default: "2s", "Pause between attempts."),
    Flag("concurrent_endpoint_syncs", .integer, default: "5", "Endpoints handled at a time."),
    Flag("concurrent_namespace_syncs", .integer, default: "10", "Namespaces handled at a time."),
    Flag("concurrent_gc_syncs", .integer, default: "20", "Dependents handled at a time."),
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
