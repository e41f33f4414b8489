internal import ClusterBase
internal import ClusterModel
internal import Foundation
internal import KubeClient
internal import KubeModel
internal import NIOConcurrencyHelpers
internal import TestSupport

/// Pods on simulated nodes: real master, real API server, controllers and scheduler; the agents are functions that say
/// of every pod that it runs.
let podBenchmarks = [
    Benchmark(
        name: "pods.bound", what: "1,000 pods on 100 simulated nodes, created at once: until the last is bound",
        run: bindThousand),
    Benchmark(
        name: "pods.latency", what: "one pod at a time with free resources: until its task is at the agent",
        run: launchOne),
    Benchmark(
        name: "pods.replicas", what: "a replication controller from 0 to 1,000 on 100 simulated nodes: until all run",
        run: replicateThousand),
]

/// Master, Kubernetes and simulated nodes under measurement.
private struct Pool {
    let client: KubeClient
    let port: Int
    let ledger: PodLedger

    static func run(
        _ context: BenchmarkContext, nodes: Int, _ body: (Pool) async throws -> [Figure]
    ) async throws -> [Figure] {
        try await Daemons.run(context) { daemons in
            let (_, master) = try await daemons.master()
            let ready = daemons.scope.directory.path("kube-ready")
            let process = try daemons.scope.start(
                daemons.binary,
                [
                    "kubernetes", "--quiet", "--port", "0", "--work-dir", daemons.scope.directory.path("kube"),
                    "--mesos-master", master, "--scheduler-port", "0", "--ready-file", ready,
                ], name: "kube")
            let text = try await eventually("kube is ready", within: .seconds(30), every: .milliseconds(1)) {
                guard process.isRunning else { throw TestError("kube ended: \(process.tails)") }
                return FileManager.default.contents(atPath: ready)
            }
            let url = try JSONValue(parsing: Array(text))["kubernetes"]?.string ?? ""
            let client = try KubeClient(KubeClientConfiguration(server: url))
            daemons.scope.onExit { await client.shutdown() }
            let pool = Pool(client: client, port: Int(url.split(separator: ":").last ?? "") ?? 0, ledger: PodLedger())
            try await pool.registerNodes(nodes)
            try await SimulatedAgents.start(
                nodes, master: "master@" + master, tasks: .stay { pool.ledger.launched($0) }, in: daemons.scope)
            let http = try JSONClient("http://" + master, in: daemons.scope)
            try await eventually("the agents and the framework", within: .seconds(60), every: .milliseconds(5)) {
                let metrics = await http.poll("/metrics/snapshot")
                return metrics?["master/slaves_active"]?.double == Double(nodes)
                    && metrics?["master/frameworks_active"]?.double == 1
            }
            let following = Task { await pool.follow() }
            defer { following.cancel() }
            return try await body(pool)
        }
    }

    private func registerNodes(_ count: Int) async throws {
        for number in 1...count {
            var node = KubeObject(["apiVersion": "v1", "kind": "Node"])
            node.name = "simulated-\(number)"
            _ = try await client.create(.nodes, node)
            let now = JSONValue.string(KubeTime.text(ServiceClock.time()))
            let quantities: JSONValue = ["cpu": "1000", "memory": "100000Mi", "pods": "110"]
            let status: JSONValue = [
                "status": [
                    "capacity": quantities, "allocatable": quantities,
                    "conditions": [
                        ["type": "Ready", "status": "True", "lastHeartbeatTime": now, "lastTransitionTime": now]
                    ],
                ]
            ]
            _ = try await client.patch(.nodes, node.key, .merge, status, subresource: "status")
        }
    }

    /// Keeps the ledger, and says of each launched pod that it runs.
    private func follow() async {
        let informer = Informer(client, .pods, logger: silent)
        await withDiscardingTaskGroup { group in
            group.addTask {
                await informer.run { news in
                    if case .changed(let deltas) = news { ledger.take(deltas) }
                }
            }
            for _ in 0..<8 {
                group.addTask {
                    for await key in ledger.launches.stream {
                        let status: JSONValue = [
                            "status": [
                                "phase": "Running", "podIP": "10.0.0.1",
                                "conditions": [["type": "Ready", "status": "True"]],
                            ]
                        ]
                        _ = try? await client.patch(.pods, key, .merge, status, subresource: "status")
                    }
                }
            }
        }
    }
}

