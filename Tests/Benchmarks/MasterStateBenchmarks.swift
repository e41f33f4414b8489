internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import TestSupport

/// Reads of the state of a real master process, in the shapes of upstream's `master_benchmarks`.
///
/// Agents are simulated on one connection, so that the figures are the master's.
let masterStateBenchmarks =
    [1_000, 10_000].map { agents in
        Benchmark(
            name: "master-state.query-\(agents)",
            what: "\(agents) agents, five frameworks with two tasks on each: the state in three forms, one reader"
        ) { context in
            let shape = ReturningAgents.Shape(agents: agents, frameworks: 5, tasks: 2)
            return try await MasterUnderLoad.run(context, shape) { try await $0.query() }
        }
    }
    + [(100, 50), (1_000, 10)].map { agents, requests in
        Benchmark(
            name: "master-state.responsiveness-\(agents)",
            what: "\(agents) agents, ten frameworks with ten tasks on each: `/health` beside five readers of `/state`"
        ) { context in
            let shape = ReturningAgents.Shape(agents: agents, frameworks: 10, tasks: 10)
            return try await MasterUnderLoad.run(context, shape) {
                try await $0.responsiveness(readers: 5, requests: requests)
            }
        }
    }
    + [90, 900, 9_000, 18_000].map { frameworks in
        Benchmark(
            name: "master-state.metrics-\(frameworks)",
            what: "one agent, \(frameworks) frameworks with two tasks each: all metrics in both forms"
        ) { context in
            let shape = ReturningAgents.Shape(agents: 1, frameworks: frameworks, tasks: 2)
            return try await MasterUnderLoad.run(context, shape) { try await $0.metrics() }
        }
    }
    + [
        Benchmark(name: "master-state.memory", what: "memory of a master per idle agent and per running task") {
            context in
            let idle = try await MasterUnderLoad.run(context, .init(agents: 20_000, frameworks: 0, tasks: 0)) {
                [
                    Figure(
                        "per idle agent", "bytes", Samples($0.grownBytes / 20_000), .atMost(4_096))
                ]
            }
            let busy = try await MasterUnderLoad.run(context, .init(agents: 1_000, frameworks: 1, tasks: 100)) {
                load in
                // Everything that may be kept for readers is there too.
                _ = try await load.query()
                return [
                    Figure(
                        "per running task, after reads", "bytes", Samples(load.grownBytes / 100_000), .atMost(2_048))
                ]
            }
            return idle + busy
        }
    ]

/// Agents that come back to a master after a failover, in upstream's MasterFailover shapes.
let masterFailoverBenchmarks = [
    (ReturningAgents.Shape(agents: 2_000, frameworks: 5, tasks: 10), nil),
    (ReturningAgents.Shape(agents: 2_000, frameworks: 5, tasks: 20), Figure.Target.atMost(510)),
    (ReturningAgents.Shape(agents: 20_000, frameworks: 1, tasks: 5), Figure.Target.atMost(750)),
].map { shape, target in
    Benchmark(
        name: "master-failover.\(shape.agents)x\(shape.frameworks)x\(shape.tasks)",
        what: "\(shape.agents) agents come back with \(shape.taskCount) tasks: first message to last answer"
    ) { context in
        var times: [Double] = []
        for _ in 0..<3 {
            times += try await MasterUnderLoad.run(context, shape) { [$0.arrival.milliseconds] }
        }
        return [Figure("all agents registered again", "ms", Samples(times), target)]
    }
}

/// A master process with agents on it.
private struct MasterUnderLoad: Sendable {
    let base: String
    let pool: HTTPClientPool
    /// From the first message of an agent to the last answer.
    let arrival: Duration
    private let process: Int32
    private let restBytes: Double

