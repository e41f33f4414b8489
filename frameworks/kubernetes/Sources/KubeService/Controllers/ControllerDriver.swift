internal import KubeClient
internal import ClusterBase
internal import KubeCore
internal import KubeModel
internal import Logging

/// A controller that runs, whatever its keys are.
protocol RunningController: Sendable {
    var kinds: [ResourceKind] { get }
    /// Tells it news of a kind.
    func observe(_ deltas: [ObjectDelta], of kind: ResourceKind) async
    /// Tells it that all objects of a kind were told once.
    func synchronised(_ kind: ResourceKind) async
    /// Works until cancelled.
    func run() async
    var metrics: ControllerMetrics { get async }
}

/// Owns a controller and its queue, and has workers carry its plans out.
///
/// Work begins when the objects of all its kinds were told once. Idle workers cost nothing; one timer waits for the
/// next delayed key.
actor ControllerDriver<C: Controller>: RunningController {
    nonisolated let kinds: [ResourceKind]
    private var controller: C
    private var queue: WorkQueue<C.Key>
    private let workers: Int
    private let executor: IntentExecutor
    private let events: EventRecorder
    private let logger: Logger
    private var unsynchronised: Set<ResourceKind>
    private var idle: [CheckedContinuation<Void, Never>] = []
    private var timer: (due: Instant, task: Task<Void, Never>)?
    private var isStopped = false
    private var counted: ControllerMetrics

    init(
        _ controller: C, workers: Int, limits: WorkQueueLimits, executor: IntentExecutor, host: String, logger: Logger
    ) {
        (self.controller, kinds, self.workers) = (controller, controller.kinds, workers)
        queue = WorkQueue(limits)
        self.executor = executor
        events = EventRecorder(client: executor.client, component: controller.name, host: host, logger: logger)
        self.logger = logger
        unsynchronised = Set(controller.kinds)
        counted = ControllerMetrics(name: controller.name)
    }

    func observe(_ deltas: [ObjectDelta], of kind: ResourceKind) {
        for delta in deltas { add(controller.observe(delta, of: kind)) }
        wake()
    }

    func synchronised(_ kind: ResourceKind) {
        guard unsynchronised.remove(kind) != nil, unsynchronised.isEmpty else { return }
        add(controller.synchronised())
        wake()
    }

    var metrics: ControllerMetrics {
        var metrics = counted
        (metrics.depth, metrics.delayed) = (queue.depth, queue.delayedCount)
        (metrics.added, metrics.retries) = (queue.added, queue.retries)
        return metrics
    }

    func run() async {
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.events.run() }
                for _ in 0..<workers { group.addTask { await self.work() } }
            }
        } onCancel: {
            Task { await self.stop() }
        }
    }

    private func stop() {
        isStopped = true
        timer?.task.cancel()
        timer = nil
        for continuation in idle { continuation.resume() }
        idle = []
        events.finish()
    }

    private func add(_ triggers: [Trigger<C.Key>]) {
        for trigger in triggers { queue.add(trigger.key, after: trigger.after, now: ServiceClock.steady()) }
    }

    /// Lets idle workers look at the queue, and sets the timer for what is due later.
    private func wake() {
        guard unsynchronised.isEmpty, !isStopped else { return }
        for _ in 0..<min(idle.count, queue.depth) { idle.removeFirst().resume() }
        guard let due = queue.nextDue(), timer.map({ due < $0.due }) ?? true else { return }
        timer?.task.cancel()
        let delay = due - ServiceClock.steady()
        let task = Task { [weak self] in
            if (try? await Task.sleep(for: delay)) != nil { await self?.ring(due) }
        }
        timer = (due, task)
    }

    private func ring(_ due: Instant) {
        guard timer?.due == due else { return }
        timer = nil
        queue.collectDue(now: ServiceClock.steady())
        wake()
    }

    private func work() async {
        while !isStopped {
            if unsynchronised.isEmpty, let key = queue.take(now: ServiceClock.steady()) {
                await process(key)
                queue.finish(key)
                recoverFromOverflow()
                wake()
            } else {
                await withCheckedContinuation { idle.append($0) }
            }
        }
    }

    /// Works on a key until it is done or has to wait.
    private func process(_ key: C.Key) async {
        counted.processed += 1
        var progress: Progress?
        while !isStopped {
            let plan = controller.plan(key, after: progress, now: ServiceClock.time())
            for note in plan.events { events.record(note) }
            add(plan.triggers)
            let outcomes = await executor.execute(plan.intents)
            let failures = outcomes.filter(\.isFailure)
            counted.requests += outcomes.count
            counted.failures += failures.count
            for failure in failures {
                let reason = failure.error?.message ?? ""
                logger.debug("a request failed", metadata: ["key": "\(key)", "error": "\(reason)"])
            }
            switch plan.next {
            case .resume(let stage):
                progress = Progress(stage: stage, outcomes)
                continue
            case .finished where failures.isEmpty: queue.succeed(key)
            case .again(let delay) where failures.isEmpty:
                queue.succeed(key)
                queue.add(key, after: delay, now: ServiceClock.steady())
            case .finished, .again, .retry: queue.retry(key, now: ServiceClock.steady())
            }
            return
        }
    }

    /// Keys that were turned away are added anew once there is room.
    private func recoverFromOverflow() {
        guard queue.hasOverflowed, queue.depth == 0 else { return }
        queue.clearOverflow()
        for key in controller.allKeys { queue.add(key) }
    }
}