/// What happened to pods, and when.
private final class PodLedger: Sendable {
    struct Times: Sendable {
        var bound: [String: ContinuousClock.Instant] = [:]
        var launched: [String: ContinuousClock.Instant] = [:]
        var running: [String: ContinuousClock.Instant] = [:]
    }

    let launches = AsyncStream.makeStream(of: ObjectKey.self)
    private let times = NIOLockedValueBox(Times())

    var now: Times { times.withLockedValue { $0 } }

    func launched(_ task: TaskInfo) {
        guard let pod = KubeObject(try? JSONValue(parsing: task.data)) else { return }
        times.withLockedValue { $0.launched[pod.name] = .now }
        launches.continuation.yield(pod.key)
    }

    func take(_ deltas: [ObjectDelta]) {
        let now = ContinuousClock.now
        times.withLockedValue { times in
            for pod in deltas.filter({ !$0.isDeletion }).map(\.object) {
                if !pod.text("spec", "nodeName").isEmpty, times.bound[pod.name] == nil { times.bound[pod.name] = now }
                if pod.text("status", "phase") == "Running", times.running[pod.name] == nil {
                    times.running[pod.name] = now
                }
            }
        }
    }
}

private func pod(_ name: String) -> String {
    """
    {"metadata":{"name":"\(name)","labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"nginx",\
    "resources":{"limits":{"cpu":"100m","memory":"64Mi"}}}]}}
    """
}

private func bindThousand(_ context: BenchmarkContext) async throws -> [Figure] {
    try await Pool.run(context, nodes: 100) { pool in
        let load = HTTPLoad(port: pool.port, connections: 20)
        let start = ContinuousClock.now
        let outcome = try await load.run(times: 50) { connection, number in
            HTTPLoad.send("POST", "/api/v1/namespaces/default/pods", pod("p-\(connection)-\(number)"))
        }
        guard outcome.failures == 0 else { throw TestError("creates failed") }
        let created = ContinuousClock.now
        try await eventually("1,000 pods", within: .seconds(60), every: .milliseconds(5)) {
            pool.ledger.now.running.count == 1_000
        }
        let times = pool.ledger.now
        func after(_ values: [String: ContinuousClock.Instant]) -> Double {
            ((values.values.max() ?? start) - start).milliseconds
        }
        return [
            Figure("1,000 pods created", "ms", Samples((created - start).milliseconds)),
            Figure("the last is bound", "ms", Samples(after(times.bound)), .atMost(2_000)),
            Figure("the last is launched", "ms", Samples(after(times.launched))),
        ]
    }
}

private func launchOne(_ context: BenchmarkContext) async throws -> [Figure] {
    try await Pool.run(context, nodes: 10) { pool in
        var times: [Double] = []
        for number in 0..<30 {
            let start = ContinuousClock.now
            let object = KubeObject(try JSONValue(parsing: pod("one-\(number)"))) ?? KubeObject()
            var named = object
            named.namespace = "default"
            _ = try await pool.client.create(.pods, named)
            try await eventually("the launch", within: .seconds(10), every: .microseconds(200)) {
                pool.ledger.now.launched["one-\(number)"] != nil
            }
            if let launched = pool.ledger.now.launched["one-\(number)"] {
                times.append((launched - start).milliseconds)
            }
        }
        return [Figure("pod created until its task is at the agent", "ms", Samples(times), .atMost(50))]
    }
}

private func replicateThousand(_ context: BenchmarkContext) async throws -> [Figure] {
    try await Pool.run(context, nodes: 100) { pool in
        let controller: JSONValue = [
            "apiVersion": "v1", "kind": "ReplicationController", "metadata": ["name": "web", "namespace": "default"],
            "spec": [
                "replicas": 1_000, "selector": ["app": "web"],
                "template": [
                    "metadata": ["labels": ["app": "web"]],
                    "spec": [
                        "containers": [
                            [
                                "name": "web", "image": "nginx",
                                "resources": ["limits": ["cpu": "100m", "memory": "64Mi"]],
                            ]
                        ]
                    ],
                ],
            ],
        ]
        let start = ContinuousClock.now
        _ = try await pool.client.create(.replicationControllers, KubeObject(controller) ?? KubeObject())
        try await eventually("1,000 pods", within: .seconds(60), every: .milliseconds(5)) {
            pool.ledger.now.running.count >= 1_000
        }
        let last = pool.ledger.now.running.values.max() ?? .now
        return [Figure("0 to 1,000 running", "ms", Samples((last - start).milliseconds), .atMost(5_000))]
    }
}
