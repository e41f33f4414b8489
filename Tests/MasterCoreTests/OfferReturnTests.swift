import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// Where resources go that were offered (upstream's `resource_offers_tests`, `master_allocator_tests`).
struct OfferReturnTests {
    private func total(_ offers: [Offer]) -> Scalar { offers.reduce(.zero) { $0 + $1.resources.cpus } }

    @Test(arguments: ["teardown", "disconnection"]) func whatAFrameworkLeavesIsOfferedToOthers(by end: String) {
        var world = OfferTests.world(agents: 2)
        world.subscribe("g")
        #expect(world.offers("g").isEmpty)
        if end == "teardown" { world.call("f", .teardown) } else { world.close("f") }
        #expect(total(world.offers("g")) == Scalar(8) && world.violations.isEmpty)
    }

    @Test func severalOffersOfAnAgentAreUsedTogether() {
        var world = OfferTests.world()
        world.launch("f", [world.task("t1", on: "a1", [.scalar("cpus", 3), .scalar("mem", 512)])], refuse: 0)
        world.update("a1", "f", "t1", .finished, uuid: nil)
        #expect(world.offers("f").count == 2)
        let task = world.task("t2", on: "a1", [.scalar("cpus", 4), .scalar("mem", 1024)])
        let effects = world.launch("f", [task])
        #expect(world.statuses(in: effects).isEmpty && world.offers("f").isEmpty)
        #expect(world.core.state.agents.first?.usedResources.cpus == Scalar(4) && world.violations.isEmpty)
    }

    @Test func whatABadTaskWantedIsOfferedAgain() {
        var world = OfferTests.world()
        var bad = world.task("bad", on: "a1")
        bad.resources = []
        world.launch("f", [bad], refuse: 0)
        #expect(world.core.state.frameworks.first?.tasks.isEmpty == true)
        world.wait(.seconds(1))
        #expect(total(world.offers("f")) == Scalar(4))
    }

    @Test(arguments: ["used", "declined"]) func offersThatWereAnsweredDoNotTimeOut(by answer: String) {
        var world = OfferTests.world { $0.offerTimeout = .seconds(10) }
        if answer == "used" {
            let task = world.task("t", on: "a1", [.scalar("cpus", 4), .scalar("mem", 1024)])
            world.launch("f", [task])
        } else {
            world.call("f", .decline(offers: world.offers("f").map(\.id), filters: Filters(refuseSeconds: 1000)))
        }
        let effects = world.wait(.seconds(30))
        #expect(world.rescinded(in: effects).isEmpty && world.counter("offers_timed_out") == 0)
    }

    @Test func anOfferOfOneKindIsUsed() {
        var world = MasterWorld()
        world.register("a1", [.scalar("cpus", 2)])
        world.register("a2", [.scalar("mem", 512)])
        world.subscribe("f")
        #expect(world.offers("f").map(\.hostname).sorted() == ["a1", "a2"])
        for (agent, resources) in [("a1", [.scalar("cpus", 2)]), ("a2", [.scalar("mem", 512)])] as [(String, Resources)]
        {
            let offers = world.offers("f").filter { $0.hostname == agent }.map(\.id)
            let task = world.task(TaskID("t-" + agent), on: agent, resources)
            world.call("f", .accept(offers: offers, operations: [.launch([task])], filters: Filters()))
        }
        #expect(world.core.state.frameworks.first?.tasks.count == 2 && world.violations.isEmpty)
    }

    /// A task on an agent that an offer of another would have to pay for.
    @Test func aTaskNamesTheAgentOfItsOffer() {
        var world = OfferTests.world(agents: 2)
        let offer = world.offers("f").filter { $0.hostname == "a2" }.map(\.id)
        let operations = [OfferOperation.launch([world.task("t", on: "a1")])]
        let effects = world.call("f", .accept(offers: offer, operations: operations, filters: Filters()))
        let status = world.statuses(in: effects).first
        #expect(status?.state == .error && status?.message?.hasPrefix("Task uses invalid agent m-S0") == true)
        #expect(world.core.state.agents.allSatisfy { $0.usedResources.isEmpty } && world.violations.isEmpty)
    }

    @Test func tasksOfSmallAmountsAddUp() {
        var world = OfferTests.world()
        let tasks = (0..<10).map { world.task(TaskID("t\($0)"), on: "a1", [.scalar("cpus", 0.001)]) }
        world.launch("f", tasks, refuse: 0)
        #expect(world.core.state.agents.first?.usedResources.cpus == Scalar(0.01))
        for task in tasks { world.update("a1", "f", task.id, .finished, uuid: nil) }
        #expect(world.core.state.agents.first?.usedResources.isEmpty == true && world.violations.isEmpty)
    }
}