    static func run<Result: Sendable>(
        _ context: BenchmarkContext, _ shape: ReturningAgents.Shape, _ body: (MasterUnderLoad) async throws -> Result
    ) async throws -> Result {
        try await Daemons.run(context) { daemons in
            let (process, address) = try await daemons.master()
            let rest = ProcessTable.memory(process.pid).residentMegabytes * 1_048_576
            let arrival = try await ReturningAgents.arrive(shape, at: "master@" + address, in: daemons.scope)
            let pool = try HTTPClientPool()
            daemons.scope.onExit { await pool.shutdown() }
            return try await body(
                MasterUnderLoad(
                    base: "http://" + address, pool: pool, arrival: arrival, process: process.pid, restBytes: rest))
        }
    }

    /// What the process keeps beyond what it kept at rest.
    var grownBytes: Double { ProcessTable.memory(process).residentMegabytes * 1_048_576 - restBytes }

    func query() async throws -> [Figure] {
        let call = Array(#"{"type":"GET_STATE"}"#.utf8)
        let json = ["Content-Type": "application/json"] as HeaderFields
        let binary = ["Content-Type": "application/json", "Accept": "application/x-protobuf"] as HeaderFields
        return [
            try await figures("/state", ClientRequest(.get, base + "/state")),
            try await figures("v1 protobuf", ClientRequest(.post, base + "/api/v1", headers: binary, body: call)),
            try await figures("v1 JSON", ClientRequest(.post, base + "/api/v1", headers: json, body: call)),
        ].flatMap { $0 }
    }

    func metrics() async throws -> [Figure] {
        let call = Array(#"{"type":"GET_METRICS"}"#.utf8)
        let binary = ["Content-Type": "application/json", "Accept": "application/x-protobuf"] as HeaderFields
        return [
            try await figures("/metrics/snapshot", ClientRequest(.get, base + "/metrics/snapshot")),
            try await figures("v1 protobuf", ClientRequest(.post, base + "/api/v1", headers: binary, body: call)),
        ].flatMap { $0 }
    }

    private func figures(_ what: String, _ request: ClientRequest) async throws -> [Figure] {
        var times: [Double] = []
        var bytes = 0
        for round in 0...5 {
            let start = ContinuousClock.now
            bytes = try await read(request)
            if round > 0 { times.append((ContinuousClock.now - start).milliseconds) }
        }
        return [Figure(what, "ms", Samples(times)), Figure(what + ", size", "MB", Samples(Double(bytes) / 1e6))]
    }

    /// Reads a body to its end; gives its length.
    private func read(_ request: ClientRequest) async throws -> Int {
        let response = try await pool.stream(request)
        guard response.status == .ok else { throw TestError("\(request.url) was answered \(response.status)") }
        var count = 0
        for try await part in response.body { count += part.count }
        return count
    }

    /// Readers that ask for the state again and again, and one that asks for `/health` meanwhile.
    func responsiveness(readers: Int, requests: Int) async throws -> [Figure] {
        let quiet = try await health(while: { $0 < 200 })
        let state = ClientRequest(.get, base + "/state")
        let running = Task {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<readers { group.addTask { for _ in 0..<requests { _ = try await read(state) } } }
                try await group.waitForAll()
            }
        }
        let isRunning = Flag()
        let waiter = Task {
            _ = await running.result
            isRunning.lower()
        }
        let loaded = try await health(while: { _ in isRunning.isUp })
        await waiter.value
        try await running.value
        func figures(_ name: String, _ samples: Samples) -> [Figure] {
            [
                Figure("/health \(name)", "ms", samples),
                Figure("/health \(name), p99", "ms", Samples(samples.percentile(99)), .atMost(5)),
            ]
        }
        return figures("at rest", quiet) + figures("under load", loaded)
    }

    private func health(while goesOn: (Int) -> Bool) async throws -> Samples {
        let request = ClientRequest(.get, base + "/health")
        var times: [Double] = []
        repeat {
            let start = ContinuousClock.now
            _ = try await pool.send(request)
            times.append((ContinuousClock.now - start).milliseconds)
        } while goesOn(times.count)
        return Samples(times)
    }
}
