public import HTTPTransport
public import KubeClient
public import KubeModel
public import Logging

/// A node: it runs the pods that were launched on it as tasks, and static pods, and tells the API server of them.
///
/// Whether a pod runs is decided by `launch`; what it is comes from the API server's watch, and from the task's copy
/// while that is away (decision D19). Resources are always those of the task's copy. Containers survive this object:
/// cancelling `run` touches none; only `shutdown`, `kill` and what the API server says end pods.
public actor Kubelet {
    /// What becomes of launched pods, in order for each task; to be read once.
    ///
    /// Nothing is repeated by itself: after a restart `recordedTasks` tells what was said last.
    public nonisolated let outcomes: AsyncStream<PodOutcome>
    private let outcomeSink: AsyncStream<PodOutcome>.Continuation

    /// Makes a kubelet that does nothing yet; reads the records of tasks in the root directory.
    public init(
        _ configuration: KubeletConfiguration, client: KubeClient, runtime: any PodRuntime, volumes: any PodVolumes,
        preparation: any PodPreparation, clock: KubeletClock = .system, logger: Logger
    ) throws {
        (outcomes, outcomeSink) = AsyncStream.makeStream()
    }

    /// Works until cancelled: follows the API server, keeps the Node, runs pods.
    public func run() async {}

    /// Tasks that an earlier process recorded in the same root directory.
    public nonisolated var recordedTasks: [RecordedTask] { [] }

    /// Says which of the recorded tasks still live; the others are forgotten, and their pods wait, untouched, to be
    /// launched anew.
    ///
    /// From then on, and once the API server's pods are known, containers of pods that are neither launched, nor bound
    /// here in the API, nor static are removed.
    public func adopt(_ taskIDs: Set<String>) async {}

    /// Takes a pod on as a task; outcomes follow.
    ///
    /// A pod with the same uid that already runs, or whose containers are there, goes on under the new task.
    ///
    /// - Parameter pod: the pod as the task carries it, with filled resource limits.
    public func launch(_ pod: KubeObject, taskID: String) async {}

    /// Ends a task's pod; the outcome is `killed` once all is gone.
    ///
    /// The API's object is left to whoever asked for the end; when it is being deleted there, it is finally removed.
    ///
    /// - Parameter grace: nil = the pod's own.
    public func kill(taskID: String, grace: Duration? = nil) async {}

    /// Static pods handed over by the executor; replaces those given before.
    public func setStaticPods(_ pods: [KubeObject]) async {}

    /// Ends all pods, each within the grace period at most, and returns when they have ended or twice the period has
    /// passed; static pods are ended too.
    public func shutdown(grace: Duration) async {}

    /// Deletes the Node and its lease, before a process that is idle ends for good.
    public func leave() async {}

    /// How many pods there are that are not finished, static ones included.
    public var podCount: Int { 0 }

    /// The node's HTTP API (spec `kubernetes/04` §4.13), for the caller's server.
    public nonisolated var routes: [Route] { [] }
}
