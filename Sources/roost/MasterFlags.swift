internal import CommandFlags

/// The flags of `roost master`: upstream's names and defaults (spec `mesos/09` §9.3), and a few of ours.
let masterFlags: [Flag] = [
    Flag("version", .boolean, default: "false", "Print version and exit."),
    Flag("hostname", .text, "Name advertised; else resolved from IP."),
    Flag("hostname_lookup", .boolean, default: "true", "Resolve hostname by DNS, else use IP."),
    Flag("root_submissions", .boolean, default: "true", "Allow frameworks running as root."),
    Flag("work_dir", .text, "Directory of replicated log; required for it."),
    Flag(
        "registry", .text,
        "Where the registry is kept: sqlite (default), zookeeper (default with --zk) or in_memory."),
    Flag("quorum", .integer, effect: .accepted, "Replica majority; required with zk and replicated log."),
    Flag("zk_session_timeout", .duration, default: "10secs", "ZooKeeper session timeout."),
    Flag(
        "registry_strict", .boolean, default: "false", effect: .refusedWhenTrue("is obsolete; only false is possible"),
        "Obsolete; true is refused."),
    Flag("registry_fetch_timeout", .duration, default: "60secs", "Registry read timeout."),
    Flag("registry_store_timeout", .duration, default: "20secs", "Registry write timeout."),
    Flag("log_auto_initialize", .boolean, default: "true", effect: .accepted, "Let empty replicas initialise the log."),
    Flag(
        "agent_reregister_timeout", .duration, default: "10mins", aliases: ["slave_reregister_timeout"],
        "Wait before marking agents unreachable (minimum 10mins)."),
    Flag(
        "recovery_agent_removal_limit", .text, default: "100%", aliases: ["recovery_slave_removal_limit"],
        "Exit if more agents missing after failover."),
    Flag(
        "agent_removal_rate_limit", .text, aliases: ["slave_removal_rate_limit"],
        "N/duration limit on unreachable transitions."),
    Flag("webui_dir", .text, effect: .accepted, "Web UI files."),
    Flag("whitelist", .text, "File of agent hostnames to offer, re-read every 5s."),
    Flag(
        "role_sorter", .text, default: "drf", aliases: ["user_sorter"],
        "Order between roles: drf or random."),
    Flag("framework_sorter", .text, default: "drf", "Order inside a role: drf or random."),
    Flag("allocation_interval", .duration, default: "1secs", "Batch allocation period."),
    Flag("cluster", .text, "Cluster name shown in UI."),
    Flag("roles", .text, "Role whitelist (deprecated)."),
    Flag("weights", .content, "Initial role=weight,… (deprecated)."),
    Flag(
        "authenticate_frameworks", .boolean, default: "false", aliases: ["authenticate"], effect: .accepted,
        "Require v0 framework authentication; v0 frameworks cannot register at all."),
    Flag(
        "authenticate_agents", .boolean, default: "false", aliases: ["authenticate_slaves"],
        "Require agent authentication."),
    Flag("authentication_v0_timeout", .duration, default: "15secs", "Abort slow CRAM-MD5 attempts."),
    Flag(
        "authenticate_http_readwrite", .boolean, default: "false", aliases: ["authenticate_http"],
        "Require auth on mutating endpoints."),
    Flag(
        "authenticate_http_readonly", .boolean, default: "false",
        "Require auth on reading endpoints."),
    Flag(
        "authenticate_http_frameworks", .boolean, default: "false",
        "Require auth on scheduler API."),
    Flag("credentials", .content, "JSON file of principals and secrets."),
    Flag(
        "acls", .content,
        "ACL JSON or file."),
    Flag(
        "firewall_rules", .content,
        "JSON of disabled endpoints."),
    Flag(
        "rate_limits", .content,
        "JSON of per-principal message limits."),
    Flag(
        "max_executors_per_agent", .text, aliases: ["max_executors_per_slave"], effect: .accepted,
        "Executor cap (port-mapping builds only)."),
    Flag("offer_timeout", .duration, default: "10mins", "Rescind offers after this time; 0secs = never."),
    Flag(
        "modules", .content, effect: .noModules,
        "Module JSON or file."),
    Flag("modules_dir", .text, effect: .accepted, "Directory of module manifests."),
    Flag("authenticators", .text, default: "crammd5", "CRAM-MD5 or module name."),
    Flag("allocator", .text, default: "hierarchical", effect: .accepted, "Allocator name or module."),
    Flag(
        "allocator_agent_recovery_factor", .number, default: "0.8",
        "Agents back before allocating with quota."),
    Flag(
        "allocator_recovery_timeout", .duration, default: "10mins",
        "Longest allocation pause after failover."),
    Flag("fair_sharing_excluded_resource_names", .text, "Names ignored in share computation."),
    Flag("filter_gpu_resources", .boolean, default: "true", "Hide GPU agents from non-GPU frameworks."),
    Flag(
        "min_allocatable_resources", .text, default: "cpus:0.01|mem:32",
        "Smallest offer, alternatives separated by |."),
    Flag("hooks", .text, effect: .noModules, "Hook modules."),
    Flag("agent_ping_timeout", .duration, default: "15secs", aliases: ["slave_ping_timeout"], "Ping period/timeout."),
    Flag(
        "max_agent_ping_timeouts", .integer, default: "5", aliases: ["max_slave_ping_timeouts"],
        "Missed pings before unreachable."),
    Flag("authorizers", .text, default: "local", "Local or module."),
    Flag("http_authenticators", .text, default: "basic", "HTTP authenticators: basic or module(s)."),
    Flag("http_framework_authenticators", .text, "Same for scheduler API; required if enforced."),
    Flag(
        "max_operator_event_stream_subscribers", .integer, default: "1000",
        "Concurrent SUBSCRIBE streams."),
    Flag("max_completed_frameworks", .integer, default: "50", "Completed frameworks remembered."),
    Flag("max_completed_tasks_per_framework", .integer, default: "1000", "Completed tasks remembered."),
    Flag("max_unreachable_tasks_per_framework", .integer, default: "1000", "Unreachable tasks remembered."),
    Flag("master_contender", .text, effect: .accepted, "Contender module."),
    Flag("master_detector", .text, effect: .accepted, "Detector module."),
    Flag("registry_gc_interval", .duration, default: "15mins", "Registry pruning period."),
    Flag(
        "registry_max_agent_age", .duration, default: "2weeks",
        "Age limit of unreachable/gone entries."),
    Flag(
        "registry_max_agent_count", .integer, default: "102400",
        "Count limit of unreachable/gone entries."),
    Flag("ip", .text, "Listen address."),
    Flag("port", .integer, default: "5050", "Listen port."),
    Flag("advertise_ip", .text, "Address told to peers."),
    Flag("advertise_port", .text, "Port told to peers."),
    Flag("memory_profiling", .boolean, default: "false", effect: .accepted, "Expose jemalloc profiling endpoints."),
    Flag("zk", .text, "ZooKeeper URL or file holding it."),
    Flag("ip_discovery_command", .text, effect: .accepted, "Program printing the address to bind."),
    Flag("require_agent_domain", .boolean, default: "false", "Refuse agents without fault domain."),
    Flag("publish_per_framework_metrics", .boolean, default: "true", "Emit per-framework metrics."),
    Flag("domain", .content, "Fault domain JSON of this master."),
    Flag(
        "offer_constraints_re2_max_mem", .bytes, default: "4096B",
        "Memory limit per constraint regex."),
    Flag(
        "offer_constraints_re2_max_program_size", .integer, default: "100",
        "Program-size limit per constraint regex."),
    Flag("quiet", .boolean, default: "false", "No log to stderr."),
    Flag("logging_level", .text, default: "INFO", "INFO, WARNING or ERROR."),
    Flag("log_dir", .text, "Directory for log files."),
    Flag("logbufsecs", .integer, default: "0", effect: .accepted, "Log buffering seconds."),
    Flag("initialize_driver_logging", .boolean, default: "true", effect: .accepted, "Drivers set up logging."),
    Flag("external_log_file", .text, "Log shown through /files."),
]
