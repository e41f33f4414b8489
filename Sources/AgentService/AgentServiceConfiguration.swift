public import ClusterBase
public import ClusterModel
public import DaemonEndpoints
internal import Logging
internal import MesosProtocol
public import ResourceModel

/// How an agent presents itself, where it listens and what it offers.
public struct AgentServiceConfiguration: Sendable {
    /// The work directory; everything that lasts is below it.
    public var workDirectory: String
    /// The directory for what is worthless after a reboot; nil = `run` below the work directory.
    public var runtimeDirectory: String?
    /// The address to listen on.
    public var host: String
    /// The port to listen on; 0 = any free one, remembered in the work directory for the next start.
    public var port: Int
    /// The IPv4 address told to peers; nil = `host`, or 127.0.0.1 when that is 0.0.0.0.
    public var advertisedIP: String?
    /// The port told to peers; nil = the bound one.
    public var advertisedPort: Int?
    /// The name told to peers; nil = the advertised address.
    public var hostname: String?
    /// Everything it offers; see `resources(text:…)`.
    public var resources: Resources
    /// Its attributes.
    public var attributes: [Attribute] = []
    /// Where it stands.
    public var domain: FaultDomain?
    /// The cluster's name; put on containers, so that clean-up touches this cluster's only (decision D22).
    public var cluster: String?
    /// Bound of the first registration delay after no answer (`--registration_backoff_factor`).
    public var registrationBackoffFactor = Duration.seconds(1)
    /// How long an executor may take to subscribe.
    public var executorRegistrationTimeout = Duration.seconds(60)
    /// How long an executor may take to subscribe again after a restart.
    public var executorReregistrationTimeout = Duration.seconds(2)
    /// How long an executor may take to shut down unless it says otherwise.
    public var executorShutdownGracePeriod = Duration.seconds(5)
    /// How long executors wait for an agent that is away.
    public var recoveryTimeout = Duration.seconds(900)
    /// Grace of a Docker task's kill when nobody says one.
    public var dockerStopTimeout = Duration.zero
    /// How long directories of ended runs are kept.
    public var gcDelay = Duration.seconds(604_800)
    /// Fraction of the disk kept free by removing them earlier.
    public var gcDiskHeadroom = 0.1
    /// Period of the disk usage check.
    public var diskWatchInterval = Duration.seconds(60)
    /// Completed executors remembered for each framework.
    public var completedExecutorsMax = 150
    /// Environment of executors that their command does not override (`--executor_environment_variables`).
    public var executorEnvironment: [EnvironmentVariable] = []
    /// The sandbox as seen in containers with a root file system of their own (`--sandbox_directory`).
    public var sandboxDirectory = "/mnt/mesos/sandbox"
    /// Whether tasks run as their framework's or command's user.
    public var switchesUser = true
    /// Whether requested CPUs are a hard limit (`--cgroups_enable_cfs`).
    public var enforcesCPULimit = false
    /// Whether a checkpoint that cannot be read is an error (`--strict`).
    public var isStrict = true
    /// Whether executors are taken over at recovery (`--recover=reconnect`) or shut down (`cleanup`).
    public var reconnectsExecutors = true
    /// Whether a graceful shutdown ends all tasks; the agent is then a new one at its next start.
    public var stopsTasksAtShutdown = false
    /// How often containers are looked for, a second apart, before recovery is given up.
    public var recoveryAttempts = 30
    /// How much is logged; shown and changed by operators.
    public var logVerbosity = LogVerbosity(usual: .info)
    /// A log file shown as `/slave/log`.
    public var logFile: String?
    /// Who is let in, and how this agent shows who it is.
    public var security = AgentSecurity()
    /// Flags and values for `/flags` and `/state`.
    public var flags: [(name: String, value: String)] = []
    /// The largest request body; beyond it the answer is 413.
    public var bodyLimit = 32 << 20
    /// Events from outside that may wait for the core; beyond it calls get 503 and messages are dropped.
    public var queueLimit = 100_000

    /// Makes a configuration with upstream's defaults.
    public init(workDirectory: String, host: String = "127.0.0.1", port: Int = 5051, resources: Resources) {
        (self.workDirectory, self.host, self.port, self.resources) = (workDirectory, host, port, resources)
    }

    /// What an agent offers: what `--resources` says, and what was found on the machine for each of `cpus`, `mem`,
    /// `disk` and `ports` that it does not name.
    ///
    /// A name with the value 0 (or `[]`) is thereby suppressed (spec `mesos/05` §5.8).
    ///
    /// Throws `invalidArgument` naming the entry. Amounts in cores and megabytes.
    public static func resources(
        text: String, cpus: Double, memory: Double, disk: Double, ports: ClosedRange<UInt64> = 31000...32000,
        defaultRole: String = "*"
    ) throws(ClusterError) -> Resources {
        var resources = try Resources(flag: text, defaultRole: defaultRole)
        let named = Set(Resources.names(inFlag: text))
        let detected: [Resource] = [
            .scalar("cpus", cpus), .scalar("mem", memory), .scalar("disk", disk), .ranges("ports", [ports]),
        ]
        for var resource in detected where !named.contains(resource.name) {
            if defaultRole != "*" { resource.reservations = [.init(kind: .static, role: defaultRole)] }
            resources.add(resource)
        }
        return resources
    }
}
