import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import AllocatorCore

/// Spec `mesos/06` §6.4, §6.5; shapes of upstream's `hierarchical_allocator_tests.cpp`.
@Suite struct QuotaTests {
    typealias Bench = AllocatorTests.Bench

    private static let agent: Resources = [.scalar("cpus", 2), .scalar("mem", 1_024), .scalar("disk", 100)]

    private func bench(agents: Int, _ roles: [(framework: FrameworkID, role: String)]) -> Bench {
        var bench = Bench()
        for (framework, role) in roles { bench.framework(framework, roles: [role]) }
        for number in 0..<agents { bench.agent(AgentID("a\(number)"), Self.agent) }
        return bench
    }

    private func cpus(_ allocations: [(framework: FrameworkID, part: AgentAllocation)], of framework: FrameworkID)
        -> Double
    {
        allocations.filter { $0.framework == framework }.reduce(0) { $0 + $1.part.resources.cpus.value }
    }

    @Test func guaranteesComeBeforeShares() {
        var bench = bench(agents: 4, [("f", "plain"), ("g", "promised")])
        // By share alone each would get two agents.
        bench.allocator.setQuota("promised", guarantees: ["cpus": Scalar(6), "mem": Scalar(3_072)], limits: [:])
        let got = bench.allocations()
        #expect(cpus(got, of: "g") == 6)
        #expect(cpus(got, of: "f") == 2)
    }

    @Test func limitsAreNotExceededAndOffersAreCutToThem() {
        var bench = bench(agents: 2, [("f", "limited")])
        bench.allocator.setQuota("limited", guarantees: [:], limits: ["cpus": Scalar(3)])
        let got = bench.allocations()
        #expect(cpus(got, of: "f") == 3)
        // What has no limit is not cut.
        #expect(got.reduce(0) { $0 + $1.part.resources.memory.value } == 2_048)
        #expect(bench.allocator.quotaConsumed("limited").map(\.name) == ["cpus", "mem", "disk"])
        #expect(bench.allocator.quotaConsumed("limited").first?.amount == Scalar(3))
    }

    @Test func aLimitHoldsForAllRolesBelow() {
        var bench = bench(agents: 3, [("f", "org/a"), ("g", "org/b")])
        bench.allocator.setQuota("org", guarantees: [:], limits: ["cpus": Scalar(4)])
        let got = bench.allocations()
        #expect(cpus(got, of: "f") + cpus(got, of: "g") == 4)
    }

    @Test func nobodyElseGetsWhatIsPromised() {
        var bench = bench(agents: 2, [("f", "plain")])
        // The promised role has no framework yet: three of four cores are kept for it.
        bench.allocator.setQuota("promised", guarantees: ["cpus": Scalar(3)], limits: [:])
        #expect(cpus(bench.allocations(), of: "f") == 1)
        bench.framework("g", roles: ["promised"])
        #expect(cpus(bench.allocations(), of: "g") == 3)
    }

    @Test func reservationsCountAgainstTheQuotaUsedOrNot() {
        var bench = Bench()
        bench.framework("g", roles: ["promised"])
        bench.framework("f", roles: ["plain"])
        bench.allocator.setQuota("promised", guarantees: ["cpus": Scalar(4)], limits: ["cpus": Scalar(4)])
        let reserved = Resource(
            name: "cpus", value: .scalar(Scalar(3)), reservations: [.init(kind: .static, role: "promised")])
        bench.agent("a", [reserved, .scalar("cpus", 5), .scalar("mem", 1_024)])
        let got = bench.allocations()
        #expect(cpus(got, of: "g") == 4)
        #expect(cpus(got, of: "f") == 4)
    }

    @Test func whatComesBackMayBeHadAgain() {
        var bench = bench(agents: 1, [("f", "limited")])
        bench.allocator.setQuota("limited", guarantees: [:], limits: ["cpus": Scalar(1)])
        let got = bench.allocations()
        #expect(cpus(got, of: "f") == 1)
        bench.decline(got, for: nil)
        #expect(bench.allocator.quotaConsumed("limited").isEmpty)
        #expect(cpus(bench.allocations(), of: "f") == 1)
        bench.allocator.setQuota("limited", guarantees: [:], limits: [:])
        #expect(cpus(bench.allocations(), of: "f") == 1)
        #expect(bench.allocator.quotas.isEmpty)
    }

