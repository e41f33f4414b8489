import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import AllocatorCore

struct AllocatorTests {
    static let standard: Resources = [.scalar("cpus", 4), .scalar("mem", 1024), .ranges("ports", [31000...31009])]

    /// An allocator and the time, in the words of a test.
    struct Bench {
        var allocator: AllocatorCore
        var now = Instant.epoch

        init(_ configure: (inout AllocatorConfiguration) -> Void = { _ in }) {
            var configuration = AllocatorConfiguration()
            configure(&configuration)
            allocator = AllocatorCore(configuration: configuration)
        }

        mutating func agent(
            _ id: AgentID, _ resources: Resources = standard, _ change: (inout AgentProfile) -> Void = { _ in }
        ) {
            var profile = AgentProfile(hostname: id.value, total: resources)
            change(&profile)
            allocator.setAgent(id, profile, isActive: true)
        }

        mutating func framework(
            _ id: FrameworkID, roles: [String] = ["*"], _ capabilities: FrameworkCapabilities = [],
            suppressed: Set<String> = []
        ) {
            allocator.setFramework(id, roles: roles, suppressed: suppressed, capabilities: capabilities, isActive: true)
        }

        /// Runs; `framework agent role` per allocation, in order.
        mutating func run() -> [String] { allocations().map { "\($0.framework) \($0.part.agentID) \($0.part.role)" } }

        mutating func allocations() -> [(framework: FrameworkID, part: AgentAllocation)] {
            allocator.allocate(now: now).flatMap { batch in batch.agents.map { (batch.frameworkID, $0) } }
        }

        mutating func decline(_ allocations: [(framework: FrameworkID, part: AgentAllocation)], for refusal: Duration?)
        {
            for (framework, part) in allocations {
                allocator.recover(part.resources, of: framework, on: part.agentID, refusal: refusal, now: now)
            }
        }
    }

    @Test func aFrameworkGetsAllThatIsLeftOfAnAgentOnce() throws {
        var bench = Bench()
        bench.agent("a")
        bench.framework("f")
        let all = bench.allocations()
        #expect(all.count == 1 && all.first?.part.resources.allocated(to: nil) == AllocatorTests.standard)
        #expect(all.first?.part.resources.allSatisfy { $0.allocationRole == "*" } == true)
        #expect(bench.run() == [])
        #expect(bench.allocator.available(on: "a")?.isEmpty == true)
        bench.decline(all, for: nil)
        #expect(bench.allocator.available(on: "a") == AllocatorTests.standard)
        #expect(bench.run() == ["f a *"])
    }

    /// Golden case: six equal agents, role `x` of weight 2 beside `y` of weight 1.
    @Test func weightedSharesDecideBetweenRoles() {
        var bench = Bench { $0.weights = ["x": 2] }
        bench.framework("f", roles: ["x"])
        bench.framework("g", roles: ["y"])
        for id in ["a", "b", "c", "d", "e", "f"] { bench.agent(AgentID(id)) }
        let got = bench.run()
        #expect(got.filter { $0.hasSuffix("x") }.count == 4 && got.filter { $0.hasSuffix("y") }.count == 2)
        #expect(bench.allocator.dominantShares.map(\.role) == ["x", "y"])
        #expect(bench.allocator.dominantShares.allSatisfy { abs($0.share - 1.0 / 3) < 1e-9 })
    }

