import ClusterBase
import ClusterModel
import FrameworkSDK
import HTTPTransport
import KubeClient
import KubeModel
import KubeScheduler
import KubeService
import TestSupport

/// A control plane, a pool and schedulers, all in this process.
struct SchedulerWorld: Sendable {
    let pool: ScriptedPool
    let client: KubeClient
    let url: String
    let scope: TestScope

    /// Runs a test in a world of its own.
    static func with(
        agents: Int = 1, _ body: (SchedulerWorld) async throws -> Void
    ) async throws {
        try await withTestScope("scheduler") { scope in
            let url = try await startPlane(in: scope)
            let client = try KubeClient(KubeClientConfiguration(server: url))
            scope.onExit { await client.shutdown() }
            let pool = try await ScriptedPool.start(in: scope, agents: agents)
            try await body(SchedulerWorld(pool: pool, client: client, url: url, scope: scope))
        }
    }

    /// An API server without controllers that forgets everything at its end; its URL.
    static func startPlane(in scope: TestScope, port: Int = 0) async throws -> String {
        var configuration = KubernetesConfiguration()
        configuration.port = port
        configuration.controllers = nil
        let plane = KubernetesService(configuration, logger: .quiet)
        let url = "http://\(try await plane.start())"
        let running = Task { try await plane.run() }
        scope.onExit {
            running.cancel()
            _ = await running.result
        }
        return url
    }

    /// A scheduler that runs; it is stopped with the scope at the latest.
    func scheduler(
        ready: Bool = true, _ change: (inout SchedulerConfiguration) -> Void = { _ in }
    ) async throws -> RunningScheduler {
        var configuration = SchedulerConfiguration(server: url, master: pool.source)
        configuration.port = 0
        configuration.electsLeader = false
        configuration.connection.initialBackoff = .milliseconds(10)
        configuration.connection.maximumBackoff = .milliseconds(50)
        configuration.executor.program = .path("/opt/roost")
        configuration.executor.apiServers = [url]
        change(&configuration)
        let service = SchedulerService(configuration, logger: .quiet)
        let address = try await service.start()
        let running = Task { try await service.run() }
        let scheduler = RunningScheduler(
            service: service, running: running, http: try JSONClient("http://\(address)", in: scope),
            port: address.port)
        scope.onExit { await scheduler.stop() }
        if ready { try await within(.seconds(30), "the scheduler is ready") { try await service.ready() } }
        return scheduler
    }

    /// Creates a pod of one container that asks for so much.
    @discardableResult
    func pod(
        _ name: String, cpu: String = "100m", memory: String = "64Mi", change: (inout KubeObject) -> Void = { _ in }
    ) async throws -> KubeObject {
        var pod = KubeObject([
            "apiVersion": "v1", "kind": "Pod",
            "metadata": ["name": .string(name), "namespace": "default"],
            "spec": [
                "containers": [
                    [
                        "name": "c", "image": "busybox",
                        "resources": ["limits": ["cpu": .string(cpu), "memory": .string(memory)]],
                    ]
                ]
            ],
        ])
        change(&pod)
        return try await client.create(.pods, pod)
    }

    /// The object, or nil when there is none.
    func find(_ kind: ResourceKind, _ name: String, in namespace: String = "default") async throws -> KubeObject? {
        do {
            return try await client.get(kind, ObjectKey(namespace: namespace, name))
        } catch let error as APIError where error.code == 404 {
            return nil
        }
    }

    /// Waits until a pod is bound; returns it.
    @discardableResult
    func bound(_ name: String) async throws -> KubeObject {
        try await eventually("\(name) is bound") {
            try await find(.pods, name).flatMap { $0.text("spec", "nodeName").isEmpty ? nil : $0 }
        }
    }

    /// Waits until so many tasks run; returns them.
    @discardableResult
    func tasks(_ count: Int) async throws -> [TaskInfo] {
        do {
            return try await eventually("\(count) tasks") {
                let tasks = pool.tasks
                return tasks.count == count ? tasks : nil
            }
        } catch { throw TestError("\(error); there are \(pool.tasks.map(\.name))") }
    }

    /// The framework id that is kept.
    func keptID() async throws -> String {
        try await find(.configMaps, "k8sm-framework", in: "kube-system")?.text("data", "Kubernetes") ?? ""
    }
}

/// A scheduler in this process.
struct RunningScheduler: Sendable {
    let service: SchedulerService
    let running: Task<Void, any Error>
    let http: JSONClient
    let port: Int

    /// Ends it as a signal does; returns what it threw, if anything.
    @discardableResult
    func stop() async -> (any Error)? {
        running.cancel()
        return await end()
    }

    /// Waits for its end.
    func end() async -> (any Error)? {
        do {
            try await running.value
            return nil
        } catch { return error }
    }

    /// A metric's value; zero when it is not there.
    func metric(_ name: String) async throws -> Double {
        let text = try await http.send(.get, "/metrics").text
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line.flatMap { Double($0.dropFirst(name.count + 1)) } ?? 0
    }
}

extension ResourceKind {
    static let configMaps = ResourceKind(.v1, "ConfigMap", plural: "configmaps")
}
