internal import ClusterBase
internal import KubeCore
public import KubeModel

extension PodSync {
    /// Takes what became of a piece of a plan.
    public mutating func report(_ report: PodReport, now: UnixTime) {
        memory.now = now
        switch report {
        case .sandboxStarted(let sandbox): began(sandbox)
        case .sandboxFailed(let message):
            memory.sandboxRetry = now.adding(settings.retryDelay)
            tell(.warning, "FailedCreatePodSandBox", "Failed to create pod sandbox: \(message)")
        case .pulling(let start): memory.pulls[start.container.name] = now
        case .pulled(let start): pulled(start)
        case .containerCreated(let start, let id):
            began(start, id: id, state: .created)
            tell(.normal, "Created", "Created container \(start.container.name)", about: start.container)
        case .containerStarted(let start, let id):
            began(start, id: id, state: .running(since: now))
            memory.failures[start.container.name] = nil
            tell(.normal, "Started", "Started container \(start.container.name)", about: start.container)
        case .startFailed(let start, let failure): failed(start, failure)
        case .hookFailed(let hook, let id, let name, let message): failed(hook, id: id, name: name, message)
        case .killFailed(let kill, let message):
            memory.cleanRetry = now.adding(settings.retryDelay)
            tellKillFailed("KillContainer", kill.name, message)
        case .failed(let action, let message): failed(action, message)
        case .containerRemoved(let id): removed(id)
        case .volumesMounted:
            (memory.mountedAt, memory.mountedAddress) = (now, memory.address)
            (memory.volumesDelay, memory.volumesRetry) = (.zero, nil)
        case .volumesFailed(let volume, let message): failed(volume: volume, message)
        case .volumesUnmounted: memory.isUnmounted = true
        case .lastWords(let id, let words): memory.words[id] = words
        case .objectGone: memory.isObjectGone = true
        }
    }

    mutating func tell(
        _ severity: EventNote.Severity, _ reason: String, _ message: String, about container: ContainerView? = nil
    ) {
        memory.events.append(PodEvent(severity, reason, message, about: container))
    }

    private mutating func began(_ sandbox: RuntimeSandbox) {
        var pod = runtime ?? RuntimePod(key: view.key, uid: view.uid)
        pod.sandboxes.removeAll { $0.id == sandbox.id }
        pod.sandboxes.insert(sandbox, at: 0)
        memory.sandboxRetry = nil
        observe(pod)
    }

    private mutating func began(_ start: ContainerStart, id: String, state: RuntimeContainer.State) {
        var pod = runtime ?? RuntimePod(key: view.key, uid: view.uid)
        let container = start.container
        let old = pod.containers.first { $0.id == id }
        pod.containers.removeAll { $0.id == id }
        pod.containers.insert(
            RuntimeContainer(
                id: id, name: container.name, attempt: start.attempt, image: container.image,
                imageID: old?.imageID ?? "", specHash: container.specHash, sandboxID: start.sandboxID,
                createdAt: old?.createdAt ?? memory.now, state: state), at: 0)
        observe(pod)
    }

    private mutating func pulled(_ start: ContainerStart) {
        let container = start.container
        let spent = memory.pulls.removeValue(forKey: container.name).map { memory.now.since($0) } ?? .zero
        let span = GoDuration.text(nanoseconds: spent.totalNanoseconds)
        let words = "Successfully pulled image \(quoted(container.image)) in \(span)"
        tell(.normal, "Pulled", words, about: container)
    }

    private mutating func removed(_ id: String) {
        memory.known = memory.known.filter { $0.value.id != id || $0.value.state != .created }
        guard var pod = runtime else { return }
        pod.containers.removeAll { $0.id == id }
        observe(pod)
    }

    private mutating func failed(_ start: ContainerStart, _ failure: StartFailure) {
        let container = start.container
        let row = StartFailureRow.of(failure.reason)
        var delay = row.isTriedAtOnce ? .zero : settings.retryDelay
        if row.growsPullBackOff {
            memory.pullBackOff.grow(container.image, failedAt: memory.now, now: memory.now)
            delay = settings.pullErrorShown
        }
        remember(failure, of: container, retryAt: memory.now.adding(delay))
        if let event = row.event {
            tell(event.severity, event.reason, event.words(container, failure), about: container)
        }
        guard row.tellsError else { return }
        let words = row.saysReason ? failure.reason.rawValue : failure.message
        tell(.warning, "Failed", "Error: \(words)", about: container)
    }

    mutating func remember(_ failure: StartFailure, of container: ContainerView, retryAt: UnixTime) {
        memory.failures[container.name] = PodMemory.Failure(
            failure: failure, specHash: container.specHash, retryAt: retryAt)
    }

    private mutating func failed(_ hook: PodReport.Hook, id: String, name: String, _ message: String) {
        guard let container = view.container(name) else { return }
        let row = HookRow.of(hook)
        let what = row.handler(container)?.summary ?? ""
        let words =
            "\(what) for Container \(quoted(name)) in Pod \(quoted(view.longName)) failed - error: \(message)"
        tell(.warning, row.eventReason, words, about: container)
        guard row.endsContainer else { return }
        memory.failedHooks.insert(id)
        remember(StartFailure(.postStartHook, message), of: container, retryAt: memory.now)
    }

    private mutating func failed(_ action: PodAction, _ message: String) {
        memory.cleanRetry = memory.now.adding(settings.retryDelay)
        if case .stopSandbox = action { tellKillFailed("KillPodSandbox", view.key.name, message) }
    }

    private mutating func tellKillFailed(_ what: String, _ name: String, _ message: String) {
        let words = "failed to \(quoted(what)) for \(quoted(name)) with \(what)Error: \(quoted(message))"
        tell(.warning, "FailedKillPod", "error killing pod: \(words)")
    }

    private mutating func failed(volume: String, _ message: String) {
        let (shortest, longest) = (Duration.milliseconds(500), Duration.seconds(122))
        memory.volumesDelay = memory.volumesDelay == .zero ? shortest : min(memory.volumesDelay * 2, longest)
        memory.volumesRetry = memory.now.adding(memory.volumesDelay)
        guard aim == .life else { return }
        let words =
            volume.isEmpty
            ? "Unable to attach or mount volumes: \(message)"
            : "MountVolume.SetUp failed for volume \(quoted(volume)) : \(message)"
        tell(.warning, "FailedMount", words)
    }

    func quoted(_ text: String) -> String { "\"\(text)\"" }
}
