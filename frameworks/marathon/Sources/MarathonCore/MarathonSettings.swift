public import MarathonModel

/// What the core needs of Marathon's flags (spec `marathon` §8).
public struct MarathonSettings: Sendable {
    /// Defaults of apps: `--mesos_role`, `--default_network_name`.
    public var defaults: AppDefaults
    /// `--local_port_min`, `--local_port_max`: the range of service ports.
    public var servicePorts: ClosedRange<Int> = 10_000...20_000
    /// `--decline_offer_duration`: how long unused offers stay away.
    public var declineDuration: Duration = .seconds(120)
    /// Least time between two revives; upstream's 5 s would delay every second launch.
    public var reviveInterval: Duration = .milliseconds(50)
    /// `--kill_retry_timeout`.
    public var killRetry: Duration = .seconds(30)
    /// `--kill_chunk_size`: most kills under way.
    public var killLimit = 100
    /// `--task_launch_confirm_timeout`: from accept to the first status.
    public var launchConfirmTimeout: Duration = .seconds(300)
    /// `--task_launch_timeout`: from accept to running.
    public var launchTimeout: Duration = .seconds(300)
    /// `--reconciliation_interval`.
    public var reconciliationInterval: Duration = .seconds(600)
    /// When unanswered questions about tasks are first repeated; each further pause is twice as long.
    public var reconciliationRetry: Duration = .seconds(10)
    /// `--max_running_deployments`.
    public var deploymentLimit = 100
    /// `--max_apps`; nil = no limit.
    public var appLimit: Int?
    /// `--zk_max_versions`: versions kept of each app.
    public var versionLimit = 50
    /// `--env_vars_prefix`.
    public var environmentPrefix = ""

    /// Makes settings with upstream's defaults.
    public init(defaults: AppDefaults = AppDefaults()) { self.defaults = defaults }
}
