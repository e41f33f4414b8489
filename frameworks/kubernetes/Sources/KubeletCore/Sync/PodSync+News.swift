internal import KubeCore
internal import KubeModel

extension PodSync {
    /// Takes the pod as it is now; returns whether running steps should be given up and planned again, because the pod
    /// is to go, or to go sooner.
    ///
    /// A pod of another uid is another pod: it gets a `PodSync` of its own, this one `stop(.removed)`.
    public mutating func update(_ view: PodView) -> Bool {
        guard view.uid == self.view.uid else { return false }
        let before = self.view
        self.view = view
        if !view.object.labels.elementsEqual(before.object.labels, by: ==)
            || !view.object.annotations.elementsEqual(before.object.annotations, by: ==)
        {
            memory.hasNewMetadata = true
        }
        if let phase = view.recordedPhase, phase.isFinal, memory.verdict == nil {
            memory.verdict = RecordedStatus(view.object).verdict(phase)
            return true
        }
        guard let grace = view.deletionGrace else { return false }
        return before.deletionGrace.map { grace < $0 } ?? true
    }

    /// Takes what the runtime has of the pod, read after the last reported action; nil when there is nothing.
    ///
    /// Runs of containers that were there and are no longer count as ended in error; a pod is never started over
    /// because its containers were taken from under it.
    public mutating func observe(_ runtime: RuntimePod?) {
        self.runtime = runtime
        memory.hasObserved = true
        let present = ContainerRuns(runtime)
        for name in present.names {
            guard let latest = present.latest(name) else { continue }
            if let before = memory.known[name] {
                if before.attempt > latest.attempt { continue }
                if memory.lost.contains(before.id), before.id != latest.id { memory.older[name] = before }
                noteEnd(of: latest, before: before)
            }
            memory.known[name] = latest
        }
        settle(present)
        for sandbox in runtime?.sandboxes ?? [] {
            memory.sandboxAttempt = max(memory.sandboxAttempt, sandbox.attempt)
        }
        if let sandbox = currentSandbox, sandbox.isReady, !sandbox.address.isEmpty { memory.address = sandbox.address }
        let remembered = Array(memory.known.values) + memory.older.values
        memory.forget(except: Set(((runtime?.containers ?? []) + remembered).map(\.id)))
        probes.follow(runs)
    }

    /// Counts runs that are known and not present as ended.
    private mutating func settle(_ present: ContainerRuns) {
        var vanished: [RuntimeContainer] = []
        for (name, run) in memory.known.sorted(by: { $0.key < $1.key }) where present.latest(name)?.id != run.id {
            var run = run
            if run.state == .created {
                memory.known[name] = present.latest(name)
                continue
            }
            if run.exit == nil {
                memory.lost.insert(run.id)
                let exit = RuntimeExit(code: 137, startedAt: run.runningSince, finishedAt: memory.now)
                run.state = .exited(exit)
                memory.known[name] = run
            }
            vanished.append(run)
        }
        let ids = Set((runtime?.containers ?? []).map(\.id) + vanished.map(\.id))
        vanished += memory.older.values.filter { !ids.contains($0.id) }
        runs = ContainerRuns(runtime, vanished: vanished)
    }

    /// Has the pod stopped, for a reason that replaces weaker ones; returns as `update`.
    ///
    /// Removed is stronger than evicted and rejected, those are stronger than released.
    public mutating func stop(_ reason: PodStop) -> Bool {
        if let stop = memory.stop, stop.strength >= reason.strength { return false }
        memory.stop = reason
        if let verdict = reason.verdict, memory.verdict == nil {
            memory.verdict = verdict
            memory.events.append(PodEvent(.warning, verdict.reason, verdict.message))
            memory.verdict?.message = reason.recordedMessage
        }
        return true
    }

    /// Takes out what people should be told.
    public mutating func takeEvents() -> [PodEvent] {
        defer { memory.events = [] }
        return memory.events
    }

    /// Tells of a run that was seen running and has ended by itself (the events of seeds S-21).
    private mutating func noteEnd(of run: RuntimeContainer, before: RuntimeContainer) {
        guard before.id == run.id, before.isRunning, let exit = run.exit, !memory.killed.contains(run.id),
            let container = view.container(run.name)
        else { return }
        memory.events.append(EndEvent.of(exit, container))
    }
}

/// What is told of a container that ended by itself.
enum EndEvent {
    private static let rows: [(reason: String, words: @Sendable (RuntimeExit) -> String)] = [
        ("OOMKilled", { "ran out of memory and was killed (exit code \($0.code))" }),
        (EndReason.cannotRun, { "could not be run: \($0.error)" }),
        ("Completed", { _ in "completed" }),
        ("Error", { "failed with exit code \($0.code)" }),
    ]

    /// The event of an end: normal for a good one, a warning for any other.
    static func of(_ exit: RuntimeExit, _ container: ContainerView) -> PodEvent {
        let reason = EndReason.of(exit)
        let words = rows.first { $0.reason == reason }?.words(exit) ?? ""
        let isGood = reason == "Completed"
        return PodEvent(
            isGood ? .normal : .warning, isGood || reason == "OOMKilled" ? reason : "Failed",
            "Container \(container.name) \(words)", about: container)
    }
}

extension PodStop {
    /// Which reason replaces which.
    var strength: Int {
        switch self {
        case .released: 0
        case .rejected, .evicted: 1
        case .removed: 2
        }
    }

    /// What it makes of the pod for good.
    var verdict: PodMemory.Verdict? {
        switch self {
        case .removed, .released: nil
        case .rejected(let reason, let message):
            PodMemory.Verdict(phase: .failed, reason: reason, message: message, hidesContainers: true)
        case .evicted(let reason, let message, let grace):
            PodMemory.Verdict(
                phase: .failed, reason: reason, message: message, grace: grace, hidesContainers: true)
        }
    }

    /// The message of the status, where upstream's differs from the event's.
    var recordedMessage: String {
        switch self {
        case .removed, .released: ""
        case .rejected(_, let message): "Pod " + message
        case .evicted(_, let message, _): message
        }
    }
}
