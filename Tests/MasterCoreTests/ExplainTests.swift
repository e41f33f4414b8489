import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// Why something has offers, runs, or does not.
struct ExplainTests {
    private func one(_ world: MasterWorld, _ subject: ExplanationSubject) throws -> Explanation {
        let explanations = world.core.explain(subject, now: world.now)
        #expect(explanations.count == 1)
        return try #require(explanations.first)
    }

    private func figure(_ name: String, _ explanation: Explanation) -> String? {
        explanation.figures.first { $0.name == name }?.value
    }

    @Test func aFrameworkWithOffersHoldsThem() throws {
        var world = OfferTests.world(agents: 2)
        world.wait(.seconds(3))
        let explanation = try one(world, .framework("f", role: nil))
        #expect(explanation.subject == "framework f (\(try #require(world.schedulers["f"]).id)) in role '*'")
        #expect(explanation.verdict == "holds 2 offers")
        #expect(figure("offers held", explanation) == "2, the oldest for 3 s")
    }

    @Test func filtersAreNamedWithTheirNumberAndEnd() throws {
        var world = OfferTests.world(agents: 3)
        world.call("f", .decline(offers: world.offers("f").map(\.id), filters: Filters(refuseSeconds: 30)))
        world.wait(.seconds(10))
        let explanation = try one(world, .framework("f", role: "*"))
        #expect(explanation.verdict.hasPrefix("has no offer; 3 of 3 agents: the framework declined"))
        #expect(explanation.reasons.map(\.cause) == ["FILTERED"] && explanation.reasons.map(\.count) == [3])
        #expect(figure("next filter ends in", explanation) == "20 s")
        world.call("f", .revive(roles: []))
        #expect(try one(world, .framework("f", role: "*")).verdict == "holds 3 offers")
    }

    @Test func whoHoldsTheOffersIsNamed() throws {
        var world = OfferTests.world(agents: 2)
        world.subscribe("g")
        world.wait(.seconds(5))
        let explanation = try one(world, .framework("g", role: nil))
        #expect(explanation.reasons.map(\.cause) == ["HELD_BY_OTHERS"] && explanation.reasons.map(\.count) == [2])
        let holder = "offers held by f (\(try #require(world.schedulers["f"]).id))"
        #expect(figure(holder, explanation) == "2, the oldest for 5 s")
    }

    @Test func frameworksThatAreNotAskedSayWhy() throws {
        var world = OfferTests.world()
        func cause(_ role: String? = nil) throws -> [String] {
            try one(world, .framework("f", role: role)).reasons.map(\.cause)
        }
        #expect(try cause("other") == ["NOT_SUBSCRIBED"])
        world.call("f", .decline(offers: world.offers("f").map(\.id), filters: Filters()))
        world.call("f", .suppress(roles: []))
        #expect(try cause() == ["SUPPRESSED"])
        world.close("f")
        world.wait(.seconds(20))
        #expect(try one(world, .framework("f", role: nil)).verdict == "is disconnected for 20 s; it is removed in 40 s")
        world.wait(.seconds(60))
        #expect(try cause() == ["COMPLETED"])
        #expect(world.core.explain(.framework("nobody", role: nil), now: world.now).isEmpty)
    }

    @Test func aRoleTellsOfItsQuotaAndItsFrameworks() throws {
        var world = MasterWorld()
        world.register("a1", [.scalar("cpus", 4), .scalar("mem", 1024)])
        let quota = QuotaConfig(role: "web", guarantees: ["cpus": 2], limits: ["cpus": 2])
        #expect(world.change(.updateQuota([quota], force: false)) == .ok)
        world.subscribe("f", FrameworkInfo(user: "u", name: "f", roles: ["web"]))
        #expect(try one(world, .role("web")).reasons.first?.cause == "GUARANTEE_UNMET")
        world.launch("f", [world.task("t", on: "a1", [.scalar("cpus", 2), .scalar("mem", 64)])])
        let explanation = try one(world, .role("web"))
        #expect(explanation.reasons.first?.text == "the quota of 'web' is used up: cpus 2 of 2")
        #expect(explanation.verdict == "has 1 framework, of which 1 may get offers")
        #expect(figure("consumed", explanation) == "cpus:2; mem:64")
        #expect(world.core.explain(.role("nobody"), now: world.now).isEmpty)
    }

    @Test func aTaskTellsItsNewestStatusAndWhatItWaitsFor() throws {
        var world = OfferTests.world()
        world.launch("f", [world.task("t", on: "a1")])
        #expect(try one(world, .task("t", framework: nil)).reasons.map(\.cause) == ["LAUNCH_UNCONFIRMED"])
        world.update("a1", "f", "t", .running, uuid: 1)
        let running = try one(world, .task("t", framework: "f"))
        #expect(running.verdict == "is TASK_RUNNING" && running.reasons.map(\.cause) == ["STATUS"])
        world.update("a1", "f", "t", .failed, uuid: 2)
        #expect(try one(world, .task("t", framework: nil)).reasons.map(\.cause) == ["STATUS", "UNACKNOWLEDGED"])
        #expect(world.core.explain(.task("t", framework: "g"), now: world.now).isEmpty)
    }

    @Test func anAgentTellsWhoUsesIt() throws {
        var world = OfferTests.world()
        world.launch("f", [world.task("t", on: "a1")])
        let explanation = try one(world, .agent("a1"))
        #expect(explanation.verdict == "is offered")
        #expect(explanation.reasons.map(\.cause) == ["HELD"])
        #expect(figure("free", explanation) == "cpus:3; mem:960")
        world.breakLink("a1")
        #expect(try one(world, .agent("a1")).reasons.first?.cause == "DISCONNECTED")
    }
}