    @Test func frameworksOfARoleShareFairly() {
        var bench = Bench()
        for id in ["f", "g", "h"] { bench.framework(FrameworkID(id)) }
        for number in 0..<9 { bench.agent(AgentID("a\(number)")) }
        let got = bench.allocations()
        for id in ["f", "g", "h"] { #expect(got.filter { $0.framework == FrameworkID(id) }.count == 3) }
    }

    @Test func theDominantResourceCounts() {
        var bench = Bench()
        bench.framework("f")
        bench.agent("big", [.scalar("cpus", 1), .scalar("mem", 8000)])
        #expect(bench.run() == ["f big *"])
        bench.framework("g")
        bench.agent("small", [.scalar("cpus", 7), .scalar("mem", 100)])
        bench.agent("tiny", [.scalar("cpus", 0.5), .scalar("mem", 100)])
        // f holds 8000 of 8200 MB; g then 7 of 8.5 cpus, still less.
        #expect(bench.run() == ["g small *", "g tiny *"])
    }

    @Test func ordersAreStable() {
        func run() -> [String] {
            var bench = Bench()
            for number in 0..<30 { bench.agent(AgentID("a\(number)")) }
            for number in 0..<7 { bench.framework(FrameworkID("f\(number)"), roles: ["r\(number % 3)"]) }
            return bench.run()
        }
        #expect(run() == run())
    }

    // MARK: Filters

    @Test func aFilterHoldsForTheSameOrLessUntilItExpires() {
        var bench = Bench()
        bench.agent("a")
        bench.framework("f")
        bench.decline(bench.allocations(), for: .seconds(5))
        #expect(bench.run() == [])
        bench.now = .epoch + .seconds(5)
        #expect(bench.allocator.nextDeadline.map { $0 <= bench.now } == true)
        #expect(bench.run() == ["f a *"])
    }

    @Test func moreResourcesDefeatAFilter() {
        var bench = Bench()
        bench.agent("a")
        bench.framework("f")
        bench.framework("g")
        let used: Resources = Resources([.scalar("cpus", 1)]).allocated(to: "*")
        bench.allocator.assume(used, of: "g", on: "a")
        bench.decline(bench.allocations().filter { $0.framework == "f" }, for: .seconds(500))
        bench.decline(bench.allocations().filter { $0.framework == "g" }, for: .seconds(500))
        #expect(bench.run() == [])
        bench.allocator.recover(used, of: "g", on: "a", now: bench.now)
        #expect(bench.run() == ["f a *"], "now there are four cpus, and three were refused")
    }

    enum Clearing: CaseIterable { case revive, agentChange, deactivation, suppressionEnds }

    @Test(arguments: Clearing.allCases) func whatClearsFilters(by clearing: Clearing) {
        var bench = Bench()
        bench.agent("a")
        bench.framework("f")
        bench.decline(bench.allocations(), for: .seconds(500))
        #expect(bench.allocator.activeFilters.map(\.count) == [1])
        switch clearing {
        case .revive: bench.allocator.revive("f", roles: ["*"])
        case .agentChange: bench.agent("a", AllocatorTests.standard + [.scalar("gadgets", 1)])
        case .deactivation:
            bench.allocator.setFrameworkActive("f", false)
            #expect(bench.run() == [])
            bench.allocator.setFrameworkActive("f", true)
        case .suppressionEnds:
            bench.framework("f", suppressed: ["*"])
            #expect(bench.run() == [])
            bench.framework("f")
        }
        #expect(bench.run() == ["f a *"])
    }

    @Test func suppressedRolesGetNothing() {
        var bench = Bench()
        bench.framework("f", roles: ["x", "y"], .multiRole)
        bench.allocator.suppress("f", roles: ["x"])
        bench.agent("a")
        #expect(bench.run() == ["f a y"])
    }

    // MARK: Who may see what

    struct Visibility: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let capabilities: FrameworkCapabilities
        let role: String
        let resources: Resources
        let change: @Sendable (inout AgentProfile) -> Void
        let isSeen: Bool

        init(
            _ name: String, _ isSeen: Bool, _ capabilities: FrameworkCapabilities = [], role: String = "*",
            on resources: Resources = standard, _ change: @escaping @Sendable (inout AgentProfile) -> Void = { _ in }
        ) {
            (testDescription, self.isSeen, self.capabilities) = (name, isSeen, capabilities)
            (self.role, self.resources, self.change) = (role, resources, change)
        }
    }

    static let gpus: Resources = standard + [.scalar("gpus", 1)]
    static let revocable: Resources = [Resource(name: "cpus", value: .scalar(Scalar(1)), isRevocable: true)]
    static func reserved(_ roles: String...) -> Resources {
        [Resource(name: "cpus", value: .scalar(Scalar(1)), reservations: roles.map { .init(kind: .static, role: $0) })]
    }

