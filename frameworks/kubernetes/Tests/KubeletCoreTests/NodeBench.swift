import ClusterBase
import KubeCore
import KubeModel
import KubeletCore

/// A pod on a node that exists in memory only: carries plans out as a runtime would.
struct NodeBench {
    var sync: PodSync
    var runtime: RuntimePod
    var now = UnixTime(seconds: 1_000)
    /// Events so far, `REASON MESSAGE`.
    var events: [String] = []
    /// Actions carried out so far.
    var actions: [PodAction] = []
    var plan = PodPlan()
    /// Images the engine has; pulls of others fail with the words.
    var images: Set<String> = ["busybox:latest", "busybox:2"]
    var pullError: String? = "no such image"
    /// How starts of containers fail, by name.
    var startFailures: [String: StartFailure] = [:]
    /// Hooks after the start that fail, by container.
    var hookFailures: [String: String] = [:]
    var sandboxError: String?
    var volumeError: String?
    /// Exit codes on being stopped, by container; 137 unless named.
    var stopCodes: [String: Int32] = [:]
    private var nextID = 0

    init(_ pod: KubeObject, settings: PodSyncSettings = PodSyncSettings()) {
        var settings = settings
        settings.hostAddress = "10.0.0.1"
        let view = PodView(pod)
        sync = PodSync(view, settings: settings, now: now)
        runtime = RuntimePod(key: view.key, uid: view.uid)
    }

    // MARK: - The driver's part

    /// Plans and carries out until there is nothing to do; false when that takes suspiciously long.
    @discardableResult
    mutating func settle() -> Bool {
        for _ in 0..<60 {
            sync.observe(runtime)
            plan = sync.plan(now: now)
            flush()
            if plan.isEmpty, !plan.mountsVolumes { return true }
            carryOut()
        }
        return false
    }

    /// Lets time pass, working whenever the plan says.
    @discardableResult
    mutating func pass(_ seconds: Int64) -> Bool {
        let end = UnixTime(microseconds: now.microseconds + seconds * 1_000_000)
        for _ in 0..<2_000 {
            guard settle() else { return false }
            guard let wake = plan.wakeAt, wake <= end else { break }
            now = max(wake, now)
        }
        now = end
        return settle()
    }

    mutating func carryOut() {
        if plan.mountsVolumes {
            sync.report(volumeError.map { .volumesFailed(volume: "v", $0) } ?? .volumesMounted, now: now)
            flush()
        }
        for action in plan.steps.joined() where !action.isStart || !plan.mountsVolumes || volumeError == nil {
            actions.append(action)
            perform(action)
            flush()
        }
    }

    mutating func flush() { events += sync.takeEvents().map { "\($0.reason) \($0.message)" } }

    // MARK: - The runtime's part

    private mutating func perform(_ action: PodAction) {
        switch action {
        case .startSandbox(let attempt): startSandbox(attempt)
        case .stopSandbox(let id): changeSandbox(id) { $0.isReady = false }
        case .removeSandbox(let id): runtime.sandboxes.removeAll { $0.id == id }
        case .startContainer(let start): self.start(start)
        case .killContainer(let kill): exit(id: kill.id, code: stopCodes[kill.name] ?? 137)
        case .removeContainer(let id, _):
            runtime.containers.removeAll { $0.id == id }
            sync.report(.containerRemoved(id: id), now: now)
        case .unmountVolumes: sync.report(.volumesUnmounted, now: now)
        }
    }

    private mutating func startSandbox(_ attempt: Int) {
        if let sandboxError { return sync.report(.sandboxFailed(sandboxError), now: now) }
        nextID += 1
        let isHost = sync.view.usesHostNetwork
        let sandbox = RuntimeSandbox(
            id: "s\(nextID)", attempt: attempt, isReady: true, createdAt: now,
            address: isHost ? "" : "172.17.0.\(nextID)", usesHostNetwork: isHost)
        runtime.sandboxes.insert(sandbox, at: 0)
        sync.report(.sandboxStarted(sandbox), now: now)
    }

    private mutating func start(_ start: ContainerStart) {
        let name = start.container.name
        switch sync.decideImage(for: start, isPresent: images.contains(reference(start)), now: now) {
        case .refused: return
        case .pull(let reference):
            if let pullError, !images.contains(reference) {
                return sync.report(.startFailed(start, StartFailure(.imagePull, pullError)), now: now)
            }
            images.insert(reference)
            sync.report(.pulled(start), now: now)
        case .use: break
        }
        if let failure = startFailures[name], failure.reason != .run {
            return sync.report(.startFailed(start, failure), now: now)
        }
        let id = create(start)
        sync.report(.containerCreated(start, id: id), now: now)
        if let failure = startFailures[name] {
            let end = Self.end(127, error: failure.message, began: nil, now)
            change(id) { $0.state = .exited(end) }
            return sync.report(.startFailed(start, failure), now: now)
        }
        let since = now
        change(id) { $0.state = .running(since: since) }
        sync.report(.containerStarted(start, id: id), now: now)
        if let problem = hookFailures[name] {
            sync.report(.hookFailed(.postStart, containerID: id, name: name, problem), now: now)
        }
    }

    private func reference(_ start: ContainerStart) -> String {
        ImageReference(start.container.image)?.description ?? ""
    }

