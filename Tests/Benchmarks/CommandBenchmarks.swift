internal import ClusterModel
internal import Foundation
internal import ResourceModel
internal import TestSupport

/// Plain processes as tasks, launched by a framework on the SDK.
let commandBenchmarks = [
    Benchmark(
        name: "system.command-task", what: "one command task (`true`) at a time, from the accept to its updates",
        run: oneByOne),
    Benchmark(
        name: "system.command-rate", what: "200 command tasks (`true`) in accepts of 20, followed to their ends",
        run: commandRate),
    Benchmark(
        name: "system.hundred-processes", what: "100 process tasks (`/bin/sleep`) in one accept", run: hundred),
]

let roomyAgent = ["--resources", "cpus:1000;mem:200000;disk:10000"]

private func oneByOne(_ context: BenchmarkContext) async throws -> [Figure] {
    try await Daemons.run(context) { daemons in
        let local = try await daemons.local("local", roomyAgent)
        var (running, finished) = ([Double](), [Double]())
        try await LoadSession.run(master: local.master) { session in
            for number in 0..<41 {
                let outcome = try await session.launch(
                    .init(tasks: 1, tasksPerAccept: 1, command: CommandInfo(value: "true")))
                guard number > 0 else { continue }
                running += outcome.running.map(\.milliseconds)
                finished += outcome.finished.map(\.milliseconds)
            }
        }
        try await local.stop()
        return [
            Figure("TASK_RUNNING after the accept", "ms", Samples(running), .atMost(20)),
            Figure("TASK_FINISHED after the accept", "ms", Samples(finished)),
        ]
    }
}

private func commandRate(_ context: BenchmarkContext) async throws -> [Figure] {
    try await Daemons.run(context) { daemons in
        let local = try await daemons.local("local", roomyAgent)
        var rates: [Double] = []
        try await LoadSession.run(master: local.master) { session in
            for round in 0..<4 {
                let outcome = try await session.launch(
                    .init(tasks: 200, tasksPerAccept: 20, command: CommandInfo(value: "true")))
                if round > 0 { rates.append(200 / outcome.duration.seconds) }
            }
        }
        try await local.stop()
        return [Figure("command tasks", "tasks/s", Samples(rates))]
    }
}

private func hundred(_ context: BenchmarkContext) async throws -> [Figure] {
    var (times, first, proportional, resident, helper) = ([Double](), [Double](), [Double](), [Double](), [Double]())
    for _ in 0..<4 {
        try await Daemons.run(context) { daemons in
            let local = try await daemons.local("local", roomyAgent)
            let pid = local.process.pid
            try await LoadSession.run(master: local.master) { session in
                try await session.waitForOffers()
                try await Task.sleep(for: .seconds(1))
                let before = ProcessTable.memory(pid)
                let command = CommandInfo(value: "/bin/sleep", isShell: false, arguments: ["sleep", "1000"])
                let outcome = try await session.launch(
                    .init(tasks: 100, tasksPerAccept: 100, untilFinished: false, command: command))
                times.append(outcome.duration.milliseconds)
                first.append(outcome.running.min().map(\.milliseconds) ?? 0)
                let after = ProcessTable.memory(pid)
                let helpers = ProcessTable.mentioning(local.directory)
                    .filter { $0 != pid && !ProcessTable.program($0).hasSuffix("sleep") }.map(ProcessTable.memory)
                let sum = helpers.reduce(0) { $0 + $1.proportionalMegabytes }
                proportional.append(after.proportionalMegabytes - before.proportionalMegabytes + sum)
                resident.append(
                    after.residentMegabytes - before.residentMegabytes
                        + helpers.reduce(0) { $0 + $1.residentMegabytes })
                helper.append((helpers.map { $0.residentMegabytes * 1_024 }.max() ?? 0))
            }
            try await local.stop()
        }
    }
    return [
        Figure("all 100 TASK_RUNNING after the accept", "ms", Samples(times), .atMost(500)),
        Figure("the first of them", "ms", Samples(first)),
        Figure("beyond the tasks themselves, PSS", "MB", Samples(proportional), .atMost(50)),
        Figure("beyond the tasks themselves, RSS", "MB", Samples(resident), .atMost(50)),
        Figure("one supervisor, RSS", "KB", Samples(helper), .atMost(300)),
    ]
}
