public import ClusterBase
public import ClusterModel

/// Something that the driver carries out, in order, once all earlier records are durable.
public enum AgentEffect: Hashable, Sendable {
    /// Send a libprocess message to the address given.
    case send(to: String, AgentMessage)
    /// Prove to the master at the address who the agent is, within the time; answered by `authenticationEnded`. Takes
    /// the place of an earlier one.
    case authenticate(UInt64, with: String, timeout: Duration)
    /// Keep a connection to the address open.
    case link(String)
    /// Ask the leader detector again: the master thinks the link is broken, or is silent.
    case detectMaster
    /// Create sandbox and links and start a container; answered by `containerLaunched` or `containerLaunchFailed`.
    case launchContainer(ContainerPlan)
    /// SIGTERM (Docker: stop), SIGKILL after the grace period; a repetition changes the grace period.
    case stopContainer(ContainerID, grace: Duration)
    /// SIGKILL at once; also for containers whose launch has not been answered yet.
    case destroyContainer(ContainerID)
    /// Set new limits.
    case updateContainer(ContainerID, ContainerPlan.Limits)
    /// Show persistent volumes in the sandbox of a running process container, and others no longer; answered by
    /// `containerUpdateFailed` if that does not work.
    case linkVolumes(ContainerID, sandbox: String, added: [VolumeMount], removed: [VolumeMount])
    /// Release what is remembered about an ended container.
    case forgetContainer(ContainerID)
    /// Find these containers again and remove all others of this agent; answered by `containersRecovered`.
    case recoverContainers([ContainerTrace])
    /// Try something; answered by `probeEnded`.
    case runProbe(ProbeID, ProbeRequest)
    /// Answer a SUBSCRIBE request with a stream of events.
    case openStream(RequestID)
    /// Put an event into an open stream.
    case sendExecutor(RequestID, ExecutorEvent)
    /// End an open stream after what was put into it.
    case closeStream(RequestID)
    /// Answer a request with a status and, for refusals, a text.
    case respond(RequestID, ExecutorReply)
    /// Measure the disk; answered by `diskMeasured`.
    case measureDisk
    /// Delete a directory and all below it; answered by `directoryRemoved`.
    case removeDirectory(String)
    /// The process is to end; with a failure its exit status is not 0. Containers are left as they are.
    case exit(reason: String, isFailure: Bool)
    /// Something an operator should read in the log.
    case log(isError: Bool, String)
}

/// The answer to a call of an executor; statuses of spec `mesos/04` §4.1.
public enum ExecutorReply: Hashable, Sendable {
    /// 202.
    case accepted
    /// 400 with a text.
    case badRequest(String)
    /// 403 with a text.
    case forbidden(String)
    /// 503 with a text.
    case unavailable(String)
}

/// A check or health check to carry out now.
public struct ProbeRequest: Hashable, Sendable {
    /// Inside which container.
    public var containerID: ContainerID
    /// What to try; HTTP and TCP go to `address`.
    public var probe: Probe
    /// The address of the container: its own or a loopback address of the host.
    public var address: String
    /// Longest duration; nil = none.
    public var timeout: Duration?

    /// Makes a request.
    public init(containerID: ContainerID, probe: Probe, address: String, timeout: Duration?) {
        (self.containerID, self.probe, self.address, self.timeout) = (containerID, probe, address, timeout)
    }
}

/// A container to start, in terms that need no containerizer.
public struct ContainerPlan: Hashable, Sendable {
    /// Requests and limits.
    public struct Limits: Hashable, Sendable {
        /// Requested CPU, in cores.
        public var cpus: Double
        /// Hard CPU limit in cores; nil = none.
        public var cpuLimit: Double?
        /// Requested memory in bytes; nil = none.
        public var memoryBytes: UInt64?
        /// Hard memory limit in bytes; nil = the request.
        public var memoryLimitBytes: UInt64?

        /// Makes limits.
        public init(cpus: Double, cpuLimit: Double? = nil, memoryBytes: UInt64? = nil, memoryLimitBytes: UInt64? = nil)
        {
            (self.cpus, self.cpuLimit) = (cpus, cpuLimit)
            (self.memoryBytes, self.memoryLimitBytes) = (memoryBytes, memoryLimitBytes)
        }
    }

    /// A symbolic link to make before the start; replaces an older one.
    public struct Link: Hashable, Sendable {
        /// Where the link stands.
        public var path: String
        /// What it points to.
        public var target: String

        /// Makes a link.
        public init(path: String, target: String) { (self.path, self.target) = (path, target) }
    }

    /// The container's id.
    public var id: ContainerID
    /// Whose it is.
    public var frameworkID: FrameworkID
    /// Whose executor's it is.
    public var executorID: ExecutorID
    /// Whether the executor itself runs in it, and not a task of its.
    public var isExecutor = false
    /// What to run.
    public var command: CommandInfo
    /// How it is contained; nil = a plain process.
    public var container: ContainerInfo?
    /// The whole environment, in order.
    public var environment: [EnvironmentVariable]
    /// The sandbox on the host, to be created and given to `user`.
    public var sandbox: String
    /// Links to make.
    public var links: [Link]
    /// Persistent volumes: links below the sandbox, or for Docker mounts.
    public var volumes: [VolumeMount] = []
    /// Limits to enforce.
    public var limits: Limits
    /// The user to run as; nil = the agent's.
    public var user: String?
    /// Where the forked pid is written; nil for frameworks without checkpoints.
    public var pidFile: String?
    /// Directory for files that let a later agent find the container again.
    public var runtimeDirectory: String
    /// Ownership labels.
    public var labels: [String: String]
}

/// A container that checkpoints mention.
public struct ContainerTrace: Hashable, Sendable {
    /// Its id.
    public var id: ContainerID
    /// Whether Docker ran it.
    public var isDocker: Bool
    /// The pid written when it was forked.
    public var pid: Int32?
    /// As in `ContainerPlan`.
    public var runtimeDirectory: String
    /// As in `ContainerPlan`.
    public var sandbox: String
}
