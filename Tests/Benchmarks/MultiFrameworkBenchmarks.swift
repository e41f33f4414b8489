internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// Frameworks of several kinds that launch what they have and then want nothing, and conversions on one agent.
let multiFrameworkBenchmarks: [Benchmark] =
    [
        Benchmark(
            name: "allocator.launch-all",
            what: "rounds until 554 frameworks on 80 agents launched 19,500 tasks (MultiFrameworkAllocations)"
        ) { _ in try launchAll() }
    ] + [50, 100, 200].map(conversions)

/// A kind of frameworks.
private struct Kind {
    let role: String
    let frameworks: Int
    let tasks: Int
    let cpus: Double
    let memory: Double
    let perOffer: Int

    var task: Resources { [.scalar("cpus", cpus), .scalar("mem", memory)] }

    static let all =
        (1...4).map { Kind(role: "roleA-\($0)", frameworks: 1, tasks: 4_000, cpus: 0.07, memory: 400, perOffer: 100) }
        + [Kind(role: "roleB", frameworks: 500, tasks: 5, cpus: 0.1, memory: 4_000, perOffer: 1)]
        + (1...50).map { Kind(role: "roleC-\($0)", frameworks: 1, tasks: 20, cpus: 1, memory: 1_000, perOffer: 5) }
}

/// Every framework launches what it has left to launch, so much per offer at most, and sets no filter.
///
/// As in the master, an offer of which nothing was used is held back from that framework for one allocation interval
/// (decision 0005); and runs follow events, so that time passes only when there is nothing to do.
private func launchAll() throws -> [Figure] {
    var allocator = AllocatorCore(configuration: AllocatorConfiguration())
    var waiting: [FrameworkID: (kind: Kind, tasks: Int)] = [:]
    for kind in Kind.all {
        for number in 0..<kind.frameworks {
            let id = FrameworkID("\(kind.role)-\(number)")
            allocator.setFramework(id, roles: [kind.role], suppressed: [], capabilities: [], isActive: true)
            waiting[id] = (kind, kind.tasks)
        }
    }
    let total: Resources = [.scalar("cpus", 64), .scalar("mem", 488_000)]
    for number in 0..<80 {
        allocator.setAgent(
            AgentID("agent-\(number)"), AgentProfile(hostname: "host-\(number)", total: total), isActive: true)
    }
    var left = waiting.values.reduce(0) { $0 + $1.tasks }
    var (rounds, offers, allocating, now) = (0, 0, Duration.zero, Instant.epoch)
    let all = Measure.time {
        while left > 0, rounds < 100_000 {
            rounds += 1
            var allocations: [Allocation] = []
            allocating += Measure.time { allocations = allocator.allocate(now: now) }
            if allocations.isEmpty { now = max(allocator.nextDeadline ?? now, now + .milliseconds(1)) }
            for allocation in allocations {
                guard let (kind, tasks) = waiting[allocation.frameworkID] else { continue }
                var rest = tasks
                for part in allocation.agents {
                    offers += 1
                    let (fitting, remaining) = fill(part, kind, upTo: rest)
                    rest -= fitting
                    allocator.recover(
                        remaining, of: allocation.frameworkID, on: part.agentID,
                        refusal: fitting == 0 ? .seconds(1) : nil, now: now)
                }
                left -= tasks - rest
                waiting[allocation.frameworkID] = (kind, rest)
            }
        }
    }
    guard left == 0 else { throw Skipped("\(left) tasks were not launched in \(rounds) rounds") }
    return [
        Figure("until all are launched", "ms", Samples(all.milliseconds), .atMost(1_000)),
        Figure("of which in the allocator's runs", "ms", Samples(allocating.milliseconds)),
        Figure("runs", "", Samples(Double(rounds))),
        Figure("offers", "", Samples(Double(offers))),
        Figure("time that passed for the allocator", "s", Samples((now - .epoch).seconds)),
    ]
}

/// How many tasks an offer takes, and what it leaves.
private func fill(_ part: AgentAllocation, _ kind: Kind, upTo limit: Int) -> (tasks: Int, rest: Resources) {
    let task = kind.task.allocated(to: part.role)
    var (rest, tasks) = (part.resources, 0)
    while tasks < min(kind.perOffer, limit), rest.contains(task) {
        rest -= task
        tasks += 1
    }
    return (tasks, rest)
}

/// A framework that reserves and unreserves all of an agent's many differently labelled resources in turn.
private func conversions(reservations: Int) -> Benchmark {
    Benchmark(
        name: "allocator.convert-\(reservations)",
        what: "RESERVE and UNRESERVE of \(reservations) labelled reservations of four resources (UpdateAllocation)"
    ) { _ in
        var random = SeededRandom(seed: 7)
        let role = "role-" + text(36, &random)
        var reserved = Resources()
        for _ in 0..<reservations {
            for name in ["cpus", "mem", "disk", "ports"] {
                let label = Label(key: "Label", value: text(36, &random))
                reserved.add(
                    Resource(
                        name: name, value: name == "ports" ? .ranges(ValueRanges([2...2])) : .scalar(Scalar(100)),
                        reservations: [.init(kind: .dynamic, role: role, labels: [label])]))
            }
        }
        var plain = Resources()
        for var entry in reserved {
            entry.reservations = []
            plain.add(entry)
        }
        var allocator = AllocatorCore(configuration: AllocatorConfiguration())
        allocator.setFramework("f", roles: [role], suppressed: [], capabilities: [], isActive: true)
        allocator.setAgent("a", AgentProfile(hostname: "a", total: reserved), isActive: true)
        let (held, free) = (reserved.allocated(to: role), plain.allocated(to: role))
        allocator.assume(held, of: "f", on: "a")
        var (reserving, unreserving) = ([Double](), [Double]())
        for _ in 0..<20 {
            unreserving.append(
                Measure.time { _ = allocator.convert(consumed: held, produced: free, on: "a", of: "f") }.milliseconds)
            reserving.append(
                Measure.time { _ = allocator.convert(consumed: free, produced: held, on: "a", of: "f") }.milliseconds)
        }
        return [
            Figure("RESERVE", "ms", Samples(reserving)), Figure("UNRESERVE", "ms", Samples(unreserving)),
        ]
    }
}

private func text(_ length: Int, _ random: inout SeededRandom) -> String {
    String((0..<length).map { _ in Character(Unicode.Scalar(UInt8(97 + random.below(26)))) })
}
