internal import ClusterBase
internal import KubeClient
internal import KubeModel
internal import KubeletCore

/// Serves one pod: feeds its `PodSync` with what happens, carries its plans out one after the other, and writes its
/// status.
///
/// It works when there is news, when a time comes that the plan names, and when a check is due; a pod at rest costs
/// nothing.
actor PodWorker {
    let uid: String
    let key: ObjectKey
    let world: PodWorld
    var sync: PodSync
    /// The volumes' paths by name; nil before the first mount.
    var volumes: [String: String]?
    /// The API's object that the status is written to; nil when there is none.
    var target: StatusTarget?
    var lastWrite: JSONValue?
    let statusSignal = Signal()
    var isReleased = false
    /// How many checks there were.
    private(set) var probeCounts: [ProbeCount: Int] = [:]
    private var needsLook = true
    /// Whether what is left of the pod is removed even when the API server cannot be told.
    private var isLast = false
    private let news = Signal()
    private let interruption = Signal()
    private let progress: @Sendable (PodProgress) async -> Void
    private var told: PodProgress?

    /// Makes a worker that does nothing yet.
    ///
    /// - Parameters:
    ///   - rejection: why the pod must not run, if so.
    ///   - progress: told when stage or status changed, one call at a time.
    init(
        _ pod: KubeObject, target: StatusTarget?, rejection: PodStop? = nil, world: PodWorld, probeOffset: Double,
        progress: @escaping @Sendable (PodProgress) async -> Void
    ) {
        (uid, key, self.world, self.target, self.progress) = (pod.uid, pod.key, world, target, progress)
        sync = PodSync(PodView(pod), settings: world.settings, probeOffset: probeOffset, now: world.clock.time())
        if let rejection { _ = sync.stop(rejection) }
    }

    // MARK: - News

    /// Takes the pod as it is now.
    func update(_ pod: KubeObject, target: StatusTarget?) {
        if target != self.target || pod.resourceVersion != sync.view.object.resourceVersion { lastWrite = nil }
        self.target = target
        let interrupts = sync.update(PodView(pod))
        hear(interrupts)
    }

    /// Has the pod stopped.
    func stop(_ reason: PodStop) { hear(sync.stop(reason)) }

    /// Takes the news that the API's object, or the file, is gone.
    func objectGone() {
        target = nil
        sync.report(.objectGone, now: world.clock.time())
        hear(sync.stop(.removed))
    }

    /// The runtime may have something new of the pod.
    func look() {
        needsLook = true
        news.raise()
    }

    /// The node ends: the API server, which may have ended with it, is told once and not waited for.
    func hurry() {
        isLast = true
        news.raise()
    }

    /// The pod as it runs, with its status.
    var pod: KubeObject {
        var pod = sync.view.object
        pod["status"] = sync.status(now: world.clock.time()).value
        return pod
    }

    /// What the runtime has of it, as last seen.
    var runtimePod: RuntimePod? { sync.runtime }

    private func hear(_ interrupts: Bool) {
        flush()
        if interrupts { interruption.raise() }
        news.raise()
    }

    // MARK: - Work

    /// Works until nothing is left of the pod, or until cancelled, which touches nothing.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.writeStatus() }
            while !Task.isCancelled {
                if needsLook { await observe() }
                if needsLook {
                    // The engine is away; nothing is planned on guesses.
                    await news.wait(atMost: .seconds(2), clock: world.clock)
                    continue
                }
                interruption.clear()
                let plan = sync.plan(now: now)
                flush()
                await tell(plan.stage)
                if plan.stage == .gone { break }
                if !plan.isEmpty || plan.mountsVolumes {
                    await interruptible { await self.carryOut(plan) }
                    needsLook = needsLook || !plan.isEmpty
                    continue
                }
                if plan.stage == .terminated, await !release() {
                    if isLast {
                        forsake()
                    } else {
                        await news.wait(atMost: .seconds(2), clock: world.clock)
                    }
                    continue
                } else if plan.stage == .terminated {
                    continue
                }
                for run in sync.dueProbes(now: now) {
                    group.addTask { await self.check(run) }
                }
                await rest(until: plan.wakeAt)
            }
            group.cancelAll()
        }
    }

    var now: UnixTime { world.clock.time() }

    /// Records what happened since the last time.
    func flush() {
        for event in sync.takeEvents() { world.events.record(event.note(about: sync.view.object)) }
    }

    /// Reads what the runtime has; leaves `needsLook` when it cannot say.
    private func observe() async {
        needsLook = false
        do {
            let runtime = world.runtime
            let found = try await world.engine.pass { try await runtime.pod(uid: uid) }
            sync.observe(found)
            await collectLastWords()
        } catch {
            needsLook = true
            world.engineFailed()
        }
    }

    /// Waits for news, or for the time of the plan or the next check.
    private func rest(until wakeAt: UnixTime?) async {
        let due = [wakeAt, sync.nextProbe()].compactMap { $0 }.min()
        guard let due else { return await news.wait() }
        let pause = Duration.microseconds(due.microseconds - now.microseconds)
        await news.wait(atMost: max(pause, .milliseconds(1)), clock: world.clock)
        if let wakeAt, wakeAt <= now { needsLook = true }
    }

    /// Does something that news of the end of the pod cut short.
    private func interruptible(_ body: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await body() }
            group.addTask { await self.interruption.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Tells the kubelet and the writer of the status how things stand.
    private func tell(_ stage: PodPlan.Stage) async {
        let progress = PodProgress(uid: uid, stage: stage, pod: pod, isReleased: isReleased)
        statusSignal.raise()
        guard told?.stage != stage || told?.pod["status"] != progress.pod["status"] || told?.isReleased != isReleased
        else { return }
        told = progress
        await self.progress(progress)
    }

    // MARK: - Checks

    /// Which checks are counted together.
    struct ProbeCount: Hashable, Sendable {
        var container: String
        var kind: ProbeKind
        var result: String
    }

    private func check(_ run: ProbeRun) async {
        let container = sync.view.container(run.name)
        let outcome = await world.handlers.probe(run, container: container, address: podAddress)
        if Task.isCancelled { return }
        probeCounts[ProbeCount(container: run.name, kind: run.kind, result: outcome.word), default: 0] += 1
        _ = sync.report(outcome, of: run, now: now)
        flush()
        news.raise()
    }

    /// Where the pod is reached; the node with the host's network.
    var podAddress: String {
        let address = sync.runtime?.sandboxes.first { $0.isReady }?.address ?? ""
        return address.isEmpty ? world.configuration.hostAddress : address
    }
}

extension ProbeOutcome {
    /// The outcome as metrics name it.
    fileprivate var word: String {
        switch self {
        case .success, .warning: "successful"
        case .failure: "failed"
        case .error: "unknown"
        }
    }
}
