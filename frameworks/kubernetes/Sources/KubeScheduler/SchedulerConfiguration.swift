internal import ClusterModel
public import FrameworkSDK
public import KubeClient
public import KubeCore
public import KubeScheduling

/// What a Kubernetes scheduler is run with (spec `kubernetes/05` §5.6).
public struct SchedulerConfiguration: Sendable {
    /// `--address`: where `/healthz`, `/metrics`, `/debug/…` and `/km` are served.
    public var host = "127.0.0.1"
    /// `--port`; 0 = any free one.
    public var port = 10_251
    /// `--advertised-address`: the host, or `host:port`, at which others reach this server; nil = as bound, or this
    /// machine's name when bound to every address.
    public var advertisedAddress: String?
    /// `--service-address`: the address in the Endpoints of the service `k8sm-scheduler`; nil = the advertised one.
    public var serviceAddress: String?
    /// `--api-servers`: how the API server is reached.
    public var client: KubeClientConfiguration
    /// `--mesos-master`: how the leading master is found.
    public var master: MasterSource
    /// How the master is spoken to.
    public var connection = SchedulerOptions()
    /// `--framework-name`.
    public var frameworkName = "Kubernetes"
    /// `--framework-weburi`; nil = this server's address.
    public var webuiURL: String?
    /// `--mesos-user`: who executors run as.
    public var user = "root"
    /// `--hostname-override`: the host that the master shows for the framework; nil = this machine's name.
    public var hostname: String?
    /// `--mesos-authentication-principal` and `-secret-file`.
    public var credential: FrameworkCredential?
    /// `--failover-timeout`: how long the master keeps the pods of a scheduler that is away; zero ends them with it,
    /// and no framework id is kept.
    public var failoverTimeout: Duration = .nanoseconds(Int64(1) << 62 - 1)
    /// `--checkpoint`: whether agents keep records of pods, so that these survive agent restarts.
    public var checkpoint = true
    /// What pods are placed by: roles, charges, waits.
    ///
    /// The executor's command is set from `executor` at the start.
    public var scheduling = SchedulingSettings(executor: ExecutorTemplate(command: CommandInfo()))
    /// How executors are started.
    public var executor = PodExecutorOptions()
    /// `framework-id-refresh-interval` of `--scheduler-config`: how often the kept framework id is compared.
    public var frameworkIDInterval: Duration = .seconds(30)
    /// How many writes to the API are under way at a time.
    public var writes = 32
    /// `--ha`, `--leader-elect`: whether to work only while holding the lease, so that another scheduler can stand by.
    public var electsLeader = true
    /// `--leader-elect-lease-duration`, `-renew-deadline` and `-retry-period`.
    public var leaseTiming = LeaseTiming()
    /// Who this scheduler is among those that compete for the lease; nil = host name and a random part.
    public var identity: String?
    /// Whether the Service of the cluster's DNS is kept when `executor.clusterDNS` is set.
    public var keepsDNSService = true

    /// Makes a configuration with upstream's defaults.
    ///
    /// - Parameter server: the URL of the API server.
    public init(server: String, master: MasterSource) {
        client = KubeClientConfiguration(server: server)
        self.master = master
    }

    /// The framework as it is told to the master.
    func framework(id: FrameworkID?, servedAt server: String) -> FrameworkInfo {
        FrameworkInfo(
            id: id, user: user, name: frameworkName, failoverTimeout: failoverTimeout, checkpoint: checkpoint,
            hostname: hostname ?? HostName.current, principal: credential?.principal, webuiURL: webuiURL ?? server,
            roles: [scheduling.role],
            capabilities: [.partitionAware, .multiRole, .taskKillingState, .regionAware])
    }
}
