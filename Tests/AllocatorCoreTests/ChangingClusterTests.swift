import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import AllocatorCore

/// Agents, weights, quotas and capabilities that change while resources are held (upstream's
/// `hierarchical_allocator_tests` and `sorter_tests`).
@Suite struct ChangingClusterTests {
    typealias Bench = AllocatorTests.Bench

    private func share(_ role: String, _ bench: Bench) -> Double? {
        bench.allocator.dominantShares.first { $0.role == role }?.share
    }

    private func cpus(_ amount: Double, to role: String = "*") -> Resources {
        Resources([.scalar("cpus", amount)]).allocated(to: role)
    }

    // MARK: Shares

    @Test func sharesFollowTheTotalOfTheCluster() {
        var bench = Bench()
        bench.framework("f", roles: ["r"])
        bench.agent("a", [.scalar("cpus", 4)])
        bench.agent("b", [.scalar("cpus", 4)])
        bench.allocator.assume(cpus(2, to: "r"), of: "f", on: "a")
        #expect(share("r", bench) == 0.25)
        bench.allocator.setTotal("b", [.scalar("cpus", 12)])
        #expect(share("r", bench) == 0.125)
        bench.allocator.removeAgent("b")
        #expect(share("r", bench) == 0.5)
    }

    @Test func revocableResourcesCountForShares() {
        var bench = Bench()
        bench.framework("f", roles: ["r"], .revocableResources)
        let revocable = Resource(name: "cpus", value: .scalar(Scalar(6)), isRevocable: true)
        bench.agent("a", [.scalar("cpus", 2), revocable])
        var held = revocable
        held.allocationRole = "r"
        bench.allocator.assume([held], of: "f", on: "a")
        #expect(share("r", bench) == 0.75)
    }

    @Test func aWeightThatChangesDecidesFromThenOn() {
        var bench = Bench()
        bench.framework("f", roles: ["x"])
        bench.framework("g", roles: ["y"])
        for number in 0..<6 { bench.agent(AgentID("a\(number)")) }
        let got = bench.allocations()
        #expect(got.filter { $0.framework == "f" }.count == 3)
        bench.decline(got, for: nil)
        bench.allocator.setWeight(2, of: "x")
        #expect(bench.allocations().filter { $0.framework == "f" }.count == 4)
    }

    @Test func whatAnInactiveFrameworkHoldsStillCountsForItsRole() {
        var bench = Bench()
        for (name, role) in [("f", "x"), ("g", "x"), ("h", "y")] { bench.framework(FrameworkID(name), roles: [role]) }
        bench.agent("a", [.scalar("cpus", 4)])
        bench.allocator.assume(cpus(3, to: "x"), of: "f", on: "a")
        bench.allocator.setFrameworkActive("f", false)
        #expect(share("x", bench) == 0.75)
        #expect(bench.run() == ["h a y"], "g is new, but its role has more than the other")
    }

    // MARK: Agents

    @Test func anAgentThatIsGoneIsNotOfferedAndTakesItsFiltersAlong() {
        var bench = Bench()
        bench.framework("f")
        bench.agent("a")
        bench.decline(bench.allocations(), for: .seconds(500))
        bench.allocator.removeAgent("a")
        #expect(bench.run() == [] && bench.allocator.available(on: "a") == nil)
        #expect(bench.allocator.dominantShares.allSatisfy { $0.share == 0 })
        bench.agent("a")
        #expect(bench.run() == ["f a *"], "under the same name it is another agent")
    }

    @Test func anAgentIsOfferedToManyRolesOnceItKnowsThem() {
        var bench = Bench()
        bench.framework("f", roles: ["x", "y"], .multiRole)
        bench.agent("a") { $0.isMultiRole = false }
        #expect(bench.run() == [])
        bench.agent("a")
        #expect(bench.run() == ["f a x"])
    }

    @Test func anAgentIsOfferedToNestedRolesOnceItKnowsThem() {
        var bench = Bench()
        bench.framework("f", roles: ["x/y"])
        bench.agent("a") { $0.knowsHierarchicalRoles = false }
        #expect(bench.run() == [])
        bench.agent("a")
        #expect(bench.run() == ["f a x/y"])
    }

    @Test func whatIsHeldOfAnAgentIsNotOffered() {
        var bench = Bench()
        bench.framework("g")
        bench.agent("a", [.scalar("cpus", 4), .scalar("mem", 1024)])
        bench.allocator.assume(cpus(3), of: "g", on: "a")
        bench.framework("f")
        let got = bench.allocations()
        #expect(got.map(\.framework) == ["f"] && got.first?.part.resources.cpus == Scalar(1))
    }

