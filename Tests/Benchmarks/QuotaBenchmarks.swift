internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// Quotas, in the shapes of upstream's LargeAndSmallQuota and NonQuotaVsQuota benchmarks.
let quotaBenchmarks: [Benchmark] =
    SortingOrder.allCases.flatMap { order in
        [(25, 5), (250, 50), (2_500, 500)].map { largeAndSmall(small: $0.0, large: $0.1, order) }
    }
    + SortingOrder.allCases.flatMap { order in
        [10, 100, 1_000].flatMap { roles in [false, true].map { plainAndQuota(roles: roles, hasQuota: $0, order) } }
    }

private func cluster(agents: Int, roles: [(name: String, frameworks: Int)], _ order: SortingOrder) -> AllocatorCore {
    var configuration = AllocatorConfiguration()
    (configuration.roleOrder, configuration.frameworkOrder) = (order, order)
    var allocator = AllocatorCore(configuration: configuration)
    for (role, frameworks) in roles {
        for number in 0..<frameworks {
            allocator.setFramework(
                FrameworkID("\(role)-\(number)"), roles: [role], suppressed: [], capabilities: [], isActive: true)
        }
    }
    let total: Resources = [.scalar("cpus", 2), .scalar("mem", 2_048), .scalar("disk", 2_048)]
    for number in 0..<agents {
        allocator.setAgent(
            AgentID("agent-\(number)"), AgentProfile(hostname: "host-\(number)", total: total), isActive: true)
    }
    return allocator
}

private func quota(_ size: Double) -> [String: Scalar] {
    ["cpus": Scalar(size), "mem": Scalar(1_024 * size), "disk": Scalar(1_024 * size)]
}

private func cycles(_ allocator: inout AllocatorCore) -> [Figure] {
    var allocations: [Allocation] = []
    let first = Measure.time { allocations = allocator.allocate(now: .epoch) }
    let second = Measure.time { _ = allocator.allocate(now: .epoch + .seconds(1)) }
    let offers = allocations.reduce(0) { $0 + $1.agents.count }
    return [
        Figure("the cycle that meets all quotas", "ms", Samples(first.milliseconds)),
        Figure("offers in it", "", Samples(Double(offers))),
        Figure("the cycle after it", "ms", Samples(second.milliseconds)),
    ]
}

/// Agents of two cores; small quotas of one and large ones of four take exactly all of them.
private func largeAndSmall(small: Int, large: Int, _ order: SortingOrder) -> Benchmark {
    let agents = small / 5 + large * 5
    return Benchmark(
        name: "quota.sizes-\(order.rawValue)-\(agents)",
        what: "one cycle for \(small) small and \(large) large quotas on \(agents) agents, \(order.rawValue) sorters"
    ) { _ in
        let roles = (0..<small).map { ("small-\($0)", 1) } + (0..<large).map { ("large-\($0)", 1) }
        var allocator = cluster(agents: agents, roles: roles, order)
        for number in 0..<small {
            allocator.setQuota("small-\(number)", guarantees: quota(1), limits: quota(1))
        }
        for number in 0..<large {
            allocator.setQuota("large-\(number)", guarantees: quota(4), limits: quota(4))
        }
        return cycles(&allocator)
    }
}

/// Two agents and two frameworks per role; the quotas are whole agents, so that the offers are the same without.
private func plainAndQuota(roles: Int, hasQuota: Bool, _ order: SortingOrder) -> Benchmark {
    Benchmark(
        name: "quota.\(hasQuota ? "with" : "without")-\(order.rawValue)-\(roles)",
        what: "one cycle, \(roles) roles \(hasQuota ? "with" : "without") quota, 2 agents and frameworks each"
    ) { _ in
        let names = (0..<roles).map { ("role-\($0)", 2) }
        var allocator = cluster(agents: 2 * roles, roles: names, order)
        if hasQuota {
            for (name, _) in names { allocator.setQuota(name, guarantees: quota(4), limits: quota(4)) }
        }
        return cycles(&allocator)
    }
}
