import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import AllocatorCore

/// Each cause that keeps an agent from a framework is told, with the number of agents.
@Suite struct ExplanationTests {
    typealias Bench = AllocatorTests.Bench

    private static let plain: Resources = [.scalar("cpus", 2), .scalar("mem", 1_024)]

    private func causes(_ bench: Bench, _ framework: FrameworkID = "f", _ role: String = "r") -> [String] {
        bench.allocator.explain(framework: framework, role: role, now: bench.now)?.causes.map {
            "\($0.cause.rawValue) \($0.agents)"
        } ?? []
    }

    @Test func everyCauseIsCounted() throws {
        var bench = Bench {
            $0.region = "west"
            $0.whitelist = [
                "inactive", "gpu", "remote", "old", "fenced", "revocable", "theirs", "tiny", "free", "free2",
            ]
        }
        bench.framework("f", roles: ["r"], .multiRole)
        bench.agent("inactive", Self.plain)
        bench.allocator.setAgentActive("inactive", false)
        bench.agent("unlisted", Self.plain)
        bench.agent("gpu", Self.plain + [.scalar("gpus", 1)])
        bench.agent("remote", Self.plain) { $0.region = "east" }
        bench.agent("old", Self.plain) { $0.isMultiRole = false }
        bench.agent("fenced", Self.plain) { $0.attributes = [Attribute(name: "fence", value: .text("x"))] }
        bench.agent("revocable", [Resource(name: "cpus", value: .scalar(Scalar(9)), isRevocable: true)])
        bench.agent(
            "theirs",
            [Resource(name: "cpus", value: .scalar(Scalar(9)), reservations: [.init(kind: .static, role: "s")])])
        bench.agent("tiny", [.scalar("cpus", 0.001)])
        bench.agent("free", Self.plain)
        bench.agent("free2", Self.plain)
        let constraints = OfferConstraints(
            roles: [.init(role: "r", groups: [[AttributeConstraint(.attribute("fence"), .notExists)]])])
        bench.allocator.setOfferConstraints("f", try OfferConstraintsFilter(constraints))
        #expect(
            causes(bench) == [
                "AGENT_INACTIVE 1", "NOT_WHITELISTED 1", "GPU_RESOURCES_MISSING 1", "REGION_AWARE_MISSING 1",
                "AGENT_CAPABILITY_MISSING 1", "OFFER_CONSTRAINTS 1", "RESERVED_FOR_OTHERS 1",
                "FRAMEWORK_CAPABILITY_MISSING 1", "BELOW_MINIMUM 1", "OFFERABLE 2",
            ])
        // What is said to be offerable is offered, and nothing else.
        let got = bench.allocations()
        #expect(got.map(\.part.agentID).sorted { $0.value < $1.value } == ["free", "free2"])
        bench.decline(got.filter { $0.part.agentID == "free" }, for: .seconds(30))
        let after = try #require(bench.allocator.explain(framework: "f", role: "r", now: bench.now))
        #expect(after.causes.contains(.init(cause: .heldByFramework, agents: 1)))
        #expect(after.causes.contains(.init(cause: .filtered, agents: 1)))
        #expect(after.nextFilterExpiry == bench.now + .seconds(30))
        #expect(after.agents == 11)
    }

    @Test func quotasAndHoldersAreTold() throws {
        var bench = Bench()
        for name in ["f", "g"] { bench.framework(FrameworkID(name), roles: [name == "f" ? "r" : "s"]) }
        bench.agent("held", Self.plain)
        bench.allocator.assume(Self.plain.allocated(to: "s"), of: "g", on: "held")
        bench.agent("most", Self.plain)
        let most: Resources = [.scalar("cpus", 1.995), .scalar("mem", 1_000)]
        bench.allocator.assume(most.allocated(to: "s"), of: "g", on: "most")
        #expect(causes(bench) == ["HELD_BY_OTHERS 2"])
        bench.agent("open", Self.plain)
        bench.allocator.setQuota("r", guarantees: [:], limits: ["cpus": .zero, "mem": .zero])
        #expect(causes(bench) == ["HELD_BY_OTHERS 1", "QUOTA_LIMIT 2"])
        bench.allocator.setQuota("r", guarantees: [:], limits: [:])
        bench.allocator.setQuota("t", guarantees: ["cpus": Scalar(99), "mem": Scalar(99_999)], limits: [:])
        #expect(causes(bench) == ["HELD_BY_OTHERS 1", "GUARANTEES_OF_OTHERS 2"])
    }

    @Test func standingAndPlaceAreTold() throws {
        var bench = Bench()
        #expect(bench.allocator.explain(framework: "f", role: "r", now: bench.now) == nil)
        for (name, cpus) in [("f", 3.0), ("g", 2), ("h", 1)] {
            bench.framework(FrameworkID(name), roles: ["r"])
            bench.agent(AgentID(name), [.scalar("cpus", 4)])
            bench.allocator.assume(
                Resources([.scalar("cpus", cpus)]).allocated(to: "r"), of: FrameworkID(name), on: AgentID(name))
        }
        bench.framework("i", roles: ["needy"])
        let one = try #require(bench.allocator.explain(framework: "f", role: "r", now: bench.now))
        #expect(one.isActive && one.isSubscribed && !one.isSuppressed && one.awaitedAgents == nil)
        #expect(one.ahead == 2 && one.rolesAhead == 1 && one.share == 0.25)
        bench.allocator.suppress("f", roles: ["r"])
        bench.allocator.setFrameworkActive("f", false)
        let other = try #require(bench.allocator.explain(framework: "f", role: "r", now: bench.now))
        #expect(!other.isActive && other.isSuppressed)
        let none = try #require(bench.allocator.explain(framework: "f", role: "q", now: bench.now))
        #expect(!none.isSubscribed && none.causes.isEmpty)
        bench.allocator.setQuota("r", guarantees: ["cpus": Scalar(1)], limits: [:])
        bench.allocator.awaitAgents(10, until: bench.now + .seconds(9))
        #expect(bench.allocator.explain(framework: "f", role: "r", now: bench.now)?.awaitedAgents == 7)
    }

    /// Explanations and runs agree, whatever the cluster looks like.
    @Test(arguments: 1...10) func explanationsForetellTheNextRun(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var bench = Bench()
        bench.framework("f", roles: ["r"], random.below(2) == 0 ? [] : .gpuResources)
        bench.framework("g", roles: ["s/t"])
        bench.allocator.suppress("g", roles: ["s/t"])
        for number in 0..<30 {
            var total: Resources = [
                .scalar("cpus", Double(random.below(3))), .scalar("mem", Double(random.below(3)) * 30),
            ]
            if random.below(4) == 0 { total.add(.scalar("gpus", 1)) }
            bench.agent(AgentID("a\(number)"), total) { $0.knowsHierarchicalRoles = random.below(2) == 0 }
        }
        if seed % 2 == 0 {
            bench.allocator.setQuota("r", guarantees: [:], limits: ["cpus": .zero, "mem": Scalar(20)])
        }
        let offerable = bench.allocator.explain(framework: "f", role: "r", now: bench.now)?.causes.first {
            $0.cause == .offerable
        }?.agents
        let got = bench.run()
        if bench.allocator.quotas.isEmpty {
            #expect(got.count == offerable ?? 0)
        } else {
            #expect(got.isEmpty == (offerable == nil))
        }
    }
}