    @Test func noOffersBeforeTheAgentsOfAPromiseAreBack() {
        var bench = Bench()
        bench.framework("f", roles: ["plain"])
        bench.allocator.setQuota("promised", guarantees: ["cpus": Scalar(1)], limits: [:])
        bench.allocator.awaitAgents(2, until: bench.now + .seconds(600))
        bench.agent("a", Self.agent)
        #expect(bench.run().isEmpty)
        #expect(!bench.allocator.isDirty)
        bench.agent("b", Self.agent)
        #expect(bench.run().count == 2)
    }

    @Test func agentsAreNotAwaitedForEver() {
        var bench = Bench()
        bench.framework("f", roles: ["plain"])
        bench.allocator.setQuota("promised", guarantees: ["cpus": Scalar(1)], limits: [:])
        bench.allocator.awaitAgents(2, until: bench.now + .seconds(600))
        bench.agent("a", Self.agent)
        #expect(bench.allocator.nextDeadline == bench.now + .seconds(600))
        bench.now = bench.now + .seconds(600)
        #expect(bench.run() == ["f a0 plain"].map { $0.replacing("a0", with: "a") })
    }

    @Test func excludedResourcesDoNotCountForShares() {
        var bench = Bench { $0.excludedFromSharing = ["gpus"] }
        bench.framework("f", roles: ["x"], [.gpuResources])
        bench.framework("g", roles: ["y"])
        bench.allocator.setAgent(
            "gpu", AgentProfile(hostname: "gpu", total: [.scalar("cpus", 1), .scalar("gpus", 4), .scalar("mem", 64)]),
            isActive: true)
        bench.agent("plain", [.scalar("cpus", 8), .scalar("mem", 512)])
        _ = bench.run()
        let shares = Dictionary(uniqueKeysWithValues: bench.allocator.dominantShares.map { ($0.role, $0.share) })
        #expect((shares["x"] ?? 1) < 1)
    }

    @Test func chanceServesEverybodyInTheEnd() {
        var bench = Bench {
            $0.roleOrder = .random
            $0.frameworkOrder = .random
        }
        for name in ["f", "g"] { bench.framework(FrameworkID(name), roles: ["r-" + name]) }
        var winners: Set<String> = []
        for number in 0..<40 {
            bench.agent(AgentID("a\(number)"), Self.agent)
            winners.formUnion(bench.allocations().map(\.framework.value))
        }
        #expect(winners == ["f", "g"])
    }

    /// Random roles, quotas, declines and losses: the books always add up, and no limit is ever broken.
    @Test(arguments: 1...20) func booksAddUpWhateverHappens(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var bench = Bench()
        let roles = ["a", "a/x", "a/y", "b", "c/z"]
        for (number, role) in roles.enumerated() { bench.framework(FrameworkID("f\(number)"), roles: [role]) }
        var held: [(framework: FrameworkID, part: AgentAllocation)] = []
        for step in 0..<200 {
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bench.agent(AgentID("n\(Int.random(in: 0..<8, using: &random))"), Self.agent)
            case 1:
                let limit = Scalar(Double(Int.random(in: 1...8, using: &random)))
                let role = ["a", "b", "c"][Int.random(in: 0..<3, using: &random)]
                if limit >= (bench.allocator.quotaConsumed(role).first { $0.name == "cpus" }?.amount ?? .zero) {
                    bench.allocator.setQuota(role, guarantees: ["cpus": Scalar(1)], limits: ["cpus": limit])
                }
            case 2 where !held.isEmpty:
                bench.decline([held.remove(at: Int.random(in: held.indices, using: &random))], for: .seconds(3))
            default: held += bench.allocations()
            }
            bench.now = bench.now + .seconds(Int64(step % 3))
            for role in ["a", "b", "c"] {
                let used = held.filter { QuotaBook.top(of: $0.part.role) == role }.reduce(Scalar.zero) {
                    $0 + $1.part.resources.cpus
                }
                let booked = bench.allocator.quotaConsumed(role).first { $0.name == "cpus" }?.amount ?? .zero
                #expect(used == booked)
                if let room = bench.allocator.quotas.room(bench.allocator.quotas.retain(role)) {
                    #expect(room[0] >= 0)
                }
            }
        }
    }
}
