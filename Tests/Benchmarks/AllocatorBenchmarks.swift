internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// The allocation kernel alone, in the shape of upstream's DeclineOffers benchmark.
let allocatorBenchmarks = [(1_000, 1), (1_000, 100), (1_000, 1_000), (10_000, 1), (10_000, 100)].map {
    agents, frameworks in
    Benchmark(
        name: "allocator.decline-\(agents)x\(frameworks)",
        what: "full cycles over \(agents) agents × \(frameworks) frameworks; all offers declined with long filters"
    ) { _ in declineOffers(agents: agents, frameworks: frameworks) }
}

/// Every round offers all agents, and every offer is declined for a year: filters grow until nothing is left to offer.
private func declineOffers(agents: Int, frameworks: Int) -> [Figure] {
    var allocator = AllocatorCore(configuration: AllocatorConfiguration())
    for number in 0..<frameworks {
        allocator.setFramework(
            FrameworkID("framework-\(number)"), roles: ["*"], suppressed: [], capabilities: [], isActive: true)
    }
    let total: Resources = [
        .scalar("cpus", 24), .scalar("mem", 4_096), .scalar("disk", 4_096), .ranges("ports", [31000...32000]),
    ]
    let adding = Measure.time {
        for number in 0..<agents {
            allocator.setAgent(
                AgentID("agent-\(number)"), AgentProfile(hostname: "host-\(number)", total: total), isActive: true)
        }
    }
    var now = Instant.epoch
    var (offering, declines, refused) = ([Double](), [Double](), [Double]())
    for _ in 0..<min(2 * frameworks, 200) {
        var allocations: [Allocation] = []
        let cycle = Measure.time { allocations = allocator.allocate(now: now) }.milliseconds
        now = now + .seconds(1)
        guard !allocations.isEmpty else {
            refused.append(cycle)
            continue
        }
        offering.append(cycle)
        let decline = Measure.time {
            for allocation in allocations {
                for part in allocation.agents {
                    allocator.recover(
                        part.resources, of: allocation.frameworkID, on: part.agentID, refusal: .seconds(31_536_000),
                        now: now)
                }
            }
        }
        declines.append(decline.milliseconds)
    }
    return [
        Figure("adding the agents", "ms", Samples(adding.milliseconds)),
        Figure("a cycle that offers all agents", "ms", Samples(offering)),
        Figure("declining all of its offers", "ms", Samples(declines)),
    ] + (refused.isEmpty ? [] : [Figure("a cycle in which every filter refuses", "ms", Samples(refused))])
}
