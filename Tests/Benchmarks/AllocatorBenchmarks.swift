internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// The allocation kernel alone, in the shapes and with the parameters of upstream's HierarchicalAllocator benchmarks.
///
/// These are some points of upstream's grid; all of it is in `allocatorGrids`.
let allocatorBenchmarks: [Benchmark] =
    AllocatorGrid.points([(1_000, 1), (1_000, 100), (1_000, 1_000), (10_000, 1), (10_000, 100)]).map(declineOffers)
    + AllocatorGrid.points([(10_000, 100)]).flatMap {
        [addAndUpdate($0), resourceLabels($0), suppressOffers($0, extreme: false), suppressOffers($0, extreme: true)]
            + persistentVolumes($0)
    }

/// What only runs when it is named: `grid.` and the rest of the name.
let allocatorGrids: [Benchmark] = AllocatorGrid.all.flatMap {
    [
        declineOffers($0), addAndUpdate($0), resourceLabels($0), suppressOffers($0, extreme: false),
        suppressOffers($0, extreme: true),
    ] + persistentVolumes($0)
}.map { Benchmark(name: "grid." + $0.name, what: $0.what, run: $0.run) }

/// Agents and frameworks.
struct AllocatorGrid {
    let agents: Int
    let frameworks: Int

    static func points(_ points: [(Int, Int)]) -> [AllocatorGrid] {
        points.map { AllocatorGrid(agents: $0.0, frameworks: $0.1) }
    }

    static let all = [1_000, 5_000, 10_000, 20_000, 30_000, 50_000].flatMap { agents in
        [1, 50, 100, 200, 500, 1_000, 3_000, 6_000].map { AllocatorGrid(agents: agents, frameworks: $0) }
    }

    var text: String { "\(agents)x\(frameworks)" }
}

/// A cluster of equal agents, each with something in use already, and frameworks of one role.
struct AllocatorBench {
    var allocator: AllocatorCore
    var now = Instant.epoch
    var held: [Allocation] = []
    let frameworks: Int
    let agents: Int
    private(set) var adding = Duration.zero
    private(set) var addingFrameworks = Duration.zero

    /// 16 of the 1,001 ports from 31000 on, as sixteen tasks would use them.
    static let fragments: [ClosedRange<UInt64>] = (0..<16).map { number in
        let start = 31_000 + UInt64(number) * 62
        return start...(start + 30)
    }

    init(
        _ grid: AllocatorGrid, role: String = "*", capabilities: FrameworkCapabilities = [],
        total: (Int) -> Resources, used: (Int) -> Resources
    ) {
        allocator = AllocatorCore(configuration: AllocatorConfiguration())
        (frameworks, agents) = (grid.frameworks, grid.agents)
        addingFrameworks = Measure.time {
            for number in 0..<grid.frameworks {
                allocator.setFramework(
                    Self.framework(number), roles: [role], suppressed: [], capabilities: capabilities, isActive: true)
            }
        }
        let profiles = (0..<grid.agents).map { (AgentProfile(hostname: "host-\($0)", total: total($0)), used($0)) }
        adding = Measure.time {
            for (number, (profile, used)) in profiles.enumerated() {
                allocator.setAgent(Self.agent(number), profile, isActive: true)
                allocator.assume(used, of: Self.framework(number % grid.frameworks), on: Self.agent(number))
            }
        }
    }

    static func framework(_ number: Int) -> FrameworkID { FrameworkID("framework-\(number)") }
    static func agent(_ number: Int) -> AgentID { AgentID("agent-\(number)") }

    /// How long a run over all agents takes.
    mutating func cycle() -> Duration {
        let time = Measure.time { held += allocator.allocate(now: now) }
        now = now + .seconds(1)
        return time
    }

    var offers: Int { held.reduce(0) { $0 + $1.agents.count } }

    /// Gives all offers back; how long that takes.
    mutating func decline(for refusal: Duration? = nil) -> Duration {
        defer { held = [] }
        return Measure.time {
            for allocation in held {
                for part in allocation.agents {
                    allocator.recover(
                        part.resources, of: allocation.frameworkID, on: part.agentID, refusal: refusal, now: now)
                }
            }
        }
    }

