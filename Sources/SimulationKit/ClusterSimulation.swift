internal import AgentCore
internal import ClusterBase
internal import ClusterModel
internal import MasterCore
internal import OrderedCollections
internal import ResourceModel

/// A cluster in one thread on virtual time: the real master and agent cores, scripted schedulers, and everything around
/// them simulated — clock, network, disks, registry, election, containers — with faults, all decided by one seed.
///
/// A run has three parts: work with faults, healing, settling. What must always hold is checked on the way, what must
/// hold in the end when it has settled. Equal plans give equal transcripts in every process. Decision D16.
public final class ClusterSimulation {
    let plan: SimulationPlan
    let clock = SimulationClock(now: Instant(nanoseconds: 0))
    let network: SimulatedNetwork
    let detector: LeaderDetection
    private(set) var transcript = Transcript()
    private(set) var problems: [String] = []
    private(set) var isHealed = false
    var registry = SimulatedRegistry()
    var truth = TaskLedger()
    private var random: SeededRandom
    private var lastNumber: UInt64 = 0
    private var faultCount = 0
    private var marks: OrderedDictionary<String, Int> = [:]

    private(set) lazy var election = SimulatedElection(world: self, random: random.split())
    private(set) lazy var masters = (0..<plan.masters).map {
        SimulatedMaster(world: self, index: $0, random: random.split())
    }
    private(set) lazy var agents = (0..<plan.agents).map {
        SimulatedAgent(world: self, index: $0, random: random.split())
    }
    private(set) lazy var frameworks = (0..<plan.frameworks).map {
        ScriptedFramework(world: self, index: $0, random: random.split())
    }

    /// Builds the cluster; nothing runs yet.
    public init(_ plan: SimulationPlan) {
        self.plan = plan
        random = SeededRandom(seed: plan.seed)
        network = SimulatedNetwork(clock: clock, random: random.split())
        detector = LeaderDetection(clock: clock, random: random.split())
        network.lossRatio = plan.lossRatio
        network.isUp = { [unowned self] in self.isUp($0) }
    }

    /// Runs the plan to its end, or to the first problem.
    public func run() -> SimulationReport {
        for master in masters { starting { master.start() } }
        for agent in agents { starting { agent.start() } }
        for framework in frameworks { starting { framework.start() } }
        for fault in plan.faults { scheduleFault(fault) }
        clock.run(until: clock.now + plan.duration) { !problems.isEmpty }
        if problems.isEmpty { heal() }
        let limit = clock.now + plan.settlingTime
        var open = problems.isEmpty ? unsettled() : []
        while problems.isEmpty, !open.isEmpty, clock.now < limit {
            clock.run(until: clock.now + .seconds(5)) { !problems.isEmpty }
            open = problems.isEmpty ? unsettled() : []
        }
        for master in masters { master.check() }
        for agent in agents { agent.check() }
        for problem in open.prefix(5) { report("not settled: \(problem)") }
        clock.stop()
        return SimulationReport(
            seed: plan.seed, problems: problems, transcriptHash: transcript.hash,
            transcript: transcript.tail(Transcript.kept), launched: truth.count, faults: faultCount,
            lostMessages: network.lost, events: clock.served, simulated: clock.now - .epoch,
            marks: Dictionary(uniqueKeysWithValues: marks.map { ($0.key, $0.value) }))
    }

    private func starting(_ action: @escaping () -> Void) { clock.after(random.duration(below: .seconds(2)), action) }

    /// Ends all faults.
    ///
    /// What is down comes back by itself; nothing new is launched.
    private func heal() {
        note("everything is healed")
        isHealed = true
        network.heal()
        registry.failures = 0
    }

    private func isUp(_ node: SimulatedNode) -> Bool {
        switch node {
        case .master(let index): masters[index].core != nil
        case .agent(let index): agents[index].core != nil
        case .framework(let index): frameworks[index].isUp
        }
    }

    // MARK: Services for the parts

    func agent(at pid: String) -> SimulatedAgent? { agents.first { $0.pid == pid } }

    /// A number never given before.
    func nextNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    /// How many tasks a framework may have launched by now: new ones come all the time, not all at once.
    var quota: Int {
        let share = (clock.now - .epoch).totalSeconds / plan.duration.totalSeconds
        return 2 + Int(Double(plan.tasksPerFramework) * min(1, share * 1.2))
    }

    func note(_ line: String) { transcript.add(line, at: clock.now) }

    /// Counts a situation that runs are to come through.
    func mark(_ situation: String) { marks[situation, default: 0] += 1 }

    /// Something that must not be; ends the run.
    func report(_ problem: String) {
        note("PROBLEM: \(problem)")
        problems.append(problem)
    }

    // MARK: Faults

    private func scheduleFault(_ fault: Fault) {
        clock.after(.milliseconds(100) + random.duration(below: fault.meanInterval * 2)) { [unowned self] in
            guard !isHealed else { return }
            faultCount += 1
            mark("fault \(fault.kind)")
            inject(fault.kind)
            scheduleFault(fault)
        }
    }

    private func inject(_ kind: Fault.Kind) {
        let agent = agents[random.below(agents.count)]
        let master = masters[random.below(masters.count)]
        let framework = frameworks[random.below(frameworks.count)]
        let other = random.chance(0.7) ? agent.node : framework.node
        let pause = Duration.milliseconds(500) + random.duration(below: .seconds(random.chance(0.2) ? 90 : 10))
        switch kind {
        case .breakLink:
            note("link \(master.node)-\(other) breaks")
            network.breakConnections(between: master.node, and: other)
        case .partition:
            note("partition \(master.node)-\(other) for \(pause.totalNanoseconds / 1_000_000) ms")
            // A machine is usually cut off from all masters.
            for each in random.chance(0.7) ? masters : [master] { network.cut(each.node, other, for: pause) }
        case .crashLeader:
            let delay = Duration.seconds(1) + random.duration(below: .seconds(20))
            masters.first(where: \.isLeading)?.crash(backAfter: delay, "crash")
        case .deposeLeader: election.depose()
        case .crashAgent: agent.crash(reboot: false, backAfter: pause)
        case .rebootAgent: agent.crash(reboot: true, backAfter: pause + .seconds(5))
        case .failRegistryWrite: registry.failures = 1
        case .crashScheduler: framework.crash(backAfter: pause)
        case .killContainer: agent.containers.killAny()
        }
    }
}

/// How a run went.
public struct SimulationReport: Sendable {
    /// The seed of the plan.
    public let seed: UInt64
    /// What was wrong, first things first; empty when all was well.
    public let problems: [String]
    /// One number for everything that happened.
    public let transcriptHash: UInt64
    /// The newest lines of what happened, oldest first.
    public let transcript: [String]
    /// How many tasks were launched.
    public let launched: Int
    /// How many faults there were.
    public let faults: Int
    /// How many messages were lost.
    public let lostMessages: Int
    /// How many things happened on the virtual clock.
    public let events: Int
    /// How much virtual time passed.
    public let simulated: Duration
    /// Situations that the run came through, and how often, such as `unreachable agent`.
    public let marks: [String: Int]
}
