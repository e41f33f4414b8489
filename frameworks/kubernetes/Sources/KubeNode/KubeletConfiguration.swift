/// What a kubelet is told when it begins.
public struct KubeletConfiguration: Sendable {
    /// What the node offers.
    public struct Capacity: Hashable, Sendable {
        /// CPU in thousandths of a core.
        public var cpuMillis: Int64
        /// Memory in bytes.
        public var memoryBytes: Int64
        /// How many pods may run at a time.
        public var pods: Int

        /// Makes a capacity.
        public init(cpuMillis: Int64, memoryBytes: Int64, pods: Int = 110) {
            (self.cpuMillis, self.memoryBytes, self.pods) = (cpuMillis, memoryBytes, pods)
        }
    }

    /// Where pods come from besides the API server (spec `kubernetes/04` §4.12).
    public struct StaticSources: Hashable, Sendable {
        /// A file with a pod, or a directory of such files; empty = none.
        public var path = ""
        /// A URL that answers with a pod or a list of pods; empty = none.
        public var url = ""
        /// More header fields for requests to the URL.
        public var urlHeaders: [String: String] = [:]
        /// How often the URL is asked, and the path looked at where the system does not tell of changes.
        public var period: Duration = .seconds(20)

        /// No sources.
        public init() {}
    }

    /// When images and dead containers are removed (spec `kubernetes/04` §4.11).
    public struct Garbage: Hashable, Sendable {
        /// Dead containers kept for each container of a living pod.
        public var deadContainersPerContainer = 1
        /// How often dead containers are looked at.
        public var containerPeriod: Duration = .seconds(60)
        /// How often images are looked at.
        public var imagePeriod: Duration = .seconds(300)
        /// The share of the image file system in use, in percent, from which on images are removed.
        public var imageHighPercent = 85
        /// The share in use, in percent, down to which they are removed.
        public var imageLowPercent = 80

        /// The defaults of the reference.
        public init() {}
    }

    /// When the node is short of something (spec `kubernetes/04` §4.11).
    public struct Pressure: Hashable, Sendable {
        /// Free memory in bytes below which the node has memory pressure; 0 = never.
        public var memoryBytes: Int64 = 100 << 20
        /// Free space of the root directory's file system, in percent, below which the node has disk pressure.
        public var diskPercent = 10.0
        /// Free inodes of the same, in percent.
        public var inodePercent = 5.0
        /// How often this is looked at.
        public var period: Duration = .seconds(10)
        /// How long a condition stays after the pressure has gone.
        public var transition: Duration = .seconds(300)

        /// The defaults of the reference.
        public init() {}
    }

    /// The periods of the node's own objects (spec `kubernetes/04` §4.4).
    public struct Heartbeat: Hashable, Sendable {
        /// How often the lease in `kube-node-lease` is renewed.
        public var leasePeriod: Duration = .seconds(10)
        /// How long a lease is good for, in seconds.
        public var leaseSeconds: Int64 = 40
        /// How often the status is looked at; it is written when it changed.
        public var statusPeriod: Duration = .seconds(10)
        /// How often it is written although nothing changed.
        public var reportPeriod: Duration = .seconds(300)

        /// The defaults of the reference.
        public init() {}
    }

    /// The node's name.
    public var nodeName: String
    /// The node's address (`InternalIP`, `status.hostIP` of its pods).
    public var hostAddress: String
    /// The port of the node's HTTP API (`daemonEndpoints.kubeletEndpoint.Port`).
    public var port: Int
    /// The directory for records of tasks, volumes and logs of pods; made when it is absent.
    public var rootDirectory: String
    /// What the node has.
    public var capacity: Capacity
    /// What pods may use of it; nil = all.
    public var allocatable: Capacity?
    /// Labels of the Node, besides `kubernetes.io/hostname`, `os` and `arch`.
    public var labels: [String: String] = [:]
    /// Annotations of the Node.
    public var annotations: [String: String] = [:]
    /// Static pods.
    public var staticSources = StaticSources()
    /// How often a pod is looked at although nothing happened.
    public var syncPeriod: Duration = .seconds(60)
    /// How long nothing is removed that no task is known for after the start, if `adopt` is not called before.
    public var adoptionPeriod: Duration = .seconds(300)
    /// How many pods are started or ended at a time.
    public var concurrency = 16
    /// Whether images are pulled one after the other.
    public var pullsInSequence = true
    /// What the node has left; nil = the machine's numbers for the root directory.
    public var meter: (@Sendable () -> NodeSample)?
    /// Garbage.
    public var garbage = Garbage()
    /// Pressure.
    public var pressure = Pressure()
    /// Heartbeat.
    public var heartbeat = Heartbeat()

    /// Makes a configuration with the reference's periods.
    public init(nodeName: String, hostAddress: String, port: Int, rootDirectory: String, capacity: Capacity) {
        (self.nodeName, self.hostAddress, self.port) = (nodeName, hostAddress, port)
        (self.rootDirectory, self.capacity) = (rootDirectory, capacity)
    }
}
