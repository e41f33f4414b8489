import ClusterBase
import HTTPTransport
import KubeClient
import KubeModel
import KubeNode
import KubeService
import Logging
import Synchronization
import TestSupport

/// An API server and one node with an engine in memory.
final class TestNode: Sendable {
    static let name = "n1"

    let client: KubeClient
    let url: String
    let runtime: FakeRuntime
    let volumes = FakeVolumes()
    let preparation = FakePreparation()
    let clock: KubeletClock
    let directory: TemporaryDirectory
    let configuration: KubeletConfiguration
    private let running = Mutex<Running?>(nil)

    private struct Running {
        var kubelet: Kubelet
        var task: Task<Void, Never>
        var reader: Task<Void, Never>
        var outcomes: OutcomeLog
    }

    /// Runs a test on a node whose clock runs `speed` times as fast as the world's.
    static func with(
        speed: Double = 20, isStarted: Bool = true, _ configure: (inout KubeletConfiguration) -> Void = { _ in },
        _ body: (TestNode) async throws -> Void
    ) async throws {
        var server = KubernetesConfiguration(workDirectory: nil)
        server.port = 0
        server.controllers = nil
        let service = KubernetesService(server, logger: .quiet)
        let url = "http://\(try await service.start())"
        let serving = Task { try await service.run() }
        let client = try KubeClient(KubeClientConfiguration(server: url))
        let directory = try TemporaryDirectory("kubelet")
        var configuration = KubeletConfiguration(
            nodeName: name, hostAddress: "127.0.0.1", port: 10_250, rootDirectory: directory.path("root"),
            capacity: KubeletConfiguration.Capacity(cpuMillis: 4_000, memoryBytes: 8 << 30))
        configuration.meter = { NodeSample() }
        configure(&configuration)
        let node = TestNode(client, url, configuration, directory, .fast(speed))
        await node.runtime.add("busybox")
        let result: Result<Void, any Error>
        do {
            if isStarted { try await node.start() }
            result = .success(try await body(node))
        } catch {
            result = .failure(error)
        }
        await node.stop()
        await client.shutdown()
        serving.cancel()
        let end = await serving.result
        try result.get()
        try end.get()
    }

    private init(
        _ client: KubeClient, _ url: String, _ configuration: KubeletConfiguration, _ directory: TemporaryDirectory,
        _ clock: KubeletClock
    ) {
        (self.client, self.url, self.configuration, self.directory) = (client, url, configuration, directory)
        self.clock = clock
        runtime = FakeRuntime(clock: clock)
    }

    var kubelet: Kubelet {
        get throws {
            guard let running = running.withLock({ $0?.kubelet }) else { throw TestError("the kubelet does not run") }
            return running
        }
    }

    /// Starts a kubelet; all tasks that are recorded live on unless told otherwise.
    func start(adopting: Bool = true, client: KubeClient? = nil, static path: String = "") async throws {
        var configuration = configuration
        if !path.isEmpty { configuration.staticSources.path = path }
        let kubelet = try Kubelet(
            configuration, client: client ?? self.client, runtime: runtime, volumes: volumes,
            preparation: preparation, clock: clock, logger: .quiet)
        let outcomes = OutcomeLog()
        let reader = Task { for await outcome in kubelet.outcomes { outcomes.add(outcome) } }
        let task = Task { await kubelet.run() }
        running.withLock { $0 = Running(kubelet: kubelet, task: task, reader: reader, outcomes: outcomes) }
        await kubelet.adopt(adopting ? Set(kubelet.recordedTasks.map(\.taskID)) : [])
    }

    /// Ends the kubelet as a crash would: nothing is touched.
    func stop() async {
        guard
            let ending = running.withLock({ running -> Running? in
                defer { running = nil }
                return running
            })
        else { return }
        ending.task.cancel()
        await ending.task.value
        ending.reader.cancel()
    }

    var outcomes: [PodOutcome] { running.withLock { $0?.outcomes.all ?? [] } }

    /// The states that were told of a task, in order.
    func states(_ taskID: String) -> [PodOutcome.State] {
        outcomes.filter { $0.taskID == taskID }.map(\.state)
    }

