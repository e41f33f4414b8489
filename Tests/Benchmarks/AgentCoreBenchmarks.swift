internal import AgentCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// The agent's state machine alone: what one task costs when there are many.
let agentCoreBenchmarks = [
    Benchmark(
        name: "agent-core.shared-executor",
        what: "tasks of one executor, all alive at once, two acknowledged updates each"
    ) { _ in
        [300, 3_000, 10_000].map { count in
            Figure(
                "cost per task with \(count) tasks", "µs",
                Measure.repeated(count > 1_000 ? 3 : 9) { AgentLoad.run(tasks: count, checkpoint: false) })
        } + [
            Figure(
                "… with checkpoints, 3000 tasks", "µs",
                Measure.repeated(3) { AgentLoad.run(tasks: 3_000, checkpoint: true) })
        ]
    }
]

/// An agent that is registered, and the shared executor of one framework.
private struct AgentLoad {
    private let master = MasterInfo(id: "m", ip: "10.0.0.1", port: 5050, hostname: "m", version: ProductVersion.mesos)
    private let executorID: ExecutorID = "shared"
    private var core: AgentCore
    private var now = Instant(seconds: 1_000)
    private var requests: UInt64 = 0
    private var uuids: UInt64 = 0
    private var container: ContainerID?
    private var updates: [StatusUpdate] = []

    init() {
        let configuration = AgentConfiguration(ip: "10.0.0.2", port: 5051, workDirectory: "/w", runtimeDirectory: "/r")
        let info = AgentInfo(
            hostname: "host", port: 5051, resources: [.scalar("cpus", 10_000), .scalar("mem", 10_000_000)])
        core = AgentCore(configuration: configuration, info: info, seed: 1, now: now)
        step(.recovered(RecoveredAgent()))
        step(.containersRecovered([:]))
        step(.masterDetected(master))
        now = now + .seconds(1)
        step(.tick)
        hear(.registered("m-S0", pingTimeout: .seconds(75)))
    }

    /// Microseconds per task on a new agent, from its launch to the acknowledgement of its end.
    static func run(tasks: Int, checkpoint: Bool) -> Double {
        var load = AgentLoad()
        return load.run(tasks: tasks, checkpoint: checkpoint)
    }

    private mutating func run(tasks: Int, checkpoint: Bool) -> Double {
        let framework = FrameworkInfo(id: "m-0000", user: "root", name: "load", checkpoint: checkpoint)
        let executor = ExecutorInfo(
            id: executorID, command: CommandInfo(value: "executor"),
            resources: [.scalar("cpus", 0.1), .scalar("mem", 32)])
        func launch(_ number: Int) {
            let task = TaskInfo(
                name: "task", id: TaskID("task-\(number)"), agentID: "m-S0",
                resources: [.scalar("cpus", 0.1), .scalar("mem", 32)], executor: executor)
            hear(.runTask(framework, task, launchExecutor: number == 0))
        }
        launch(0)
        guard let container else { preconditionFailure("the executor was not started") }
        step(.containerLaunched(container, ContainerStart(pid: 1)))
        executorCalls(.subscribe(unacknowledgedTasks: [], unacknowledgedUpdates: []))
        let time = Measure.time {
            for number in 1..<tasks { launch(number) }
            for state in [TaskState.running, .finished] {
                for number in 0..<tasks { report("task-\(number)", state) }
                acknowledge()
            }
        }
        return time.seconds * 1e6 / Double(tasks)
    }

    private mutating func report(_ task: String, _ state: TaskState) {
        uuids += 1
        executorCalls(
            .update(
                TaskStatus(
                    taskID: TaskID(task), state: state, source: .executor, timestamp: now,
                    uuid: UniqueID(high: 2, low: uuids))))
    }

    private mutating func acknowledge() {
        let seen = updates
        updates = []
        for update in seen {
            guard let uuid = update.uuid else { continue }
            hear(.acknowledge("m-S0", update.frameworkID, update.status.taskID, uuid: uuid))
        }
    }

    private mutating func executorCalls(_ call: ExecutorCall) {
        requests += 1
        step(.executorCall(RequestID(requests), "m-0000", executorID, call))
    }

    private mutating func hear(_ message: MasterMessage) { step(.masterMessage(from: master.pid, message)) }

    private mutating func step(_ event: AgentEvent) {
        for effect in core.step(event, now: now).effects {
            switch effect {
            case .send(_, .statusUpdate(let update)): updates.append(update)
            case .launchContainer(let plan): container = plan.id
            case .respond(_, .badRequest(let text)), .respond(_, .forbidden(let text)): preconditionFailure(text)
            default: break
            }
        }
    }
}