    static let standard: Resources = [
        .scalar("cpus", 24), .scalar("mem", 4_096), .scalar("disk", 4_096), .ranges("ports", [31000...32000]),
    ]

    static func used(memory: Double) -> Resources {
        let used: Resources = [
            .scalar("cpus", 16), .scalar("mem", memory), .scalar("disk", 1_024), .ranges("ports", fragments),
        ]
        return used.allocated(to: "*")
    }
}

private let year = Duration.seconds(31_536_000)

/// Every round offers all agents, and every offer is declined for a year: filters grow until nothing is left to offer.
private func declineOffers(_ grid: AllocatorGrid) -> Benchmark {
    Benchmark(
        name: "allocator.decline-\(grid.text)",
        what: "full cycles over \(grid.agents) agents × \(grid.frameworks) frameworks; all declined for a year"
    ) { _ in
        var bench = AllocatorBench(
            grid, total: { _ in AllocatorBench.standard }, used: { _ in AllocatorBench.used(memory: 2_014) })
        return declineRounds(&bench, grid)
    }
}

private func declineRounds(_ bench: inout AllocatorBench, _ grid: AllocatorGrid) -> [Figure] {
    var (offering, declines, refused) = ([Double](), [Double](), [Double]())
    let rounds = min(2 * grid.frameworks, max(10, 2_000_000 / grid.agents))
    for _ in 0..<rounds {
        // Has every agent looked at, as a full pass does.
        bench.allocator.setWeight(1, of: "*")
        let cycle = bench.cycle().milliseconds
        guard !bench.held.isEmpty else {
            refused.append(cycle)
            continue
        }
        offering.append(cycle)
        declines.append(bench.decline(for: year).milliseconds)
    }
    let aim: Figure.Target? =
        switch (grid.agents, grid.frameworks) {
        case (10_000, 1_000): .atMost(60)
        case (50_000, 1_000): .atMost(280)
        default: nil
        }
    let addingAim: Figure.Target? = grid.agents == 50_000 ? .atMost(500) : nil
    return [
        Figure("adding the agents", "ms", Samples(bench.adding.milliseconds), addingAim),
        Figure("a cycle that offers all agents", "ms", Samples(offering), aim),
        Figure("declining all of its offers", "ms", Samples(declines)),
    ] + (refused.isEmpty ? [] : [Figure("a cycle in which every filter refuses", "ms", Samples(refused), aim)])
}

/// Agents are added with something in use, then each reports ten revocable cores more.
private func addAndUpdate(_ grid: AllocatorGrid) -> Benchmark {
    Benchmark(
        name: "allocator.update-\(grid.text)",
        what: "adding \(grid.agents) agents, then oversubscribed cores of each; \(grid.frameworks) frameworks"
    ) { _ in
        let total: Resources = [
            .scalar("cpus", 2), .scalar("mem", 1_024), .scalar("disk", 4_096), .ranges("ports", [31000...32000]),
        ]
        let used: Resources = [
            .scalar("cpus", 1), .scalar("mem", 128), .scalar("disk", 1_024),
            .ranges("ports", [31126...31510, 31512...31623, 31810...31852, 31854...31964]),
        ]
        let held = used.allocated(to: "*")
        var bench = AllocatorBench(grid, capabilities: .revocableResources, total: { _ in total }, used: { _ in held })
        let adding = bench.cycle()
        let more = total + [Resource(name: "cpus", value: .scalar(Scalar(10)), isRevocable: true)]
        let updating = Measure.time {
            for number in 0..<grid.agents { bench.allocator.setTotal(AllocatorBench.agent(number), more) }
        }
        let cycle = bench.cycle()
        let addingAim: Figure.Target? = grid.agents == 50_000 ? .atMost(500) : nil
        return [
            Figure("adding the frameworks", "ms", Samples(bench.addingFrameworks.milliseconds)),
            Figure("adding the agents and one run", "ms", Samples((bench.adding + adding).milliseconds), addingAim),
            Figure("updating the agents and one run", "ms", Samples((updating + cycle).milliseconds)),
        ]
    }
}

