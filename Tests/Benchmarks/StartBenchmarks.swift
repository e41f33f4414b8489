internal import ClusterBase
internal import TestSupport

/// How soon the product is there, and how much memory it takes before anything runs.
let startBenchmarks = [
    Benchmark(name: "system.start", what: "from the start of `roost local` to its ready file", run: start),
    Benchmark(
        name: "system.registration", what: "from the start of `roost agent` to its place in the master's list",
        run: registration),
    Benchmark(name: "system.memory", what: "memory of idle daemons, five seconds after they are ready", run: memory),
]

private func start(_ context: BenchmarkContext) async throws -> [Figure] {
    var (fresh, again, bare) = ([Double](), [Double](), [Double]())
    for round in 0..<7 {
        try await Daemons.run(context) { daemons in
            for list in 0..<2 {
                let local = try await daemons.local(marathon: true)
                if round > 0 {
                    if list == 0 {
                        fresh.append(local.startup.milliseconds)
                    } else {
                        again.append(local.startup.milliseconds)
                    }
                }
                try await local.stop()
            }
            let local = try await daemons.local("bare")
            if round > 0 { bare.append(local.startup.milliseconds) }
            try await local.stop()
        }
    }
    return [
        Figure("master, agent and Marathon, new work directory", "ms", Samples(fresh), .atMost(1_000)),
        Figure("the same, work directory used before", "ms", Samples(again), .atMost(1_000)),
        Figure("without Marathon", "ms", Samples(bare), .atMost(1_000)),
    ]
}

private func registration(_ context: BenchmarkContext) async throws -> [Figure] {
    let times = try await Daemons.run(context) { daemons in
        let (_, address) = try await daemons.master()
        let client = try JSONClient("http://" + address, in: daemons.scope)
        var times: [Double] = []
        for number in 0..<10 {
            let start = ContinuousClock.now
            let agent = try daemons.agent("agent-\(number)", master: address)
            try await eventually("agent \(number)", every: .milliseconds(1)) {
                guard agent.isRunning else { throw TestError("the agent ended: \(agent.tails)") }
                return await client.poll("/metrics/snapshot")?["master/slaves_active"]?.double == 1
            }
            if number > 0 { times.append((ContinuousClock.now - start).milliseconds) }
            agent.signal(15)
            _ = try await agent.waitForExit()
            try await eventually("agent \(number) is gone", every: .milliseconds(2)) {
                await client.poll("/metrics/snapshot")?["master/slaves_active"]?.double == 0
            }
        }
        return times
    }
    return [Figure("agent registered after its start", "ms", Samples(times), .atMost(50))]
}

private func memory(_ context: BenchmarkContext) async throws -> [Figure] {
    func figures(_ name: String, _ pid: Int32, target: Double?) -> [Figure] {
        let memory = ProcessTable.memory(pid)
        return [
            Figure("\(name): resident (VmRSS)", "MB", Samples(memory.residentMegabytes), target.map { .atMost($0) }),
            Figure("\(name): proportional (PSS)", "MB", Samples(memory.proportionalMegabytes)),
            Figure("\(name): anonymous", "MB", Samples(memory.anonymousMegabytes)),
        ]
    }
    let apart = try await Daemons.run(context) { daemons in
        let (master, address) = try await daemons.master()
        let agent = try daemons.agent(master: address)
        let client = try JSONClient("http://" + address, in: daemons.scope)
        try await eventually("the agent") {
            await client.poll("/metrics/snapshot")?["master/slaves_active"]?.double == 1
        }
        try await Task.sleep(for: .seconds(5))
        return figures("master", master.pid, target: 25) + figures("agent", agent.pid, target: 25)
    }
    let together = try await Daemons.run(context) { daemons in
        let local = try await daemons.local(marathon: true)
        try await Task.sleep(for: .seconds(5))
        let result = figures("roost local with Marathon", local.process.pid, target: nil)
        try await local.stop()
        return result
    }
    return apart + together
}
