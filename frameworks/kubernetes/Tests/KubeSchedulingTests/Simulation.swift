import ClusterBase
import ClusterModel
import KubeCore
import KubeModel
import KubeScheduling
import ResourceModel

/// A scheduler with a model of a master and of an API server, on a clock of its own; everything that happens follows
/// from the seed.
struct Simulation {
    private enum Happening {
        case input(SchedulingInput)
        case call(SchedulerCall, session: Int)
        case write(Intent)
        case status(Int, TaskStatus)
        case finish(uid: String)
        case subscribe
        case offers
    }

    private(set) var now = Instant(seconds: 1_000_000)
    private var random: SeededRandom
    var scheduler: PodScheduler
    var pool: PoolModel
    /// What the server has.
    private(set) var pods: [String: KubeObject] = [:]
    private var cache = ObjectCache()
    private var agenda: [(time: Instant, order: Int, what: Happening)] = []
    private var order = 0
    private var session = 0
    private var lastNews = Instant.epoch
    private var version = 10
    /// Whether the server refuses everything.
    var isServerAway = false
    /// How often an answer of the server gets lost.
    var answerLoss = 0.0
    private(set) var deleted = 0
    /// When each pod was made, for those that are not bound yet.
    private(set) var launches = 0

    init(seed: UInt64, agents: Int, resources: String = "cpus:4;mem:4096;ports:[31000-31010]") {
        random = SeededRandom(seed: seed)
        pool = PoolModel(agents: agents, resources: resources)
        scheduler = PodScheduler(Stage.settings, seed: seed)
        feed(.synchronised)
        subscribe()
    }

    // MARK: What the world does

    mutating func create(_ name: String, cpu: String, spec: String = "{}") {
        var object = pod(name, cpu: cpu, spec: spec)
        object.uid = "uid-\(name)-\(version)"
        store(name, object)
    }

    /// Deletes a pod as a user does: one that has a node is ended by it, if it runs there.
    mutating func delete(_ name: String, force: Bool = false) {
        guard var object = pods[name] else { return }
        guard !force, !object.text("spec", "nodeName").isEmpty else { return remove(name) }
        object.deletionTimestamp = "2026-01-01T00:00:00Z"
        store(name, object)
        if !pool.hosts(of: object.uid).isEmpty { later(.seconds(1), .finish(uid: object.uid)) }
    }

    mutating func endExecutor(_ index: Int) { tell(pool.endExecutor(of: index)) }
    mutating func cutOff(_ index: Int) { tell(pool.cutOff(index)) }
    mutating func bringBack(_ index: Int) { tell(pool.bringBack(index)) }

    mutating func disconnect() {
        guard pool.isSubscribed else { return }
        pool.disconnect()
        session += 1
        agenda.removeAll { if case .input(.event) = $0.what { true } else { false } }
        feed(.disconnected)
        later(.milliseconds(Int64(100 + random.below(3_000))), .subscribe)
    }

    /// Replaces the scheduler by one that knows only what the server and the master tell.
    mutating func failOver() {
        pool.disconnect()
        session += 1
        agenda.removeAll { if case .input = $0.what { true } else { false } }
        scheduler = PodScheduler(Stage.settings, seed: random.next())
        for name in pods.keys.sorted() {
            if let pod = pods[name] { feed(.object(.added(pod), .pods)) }
        }
        feed(.synchronised)
        later(.milliseconds(Int64(100 + random.below(3_000))), .subscribe)
    }

    /// Lets time pass.
    mutating func run(_ duration: Duration) {
        let end = now + duration
        while true {
            let next = agenda.indices.min { (agenda[$0].time, agenda[$0].order) < (agenda[$1].time, agenda[$1].order) }
            let due = scheduler.nextDeadline ?? Instant(nanoseconds: .max)
            guard let next, agenda[next].time <= due else {
                guard due <= end else { break }
                now = max(now, due)
                feed(.tick)
                continue
            }
            guard agenda[next].time <= end else { break }
            let entry = agenda.remove(at: next)
            now = max(now, entry.time)
            happen(entry.what)
        }
        now = end
    }

    // MARK: Inside

    private mutating func later(_ delay: Duration, _ what: Happening) {
        order += 1
        agenda.append((now + delay, order, what))
    }

    private mutating func jitter(_ milliseconds: Int) -> Duration {
        .milliseconds(Int64(1 + random.below(milliseconds)))
    }

    private mutating func feed(_ input: SchedulingInput) {
        for effect in scheduler.handle(input, now: now) {
            switch effect {
            case .call(let call): if pool.isSubscribed { later(.milliseconds(2), .call(call, session: session)) }
            case .write(let intent): later(jitter(40), .write(intent))
            case .note: break
            }
        }
    }

    private mutating func subscribe() {
        guard !pool.isSubscribed else { return }
        pool.isSubscribed = true
        // What a new client says in its subscription.
        pool.isSuppressed = scheduler.isSuppressed
        let master = MasterInfo(id: "m", ip: "127.0.0.1", port: 5050, hostname: "h", version: "1.11.0")
        feed(.event(.subscribed("f", heartbeatInterval: .seconds(15), master: master)))
        later(.milliseconds(5), .offers)
    }