    mutating func create(_ start: ContainerStart) -> String {
        nextID += 1
        let container = RuntimeContainer(
            id: "c\(nextID)", name: start.container.name, attempt: start.attempt, image: start.container.image,
            imageID: "docker://sha256:1", specHash: start.container.specHash, sandboxID: start.sandboxID,
            createdAt: now, state: .created)
        runtime.containers.insert(container, at: 0)
        return container.id
    }

    private static func end(
        _ code: Int32, isOutOfMemory: Bool = false, error: String = "", began: UnixTime?, _ now: UnixTime
    ) -> RuntimeExit {
        RuntimeExit(
            code: code, isOutOfMemory: isOutOfMemory, error: error, startedAt: began ?? now, finishedAt: now)
    }

    mutating func change(_ id: String, _ body: (inout RuntimeContainer) -> Void) {
        for index in runtime.containers.indices where runtime.containers[index].id == id {
            body(&runtime.containers[index])
        }
    }

    mutating func changeSandbox(_ id: String, _ body: (inout RuntimeSandbox) -> Void) {
        for index in runtime.sandboxes.indices where runtime.sandboxes[index].id == id {
            body(&runtime.sandboxes[index])
        }
    }

    // MARK: - What happens to it

    /// A run ends by itself.
    mutating func exit(id: String, code: Int32, isOutOfMemory: Bool = false) {
        let now = now
        change(id) { run in
            guard case .running(let began) = run.state else { return }
            run.state = .exited(Self.end(code, isOutOfMemory: isOutOfMemory, began: began, now))
        }
    }

    /// The running container of a name ends by itself, and the node looks.
    mutating func end(_ name: String, _ code: Int32, isOutOfMemory: Bool = false) {
        if let run = running(name) { exit(id: run.id, code: code, isOutOfMemory: isOutOfMemory) }
        settle()
    }

    /// The kubelet ends and another begins, with what the API has.
    mutating func restart(at place: KubeObject? = nil) {
        let pod = place ?? recorded
        sync = PodSync(PodView(pod), settings: sync.settings, probeOffset: 0.5, now: now)
    }

    /// The pod changes in the API; its status stays.
    @discardableResult
    mutating func edit(_ body: (inout KubeObject) -> Void) -> Bool {
        var pod = recorded
        body(&pod)
        return sync.update(PodView(pod))
    }

    // MARK: - What is seen

    /// The pod with its status, as the API would have it.
    var recorded: KubeObject {
        var (pod, sync) = (sync.view.object, sync)
        pod["status"] = sync.status(now: now).value
        return pod
    }

    var status: KubeObject { KubeObject(recorded["status"]) ?? KubeObject() }

    var phase: String { status.text("phase") }

    /// A container's status.
    func container(_ name: String) -> KubeObject {
        (status.list("initContainerStatuses") + status.list("containerStatuses")).first { $0["name"]?.string == name }
            .flatMap { KubeObject($0) } ?? KubeObject()
    }

    func condition(_ type: String) -> KubeObject { recorded.condition(type) ?? KubeObject() }

    func running(_ name: String) -> RuntimeContainer? {
        runtime.containers.first { $0.name == name && $0.isUp }
    }

    func restarts(_ name: String) -> Int64? { container(name).integer("restartCount") }

    /// The reason in a container's state.
    func reason(_ name: String) -> String {
        let state = KubeObject(container(name)["state"]) ?? KubeObject()
        return state.text("waiting", "reason") + state.text("terminated", "reason")
    }

    /// How many containers were started.
    var startCount: Int { actions.count { if case .startContainer = $0 { true } else { false } } }
}

extension PodAction {
    /// Whether it needs volumes.
    fileprivate var isStart: Bool {
        switch self {
        case .startSandbox, .startContainer: true
        default: false
        }
    }
}

extension RuntimeContainer {
    var isUp: Bool { if case .running = state { true } else { false } }
}

/// A pod with containers of names; `edit` changes its spec.
func pod(
    _ containers: [String] = ["c"], initial: [String] = [], restart: String = "Always",
    _ edit: (inout KubeObject) -> Void = { _ in }
) -> KubeObject {
    func list(_ names: [String]) -> JSONValue {
        .array(names.map { ["name": .string($0), "image": "busybox", "imagePullPolicy": "IfNotPresent"] })
    }
    var pod = KubeObject(["apiVersion": "v1", "kind": "Pod"])
    (pod.name, pod.namespace, pod.uid) = ("p", "default", "u-1")
    pod["spec", "restartPolicy"] = .string(restart)
    pod["spec", "nodeName"] = "node-1"
    pod["spec", "containers"] = list(containers)
    if !initial.isEmpty { pod["spec", "initContainers"] = list(initial) }
    edit(&pod)
    return pod
}

extension KubeObject {
    /// Changes a container of the spec.
    mutating func editContainer(_ index: Int = 0, in list: String = "containers", _ body: (inout KubeObject) -> Void) {
        var containers = self.list("spec", list)
        var container = KubeObject(containers[index]) ?? KubeObject()
        body(&container)
        containers[index] = container.value
        self["spec", list] = .array(containers)
    }

    /// Asks for the deletion of the pod.
    mutating func beginDeletion(grace: Int64 = 30) {
        deletionTimestamp = "2026-01-01T00:00:00Z"
        deletionGracePeriodSeconds = grace
    }
}
