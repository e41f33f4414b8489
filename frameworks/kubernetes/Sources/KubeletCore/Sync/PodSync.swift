public import KubeModel

/// One pod on its node, as a pure state machine: what it should be, what the runtime has, and what was learnt on the
/// way go in; plans, events and the status come out.
///
/// The driver owns one per pod and serves it one call at a time:
///
/// 1. `observe` what the runtime has, read after the last step of the last plan;
/// 2. `plan`; mount volumes if told; run the steps, `report`ing what becomes of them;
/// 3. record `takeEvents()` after every call, and write `statusPatch` when there is one;
/// 4. again after each plan that was not empty, and at news: the pod (`update`), the runtime, `wakeAt`, a probe.
///
/// It never plans a second run of a container while one may be running, and after a restart of the kubelet finds
/// running containers by their labels and leaves them alone. What it remembers beside the runtime is lost with it:
/// back-offs begin anew, hooks may run twice.
///
/// Source: upstream `pkg/kubelet/kuberuntime/kuberuntime_manager.go`, `kubelet_pods.go` (1.20); spec `kubernetes/04`.
public struct PodSync: Sendable {
    /// The pod as it should be.
    public internal(set) var view: PodView
    /// What the runtime has, as last observed or reported.
    public internal(set) var runtime: RuntimePod?
    /// Numbers.
    public let settings: PodSyncSettings
    /// The runs of its containers, those that the runtime lost included.
    var runs: ContainerRuns
    /// What was learnt on the way.
    var memory: PodMemory
    /// The checks of its containers.
    var probes: PodProbes

    /// Begins with a pod that was assigned to the node, or found there after a restart of the kubelet.
    ///
    /// The pod's recorded status is taken as memory: phase, start time, readiness and the number of restarts.
    ///
    /// - Parameter probeOffset: the part of a period, in 0..<1, by which first checks are put off; not 0 after a
    ///   restart of the kubelet, lest all pods are checked at once.
    public init(
        _ view: PodView, settings: PodSyncSettings = PodSyncSettings(), probeOffset: Double = 0, now: UnixTime
    ) {
        (self.view, self.settings) = (view, settings)
        memory = PodMemory(view, settings: settings, now: now)
        runs = ContainerRuns(nil)
        probes = PodProbes(view, offset: probeOffset, now: now)
    }
}

/// Numbers of a node's work on pods (spec `kubernetes/04` §4.3, §4.4).
public struct PodSyncSettings: Hashable, Sendable {
    /// The first delay before a container is started again, or an image is pulled again.
    public var firstBackOff: Duration = .seconds(10)
    /// The longest; after twice that time without failure delays begin anew.
    public var longestBackOff: Duration = .seconds(300)
    /// The delay after anything else that failed.
    public var retryDelay: Duration = .seconds(10)
    /// How long the end of a container shows as such before it shows as waiting for its next run.
    public var endShown: Duration = .seconds(5)
    /// How long a failed pull shows as such before it shows as waiting for the next.
    public var pullErrorShown: Duration = .seconds(3)
    /// The time between two looks at a pod about which there is no news; volumes follow their sources then.
    public var syncPeriod: Duration = .seconds(60)
    /// How many dead runs of each container are kept for their logs.
    public var deadContainersKept = DeadContainers.kept
    /// The node's address (`status.hostIP`).
    public var hostAddress = ""
    /// The scheme of container ids in the status.
    public var runtimeName = "docker"

    /// Upstream's numbers.
    public init() {}
}
