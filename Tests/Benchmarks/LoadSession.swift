internal import ClusterBase
internal import ClusterModel
internal import FrameworkSDK
internal import ResourceModel
internal import TestSupport

/// A framework under the benchmark's control: the SDK's `SchedulerClient`, protobuf, default options.
struct LoadSession {
    private let client: SchedulerClient
    private var signals: SchedulerSignals.AsyncIterator
    /// Offers not used yet.
    private(set) var offers: [Offer] = []
    private var isSuppressed = false
    private let prefix = "t\(UInt32.random(in: 0 ... .max))"
    private var launched = 0

    /// Runs a body with a subscribed framework, and tears the framework down afterwards.
    static func run<Result>(master: String, _ body: (inout LoadSession) async throws -> Result) async throws -> Result {
        let client = SchedulerClient(
            framework: FrameworkInfo(name: "benchmark"), master: try .parse(master), logger: silent)
        let running = Task { try await client.run() }
        do {
            var session = LoadSession(client)
            let result = try await body(&session)
            try client.send(.teardown)
            try? await running.value
            return result
        } catch {
            running.cancel()
            try? await running.value
            throw error
        }
    }

    private init(_ client: SchedulerClient) {
        (self.client, signals) = (client, client.signals.makeAsyncIterator())
    }

    /// What one round of launches brought.
    struct Outcome {
        /// From the first accept to the last terminal update.
        var duration: Duration
        /// From the accept to TASK_RUNNING and to the end, per task; in order of arrival.
        var running: [Duration] = []
        var finished: [Duration] = []
        /// How many accepts were sent.
        var accepts = 0
    }

    /// How tasks are placed and how far they are followed.
    struct Plan {
        /// How many tasks.
        var tasks: Int
        /// How many of them one accept may take.
        var tasksPerAccept: Int
        /// Whether tasks are followed to their ends, or to TASK_RUNNING only.
        var untilFinished = true
        /// What a task runs: an executor or a command.
        var executor: ExecutorInfo?
        var command: CommandInfo?
        var resources: Resources = [.scalar("cpus", 0.1), .scalar("mem", 32)]
    }

    /// Waits until offers of so many agents are there.
    mutating func waitForOffers(agents: Int = 1) async throws {
        while Set(offers.map(\.agentID)).count < agents { try await next() }
    }

    /// Launches the plan's tasks as offers come, and follows them.
    mutating func launch(_ plan: Plan) async throws -> Outcome {
        if isSuppressed {
            try client.send(.revive(roles: []))
            isSuppressed = false
        }
        var missing = plan.tasks
        var (started, accepted): (ContinuousClock.Instant?, [TaskID: ContinuousClock.Instant]) = (nil, [:])
        var outcome = Outcome(duration: .zero)
        while true {
            while missing > 0, !offers.isEmpty {
                let offer = offers.removeFirst()
                let count = min(missing, plan.tasksPerAccept, fitting(plan, in: offer))
                guard count > 0 else { continue }
                let tasks = (0..<count).map { _ in task(plan, on: offer) }
                let now = ContinuousClock.now
                started = started ?? now
                for task in tasks { accepted[task.id] = now }
                missing -= count
                // The last accept leaves nothing to wait for: suppressing keeps useless offers away meanwhile.
                try client.send(
                    .accept(offers: [offer.id], operations: [.launch(tasks)], filters: Filters(refuseSeconds: 0)))
                outcome.accepts += 1
                if missing == 0 {
                    try client.send(.suppress(roles: []))
                    isSuppressed = true
                }
            }
            guard let status = try await next(), let since = accepted[status.taskID] else { continue }
            let now = ContinuousClock.now
            if status.state == .running { outcome.running.append(now - since) }
            if status.state.isTerminal {
                guard status.state == .finished else {
                    throw TestError("\(status.taskID) \(status.state.wireName): \(status.message ?? "")")
                }
                outcome.finished.append(now - since)
            }
            if (plan.untilFinished ? outcome.finished : outcome.running).count == plan.tasks {
                outcome.duration = started.map { now - $0 } ?? .zero
                return outcome
            }
        }
    }

    /// Takes in one signal; the status if it was an update, which is acknowledged at once.
    @discardableResult
    private mutating func next() async throws -> TaskStatus? {
        guard let signal = await signals.next(isolation: nil) else { throw TestError("the subscription ended") }
        switch signal {
        case .event(.offers(let new)): offers += new
        case .event(.rescind(let id)): offers.removeAll { $0.id == id }
        case .event(.update(let status)):
            try client.acknowledge(status)
            return status
        case .event(.error(let message)): throw TestError("ERROR event: \(message)")
        case .notice(.refused(let call, let status, let message)):
            throw TestError("\(call) refused: \(status) \(message)")
        default: break
        }
        return nil
    }

    private func fitting(_ plan: Plan, in offer: Offer) -> Int {
        let (free, own) = (offer.resources, plan.executor?.resources ?? [])
        func count(_ part: (Resources) -> Scalar) -> Int {
            let wanted = part(plan.resources).thousandths
            return wanted > 0 ? Int((part(free).thousandths - part(own).thousandths) / wanted) : .max
        }
        return max(0, min(count(\.cpus), count(\.memory)))
    }

    private mutating func task(_ plan: Plan, on offer: Offer) -> TaskInfo {
        launched += 1
        return TaskInfo(
            name: "load", id: TaskID("\(prefix)-\(launched)"), agentID: offer.agentID, resources: plan.resources,
            executor: plan.executor, command: plan.command)
    }
}

/// The executor of the launch benchmarks: each task runs and finishes at once.
private struct LoadExecutor: TaskExecutor {
    func handle(_ event: ExecutorEvent, link: ExecutorLink) async {
        guard case .launch(let task) = event else { return }
        for state in [TaskState.running, .finished] {
            // With 16,384 updates unacknowledged the SDK takes no more: wait for some of them.
            while (try? link.update(task.id, state)) == nil { await link.drained(within: .milliseconds(50)) }
        }
    }
}

/// What this program does when an agent starts it as an executor.
func runExecutor() async throws {
    try await ExecutorDriver(LoadExecutor(), environment: try .current(), logger: silent).run()
}
