internal import ClusterBase
internal import ClusterModel
internal import MasterCore
internal import OrderedCollections
internal import ResourceModel

/// A scheduler that launches, kills and reconciles by chance, and follows the rules that every scheduler must follow:
/// it writes a task down before it accepts, acknowledges what it has written down, and asks about what it is unsure of.
final class ScriptedFramework {
    /// How it uses offers.
    enum Style: Int, CaseIterable { case onePerOffer, greedy, picky, groups }

    /// What the scheduler has written down about a task; survives its crashes.
    struct Task {
        let resources: Resources
        let agentID: AgentID
        var state = TaskState.staging
        var isToBeKilled = false
    }

    unowned let world: ClusterSimulation
    let index: Int
    let style: Style
    private var random: SeededRandom
    private(set) var info: FrameworkInfo
    private(set) var tasks: OrderedDictionary<TaskID, Task> = [:]
    private var seen = Set<UniqueID>()
    private var launched = 0
    var operations = OperationDesk()

    private(set) var isUp = false
    private var generation = 0
    private(set) var session: SchedulerSession?
    private var master: MasterInfo?
    private var offers: OrderedDictionary<OfferID, Offer> = [:]
    private var lastHeard = Instant.epoch

    init(world: ClusterSimulation, index: Int, random: SeededRandom) {
        var random = random
        (self.world, self.index) = (world, index)
        style = Style.allCases[random.below(Style.allCases.count)]
        var capabilities: FrameworkCapabilities = []
        if random.chance(0.6) { capabilities.insert(.partitionAware) }
        if random.chance(0.5) { capabilities.insert(.taskKillingState) }
        if random.chance(0.5) { capabilities.insert(.multiRole) }
        info = FrameworkInfo(
            user: "nobody", name: "f\(index)", failoverTimeout: .seconds(604_800), checkpoint: true,
            roles: [random.chance(0.5) ? "*" : "role\(index)"], capabilities: capabilities)
        var other = random.split()
        operations = OperationDesk(owner: "f\(index)", role: info.roles[0], seed: other.next())
        self.random = random
    }

    var node: SimulatedNode { .framework(index) }
    var liveTasks: [TaskID] { tasks.filter { !$0.value.state.isTerminal }.map(\.key) }

    // MARK: Process

    func start() {
        guard !isUp else { return }
        isUp = true
        generation += 1
        world.note("\(node) starts")
        world.detector.watch(node) { [unowned self] in self.detected($0) }
        every(.seconds(15)) { $0.reconcile() }
        every(.seconds(3)) { $0.killSome() }
        every(.seconds(10)) { $0.listen() }
    }

    func crash(backAfter delay: Duration) {
        guard isUp else { return }
        world.note("\(node) crashes")
        isUp = false
        generation += 1
        (session, master, offers) = (nil, nil, [:])
        world.detector.forget(node)
        world.network.processEnded(node)
        world.clock.after(delay) { [unowned self] in self.start() }
    }

    private func after(_ delay: Duration, _ action: @escaping (ScriptedFramework) -> Void) {
        let generation = generation
        world.clock.after(delay) { [unowned self] in if self.generation == generation { action(self) } }
    }

    private func every(_ period: Duration, _ action: @escaping (ScriptedFramework) -> Void) {
        after(period) { framework in
            action(framework)
            framework.every(period, action)
        }
    }

    // MARK: Subscribing

    private func detected(_ master: MasterInfo?) {
        self.master = master
        if let session { lost(session, "another master leads") } else { connect() }
    }

    /// The session is of no more use; a new one is opened soon.
    func lost(_ session: SchedulerSession, _ why: String) {
        guard self.session === session else { return }
        world.note("\(node) lost its session: \(why)")
        self.session = nil
        offers = [:]
        world.network.close(session.up)
        after(random.duration(below: .seconds(2))) { $0.connect() }
    }

    private func connect() {
        guard session == nil, let pid = master?.pid, let target = world.masters.first(where: { $0.pid == pid })
        else { return }
        after(world.network.delay()) { framework in
            guard framework.session == nil, framework.master?.pid == pid else { return }
            if framework.world.network.isCut(framework.node, target.node) || !framework.subscribe(to: target) {
                framework.after(.milliseconds(500) + framework.random.duration(below: .seconds(2))) { $0.connect() }
            }
        }
    }

