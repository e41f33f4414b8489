internal import ClusterBase
public import KubeClient
internal import KubeCore
internal import KubeModel
internal import KubeletCore
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
    /// Tasks that an earlier process recorded in the same root directory, as they were when this object was made.
    public nonisolated let recordedTasks: [RecordedTask]

    nonisolated let world: PodWorld
    nonisolated let keeper: NodeKeeper
    nonisolated let informer: Informer
    let records: TaskRecords
    let outcomeSink: AsyncStream<PodOutcome>.Continuation
    /// Work that begins while `run` works: each in a task of its own.
    let jobs: AsyncStream<@Sendable () async -> Void>
    let jobSink: AsyncStream<@Sendable () async -> Void>.Continuation
    nonisolated let cleaning = Signal()
    nonisolated let mirroring = Signal()
    nonisolated let ending = Signal()

    var tasks: [String: LaunchedTask] = [:]
    var taskOfPod: [String: String] = [:]
    var workers: [String: PodWorker] = [:]
    var progress: [String: PodProgress] = [:]
    var waitingLaunches: [String] = []
    var staticPods = StaticTable()
    var api = APIState.unknown
    var isAdopting = true
    var isShuttingDown = false
    let startedAt: UnixTime

    /// What is known of the API server's pods.
    enum APIState { case unknown, away, known }

    /// Makes a kubelet that does nothing yet; reads the records of tasks in the root directory.
    ///
    /// Throws `ClusterError` when the root directory cannot be made.
    public init(
        _ configuration: KubeletConfiguration, client: KubeClient, runtime: any PodRuntime, volumes: any PodVolumes,
        preparation: any PodPreparation, clock: KubeletClock = .system, logger: Logger
    ) throws {
        (outcomes, outcomeSink) = AsyncStream.makeStream()
        (jobs, jobSink) = AsyncStream.makeStream()
        records = try TaskRecords(root: configuration.rootDirectory, logger: logger)
        recordedTasks = records.load()
        let events = EventRecorder(
            client: client, component: "kubelet", host: configuration.nodeName, logger: logger)
        let keeper = NodeKeeper(
            configuration, client: client, runtime: runtime, clock: clock, events: events, logger: logger)
        self.keeper = keeper
        var settings = PodSyncSettings()
        settings.hostAddress = configuration.hostAddress
        settings.syncPeriod = configuration.syncPeriod
        settings.deadContainersKept = configuration.garbage.deadContainersPerContainer
        world = PodWorld(
            configuration: configuration, client: client, runtime: runtime, volumes: volumes,
            preparation: preparation, handlers: try HandlerRunner(runtime: runtime, clock: clock),
            images: ImagePuller(runtime: runtime, inSequence: configuration.pullsInSequence), events: events,
            clock: clock, logger: logger, engine: Gate(width: configuration.concurrency),
            writes: Gate(width: configuration.concurrency), engineFailed: { keeper.wake() }, settings: settings)
        informer = Informer(
            client, .pods, selection: ObjectSelection(fields: "spec.nodeName=" + configuration.nodeName),
            logger: logger)
        startedAt = clock.time()
    }

    /// Works until cancelled: follows the API server, keeps the Node, runs pods.
    public func run() async {
        staticPods.expect(world.configuration.staticSources)
        await withDiscardingTaskGroup { group in
            group.addTask { await self.world.events.run() }
            group.addTask { await self.keeper.run() }
            group.addTask { await self.informer.run { await self.take($0) } }
            group.addTask { await self.followRuntime() }
            group.addTask { await self.followStaticSources() }
            group.addTask { await self.keepMirrors() }
            group.addTask { await self.keepHouse() }
            group.addTask { await self.collectImages() }
            group.addTask { await self.relievePressure() }
            group.addTask { await self.giveUpWaiting() }
            for await job in jobs { group.addTask { await job() } }
            group.cancelAll()
        }
        await world.handlers.shutdown()
    }

    /// How many pods there are that are not finished, static ones included.
    public var podCount: Int {
        waitingLaunches.count + workers.keys.count { progress[$0].map { $0.stage != .ended } ?? true }
    }

    /// Whether the Node is registered and the engine answers.
    public var isReady: Bool {
        get async {
            let hasEngine = await keeper.hasEngine
            return hasEngine && keeper.node != nil
        }
    }
}
