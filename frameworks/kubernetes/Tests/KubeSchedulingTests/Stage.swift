import ClusterBase
import ClusterModel
import KubeCore
import KubeModel
import KubeScheduling
import ResourceModel

/// A scheduler on a stage: inputs go in at a time that only goes forward, and what it does is kept.
struct Stage {
    var scheduler: PodScheduler
    var now = Instant(seconds: 1_000_000)
    /// Everything done since the last look.
    var effects: [SchedulingEffect] = []
    private var offerCount = 0

    static var settings: SchedulingSettings {
        SchedulingSettings(
            executor: ExecutorTemplate(command: CommandInfo(value: "./roost", isShell: false, arguments: ["roost"])))
    }

    /// A scheduler that is synchronised and subscribed, unless said otherwise.
    init(
        _ settings: SchedulingSettings = Self.settings, objects: [(ResourceKind, KubeObject)] = [], starts: Bool = true
    ) {
        scheduler = PodScheduler(settings, seed: 7)
        for (kind, object) in objects { give(.object(.added(object), kind)) }
        guard starts else { return }
        give(.synchronised)
        subscribe()
    }

    mutating func give(_ input: SchedulingInput) { effects += scheduler.handle(input, now: now) }

    mutating func subscribe() {
        let master = MasterInfo(id: "m", ip: "127.0.0.1", port: 5050, hostname: "h", version: "1.11.0")
        give(.event(.subscribed("f", heartbeatInterval: .seconds(15), master: master)))
    }

    /// Lets time pass; deadlines on the way are kept.
    mutating func wait(_ duration: Duration) {
        let end = now + duration
        var steps = 0
        while let due = scheduler.nextDeadline, due <= end, steps < 10_000 {
            now = max(now, due)
            give(.tick)
            steps += 1
        }
        now = end
    }

    /// Offers resources of an agent; returns the offer's id.
    @discardableResult
    mutating func offer(
        _ agent: String, host: String? = nil, port: Int = 5051, _ resources: String = "cpus:4;mem:4096",
        attributes: String = "", executors: [ExecutorID] = [], ip: String? = nil
    ) -> OfferID {
        let offer = makeOffer(
            agent, host: host, port: port, resources, attributes: attributes, executors: executors, ip: ip)
        give(.event(.offers([offer])))
        return offer.id
    }

    mutating func makeOffer(
        _ agent: String, host: String? = nil, port: Int = 5051, _ resources: String = "cpus:4;mem:4096",
        attributes: String = "", executors: [ExecutorID] = [], ip: String? = nil
    ) -> Offer {
        offerCount += 1
        return Offer(
            id: OfferID("o\(offerCount)"), frameworkID: "f", agentID: AgentID(agent), hostname: host ?? agent,
            ip: ip ?? "10.0.0.1", port: port, resources: (try? Resources(parsing: resources)) ?? [],
            attributes: (try? Attribute.parse(attributes)) ?? [], role: "*", executorIDs: executors)
    }

    mutating func add(_ pod: KubeObject) { give(.object(.added(pod), .pods)) }

    mutating func add(_ kind: ResourceKind, _ object: KubeObject) { give(.object(.added(object), kind)) }

    /// Everything done since the last call.
    mutating func take() -> [SchedulingEffect] {
        defer { effects = [] }
        return effects
    }

    /// Answers the bindings asked for since the last look; the API tells the bound pods too.
    @discardableResult
    mutating func answerBindings() -> [String: String] {
        let asked = take()
        for binding in asked.bindings { give(.written(Outcome(.create(.bindings, binding), .object(binding)))) }
        return Dictionary(uniqueKeysWithValues: asked.bindings.map { ($0.name, $0.text("target", "name")) })
    }

    /// Answers the annotations asked for since the last look, as done.
    mutating func answerPatches() {
        for intent in take().writes {
            if case .patch = intent { give(.written(Outcome(intent, .done))) }
        }
    }

    /// Tells a task's state.
    mutating func update(
        _ task: TaskID, _ state: TaskState, agent: AgentID = "a", reason: StatusReason? = nil, message: String? = nil,
        source: StatusSource = .executor
    ) {
        give(
            .event(
                .update(
                    TaskStatus(
                        taskID: task, state: state, message: message, source: source, reason: reason,
                        agentID: agent))))
    }

