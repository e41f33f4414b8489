public import FrameworkSDK
public import MarathonCore
internal import MarathonModel

/// What a Marathon is run with (spec `marathon` §8).
public struct MarathonConfiguration: Sendable {
    /// `--http_address`.
    public var httpHost = "127.0.0.1"
    /// `--http_port`; 0 = any free one.
    public var httpPort = 8080
    /// `--hostname`: the host that others are told.
    public var hostname: String
    /// `--master`.
    public var master: MasterSource
    /// `--framework_name`.
    public var frameworkName = "marathon"
    /// `--mesos_user`: who tasks run as when they do not say.
    public var user: String
    /// `--mesos_authentication_principal` and `…_secret`.
    public var credential: FrameworkCredential?
    /// `--failover_timeout`.
    public var failoverTimeout: Duration = .seconds(604_800)
    /// `--checkpoint`.
    public var checkpoint = true
    /// `--webui_url`; nil = the API's address.
    public var webuiURL: String?
    /// How the master is spoken to.
    public var connection = SchedulerOptions()
    /// `--zk` without credentials, as `/v2/info` tells it; nil when embedded.
    public var zk: String?
    /// What the core is run with.
    public var settings = MarathonSettings()

    /// Makes a configuration with upstream's defaults.
    public init(hostname: String, master: MasterSource, user: String) {
        (self.hostname, self.master, self.user) = (hostname, master, user)
    }

    func framework(id: FrameworkID?, httpPort: Int) -> FrameworkInfo {
        FrameworkInfo(
            id: id, user: user, name: frameworkName, failoverTimeout: failoverTimeout, checkpoint: checkpoint,
            hostname: hostname, principal: credential?.principal,
            webuiURL: webuiURL ?? "http://\(hostname):\(httpPort)", roles: [settings.defaults.role],
            capabilities: [.partitionAware, .multiRole, .regionAware, .taskKillingState])
    }
}