    func waitFor(_ state: PodOutcome.State, _ taskID: String) async throws -> PodOutcome {
        try await eventually("\(state) of \(taskID); told: \(states(taskID))") {
            outcomes.first { $0.taskID == taskID && $0.state == state }
        }
    }

    // MARK: - Pods

    /// Creates a pod that is bound to this node.
    func createPod(
        _ name: String, restartPolicy: String = "Always", grace: Int64 = 30, spec more: JSONObject = [:],
        containers: [JSONValue] = [["name": "c", "image": "busybox", "imagePullPolicy": "IfNotPresent"]]
    ) async throws -> KubeObject {
        var pod = KubeObject(["apiVersion": "v1", "kind": "Pod"])
        (pod.name, pod.namespace) = (name, "default")
        var spec: JSONObject = [
            "nodeName": .string(Self.name), "restartPolicy": .string(restartPolicy),
            "terminationGracePeriodSeconds": .integer(grace), "containers": .array(containers),
        ]
        for (key, value) in more { spec[key] = value }
        pod["spec"] = .object(spec)
        return try await client.create(.pods, pod)
    }

    /// Creates a pod and launches its task, named as the pod.
    @discardableResult
    func run(
        _ name: String, restartPolicy: String = "Always", grace: Int64 = 30, spec: JSONObject = [:],
        containers: [JSONValue] = [["name": "c", "image": "busybox", "imagePullPolicy": "IfNotPresent"]]
    ) async throws -> KubeObject {
        let pod = try await createPod(
            name, restartPolicy: restartPolicy, grace: grace, spec: spec, containers: containers)
        try await kubelet.launch(pod, taskID: name)
        return pod
    }

    func find(_ kind: ResourceKind, _ key: ObjectKey) async throws -> KubeObject? {
        do { return try await client.get(kind, key) } catch let error as APIError where error.code == 404 {
            return nil
        }
    }

    /// Waits until a pod is as wanted.
    @discardableResult
    func waitForPod(
        _ name: String, _ what: String, until condition: (KubeObject) -> Bool
    ) async throws -> KubeObject {
        var last: KubeObject?
        return try await eventually("pod \(name) \(what); it is \(last?["status"]?.text ?? "gone")") {
            last = try await find(.pods, ObjectKey(namespace: "default", name))
            return last.flatMap { condition($0) ? $0 : nil }
        }
    }

    @discardableResult
    func waitForPhase(_ name: String, _ phase: String) async throws -> KubeObject {
        try await waitForPod(name, "is \(phase)") { $0.text("status", "phase") == phase }
    }

    func waitForPodEnd(_ name: String) async throws {
        try await eventually("the end of pod \(name)") {
            try await find(.pods, ObjectKey(namespace: "default", name)) == nil
        }
    }

    func delete(_ name: String, grace: Int64? = nil) async throws {
        try await client.delete(
            .pods, ObjectKey(namespace: "default", name), DeletionRequest(gracePeriodSeconds: grace))
    }

    /// The reasons of the events about an object.
    func events(_ name: String) async throws -> [KubeObject] {
        try await client.list(.events, ObjectSelection(namespace: "default")).objects
            .filter { $0.text("involvedObject", "name") == name }
    }

    func waitForEvent(_ name: String, _ reason: String) async throws -> KubeObject {
        try await eventually("event \(reason) of \(name)") {
            try await events(name).first { $0.text("reason") == reason }
        }
    }
}

/// What a kubelet told of tasks.
final class OutcomeLog: Sendable {
    private let outcomes = Mutex<[PodOutcome]>([])

    func add(_ outcome: PodOutcome) { outcomes.withLock { $0.append(outcome) } }
    var all: [PodOutcome] { outcomes.withLock { $0 } }
}

extension Logger {
    /// A logger that says nothing.
    static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }
}

extension KubeObject {
    /// The status of a container, empty when there is none.
    func containerStatus(_ name: String) -> KubeObject {
        KubeObject(list("status", "containerStatuses").first { $0["name"]?.string == name }) ?? KubeObject()
    }

    func restarts(_ container: String) -> Int64 { containerStatus(container).integer("restartCount") ?? 0 }

    func condition(_ type: String) -> String? {
        list("status", "conditions").first { $0["type"]?.string == type }?["status"]?.string
    }
}
