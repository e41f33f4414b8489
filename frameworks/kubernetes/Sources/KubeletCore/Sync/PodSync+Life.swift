internal import ClusterBase
internal import KubeCore
internal import KubeModel

/// The plan of a pod that is to run.
extension PodSync {
    mutating func planLife(_ draft: inout PlanDraft) {
        if let deadline = activeUntil { draft.wake(deadline) }
        if let sandbox = currentSandbox, isUsable(sandbox) {
            planContainers(in: sandbox, &draft)
            planCleanup(sandbox, &draft)
        } else {
            planSandbox(&draft)
        }
        planVolumes(&draft)
    }

    private func isUsable(_ sandbox: RuntimeSandbox) -> Bool {
        sandbox.isReady && sandbox.usesHostNetwork == view.usesHostNetwork
            && runtime?.sandboxes.count(where: \.isReady) == 1
    }

    /// Makes a sandbox, after what is left of another one has ended.
    private mutating func planSandbox(_ draft: inout PlanDraft) {
        let running = (runtime?.containers ?? []).filter(\.mayRun)
        let sandboxes = (runtime?.sandboxes ?? []).filter(\.isReady)
        if let lost = currentSandbox, memory.announcedSandbox != lost.id {
            memory.announcedSandbox = lost.id
            tell(.normal, "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.")
        }
        if !running.isEmpty || !sandboxes.isEmpty {
            if isCleaningPaused(&draft) { return }
            if running.isEmpty {
                draft.steps.append(sandboxes.map { .stopSandbox(id: $0.id) })
            } else {
                draft.steps.append(running.map { kill($0, KillCause.sandboxChanged) })
            }
            return
        }
        if view.restartPolicy == .never, !runs.names.isEmpty {
            // What was begun once is not begun again; what was never begun cannot be.
            memory.verdict = PodMemory.Verdict(phase: .failed)
            draft.stage = windDown(&draft) ? .ended : .active
            return
        }
        if let retry = memory.sandboxRetry, retry > memory.now { return draft.wake(retry) }
        guard mayMount(&draft) else { return }
        draft.steps.append([.startSandbox(attempt: memory.sandboxAttempt + 1)])
        draft.mountsVolumes = isMountOld
    }

    /// Ends and begins containers.
    private mutating func planContainers(in sandbox: RuntimeSandbox, _ draft: inout PlanDraft) {
        var (kills, starts): ([PodAction], [[PodAction]]) = ([], [])
        for run in runtime?.containers ?? [] where run.mayRun {
            if let cause = causeToKill(run, in: sandbox) { kills.append(kill(run, cause)) }
        }
        if !kills.isEmpty {
            if !isCleaningPaused(&draft) { draft.steps.append(kills) }
            return
        }
        for container in nextInit(in: sandbox).map({ [$0] }) ?? (isInitialised(in: sandbox) ? view.containers : []) {
            starts += startSteps(container, in: sandbox, &draft)
        }
        guard !starts.isEmpty, mayMount(&draft) else { return }
        draft.steps += starts
        draft.mountsVolumes = isMountOld
    }

    /// Why a run must end though the pod goes on; nil when it need not.
    private func causeToKill(_ run: RuntimeContainer, in sandbox: RuntimeSandbox) -> KillCause? {
        guard let container = view.container(run.name) else { return .sandboxChanged }
        if isElsewhere(run, than: sandbox) || runs.latest(run.name)?.id != run.id { return .sandboxChanged }
        let rows: [(KillCause, Bool)] = [
            (.unclear, run.state == .unknown),
            (.specChanged, !container.isInit && !run.specHash.isEmpty && run.specHash != container.specHash),
            (.hookFailed, memory.failedHooks.contains(run.id)),
            (.notAlive, probes.result(.liveness, of: run) == .failure),
            (.notStarted, probes.result(.startup, of: run) == .failure),
        ]
        return rows.first { $0.1 }?.0
    }

    private func isElsewhere(_ run: RuntimeContainer, than sandbox: RuntimeSandbox) -> Bool {
        !run.sandboxID.isEmpty && run.sandboxID != sandbox.id
    }

    /// Whether the init containers have done their work in this sandbox.
    func isInitialised(in sandbox: RuntimeSandbox) -> Bool {
        guard let last = view.initContainers.last else { return true }
        let hasBegun = view.containers.contains { container in
            runs.all(container.name).contains { !isElsewhere($0, than: sandbox) && $0.state != .created }
        }
        if hasBegun { return true }
        guard let run = runs.latest(last.name), !isElsewhere(run, than: sandbox) else { return false }
        return run.exit?.code == 0
    }

    /// The init container whose turn it is and that does not run; nil when there is none.
    private func nextInit(in sandbox: RuntimeSandbox) -> ContainerView? {
        if isInitialised(in: sandbox) { return nil }
        for container in view.initContainers {
            guard let run = runs.latest(container.name), !isElsewhere(run, than: sandbox) else { return container }
            if run.mayRun { return nil }
            if run.exit?.code != 0 { return container }
        }
        return nil
    }

