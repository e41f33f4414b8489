internal import ClusterBase
internal import KubeClient
internal import KubeCore
internal import KubeKinds
internal import KubeModel
public import Logging
public import ServiceLifecycle

/// The controllers as a service: namespaces, garbage collection, endpoints, replicas, deployments, nodes, pod clean-up.
///
/// One of several managers leads at a time, by a lease. `run` returns at graceful shutdown, having given the lease
/// back; it throws when the lease is lost, as upstream's process exits: start it again to compete anew.
public actor ControllerManager: Service {
    /// How many nodes are looked at at a time.
    private static let nodeWorkers = 8

    private let configuration: ControllerManagerConfiguration
    private let kinds: ControllerKinds
    private let logger: Logger
    private var controllers: [any RunningController] = []
    private var elector: LeaderElector?

    /// Makes a manager that is not running, for the kinds this build knows.
    public init(_ configuration: ControllerManagerConfiguration, logger: Logger) {
        (self.configuration, self.logger) = (configuration, logger)
        kinds = ControllerKinds(.standard)
    }

    /// Whether the controllers work: the lease is held, or none is asked for.
    public var isLeading: Bool { elector?.isLeader ?? !controllers.isEmpty }

    /// What each controller has done so far; empty while another manager leads.
    public var metrics: [ControllerMetrics] {
        get async {
            var all: [ControllerMetrics] = []
            for controller in controllers { all.append(await controller.metrics) }
            return all
        }
    }

    /// Runs until graceful shutdown or cancellation.
    ///
    /// Throws when the lease is lost, and `ClusterError` `invalidArgument` for unusable TLS material or lease times.
    public func run() async throws {
        guard configuration.electsLeader else { return try await quietly { try await self.work() } }
        let identity = configuration.identity ?? "\(HostName.current)_\(UInt64.random(in: 0 ... .max))"
        let timing = configuration.leaseTiming
        guard timing.duration > timing.renewDeadline, timing.renewDeadline > timing.retryPeriod else {
            throw ClusterError(
                .invalidArgument,
                "the lease must last longer than the renew deadline, and that longer than the retry period",
                field: "leader-elect-lease-duration")
        }
        var settings = configuration.client
        (settings.retries, settings.timeout) = (0, timing.retryPeriod * 2)
        let client = try KubeClient(settings)
        let elector = LeaderElector(
            client: client,
            election: LeaderElection(
                identity: identity,
                key: ObjectKey(namespace: configuration.leaseNamespace, configuration.leaseName), timing: timing),
            logger: logger)
        self.elector = elector
        let result: Result<Void, any Error>
        do {
            try await quietly { try await elector.lead { try await self.work() } }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        if configuration.releasesLease { await elector.release() }
        await client.shutdown()
        try result.get()
    }

    /// Ends at graceful shutdown as well as by cancellation, without an error.
    private func quietly(_ body: @escaping @Sendable () async throws -> Void) async throws {
        do { try await cancelWhenGracefulShutdown(body) } catch is CancellationError {
            // The manager was asked to end.
        } catch {
            if !Task.isCancelled, !Task.isShuttingDownGracefully { throw error }
        }
    }

    /// Informers and workers, until cancelled.
    private func work() async throws {
        let client = try KubeClient(configuration.client)
        let controllers = makeControllers(IntentExecutor(client: client))
        self.controllers = controllers
        var kinds: [ResourceKind] = []
        for kind in controllers.flatMap(\.kinds) where !kinds.contains(kind) { kinds.append(kind) }
        await withDiscardingTaskGroup { group in
            for controller in controllers { group.addTask { await controller.run() } }
            for kind in kinds {
                let informer = Informer(client, kind, trim: ObjectTrim.trim(kind), logger: logger)
                let listeners = controllers.filter { $0.kinds.contains(kind) }
                group.addTask { await Self.follow(informer, listeners) }
            }
        }
        self.controllers = []
        await client.shutdown()
    }

    private static func follow(_ informer: Informer, _ listeners: [any RunningController]) async {
        let kind = informer.kind
        await informer.run { news in
            for listener in listeners {
                switch news {
                case .changed(let deltas): await listener.observe(deltas, of: kind)
                case .synchronised: await listener.synchronised(kind)
                }
            }
        }
    }

    private func makeControllers(_ executor: IntentExecutor) -> [any RunningController] {
        let watched = kinds.collected.filter(\.isNamespaced)
        return [
            driver(
                NamespaceController(contents: kinds.contents, watching: watched), configuration.namespaceWorkers,
                executor),
            driver(
                GarbageCollector(kinds: kinds.collected, aliases: kinds.aliases), configuration.garbageWorkers, executor
            ),
            driver(EndpointsController(), configuration.endpointsWorkers, executor),
            driver(
                ReplicaController(.replicationControllers), configuration.replicationControllerWorkers, executor),
            driver(ReplicaController(.replicaSets), configuration.replicaSetWorkers, executor),
            driver(DeploymentController(), configuration.deploymentWorkers, executor),
            driver(NodeLifecycleController(configuration.nodes), Self.nodeWorkers, executor),
            driver(DisruptionController(), 1, executor),
            driver(PodCleanupController(threshold: configuration.finishedPods), 1, executor),
        ]
    }

    private func driver(_ controller: some Controller, _ workers: Int, _ executor: IntentExecutor)
        -> any RunningController
    {
        ControllerDriver(
            controller, workers: workers, limits: configuration.queue, executor: executor, host: "", logger: logger)
    }
}
