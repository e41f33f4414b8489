public import KubeClient
public import KubeCore

/// What the controllers are run with.
public struct ControllerManagerConfiguration: Sendable {
    /// `--master`: how the API server is reached.
    public var client = KubeClientConfiguration(server: "http://127.0.0.1:8888")
    /// Who this manager is among those that compete for the lease; nil = host name and a random part.
    public var identity: String?
    /// `--leader-elect`: whether to wait for the lease; without it the controllers run at once.
    public var electsLeader = true
    /// The namespace of the lease.
    public var leaseNamespace = "kube-system"
    /// The name of the lease.
    public var leaseName = "kube-controller-manager"
    /// `--leader-elect-lease-duration`, `-renew-deadline` and `-retry-period`.
    public var leaseTiming = LeaseTiming()
    /// Whether the lease is given back at the end, so that the next leader need not wait until it runs out.
    public var releasesLease = true
    /// `--concurrent-endpoint-syncs`.
    public var endpointsWorkers = 5
    /// `--concurrent-namespace-syncs`.
    public var namespaceWorkers = 10
    /// `--concurrent-gc-syncs`.
    public var garbageWorkers = 20
    /// `--concurrent-rc-syncs`.
    public var replicationControllerWorkers = 5
    /// `--concurrent-replicaset-syncs`.
    public var replicaSetWorkers = 5
    /// `--concurrent-deployment-syncs`.
    public var deploymentWorkers = 5
    /// `--node-monitor-grace-period`, `--pod-eviction-timeout` and their like.
    public var nodes = NodeLifecycleSettings()
    /// `--terminated-pod-gc-threshold`; 0 keeps all.
    public var finishedPods = 12_500
    /// How failing work is tried again.
    public var queue = WorkQueueLimits()

    /// Makes a configuration with upstream's defaults, for an API server at `server`.
    public init(server: String = "http://127.0.0.1:8888") { client.server = server }
}