    /// What starts a container, if it is to be started now.
    private mutating func startSteps(
        _ container: ContainerView, in sandbox: RuntimeSandbox, _ draft: inout PlanDraft
    ) -> [[PodAction]] {
        let latest = runs.latest(container.name)
        guard isWanted(container, after: latest, in: sandbox), !isWaiting(container, after: latest, &draft)
        else { return [] }
        var attempt = runs.nextAttempt(container.name)
        var steps: [[PodAction]] = []
        if let latest, latest.state == .created {
            // Made and never started, as when the kubelet ended in between.
            attempt = latest.attempt
            steps.append([.removeContainer(id: latest.id, name: latest.name)])
        }
        let start = ContainerStart(
            container, attempt: attempt, sandboxID: sandbox.id, podAddress: podAddress)
        return steps + [[.startContainer(start)]]
    }

    /// Whether a container is to run (again) after its newest run.
    private func isWanted(
        _ container: ContainerView, after latest: RuntimeContainer?, in sandbox: RuntimeSandbox
    ) -> Bool {
        guard let latest, latest.state != .created else { return true }
        guard let exit = latest.exit else { return false }
        if container.isInit, isElsewhere(latest, than: sandbox) { return true }
        let isLost = memory.lost.contains(latest.id)
        return memory.owed[container.name] == latest.id || view.restartPolicy.restarts(exit, isLost: isLost)
    }

    /// Whether a container waits for another try, or for the end of its back-off.
    private mutating func isWaiting(
        _ container: ContainerView, after latest: RuntimeContainer?, _ draft: inout PlanDraft
    ) -> Bool {
        let name = container.name
        if let failure = memory.failures[name], failure.specHash == container.specHash, failure.retryAt > memory.now {
            draft.wake(failure.retryAt)
            if let shown = endShown(latest), failure.failure.reason == .crashLoopBackOff { draft.wake(shown) }
            return true
        }
        guard let latest, let exit = latest.exit, memory.counted[name] != latest.id else { return false }
        let key = name + "/" + container.specHash
        guard let end = memory.backOff.end(of: key, failedAt: exit.finishedAt, now: memory.now) else {
            memory.backOff.grow(key, failedAt: exit.finishedAt, now: memory.now)
            memory.counted[name] = latest.id
            return false
        }
        let delay = GoDuration.text(nanoseconds: memory.backOff.delay(of: key).totalNanoseconds)
        let failure = StartFailure(
            .crashLoopBackOff, "back-off \(delay) restarting failed container=\(name) pod=\(view.longName)")
        remember(failure, of: container, retryAt: end)
        if memory.announced.updateValue(latest.id, forKey: name) != latest.id {
            let event = StartFailureRow.of(.crashLoopBackOff).event
            if let event { tell(event.severity, event.reason, event.words(container, failure), about: container) }
        }
        draft.wake(end)
        if let shown = endShown(latest) { draft.wake(shown) }
        return true
    }

    /// Until when the end of a run still shows as such; nil when that is past.
    func endShown(_ run: RuntimeContainer?) -> UnixTime? {
        let until = run?.exit?.finishedAt.adding(settings.endShown)
        return until.flatMap { $0 > memory.now ? $0 : nil }
    }

    /// Whether volumes may be tried; else the plan is woken when they may.
    private func mayMount(_ draft: inout PlanDraft) -> Bool {
        guard let retry = memory.volumesRetry, retry > memory.now else { return true }
        draft.wake(retry)
        return false
    }

    /// Whether volumes are brought up to date before something starts: files may tell the pod's address.
    private var isMountOld: Bool {
        guard let mounted = memory.mountedAt, memory.mountedAddress == memory.address else { return true }
        return memory.now.since(mounted) >= settings.retryDelay
    }

    /// Has volumes brought up to date: once after a restart of the kubelet, then as they may change.
    private mutating func planVolumes(_ draft: inout PlanDraft) {
        defer { if draft.mountsVolumes { memory.hasNewMetadata = false } }
        guard draft.stage == .active, !draft.mountsVolumes, mayMount(&draft) else { return }
        guard let mounted = memory.mountedAt else {
            draft.mountsVolumes = !runs.names.isEmpty
            return
        }
        guard view.hasChangingVolumes else { return }
        let due = memory.hasNewMetadata ? memory.now : mounted.adding(settings.syncPeriod)
        draft.mountsVolumes = due <= memory.now
        if due > memory.now { draft.wake(due) }
    }
}

extension PodView.RestartPolicy {
    /// Whether a container that ended so is started again.
    func restarts(_ exit: RuntimeExit, isLost: Bool = false) -> Bool {
        switch self {
        case .always: true
        case .onFailure: exit.code != 0 || isLost
        case .never: false
        }
    }
}