    @Test func revocableResourcesThatShrinkAreOfferedAsMuchAsIsLeft() {
        var bench = Bench()
        bench.framework("f", .revocableResources)
        func extra(_ amount: Double) -> Resource {
            Resource(name: "cpus", value: .scalar(Scalar(amount)), isRevocable: true)
        }
        bench.agent("a", [.scalar("cpus", 2), extra(4)])
        bench.decline(bench.allocations(), for: nil)
        bench.allocator.setTotal("a", [.scalar("cpus", 2), extra(1)])
        #expect(bench.allocations().first?.part.resources.allocated(to: nil) == [.scalar("cpus", 2), extra(1)])
    }

    @Test func aCapabilityThatIsGivenUpCounts() {
        var bench = Bench()
        let extra = Resource(name: "cpus", value: .scalar(Scalar(4)), isRevocable: true)
        bench.agent("a", [.scalar("cpus", 2), extra])
        for capabilities in [FrameworkCapabilities.revocableResources, []] {
            bench.framework("f", capabilities)
            let got = bench.allocations()
            let isThere = got.first?.part.resources.contains(where: \.isRevocable)
            #expect(isThere == !capabilities.isEmpty)
            bench.decline(got, for: nil)
        }
    }

    // MARK: Roles of a framework

    @Test func filtersAreOfOneRole() {
        var bench = Bench()
        bench.framework("f", roles: ["x", "y"], .multiRole)
        bench.agent("a")
        bench.decline(bench.allocations(), for: .seconds(500))
        #expect(bench.run() == ["f a y"])
        #expect(bench.allocator.activeFilters.filter { $0.count > 0 }.map(\.role) == ["x"])
    }

    @Test func rolesAreSuppressedAndRevivedOneByOne() {
        var bench = Bench()
        bench.framework("f", roles: ["x", "y"], .multiRole)
        bench.allocator.suppress("f", roles: ["x", "y"])
        bench.agent("a")
        #expect(bench.run() == [])
        bench.allocator.revive("f", roles: ["y"])
        let got = bench.allocations()
        #expect(got.map(\.part.role) == ["y"])
        bench.allocator.suppress("f", roles: ["y"])
        bench.decline(got, for: nil)
        #expect(bench.run() == [])
        bench.allocator.revive("f", roles: ["x"])
        #expect(bench.run() == ["f a x"])
    }

    /// Whoever refuses everything is passed over: the others are served, all of them.
    @Test func frameworksThatRefuseDoNotKeepOthersWaiting() {
        var bench = Bench()
        let names = (0..<20).map { FrameworkID("f\($0)") }
        for name in names { bench.framework(name) }
        bench.agent("a")
        var served: Set<FrameworkID> = []
        for _ in names {
            let got = bench.allocations()
            served.formUnion(got.map(\.framework))
            bench.decline(got, for: .seconds(5))
        }
        #expect(served == Set(names))
    }

    // MARK: Quota

    @Test func aQuotaThatIsTakenAwayFreesWhatItKept() {
        var bench = Bench()
        bench.framework("f", roles: ["plain"])
        bench.allocator.setQuota("promised", guarantees: ["cpus": Scalar(4), "mem": Scalar(1024)], limits: [:])
        bench.agent("a")
        #expect(bench.run() == [])
        bench.allocator.setQuota("promised", guarantees: [:], limits: [:])
        #expect(bench.run() == ["f a plain"])
    }

    @Test func aLimitOfNothingKeepsARoleOut() {
        var bench = Bench()
        bench.framework("f", roles: ["r"])
        bench.allocator.setQuota("r", guarantees: [:], limits: ["cpus": .zero, "mem": .zero])
        bench.agent("a")
        #expect(bench.run() == [])
    }

    @Test func theSharedVolumeOfALimitedRoleCountsOnce() {
        var bench = Bench()
        for name in ["f", "g"] { bench.framework(FrameworkID(name), roles: ["r"], .sharedResources) }
        var volume = Resource.scalar("disk", 50)
        volume.reservations = [.init(kind: .dynamic, role: "r")]
        volume.disk = Resource.Disk(persistenceID: "v", containerPath: "data")
        volume.isShared = true
        bench.agent("a", [.scalar("cpus", 2), volume])
        bench.allocator.setQuota("r", guarantees: [:], limits: ["disk": Scalar(50), "cpus": Scalar(2)])
        let first = bench.allocations()
        bench.allocator.recover(cpus(1, to: "r"), of: "f", on: "a", refusal: .seconds(500), now: bench.now)
        let second = bench.allocations()
        #expect((first + second).allSatisfy { $0.part.resources.contains(where: \.isShared) })
        #expect(second.map(\.framework) == ["g"])
        #expect(bench.allocator.quotaConsumed("r").first { $0.name == "disk" }?.amount == Scalar(50))
    }
}