/// As `declineOffers`, but each agent has two reservations with twelve labels that differ in the last one.
private func resourceLabels(_ grid: AllocatorGrid) -> Benchmark {
    Benchmark(
        name: "allocator.labels-\(grid.text)",
        what: "full cycles with labelled reservations; \(grid.agents) agents × \(grid.frameworks) frameworks"
    ) { _ in
        func reserved(_ last: [Label]) -> Resource {
            let labels = (0..<11).map { Label(key: "key\($0)", value: "value\($0)") } + last
            return Resource(
                name: "cpus", value: .scalar(Scalar(8)),
                reservations: [.init(kind: .dynamic, role: "role1", principal: "principal1", labels: labels)])
        }
        let plain: Resources = [
            .scalar("mem", 2_014), .scalar("disk", 1_024), .ranges("ports", AllocatorBench.fragments),
        ]
        var bench = AllocatorBench(
            grid, role: "role1", total: { _ in AllocatorBench.standard },
            used: { number in
                let labels = ["unique_key_1", "unique_key_2"].map { Label(key: $0, value: "value_\(number)") }
                return (plain + [reserved(labels)] + [reserved([])]).allocated(to: "role1")
            })
        return declineRounds(&bench, grid)
    }
}

/// Five runs with a fifth more of the frameworks suppressed each time, or with 99 of 100 suppressed.
private func suppressOffers(_ grid: AllocatorGrid, extreme: Bool) -> Benchmark {
    Benchmark(
        name: "allocator.suppress\(extreme ? "-most" : "")-\(grid.text)",
        what: "full cycles while frameworks are suppressed; \(grid.agents) agents × \(grid.frameworks) frameworks"
    ) { _ in
        var bench = AllocatorBench(
            grid, total: { _ in AllocatorBench.standard }, used: { _ in AllocatorBench.used(memory: 1_024) })
        var cycles: [Double] = []
        var suppressed = 0
        func suppress(_ count: Int) {
            for _ in 0..<count {
                bench.allocator.suppress(AllocatorBench.framework(suppressed), roles: ["*"])
                suppressed += 1
            }
        }
        if extreme { suppress(Int(Double(grid.frameworks) * 0.99)) }
        for _ in 0..<5 {
            _ = bench.decline()
            if !extreme { suppress(grid.frameworks / 5) }
            cycles.append(bench.cycle().milliseconds)
        }
        return [Figure("a cycle", "ms", Samples(cycles))]
    }
}

/// Six runs over agents that are reserved for the role, each with a volume of its own: regular, shared, or every other.
private func persistentVolumes(_ grid: AllocatorGrid) -> [Benchmark] {
    ["regular", "shared", "mixed"].map { kind in
        Benchmark(
            name: "allocator.volumes-\(kind)-\(grid.text)",
            what: "full cycles with \(kind) volumes; \(grid.agents) agents × \(grid.frameworks) frameworks"
        ) { _ in
            let reservation = [Resource.Reservation(kind: .static, role: "test")]
            func reserved(_ resources: Resources) -> Resources {
                Resources(
                    resources.map { entry in
                        var entry = entry
                        entry.reservations = reservation
                        return entry
                    })
            }
            let total = reserved([
                .scalar("cpus", 24), .scalar("mem", 4_096), .scalar("disk", 3_072), .ranges("ports", [31000...32000]),
            ])
            let used = reserved([
                .scalar("cpus", 16), .scalar("mem", 1_024), .scalar("disk", 1_024),
                .ranges("ports", AllocatorBench.fragments),
            ]).allocated(to: "*")
            var bench = AllocatorBench(
                grid, role: "test", capabilities: kind == "regular" ? [] : .sharedResources,
                total: { number in
                    total + [
                        Resource(
                            name: "disk", value: .scalar(Scalar(1_024)), reservations: reservation,
                            disk: .init(persistenceID: "id\(number)", containerPath: "path\(number)"),
                            isShared: kind == "shared" || (kind == "mixed" && number % 2 == 0))
                    ]
                }, used: { _ in used })
            var cycles: [Double] = []
            for _ in 0..<6 {
                _ = bench.decline()
                cycles.append(bench.cycle().milliseconds)
            }
            return [
                Figure("adding the agents", "ms", Samples(bench.adding.milliseconds)),
                Figure("a cycle", "ms", Samples(cycles)),
            ]
        }
    }
}
