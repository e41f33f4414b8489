internal import ClusterBase
internal import ClusterModel
internal import ResourceModel
internal import TestSupport

/// Launches through all of the product: scheduler, master, agents, a shared executor on the SDK, and back.
///
/// Two updates per task, checkpoints off, both APIs in protobuf. The executor is started before the clock.
let launchBenchmarks = [
    Benchmark(
        name: "launch.one-task-per-offer",
        what: "one agent, a framework that takes one task per offer, default settings"
    ) { context in
        let rates = try await rates(context, agents: 1, rounds: [500, 2_000, 2_000, 2_000], tasksPerAccept: 1)
        return [Figure("2,000 tasks", "tasks/s", Samples(Array(rates.dropFirst())), .atLeast(500))]
    },
    Benchmark(name: "launch.eight-agents", what: "eight agents, accepts of 50 tasks") { context in
        let rates = try await rates(context, agents: 8, rounds: [2_000, 8_000, 8_000, 8_000], tasksPerAccept: 50)
        return [Figure("8,000 tasks", "tasks/s", Samples(Array(rates.dropFirst())), .atLeast(3_000))]
    },
    Benchmark(name: "launch.one-agent", what: "one agent, all tasks in one accept") { context in
        var figures: [Figure] = []
        for tasks in [300, 1_000, 3_000, 10_000] {
            let rates = try await rates(context, agents: 1, rounds: [tasks, tasks, tasks], tasksPerAccept: tasks)
            figures.append(Figure("\(tasks) tasks", "tasks/s", Samples(rates)))
        }
        return figures
    },
]

/// Tasks per second of each round, on a new cluster whose executors run already.
private func rates(
    _ context: BenchmarkContext, agents: Int, rounds: [Int], tasksPerAccept: Int
) async throws -> [Double] {
    let executor = ExecutorInfo(
        id: "load",
        command: CommandInfo(value: context.program, isShell: false, arguments: [context.program, "executor"]),
        resources: [.scalar("cpus", 0.1), .scalar("mem", 128)])
    return try await Daemons.run(context) { daemons in
        let local = try await daemons.local(
            "local", ["--agents", "\(agents)", "--resources", "cpus:2000;mem:500000;disk:10000"])
        let rates = try await LoadSession.run(master: local.master) { session in
            try await session.waitForOffers(agents: agents)
            // One task on each agent: its executor starts.
            _ = try await session.launch(.init(tasks: agents, tasksPerAccept: 1, executor: executor))
            var rates: [Double] = []
            for tasks in rounds {
                let outcome = try await session.launch(
                    .init(tasks: tasks, tasksPerAccept: tasksPerAccept, executor: executor))
                rates.append(Double(tasks) / outcome.duration.seconds)
            }
            return rates
        }
        try await local.stop()
        return rates
    }
}
