internal import ClusterBase
internal import ClusterModel
internal import FrameworkSDK
internal import HTTPTransport
internal import KubeClient
internal import KubeCore
internal import KubeModel
internal import KubeScheduling
internal import Logging

/// Owns the core: tells it what happens, one thing at a time, and carries out what it wants.
///
/// Steps never suspend. Calls leave in order; writes go to the API server many at a time, by workers of their own, and
/// their outcomes come back as further steps. The core has one write under way per pod or node, which bounds the queue.
actor SchedulingDriver {
    private struct Write: Sendable {
        var intent: Intent
        var asked: Instant
    }

    private var core: PodScheduler
    private let link: SchedulerClient
    private let executor: IntentExecutor
    private let recorder: EventRecorder
    private let logger: Logger
    private let writes = AsyncStream.makeStream(of: Write.self)
    private let width: Int
    private var unsynchronised: Set<ResourceKind>
    private var isSubscribed = false
    private var metrics = SchedulerMetrics()
    private var timer: (due: Instant, task: Task<Void, Never>)?
    /// When a call for which there was no room is thought of again.
    private static let refusalDelay = Duration.milliseconds(100)

    init(
        core: PodScheduler, kinds: [ResourceKind], link: SchedulerClient, client: KubeClient, writes width: Int,
        recorder: EventRecorder, logger: Logger
    ) {
        (self.core, self.link, self.recorder, self.logger) = (core, link, recorder, logger)
        (executor, self.width, unsynchronised) = (IntentExecutor(client: client), width, Set(kinds))
    }

    // MARK: What happens

    /// Takes an event of the master, or news of the connection.
    func take(_ signal: SchedulerSignal) {
        switch signal {
        case .event(let event):
            metrics.observe(event)
            if case .subscribed = event { isSubscribed = true }
            step(.event(event))
            guard case .update(let status) = event else { return }
            do { try link.acknowledge(status) } catch {
                // The agent sends the update again.
                logger.debug(
                    "acknowledgement not sent", metadata: ["task_id": "\(status.taskID)", "error": "\(error)"])
            }
        case .notice(.disconnected(let reason)):
            logger.info("disconnected from the master", metadata: ["reason": "\(reason)"])
            isSubscribed = false
            step(.disconnected)
        case .notice(.refused(let call, _, let message)): step(.refused(call, message: message))
        }
    }

    /// Takes news of objects.
    func observe(_ deltas: [ObjectDelta], of kind: ResourceKind) {
        let now = ServiceClock.steady()
        for delta in deltas {
            if kind == .pods { metrics.observe(delta, now: now) }
            step(.object(delta, kind))
        }
    }

    /// Takes note that all objects of a kind were told once.
    func synchronised(_ kind: ResourceKind) {
        guard unsynchronised.remove(kind) != nil, unsynchronised.isEmpty else { return }
        step(.synchronised)
    }

    /// Does what an operator asks; false without a subscription.
    func submit(_ command: SchedulingCommand) -> Bool {
        guard isSubscribed else { return false }
        step(.command(command))
        return true
    }

    // MARK: Steps

    private func step(_ input: SchedulingInput) {
        let now = ServiceClock.steady()
        var isLost = false
        for effect in core.handle(input, now: now) { perform(effect, now: now, isLost: &isLost) }
        if isLost {
            // The news of it is on its way; until then the core would ask for the same again and again.
            isSubscribed = false
            for effect in core.handle(.disconnected, now: now) { perform(effect, now: now, isLost: &isLost) }
        }
        setTimer(now: now)
    }

    /// - Parameter isLost: set when there is no subscription to send a call on.
    private func perform(_ effect: SchedulingEffect, now: Instant, isLost: inout Bool) {
        switch effect {
        case .call(let call):
            do {
                try link.send(call)
                metrics.observe(call, now: now)
            } catch {
                logger.debug("call not sent", metadata: ["error": "\(error)"])
                if error.code == .unavailable { isLost = true } else { refuse(call, error.message) }
            }
        case .write(let intent): writes.continuation.yield(Write(intent: intent, asked: now))
        case .note(let note): recorder.record(note)
        }
    }

    /// Tells the core of a call for which there is no room, when there may be room again.
    private func refuse(_ call: SchedulerCall, _ message: String) {
        Task { [weak self] in
            try? await Task.sleep(for: Self.refusalDelay)
            await self?.step(.refused(call, message: message))
        }
    }

    // MARK: Writes

    /// Carries writes out until `stop`, or cancellation.
    func write() async {
        let (executor, stream, width) = (executor, writes.stream, width)
        await withTaskGroup(of: Void.self) { group in
            var underWay = 0
            for await write in stream {
                if underWay >= width {
                    await group.next()
                    underWay -= 1
                }
                underWay += 1
                group.addTask {
                    let outcomes = await executor.execute([write.intent])
                    if let outcome = outcomes.first { await self.wrote(outcome, asked: write.asked) }
                }
            }
        }
    }

    private func wrote(_ outcome: Outcome, asked: Instant) {
        if let error = outcome.error {
            logger.debug("a write failed", metadata: ["intent": "\(outcome.intent)", "error": "\(error.message)"])
        }
        if case .create(.bindings, _) = outcome.intent {
            metrics.bound(outcome, after: ServiceClock.steady() - asked)
        }
        step(.written(outcome))
    }

    // MARK: Time

    /// Sees to it that `ring` comes at the core's deadline, or before: a deadline that moves back costs nothing.
    private func setTimer(now: Instant) {
        guard let due = core.nextDeadline, timer.map({ due < $0.due }) ?? true else { return }
        timer?.task.cancel()
        let task = Task { [weak self] in
            if (try? await Task.sleep(for: max(.zero, due - now))) != nil { await self?.ring(due) }
        }
        timer = (due, task)
    }

    private func ring(_ due: Instant) {
        guard timer?.due == due else { return }
        timer = nil
        let now = ServiceClock.steady()
        if let due = core.nextDeadline, due <= now { step(.tick) } else { setTimer(now: now) }
    }

    /// Takes no further step of its own accord.
    func stop() {
        isSubscribed = false
        timer?.task.cancel()
        timer = nil
        writes.continuation.finish()
    }

    // MARK: What there is to see

    /// Whether the master has taken the framework in and all objects are known.
    var isReady: Bool { isSubscribed && unsynchronised.isEmpty }

    /// Reads the core.
    func view<Answer: Sendable>(_ body: @Sendable (PodScheduler) -> Answer) -> Answer { body(core) }

    /// Appends the metrics.
    func write(to text: inout PrometheusWriter) {
        metrics.write(to: &text)
        text.single("scheduler_pending_pods", .gauge, "Pods that wait.", Double(core.queueReports.count))
        text.single("k8sm_tasks", .gauge, "Tasks known.", Double(core.taskReports.count))
        text.single("k8sm_offers_held", .gauge, "Offers held now.", Double(core.heldOffers))
        text.single("k8sm_offers_suppressed", .gauge, "Whether no offers are asked for.", core.isSuppressed ? 1 : 0)
    }
}
