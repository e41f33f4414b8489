public import ClusterModel

/// Starts, watches and ends containers: Docker containers and plain processes (decision D10, D20).
///
/// Containers outlive the daemon. Every method may be called for different containers at once; calls for one container
/// come one after the other, except `destroy`, which may come at any time.
public protocol Containerizer: Sendable {
    /// Fetches the URIs, starts the container and returns once its first process runs.
    ///
    /// Throws `ClusterError` whose message is shown to the user in the task's status (`image not found: …`).
    /// After a throw nothing of the container is left.
    func launch(_ spec: ContainerSpec) async throws -> ContainerStarted

    /// Returns when the container has ended and everything of it is gone (processes, cgroup; not the sandbox).
    /// Throws `notFound` for an unknown container. May be called any number of times until `forget`.
    func wait(_ id: ContainerID) async throws -> ContainerTermination

    /// Asks the container to stop: SIGTERM (Docker: stop) to all of it, and SIGKILL after `grace`.
    /// Returns at once; a second call may shorten or extend the running grace period.
    func stop(_ id: ContainerID, grace: Duration) async

    /// Sends SIGKILL to everything in the container; returns at once.
    func destroy(_ id: ContainerID) async

    /// Sets new limits on a running container.
    func update(_ id: ContainerID, limits: ContainerLimits) async throws

    /// After a restart of the daemon: finds the given containers again, adopts those alive, remembers the exit of
    /// those that ended meanwhile, and removes containers that carry this agent's ownership label but are not listed.
    /// Returns what was adopted or had ended; containers absent from the answer left no trace.
    func recover(_ known: [RecoverableContainer]) async throws -> [ContainerID: RecoveredContainer]

    /// Runs a command inside the container's namespaces (health checks); returns its exit status (128 + signal when
    /// signalled). Throws `timeout` after `timeout`, having killed the command.
    func execute(_ id: ContainerID, command: CommandInfo, timeout: Duration) async throws -> Int32

    /// Current consumption.
    func usage(_ id: ContainerID) async throws -> ContainerUsage

    /// Releases what is remembered about an ended container (and removes the ended Docker container).
    func forget(_ id: ContainerID) async
}

/// What to run, where, within which limits.
public struct ContainerSpec: Hashable, Sendable {
    /// The container's id; Docker containers are named `mesos-<id>`.
    public var id: ContainerID
    /// The process to run; for Docker tasks without a value the image's own command.
    public var command: CommandInfo
    /// The container description; nil or type MESOS: a plain process.
    public var container: ContainerInfo?
    /// Environment complete and in order, last wins; nothing else is inherited except a default PATH.
    public var environment: [EnvironmentVariable]
    /// The sandbox on the host; exists.
    ///
    /// `stdout` and `stderr` are appended there.
    public var sandbox: String
    /// Limits to enforce.
    public var limits: ContainerLimits
    /// The user to run as; nil = the daemon's.
    public var user: String?
    /// Where the forked pid is written before the process runs (upstream's `pids/forked.pid`); nil = nowhere.
    public var pidFile: String?
    /// Directory for files that let a later daemon find the container again (exit status, control socket).
    public var runtimeDirectory: String
    /// Text put into Docker labels (`roost.<key>`).
    public var labels: [String: String]

    /// Makes a specification.
    public init(
        id: ContainerID, command: CommandInfo, container: ContainerInfo? = nil, environment: [EnvironmentVariable],
        sandbox: String, limits: ContainerLimits, user: String? = nil, pidFile: String? = nil,
        runtimeDirectory: String, labels: [String: String] = [:]
    ) {
        (self.id, self.command, self.container, self.environment) = (id, command, container, environment)
        (self.sandbox, self.limits, self.user, self.pidFile) = (sandbox, limits, user, pidFile)
        (self.runtimeDirectory, self.labels) = (runtimeDirectory, labels)
    }
}

