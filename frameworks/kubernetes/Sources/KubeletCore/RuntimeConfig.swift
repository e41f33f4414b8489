public import KubeModel

/// What a pod's sandbox is made with, in no runtime's words.
public struct SandboxConfig: Hashable, Sendable {
    /// A port of the host that leads to one of the pod.
    public struct PortMapping: Hashable, Sendable {
        /// The host's address; empty = all.
        public var hostAddress: String
        /// The host's port, never 0.
        public var hostPort: Int
        /// The pod's port.
        public var containerPort: Int
        /// `TCP`, `UDP` or `SCTP`.
        public var transport: String

        /// Makes a mapping.
        public init(hostAddress: String = "", hostPort: Int, containerPort: Int, transport: String = "TCP") {
            (self.hostAddress, self.hostPort) = (hostAddress, hostPort)
            (self.containerPort, self.transport) = (containerPort, transport)
        }
    }

    /// What a pod's resolver is told (`/etc/resolv.conf`).
    public struct Resolver: Hashable, Sendable {
        /// Name servers, in order.
        public var servers: [String]
        /// The search list.
        public var searches: [String]
        /// Options such as `ndots:5`.
        public var options: [String]

        /// Makes a configuration.
        public init(servers: [String] = [], searches: [String] = [], options: [String] = []) {
            (self.servers, self.searches, self.options) = (servers, searches, options)
        }
    }

    /// The pod.
    public var key: ObjectKey
    /// The pod's uid.
    public var uid: String
    /// How many sandboxes it had before.
    public var attempt = 0
    /// The image that holds the namespaces.
    public var image = ""
    /// The pod's host name; empty with the host's network.
    public var hostname = ""
    /// The resolver; nil leaves the host's file as it is.
    public var resolver: Resolver?
    /// Ports of the host.
    public var ports: [PortMapping] = []
    /// Whether the host's network namespace is used.
    public var usesHostNetwork = false
    /// Whether the host's process namespace is used.
    public var usesHostPID = false
    /// Whether the host's IPC namespace is used.
    public var usesHostIPC = false
    /// Whether the pod's containers share one process namespace.
    public var sharesProcesses = false
    /// Kernel settings of the pod's namespaces (`spec.securityContext.sysctls`).
    public var sysctls: [String: String] = [:]
    /// The cgroup to put the pod's containers under; empty = the runtime's own.
    public var cgroupParent = ""
    /// More labels for the container.
    public var labels: [String: String] = [:]

    /// Makes a configuration.
    public init(key: ObjectKey, uid: String) { (self.key, self.uid) = (key, uid) }
}

/// What a container is made with, in no runtime's words.
public struct ContainerConfig: Sendable {
    /// A directory or file of the host seen in the container.
    public struct Mount: Hashable, Sendable {
        /// How mounts made later spread.
        public enum Propagation: String, Hashable, Sendable {
            /// Neither way.
            case none = "None"
            /// From the host.
            case hostToContainer = "HostToContainer"
            /// Both ways.
            case bidirectional = "Bidirectional"
        }

        /// The path on the host; exists.
        public var hostPath: String
        /// The path in the container.
        public var containerPath: String
        /// Whether it cannot be written.
        public var isReadOnly: Bool
        /// How mounts spread.
        public var propagation: Propagation

        /// Makes a mount.
        public init(
            hostPath: String, containerPath: String, isReadOnly: Bool = false, propagation: Propagation = .none
        ) {
            (self.hostPath, self.containerPath) = (hostPath, containerPath)
            (self.isReadOnly, self.propagation) = (isReadOnly, propagation)
        }
    }

    /// Limits for the kernel (spec `kubernetes/04` §4.9).
    public struct Limits: Hashable, Sendable {
        /// `cpu.shares`.
        public var cpuShares: Int64 = 2
        /// Microseconds of CPU time in each 100 ms; 0 = no limit.
        public var cpuQuota: Int64 = 0
        /// Bytes of memory, swap included; 0 = no limit.
        public var memory: Int64 = 0
        /// `oom_score_adj`.
        public var oomScoreAdjustment = 0

        /// No limits.
        public init() {}
    }

    /// What the container's processes may do.
    public struct Security: Hashable, Sendable {
        /// Whether it may do everything.
        public var isPrivileged = false
        /// Capabilities added, without `CAP_`; `ALL` is possible.
        public var addedCapabilities: [String] = []
        /// Capabilities dropped.
        public var droppedCapabilities: [String] = []
        /// The user, `uid[:gid]`; empty = the image's.
        public var user = ""
        /// Further groups.
        public var groups: [Int64] = []
        /// Whether the root file system cannot be written.
        public var hasReadOnlyRoot = false
        /// Whether more privileges can never be gained.
        public var hasNoNewPrivileges = false
        /// Options of the runtime's own words (`label=…`, `seccomp=…`).
        public var options: [String] = []

        /// The runtime's defaults.
        public init() {}
    }

    /// The pod.
    public var key: ObjectKey
    /// The pod's uid.
    public var uid: String
    /// The container's name.
    public var name: String
    /// How many runs it had before.
    public var attempt = 0
    /// The image, complete with tag or digest.
    public var image = ""
    /// The sandbox whose namespaces it joins.
    public var sandboxID = ""
    /// Replaces the image's entry point; empty keeps it (`spec.containers[].command`).
    public var command: [String] = []
    /// Replaces the image's arguments; empty keeps them, unless `command` is given.
    public var arguments: [String] = []
    /// The working directory; empty = the image's.
    public var workingDirectory = ""
    /// The environment, in order.
    public var environment: [(name: String, value: String)] = []
    /// What it sees of the host.
    public var mounts: [Mount] = []
    /// Limits.
    public var limits = Limits()
    /// Rights.
    public var security = Security()
    /// Whether standard input is open.
    public var hasInput = false
    /// Whether standard input closes after the first client.
    public var closesInputOnce = false
    /// Whether it runs on a terminal.
    public var hasTerminal = false
    /// Whether the host's process namespace is used.
    public var usesHostPID = false
    /// Whether the sandbox's process namespace is used.
    public var sharesProcesses = false
    /// The host's network is used: the container has the host's name.
    public var usesHostNetwork = false
    /// The hash of the specification (`io.kubernetes.container.hash`).
    public var specHash = ""
    /// The cgroup to put it under; empty = the runtime's own.
    public var cgroupParent = ""
    /// Labels that let a later kubelet know what it needs (`io.kubernetes.container.…`).
    public var labels: [String: String] = [:]

    /// Makes a configuration.
    public init(key: ObjectKey, uid: String, name: String) { (self.key, self.uid, self.name) = (key, uid, name) }
}