    static let cases: [Visibility] = [
        Visibility("GPUs without capability", false, on: gpus),
        Visibility("GPUs with capability", true, .gpuResources, on: gpus),
        Visibility("other region", false) { $0.region = "east" },
        Visibility("same region", true) { $0.region = "west" },
        Visibility("other region, aware", true, .regionAware) { $0.region = "east" },
        Visibility("old agent", false, .multiRole) { $0.isMultiRole = false },
        Visibility("flat agent", false, role: "a/b") { $0.knowsHierarchicalRoles = false },
        Visibility("not whitelisted", false) { $0.hostname = "other" },
        Visibility("revocable", false, on: revocable),
        Visibility("revocable, aware", true, .revocableResources, on: revocable),
        Visibility("reserved for another", false, on: reserved("b")),
        Visibility("reserved", true, role: "b", on: reserved("b")),
        Visibility("reserved for the parent", true, role: "b/c", on: reserved("b")),
        Visibility("reserved for a child", false, role: "b", on: reserved("b/c")),
        Visibility("refined", false, role: "b/c", on: reserved("b", "b/c")),
        Visibility("refined, aware", true, .reservationRefinement, role: "b/c", on: reserved("b", "b/c")),
        Visibility("too little", false, on: [.scalar("cpus", 0.001), .scalar("mem", 31)]),
        Visibility("cpus suffice", true, on: [.scalar("cpus", 0.01)]),
        Visibility("memory suffices", true, on: [.scalar("mem", 32)]),
    ]

    @Test(arguments: cases) func visibility(of one: Visibility) {
        var bench = Bench {
            $0.region = "west"
            $0.whitelist = ["a"]
        }
        bench.agent("a", one.resources, one.change)
        bench.framework("f", roles: [one.role], one.capabilities)
        #expect(!bench.run().isEmpty == one.isSeen)
    }

    @Test func reservationsGoToTheirRoleAndTheRestToTheNeediest() {
        var bench = Bench()
        bench.agent("a", AllocatorTests.standard + AllocatorTests.reserved("b"))
        bench.framework("f", roles: ["a"])
        bench.framework("g", roles: ["b"])
        let got = bench.allocations()
        #expect(got.map(\.framework) == ["f", "g"])
        #expect(got.first?.part.resources.allocated(to: nil) == AllocatorTests.standard)
        #expect(got.last?.part.resources.allocated(to: nil) == AllocatorTests.reserved("b"))
    }

    // MARK: Events and passes

    @Test func inactiveAgentsWait() {
        var bench = Bench()
        bench.agent("a")
        bench.allocator.setAgentActive("a", false)
        bench.framework("f")
        #expect(bench.run() == [])
        bench.allocator.setAgentActive("a", true)
        #expect(bench.run() == ["f a *"])
    }

    @Test func onlyWhatChangedIsLookedAtAndAnIdleAllocatorSleeps() {
        var bench = Bench()
        bench.agent("a")
        bench.framework("f")
        _ = bench.run()
        #expect(!bench.allocator.isDirty && bench.allocator.nextDeadline == .epoch + .seconds(1))
        bench.now = .epoch + .seconds(1)
        #expect(bench.run() == [])
        #expect(bench.allocator.nextDeadline == nil)
    }

    @Test func namesAreForgottenWithTheirFrameworks() {
        var bench = Bench()
        bench.agent("a")
        for number in 0..<100 {
            bench.framework(FrameworkID("f\(number)"), roles: ["r\(number)"])
            bench.decline(bench.allocations(), for: nil)
            bench.allocator.removeFramework(FrameworkID("f\(number)"))
        }
        #expect(bench.allocator.claims.count == 1 && bench.allocator.roles.filter { !$0.name.isEmpty }.isEmpty)
        #expect(bench.allocator.dominantShares.isEmpty)
    }

    @Test func heapsReturnEarliestFirstAndEqualsInOrder() {
        var heap = DeadlineHeap<Int>()
        var random = SeededRandom(seed: 3)
        let times = (0..<500).map { _ in Int64(random.below(50)) }
        for (number, time) in times.enumerated() { heap.push(number, at: Instant(nanoseconds: time)) }
        #expect(heap.pop(until: Instant(nanoseconds: -1)) == nil)
        var got: [Int] = []
        while let (_, number) = heap.pop(until: Instant(nanoseconds: 50)) { got.append(number) }
        #expect(got == times.indices.sorted { (times[$0], $0) < (times[$1], $1) })
    }
}