    /// Places a pod on agent `a`, using up its offer, and launches it; returns its task.
    mutating func run(_ pod: KubeObject, on agent: String = "a", executors: [ExecutorID] = []) -> TaskID {
        add(pod)
        offer(agent, executors: executors)
        answerBindings()
        return take().launches.last?.id ?? "none"
    }
}

extension [SchedulingEffect] {
    var calls: [SchedulerCall] { compactMap { if case .call(let call) = $0 { call } else { nil } } }
    var writes: [Intent] { compactMap { if case .write(let intent) = $0 { intent } else { nil } } }
    var notes: [EventNote] { compactMap { if case .note(let note) = $0 { note } else { nil } } }
    var bindings: [KubeObject] {
        writes.compactMap { if case .create(.bindings, let binding) = $0 { binding } else { nil } }
    }
    var accepts: [(offers: [OfferID], tasks: [TaskInfo])] {
        calls.compactMap { call in
            guard case .accept(let offers, let operations, _) = call else { return nil }
            let tasks = operations.flatMap { if case .launch(let tasks) = $0.action { tasks } else { [TaskInfo]() } }
            return (offers, tasks)
        }
    }
    var launches: [TaskInfo] { accepts.flatMap(\.tasks) }
    var kills: [TaskID] { calls.compactMap { if case .kill(let task, _, _) = $0 { task } else { nil } } }
    var declines: [(offers: [OfferID], seconds: Double)] {
        calls.compactMap { if case .decline(let offers, let f) = $0 { (offers, f.refuseSeconds) } else { nil } }
    }
    var revivals: Int { calls.count { if case .revive = $0 { true } else { false } } }
    var suppressions: Int { calls.count { if case .suppress = $0 { true } else { false } } }
    var reconciliations: [[TaskID]] {
        calls.compactMap { if case .reconcile(let queries) = $0 { queries.map(\.taskID) } else { nil } }
    }
    var deletions: [String] {
        writes.compactMap { if case .delete(.pods, let key, _) = $0 { key.name } else { nil } }
    }
    /// Where each pod was bound.
    var places: [String: String] {
        Dictionary(bindings.map { ($0.name, $0.text("target", "name")) }, uniquingKeysWith: { $1 })
    }
    /// What people were told of pods that wait.
    var complaints: [String] { notes.filter { $0.reason == "FailedScheduling" }.map(\.message) }
}

/// A tree of JSON text; null when the text is none.
func json(_ text: String) -> JSONValue { (try? JSONValue(parsing: text)) ?? .null }

/// A pod that asks for half a core and 64 MiB; members of the spec and of the metadata may be given as JSON.
func pod(
    _ name: String, cpu: String = "500m", memory: String = "64Mi", spec: String = "{}", metadata: String = "{}"
) -> KubeObject {
    var pod = KubeObject()
    (pod.apiVersion, pod.kind) = ("v1", "Pod")
    (pod.name, pod.namespace, pod.uid, pod.resourceVersion) = (name, "default", "uid-" + name, "5")
    pod["spec", "containers"] = [
        [
            "name": "main", "image": "busybox",
            "resources": ["limits": ["cpu": .string(cpu), "memory": .string(memory)]],
        ]
    ]
    for (key, value) in json(spec).object ?? JSONObject() { pod["spec", key] = value }
    for (key, value) in json(metadata).object ?? JSONObject() { pod["metadata", key] = value }
    pod["status", "phase"] = "Pending"
    return pod
}

/// A node of 4 cores and 4 GiB that is ready.
func node(
    _ name: String, cpu: String = "4", memory: String = "4Gi", labels: [String: String] = [:], spec: String = "{}",
    annotations: [String: String] = [:], ready: String = "True"
) -> KubeObject {
    var node = KubeObject()
    (node.apiVersion, node.kind, node.name, node.uid) = ("v1", "Node", name, "uid-" + name)
    for (key, value) in labels.sorted(by: { $0.key < $1.key }) { node["metadata", "labels", key] = .string(value) }
    node["metadata", "labels", "kubernetes.io/hostname"] = .string(name)
    for (key, value) in annotations { node.setAnnotation(key, value) }
    node["spec"] = json(spec)
    node["status", "allocatable"] = ["cpu": .string(cpu), "memory": .string(memory), "pods": "110"]
    node["status", "conditions"] = [["type": "Ready", "status": .string(ready)]]
    return node
}

/// The pod that a task carries.
func carried(_ task: TaskInfo?) -> KubeObject {
    KubeObject(try? JSONValue(parsing: task?.data ?? [])) ?? KubeObject()
}