    private mutating func tell(_ events: [SchedulerEvent]) {
        guard pool.isSubscribed else { return }
        for event in events { later(.milliseconds(3), .input(.event(event))) }
        later(.milliseconds(5), .offers)
    }

    private mutating func happen(_ what: Happening) {
        switch what {
        case .input(let input): feed(input)
        case .subscribe: subscribe()
        case .offers:
            let offers = pool.makeOffers(now: now)
            if !offers.isEmpty { feed(.event(.offers(offers))) }
            if pool.isSubscribed, !agenda.contains(where: { if case .offers = $0.what { true } else { false } }) {
                later(.seconds(1), .offers)
            }
        case .call(let call, let session) where session == self.session && pool.isSubscribed: perform(call)
        case .call: break
        case .write(let intent): write(intent)
        case .status(let agent, let status): report(agent, status)
        case .finish(let uid): finish(uid)
        }
    }

    private mutating func perform(_ call: SchedulerCall) {
        let nodes = Dictionary(pods.values.map { ($0.uid, $0.text("spec", "nodeName")) }, uniquingKeysWith: { $1 })
        for (agent, status) in pool.perform(call, now: now, nodeOf: { nodes[$0] }) {
            if status.state == .running { launches += 1 }
            later(agent < 0 ? .milliseconds(2) : jitter(100), .status(agent, status))
        }
        later(.milliseconds(5), .offers)
    }

    private mutating func report(_ agent: Int, _ status: TaskStatus) {
        var status = status
        if agent >= 0 {
            status.agentID = pool.agents[agent].id
            guard pool.agents[agent].isReachable else { return }
            if status.state == .running {
                guard let task = pool.agents[agent].tasks[status.taskID] else { return }
                pool.agents[agent].tasks[status.taskID]?.state = .running
                if task.info.name == "sweep" {
                    pool.agents[agent].tasks[status.taskID] = nil
                    status.state = .finished
                } else if pods.values.contains(where: { $0.uid == task.pod && $0.isDeleting }) {
                    later(.seconds(1), .finish(uid: task.pod))
                }
            }
        }
        if pool.isSubscribed { feed(.event(.update(status))) }
    }

    /// A node ends a pod that is being deleted.
    private mutating func finish(_ uid: String) {
        guard let index = pool.agents.firstIndex(where: { $0.tasks.values.contains { $0.pod == uid } }),
            let task = pool.agents[index].tasks.values.first(where: { $0.pod == uid })
        else { return }
        if isServerAway || !pool.agents[index].isReachable { return later(.seconds(5), .finish(uid: uid)) }
        if let name = pods.first(where: { $0.value.uid == uid })?.key { remove(name) }
        pool.agents[index].tasks[task.info.id] = nil
        later(
            .milliseconds(5),
            .status(index, TaskStatus(taskID: task.info.id, state: .finished, source: .executor)))
        later(.milliseconds(6), .offers)
    }

    // MARK: The server

    private mutating func store(_ name: String, _ object: KubeObject) {
        version += 1
        var object = object
        object.resourceVersion = "\(version)"
        pods[name] = object
        for delta in cache.put(object) { news(delta) }
    }

    private mutating func remove(_ name: String) {
        guard let object = pods.removeValue(forKey: name) else { return }
        for delta in cache.remove(object) { news(delta) }
    }

    /// News come later, and in order.
    private mutating func news(_ delta: ObjectDelta) {
        lastNews = max(lastNews, now + jitter(20))
        order += 1
        agenda.append((lastNews, order, .input(.object(delta, .pods))))
    }

    private mutating func write(_ intent: Intent) {
        let answer: Outcome.Answer = isServerAway ? .failed(.unavailable("away")) : carryOut(intent)
        let isLost = random.chance(answerLoss)
        later(jitter(20), .input(.written(Outcome(intent, isLost ? .failed(.timeout("lost")) : answer))))
    }

    private mutating func carryOut(_ intent: Intent) -> Outcome.Answer {
        switch intent {
        case .create(.bindings, let binding):
            guard var object = pods[binding.name] else {
                return .failed(.notFound(GroupResource("pods"), binding.name))
            }
            guard object.uid == binding.uid, object.text("spec", "nodeName").isEmpty, !object.isDeleting else {
                return .failed(.modified(GroupResource("pods"), binding.name))
            }
            object["spec", "nodeName"] = binding["target", "name"]
            for (key, value) in binding.annotations { object.setAnnotation(key, value) }
            store(binding.name, object)
        case .patch(.pods, let key, let tree, ""):
            guard var object = pods[key.name], object.uid == tree["metadata"]?["uid"]?.string else {
                return .failed(.notFound(GroupResource("pods"), key.name))
            }
            for (name, value) in tree["metadata"]?["annotations"]?.object ?? JSONObject() {
                object.setAnnotation(name, value.string)
            }
            store(key.name, object)
        case .delete(.pods, let key, let request):
            guard pods[key.name]?.uid == request.uid else { return .failed(.notFound(GroupResource("pods"), key.name)) }
            remove(key.name)
            deleted += 1
        default: break
        }
        return .done
    }
}
