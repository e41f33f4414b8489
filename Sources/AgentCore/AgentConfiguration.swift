public import ClusterModel

/// What an agent's core must know of its surroundings; defaults are upstream's flags (spec `mesos/09` §9.4).
public struct AgentConfiguration: Hashable, Sendable {
    /// Its version, `X.Y.Z`.
    public var version = "1.12.0"
    /// The advertised IPv4 address, as text.
    public var ip: String
    /// The advertised port.
    public var port: Int
    /// Absolute path of the work directory.
    public var workDirectory: String
    /// Absolute path of the directory whose contents are worthless after a reboot.
    public var runtimeDirectory: String
    /// Wire names of what the agent can deal with.
    public var capabilities = [
        "MULTI_ROLE", "HIERARCHICAL_ROLE", "RESERVATION_REFINEMENT", "RESOURCE_PROVIDER", "RESIZE_VOLUME",
        "AGENT_OPERATION_FEEDBACK", "AGENT_DRAINING", "TASK_RESOURCE_LIMITS",
    ]
    /// Bound of the first registration delay after a refusal to answer; doubles up to a minute.
    public var registrationBackoffFactor = Duration.seconds(1)
    /// Bound of the delay between detection of a master and the first registration.
    public var registrationDelay = Duration.milliseconds(2)
    /// Whether the agent proves who it is before it registers (`--credential`).
    public var authenticates = false
    /// Bound of the first addition to the shortest time an authentication may take; doubles with each failure.
    public var authenticationBackoffFactor = Duration.seconds(1)
    /// Shortest time after which an authentication is given up.
    public var authenticationTimeoutMin = Duration.seconds(5)
    /// Longest time after which an authentication is given up.
    public var authenticationTimeoutMax = Duration.seconds(60)
    /// Longest time without a ping before the agent registers again; the master's reply overrides it.
    public var pingTimeout = Duration.seconds(75)
    /// How long an executor may take to subscribe.
    public var executorRegistrationTimeout = Duration.seconds(60)
    /// How long an executor may take to subscribe again after a restart of the agent.
    public var executorReregistrationTimeout = Duration.seconds(2)
    /// How long an executor may take to shut down unless it says otherwise itself.
    public var executorShutdownGracePeriod = Duration.seconds(5)
    /// How long executors wait for an agent that is away.
    public var recoveryTimeout = Duration.seconds(900)
    /// Grace of a kill when neither the kill nor the task says one.
    public var killGracePeriod = Duration.seconds(3)
    /// The same for Docker tasks.
    public var dockerStopTimeout = Duration.zero
    /// How long directories of ended runs are kept.
    public var gcDelay = Duration.seconds(604_800)
    /// Fraction of the disk that garbage collection keeps free.
    public var gcDiskHeadroom = 0.1
    /// Period of the disk usage check.
    public var diskWatchInterval = Duration.seconds(60)
    /// Completed frameworks kept in memory.
    public var completedFrameworksMax = 50
    /// Completed executors kept in memory for each framework.
    public var completedExecutorsMax = 150
    /// Completed tasks kept in memory for each executor (and framework, for tasks without one).
    public var completedTasksMax = 200
    /// Environment of executors that their command does not override.
    public var executorEnvironment: [EnvironmentVariable] = []
    /// The sandbox as seen in containers with a root file system of their own.
    public var sandboxInContainer = "/mnt/mesos/sandbox"
    /// Whether tasks run as their framework's or command's user.
    public var switchesUser = true
    /// Whether requested CPUs are also a hard limit.
    public var enforcesCPULimit = false
    /// Put on containers, so that recovery and clean-up touch their own only.
    public var containerLabels: [String: String] = [:]
    /// Whether executors of checkpointing frameworks are waited for (`reconnect`) or shut down (`cleanup`) at recovery.
    public var reconnectsExecutors = true

    /// Makes a configuration with upstream's defaults.
    public init(ip: String, port: Int, workDirectory: String, runtimeDirectory: String) {
        (self.ip, self.port) = (ip, port)
        (self.workDirectory, self.runtimeDirectory) = (workDirectory, runtimeDirectory)
    }

    /// The libprocess address: `slave(1)@ip:port`.
    public var pid: String { "slave(1)@\(ip):\(port)" }
}