    private func subscribe(to target: SimulatedMaster) -> Bool {
        guard target.isElected else { return false }
        let session = SchedulerSession(
            token: StreamToken(world.nextNumber()), streamID: random.uuid().description, framework: self,
            master: target, network: world.network)
        guard target.open(session) else { return false }
        self.session = session
        lastHeard = world.clock.now
        world.note("\(node) > \(target.node) subscribe")
        target.step(.subscribed(Subscription(stream: session.token, streamID: session.streamID, info: info)))
        return true
    }

    /// Gives up a stream on which nothing was heard for too long.
    private func listen() {
        guard let session, world.clock.now - lastHeard > .seconds(40) else { return }
        lost(session, "no heartbeat")
    }

    // MARK: Events

    func receive(_ event: SchedulerEvent, on session: SchedulerSession) {
        guard isUp, self.session === session else { return }
        lastHeard = world.clock.now
        switch event {
        case .subscribed(let id, _, _):
            info.id = id
            reconcile()
            call(.reconcile([]))
            call(.reconcileOperations([]))
        case .offers(let offers):
            for offer in offers {
                self.offers[offer.id] = offer
                let thinking = random.chance(0.05) ? Duration.seconds(4) : .milliseconds(100)
                after(random.duration(below: thinking)) { $0.decide(offer.id) }
            }
        case .rescind(let id): offers[id] = nil
        case .update(let status): updated(status)
        case .updateOperationStatus(let status): updated(status)
        case .error(let text): lost(session, text)
        case .heartbeat, .message, .failure, .inverseOffers, .rescindInverseOffer: break
        }
    }

    private func updated(_ status: OperationStatus) {
        guard let id = status.operationID else { return world.report("\(node) is told of an operation without an id") }
        guard operations.take(status) else { return world.report("\(node) is told of \(id), which it never asked for") }
        world.mark("operation \(status.state)")
        guard let uuid = status.statusUUID, let agent = status.agentID else { return }
        call(.acknowledgeOperationStatus(agent: agent, uuid: uuid, operation: id))
    }

    private func updated(_ status: TaskStatus) {
        let id = status.taskID
        guard let known = tasks[id] else { return world.report("\(node) is told of \(id), which it never launched") }
        var isNews = true
        if let uuid = status.uuid {
            world.received(uuid, status, by: self)
            isNews = seen.insert(uuid).inserted
            if !isNews { world.mark("update repeated") }
        }
        if isNews {
            if known.state.isTerminal, !status.state.isTerminal, status.state != .unknown {
                // Given up and back again: it is not wanted any more.
                tasks[id]?.isToBeKilled = true
                world.mark("task given up came back")
            }
            world.mark("\(status.state)" + (status.reason.map { " \($0)" } ?? ""))
            // Nobody knows the agent any more: given up, and killed should it ever come back.
            tasks[id]?.state = status.state == .unknown ? .lost : status.state
        }
        if let uuid = status.uuid, let agent = status.agentID { call(.acknowledge(agent: agent, task: id, uuid: uuid)) }
    }

    // MARK: Calls

    private func call(_ call: SchedulerCall) {
        guard let session, let id = info.id else { return }
        world.note("\(node) > \(session.master.node) \(call.summary)")
        world.network.send(on: session.up) { [unowned self] in
            let master = session.master
            guard master.generation == session.masterGeneration else { return }
            master.call(call, of: session, id) { reply in
                guard case .refused(_, let text) = reply else { return }
                self.after(self.world.network.delay()) { $0.lost(session, text) }
            }
        }
    }

    private func reconcile() {
        let queries = tasks.filter { !$0.value.state.isTerminal }
            .map { TaskQuery(taskID: $0.key, agentID: $0.value.agentID) }
        if !queries.isEmpty { call(.reconcile(queries)) }
        let open = operations.open
        if !open.isEmpty { call(.reconcileOperations(open)) }
        for (id, task) in tasks where task.isToBeKilled && !task.state.isTerminal { kill(id, task) }
    }

