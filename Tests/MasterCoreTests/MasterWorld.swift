import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel

/// A master with named schedulers and agents, for tests: performs events and remembers what came of them.
struct MasterWorld {
    struct Scheduler {
        var info: FrameworkInfo
        var stream: StreamToken
        var streamID: String
        var id: FrameworkID { info.id ?? "none" }
    }

    struct AgentSide {
        var info: AgentInfo
        var pid: String
        var id: AgentID { info.id ?? "none" }
    }

    var core: MasterCore
    var now = Instant(nanoseconds: 0)
    var schedulers: [String: Scheduler] = [:]
    var agents: [String: AgentSide] = [:]
    var effects: [MasterEffect] = []
    var changes: [MasterChange] = []
    var records: [RegistryRecord] = []
    var violations: [String] = []
    private var tokens: UInt64 = 0

    init(
        _ registry: RegistrySnapshot = RegistrySnapshot(), seed: UInt64 = 1, master: MasterInfo = MasterWorld.info,
        configure: (inout MasterConfiguration) -> Void = { _ in }
    ) {
        var configuration = MasterConfiguration()
        configure(&configuration)
        core = MasterCore(configuration: configuration, master: master, seed: seed, now: now)
        step(.recovered(registry))
    }

    static let info = MasterInfo(id: "m", ip: "10.0.0.100", port: 5050, hostname: "master", version: "1.11.0")

    mutating func token() -> UInt64 {
        tokens += 1
        return tokens
    }

    /// Performs an event and everything that is due at once; the answer is what came of it.
    @discardableResult
    mutating func step(_ event: MasterEvent) -> [MasterEffect] {
        let before = effects.count
        take(core.step(event, now: now))
        settle()
        return Array(effects[before...])
    }

    /// Lets time pass, ticking at every deadline.
    @discardableResult
    mutating func wait(_ duration: Duration) -> [MasterEffect] {
        let before = effects.count
        let end = now + duration
        while let due = core.nextDeadline, due <= end {
            now = max(now, due)
            take(core.step(.ticked, now: now))
        }
        now = end
        return Array(effects[before...])
    }

    private mutating func settle() {
        while let due = core.nextDeadline, due <= now { take(core.step(.ticked, now: now)) }
    }

    private mutating func take(_ outcome: MasterOutcome) {
        effects += outcome.effects
        changes += outcome.changes
        records += outcome.records
        for case .send(let stream, .subscribed(let id, _, _)) in outcome.effects {
            for (name, scheduler) in schedulers where scheduler.stream == stream { schedulers[name]?.info.id = id }
        }
        for case .sendAgent(let pid, .registered(let id, _)) in outcome.effects {
            for (name, agent) in agents where agent.pid == pid { agents[name]?.info.id = id }
        }
        violations += core.checkInvariants()
    }

    // MARK: Schedulers

    @discardableResult
    mutating func subscribe(
        _ name: String, _ info: FrameworkInfo? = nil, suppressed: [String] = [], principal: String? = nil
    ) -> [MasterEffect] {
        let info = info ?? schedulers[name]?.info ?? FrameworkInfo(user: "nobody", name: name)
        let number = token()
        let scheduler = Scheduler(info: info, stream: StreamToken(number), streamID: "stream-\(number)")
        schedulers[name] = scheduler
        return step(
            .subscribed(
                Subscription(
                    stream: scheduler.stream, streamID: scheduler.streamID, info: info, suppressedRoles: suppressed,
                    principal: principal)))
    }

    @discardableResult
    mutating func call(_ name: String, _ call: SchedulerCall) -> [MasterEffect] {
        guard let scheduler = schedulers[name] else { return [] }
        return step(
            .called(
                SchedulerRequest(
                    request: RequestToken(token()), frameworkID: scheduler.id, streamID: scheduler.streamID, call: call)
            ))
    }

    @discardableResult
    mutating func close(_ name: String) -> [MasterEffect] {
        schedulers[name].map { $0.stream }.map { step(.streamClosed($0)) } ?? []
    }

    // MARK: Operators