/// Requests and limits of a container, from the task's resources.
public struct ContainerLimits: Hashable, Sendable {
    /// Requested CPU, in cores; sets shares (1024 a core, at least 2).
    public var cpus: Double
    /// Hard CPU limit in cores; nil = none.
    public var cpuLimit: Double?
    /// Requested memory in bytes (at least 32 MiB is enforced); nil = none.
    public var memoryBytes: UInt64?
    /// Hard memory limit in bytes; nil = the request.
    public var memoryLimitBytes: UInt64?

    /// Makes limits.
    public init(cpus: Double, cpuLimit: Double? = nil, memoryBytes: UInt64? = nil, memoryLimitBytes: UInt64? = nil) {
        (self.cpus, self.cpuLimit) = (cpus, cpuLimit)
        (self.memoryBytes, self.memoryLimitBytes) = (memoryBytes, memoryLimitBytes)
    }
}

/// What is known of a container once it runs.
public struct ContainerStarted: Hashable, Sendable {
    /// The pid of its first process on the host; nil when unknown.
    public var pid: Int32?
    /// Its addresses; empty when it shares the host's network.
    public var addresses: [String]
    /// The engine's `inspect` answer (a JSON array) for Docker containers; goes into `TaskStatus.data`.
    public var inspectJSON: String?

    /// Makes a value.
    public init(pid: Int32? = nil, addresses: [String] = [], inspectJSON: String? = nil) {
        (self.pid, self.addresses, self.inspectJSON) = (pid, addresses, inspectJSON)
    }
}

/// How a container ended.
public struct ContainerTermination: Hashable, Sendable {
    /// The way the first process ended.
    public enum Exit: Hashable, Sendable {
        /// By itself, with this status.
        case exited(Int32)
        /// By this signal.
        case signalled(Int32)
        /// Nobody saw it (the machine rebooted, the supervisor was killed).
        case unknown
    }

    /// The way it ended.
    public var exit: Exit
    /// Set when a limit ended it.
    public var limitation: Limitation?
    /// Words for the user; empty when the exit says all.
    public var message: String

    /// Which limit was hit.
    public enum Limitation: Hashable, Sendable { case memory, disk }

    /// Makes a termination.
    public init(exit: Exit, limitation: Limitation? = nil, message: String = "") {
        (self.exit, self.limitation, self.message) = (exit, limitation, message)
    }
}

/// A container that a checkpoint mentions.
public struct RecoverableContainer: Hashable, Sendable {
    /// Its id.
    public var id: ContainerID
    /// Whether it was started through Docker.
    public var isDocker: Bool
    /// The pid that was written when it was forked.
    public var pid: Int32?
    /// As in `ContainerSpec`.
    public var runtimeDirectory: String
    /// As in `ContainerSpec`.
    public var sandbox: String

    /// Makes a value.
    public init(id: ContainerID, isDocker: Bool, pid: Int32?, runtimeDirectory: String, sandbox: String) {
        (self.id, self.isDocker, self.pid) = (id, isDocker, pid)
        (self.runtimeDirectory, self.sandbox) = (runtimeDirectory, sandbox)
    }
}

/// What recovery found of a container.
public enum RecoveredContainer: Hashable, Sendable {
    /// It runs and is watched again.
    case running(ContainerStarted)
    /// It ended while no daemon watched.
    case ended(ContainerTermination)
}

/// Consumption of a container.
public struct ContainerUsage: Hashable, Sendable {
    /// CPU time in user mode, in seconds.
    public var cpuUserSeconds: Double
    /// CPU time in the kernel, in seconds.
    public var cpuSystemSeconds: Double
    /// Resident memory in bytes.
    public var memoryBytes: UInt64

    /// Makes a value.
    public init(cpuUserSeconds: Double, cpuSystemSeconds: Double, memoryBytes: UInt64) {
        (self.cpuUserSeconds, self.cpuSystemSeconds) = (cpuUserSeconds, cpuSystemSeconds)
        self.memoryBytes = memoryBytes
    }
}