    private func kill(_ id: TaskID, _ task: Task) {
        call(.kill(id, agent: task.agentID, policy: random.chance(0.3) ? KillPolicy(gracePeriod: .seconds(1)) : nil))
    }

    private func killSome() {
        let live = tasks.filter { !$0.value.state.isTerminal && !$0.value.isToBeKilled }.map(\.key)
        guard !live.isEmpty, random.chance(0.5) else { return }
        let id = live[random.below(live.count)]
        guard let task = tasks[id] else { return }
        tasks[id]?.isToBeKilled = true
        kill(id, task)
    }

    // MARK: Offers

    private func decide(_ id: OfferID) {
        guard session != nil, let offer = offers.removeValue(forKey: id) else { return }
        let isDone = world.isHealed || launched >= world.plan.tasksPerFramework
        let chores = operations.chores(for: offer, isDone: isDone)
        if isDone {
            let filters = Filters(refuseSeconds: 3600)
            if chores.isEmpty { return call(.decline(offers: [id], filters: filters)) }
            return call(.accept(offers: [id], operations: chores, filters: filters))
        }
        let isUnwanted = style == .picky && random.chance(0.7)
        let wanted = isUnwanted || launched >= world.quota ? [] : choose(from: offer)
        guard !(wanted.isEmpty && chores.isEmpty) else {
            return call(.decline(offers: [id], filters: Filters(refuseSeconds: Double(random.below(6)))))
        }
        for task in wanted {
            tasks[task.id] = Task(resources: task.resources, agentID: task.agentID)
            world.launches(task)
        }
        let launch: OfferOperation = style == .groups ? .launchGroup(groupExecutor(), wanted) : .launch(wanted)
        let all = (wanted.isEmpty ? [] : [launch]) + chores
        call(.accept(offers: [id], operations: all, filters: Filters(refuseSeconds: Double(random.below(3)))))
    }

    private static let executorResources: Resources = [
        .scalar("cpus", 0.1), .scalar("mem", 32), .scalar("disk", 1),
    ]

    private func groupExecutor() -> ExecutorInfo {
        ExecutorInfo(
            kind: .default, id: ExecutorID("f\(index)-group\(launched)"), frameworkID: info.id,
            resources: Self.executorResources)
    }

    /// Tasks that fit into an offer, of random sizes, some with ports.
    private func choose(from offer: Offer) -> [TaskInfo] {
        var rest = offer.resources.allocated(to: nil)
        if style == .groups {
            guard rest.contains(Self.executorResources) else { return [] }
            rest -= Self.executorResources
        }
        var chosen: [TaskInfo] = []
        for _ in 0..<(style == .onePerOffer || style == .picky ? 1 : 1 + random.below(4)) {
            var wanted: Resources = [
                .scalar("cpus", Double(1 + random.below(10)) / 10), .scalar("mem", Double(32 * (1 + random.below(8)))),
            ]
            if random.chance(0.3), let port = rest.ports.prefix(1 + random.below(3)).last {
                wanted.add(.ranges("ports", [port...port]))
            }
            guard rest.contains(wanted) else { break }
            rest -= wanted
            chosen.append(
                TaskInfo(
                    name: "task", id: TaskID("f\(index)-\(launched)"), agentID: offer.agentID, resources: wanted,
                    command: CommandInfo(value: "sleep")))
            launched += 1
        }
        return chosen
    }
}

extension SchedulerCall {
    /// A few words for the transcript.
    var summary: String {
        switch self {
        case .accept(let offers, let operations, _):
            "accept \(offers.map { String($0.value.suffix(6)) }.joined(separator: ", ")) for "
                + operations.flatMap(\.taskIDs).map(\.value).joined(separator: ", ")
        case .decline(let offers, _): "decline \(offers.map { String($0.value.suffix(6)) }.joined(separator: ", "))"
        case .kill(let task, _, _): "kill \(task)"
        case .acknowledge(_, let task, _): "acknowledge \(task)"
        case .reconcile(let queries): queries.isEmpty ? "reconcile all" : "reconcile \(queries.count)"
        default: "another call"
        }
    }
}

extension OfferOperation {
    var taskIDs: [TaskID] {
        switch action {
        case .launch(let tasks), .launchGroup(_, let tasks): tasks.map(\.id)
        default: []
        }
    }
}