    /// Changes quotas or weights; the answer.
    @discardableResult
    mutating func change(_ change: ShareChange) -> CallReply? {
        let request = RequestToken(token())
        return step(.shareChangeRequested(request, change)).lazy.compactMap { effect in
            if case .respond(request, let reply) = effect { reply } else { nil }
        }.first
    }

    // MARK: Agents

    static func registration(_ info: AgentInfo) -> AgentRegistration {
        AgentRegistration(
            info: info, version: "1.11.0",
            capabilities: [
                "MULTI_ROLE", "HIERARCHICAL_ROLE", "RESERVATION_REFINEMENT", "TASK_RESOURCE_LIMITS", "AGENT_DRAINING",
            ])
    }

    @discardableResult
    mutating func register(_ name: String, _ resources: Resources) -> [MasterEffect] {
        let number = name.drop { !$0.isNumber }
        let side = AgentSide(
            info: AgentInfo(hostname: name, port: 5051, resources: resources), pid: "slave(1)@10.0.0.\(number):5051")
        agents[name] = side
        return step(.agentSpoke(pid: side.pid, .register(MasterWorld.registration(side.info))))
    }

    @discardableResult
    mutating func reregister(_ name: String, tasks: [TaskRecord] = [], of frameworks: [String] = []) -> [MasterEffect] {
        guard let side = agents[name] else { return [] }
        let inventory = AgentInventory(tasks: tasks, frameworks: frameworks.compactMap { schedulers[$0]?.info })
        return say(name, .reregister(MasterWorld.registration(side.info), inventory))
    }

    @discardableResult
    mutating func say(_ name: String, _ message: AgentMessage) -> [MasterEffect] {
        agents[name].map { $0.pid }.map { step(.agentSpoke(pid: $0, message)) } ?? []
    }

    @discardableResult
    mutating func breakLink(_ name: String) -> [MasterEffect] {
        agents[name].map { $0.pid }.map { step(.agentLinkBroken(pid: $0)) } ?? []
    }

    func uuid(_ number: UInt64) -> UniqueID { UniqueID(high: 0, low: number) }

    @discardableResult
    mutating func update(
        _ agent: String, _ scheduler: String, _ task: TaskID, _ state: TaskState, uuid number: UInt64?,
        latest: TaskState? = nil
    ) -> [MasterEffect] {
        guard let side = agents[agent], let framework = schedulers[scheduler] else { return [] }
        let status = TaskStatus(taskID: task, state: state, source: .executor, agentID: side.id)
        return say(
            agent,
            .statusUpdate(
                StatusUpdate(
                    frameworkID: framework.id, agentID: side.id, status: status, timestamp: now,
                    uuid: number.map { uuid($0) }, latestState: latest)))
    }

    // MARK: Looking

    /// The newest offers that still stand for a scheduler, oldest first.
    func offers(_ name: String) -> [Offer] {
        schedulers[name].flatMap { core.state.framework($0.id)?.offers } ?? []
    }

    func task(_ id: TaskID, on agent: String, _ resources: Resources = [.scalar("cpus", 1), .scalar("mem", 64)])
        -> TaskInfo
    {
        TaskInfo(
            name: "task", id: id, agentID: agents[agent]?.id ?? "none", resources: resources,
            command: CommandInfo(value: "true"))
    }

    /// Uses all offers of a scheduler at once.
    @discardableResult
    mutating func launch(_ name: String, _ tasks: [TaskInfo], refuse: Double = 5) -> [MasterEffect] {
        let ids = offers(name).map(\.id)
        return call(name, .accept(offers: ids, operations: [.launch(tasks)], filters: Filters(refuseSeconds: refuse)))
    }

    func events(in effects: [MasterEffect]) -> [SchedulerEvent] {
        effects.compactMap { if case .send(_, let event) = $0 { event } else { nil } }
    }

    func statuses(in effects: [MasterEffect]) -> [TaskStatus] {
        events(in: effects).compactMap { if case .update(let status) = $0 { status } else { nil } }
    }

    func messages(in effects: [MasterEffect]) -> [MasterMessage] {
        effects.compactMap { if case .sendAgent(_, let message) = $0 { message } else { nil } }
    }

    func counter(_ name: String) -> Double { core.metrics.first { $0.name == "master/" + name }?.value ?? -1 }
}
