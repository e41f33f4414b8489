internal import ClusterBase
internal import ClusterModel
internal import MasterCore
internal import ResourceModel

/// The master's state machine alone, with agents and a framework that are function calls.
let masterCoreBenchmarks = [
    Benchmark(
        name: "master-core.launches",
        what: "1,000 agents, one framework: 10 tasks per accept, two updates per task, each acknowledged"
    ) { _ in
        [
            Figure(
                "task lives", "tasks/s",
                Measure.repeated { MasterLoad.measured(agents: 1_000) { $0.fill(tasksPerOffer: 10) } },
                .atLeast(10_000))
        ]
    },
    Benchmark(
        name: "master-core.one-task-per-offer",
        what: "the same with one task per accept; what is left of the agent is offered again at once"
    ) { _ in
        [
            Figure(
                "task lives", "tasks/s",
                Measure.repeated { MasterLoad.measured(agents: 1_000) { $0.trickle(tasks: 10_000) } },
                .atLeast(10_000))
        ]
    },
    Benchmark(name: "master-core.one-agent", what: "one agent, 10,000 tasks in accepts of 100") { _ in
        [
            Figure(
                "task lives", "tasks/s",
                Measure.repeated { MasterLoad.measured(agents: 1) { $0.fill(tasksPerOffer: 100, rounds: 100) } })
        ]
    },
]

/// A master with agents and one scheduler.
private struct MasterLoad {
    private var core: MasterCore
    private var now = Instant(seconds: 1_000)
    private var tokens: UInt64 = 0
    private var uuids: UInt64 = 0
    private var frameworkID: FrameworkID = ""
    private let streamID = "stream"
    private var pids: [AgentID: String] = [:]
    private var offers: [Offer] = []
    private var runs: [(agent: AgentID, task: TaskID)] = []
    private var updates: [TaskStatus] = []
    private var nextTask = 0

    init(agents: Int) {
        let master = MasterInfo(id: "m", ip: "10.0.0.1", port: 5050, hostname: "m", version: ProductVersion.mesos)
        core = MasterCore(configuration: MasterConfiguration(), master: master, seed: 1, now: now)
        step(.recovered(RegistrySnapshot()))
        let resources: Resources = [
            .scalar("cpus", 1_000), .scalar("mem", 1_000_000), .ranges("ports", [31000...32000]),
        ]
        for number in 0..<agents {
            let info = AgentInfo(hostname: "host-\(number)", port: 5051, resources: resources)
            let registration = AgentRegistration(
                info: info, version: ProductVersion.mesos,
                capabilities: ["MULTI_ROLE", "HIERARCHICAL_ROLE", "RESERVATION_REFINEMENT"])
            step(.agentSpoke(pid: "slave(\(number))@10.0.0.2:5051", .register(registration)))
        }
        let framework = FrameworkInfo(user: "root", name: "load", roles: ["load"])
        step(.subscribed(Subscription(stream: StreamToken(1), streamID: streamID, info: framework)))
        tick()
    }

    /// Measures on a new master.
    static func measured(agents: Int, _ body: (inout MasterLoad) -> Double) -> Double {
        var load = MasterLoad(agents: agents)
        return body(&load)
    }

    /// Uses every offer with some tasks, then lets all tasks run and finish; tasks per second.
    mutating func fill(tasksPerOffer: Int, rounds: Int = 1) -> Double {
        var tasks = 0
        let time = Measure.time {
            for _ in 0..<rounds {
                for offer in takeOffers() { accept(offer, tasks: tasksPerOffer) }
                tick()
                tasks += live()
                tick()
            }
        }
        return Double(tasks) / time.seconds
    }

    /// Uses each offer with one task as it comes; tasks per second.
    mutating func trickle(tasks: Int) -> Double {
        var done = 0
        let time = Measure.time {
            while done < tasks {
                for offer in takeOffers() {
                    accept(offer, tasks: 1)
                    tick()
                }
                done += live()
                tick()
            }
        }
        return Double(done) / time.seconds
    }

    private mutating func takeOffers() -> [Offer] {
        defer { offers = [] }
        return offers
    }

    private mutating func accept(_ offer: Offer, tasks: Int) {
        let infos = (0..<tasks).map { _ in
            nextTask += 1
            return TaskInfo(
                name: "task", id: TaskID("task-\(nextTask)"), agentID: offer.agentID,
                resources: [.scalar("cpus", 0.1), .scalar("mem", 32)], command: CommandInfo(value: "true"))
        }
        call(.accept(offers: [offer.id], operations: [.launch(infos)], filters: Filters(refuseSeconds: 0)))
    }

    /// Every task that was handed to an agent runs and finishes; each update is acknowledged.
    private mutating func live() -> Int {
        let started = runs
        runs = []
        for state in [TaskState.running, .finished] {
            for (agent, task) in started {
                uuids += 1
                let status = TaskStatus(
                    taskID: task, state: state, source: .executor, agentID: agent, timestamp: now,
                    uuid: UniqueID(high: 1, low: uuids))
                let update = StatusUpdate(
                    frameworkID: frameworkID, agentID: agent, status: status, timestamp: now, uuid: status.uuid,
                    latestState: state)
                step(.agentSpoke(pid: pids[agent] ?? "", .statusUpdate(update)))
            }
            let seen = updates
            updates = []
            precondition(seen.count == started.count, "updates went missing")
            for status in seen {
                guard let agent = status.agentID, let uuid = status.uuid else { continue }
                call(.acknowledge(agent: agent, task: status.taskID, uuid: uuid))
            }
        }
        return started.count
    }

    private mutating func call(_ call: SchedulerCall) {
        tokens += 1
        step(
            .called(
                SchedulerRequest(
                    request: RequestToken(tokens), frameworkID: frameworkID, streamID: streamID, call: call)))
    }

    private mutating func tick() {
        now = now + .milliseconds(1)
        while let due = core.nextDeadline, due <= now { step(.ticked) }
    }

    private mutating func step(_ event: MasterEvent) {
        for effect in core.step(event, now: now).effects {
            switch effect {
            case .send(_, .offers(let new)): offers += new
            case .send(_, .update(let status)): updates.append(status)
            case .send(_, .subscribed(let id, _, _)): frameworkID = id
            case .sendAgent(_, .runTask(_, let task, _)): runs.append((task.agentID, task.id))
            case .sendAgent(let pid, .registered(let id, _)): pids[id] = pid
            case .respond(_, .refused(let status, let text)): preconditionFailure("\(status) \(text)")
            default: break
            }
        }
    }
}
