import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

struct OfferTests {
    static func world(
        _ capabilities: FrameworkCapabilities = [], agents: Int = 1,
        configure: (inout MasterConfiguration) -> Void = { _ in }
    ) -> MasterWorld {
        var world = MasterWorld(configure: configure)
        for number in 1...agents { world.register("a\(number)", [.scalar("cpus", 4), .scalar("mem", 1024)]) }
        world.subscribe(
            "f", FrameworkInfo(user: "u", name: "f", failoverTimeout: .seconds(60), capabilities: capabilities))
        return world
    }

    @Test func oneEventCarriesTheOffersOfAllAgents() throws {
        var world = MasterWorld()
        for number in 1...3 { world.register("a\(number)", [.scalar("cpus", 4), .scalar("mem", 1024)]) }
        let events = world.events(in: world.subscribe("f"))
        guard case .offers(let offers) = try #require(events.last) else { Issue.record("no offers"); return }
        #expect(offers.map(\.id) == ["m-O0", "m-O1", "m-O2"] && offers.map(\.agentID) == ["m-S0", "m-S1", "m-S2"])
        let offer = try #require(offers.first)
        #expect(offer.ip == "10.0.0.1" && offer.port == 5051 && offer.hostname == "a1" && offer.role == "*")
        #expect(offer.resources == [.scalar("cpus", 4), .scalar("mem", 1024)], "no allocation info without MULTI_ROLE")
    }

    @Test func multiRoleFrameworksSeeAllocationRoles() throws {
        let world = OfferTests.world(.multiRole)
        let seen = world.effects.compactMap { effect in
            if case .send(_, .offers(let offers)) = effect { offers.first?.resources } else { nil }
        }.first
        #expect(try #require(seen).allSatisfy { $0.allocationRole == "*" })
    }

    @Test func declinedResourcesComeBackAfterTheFilter() throws {
        var world = OfferTests.world()
        world.call("f", .decline(offers: world.offers("f").map(\.id), filters: Filters(refuseSeconds: 30)))
        world.wait(.seconds(29))
        #expect(world.offers("f").isEmpty)
        world.wait(.seconds(1))
        #expect(world.offers("f").count == 1)
    }

    @Test func aDeclineWithoutFilterIsHeldForOneIntervalOnly() {
        var world = OfferTests.world()
        world.call("f", .decline(offers: world.offers("f").map(\.id), filters: Filters(refuseSeconds: 0)))
        #expect(world.offers("f").isEmpty)
        world.wait(.seconds(1))
        #expect(world.offers("f").count == 1)
    }

    /// The framework that takes one task per offer: no time passes between its launches.
    @Test func whatALaunchLeavesIsOfferedAtOnce() {
        var world = OfferTests.world()
        for number in 0..<4 { world.launch("f", [world.task(TaskID("t\(number)"), on: "a1")], refuse: 0) }
        #expect(world.core.state.frameworks.first?.tasks.count == 4)
        for number in 0..<4 { world.update("a1", "f", TaskID("t\(number)"), .finished, uuid: nil) }
        let offered = world.offers("f").reduce(Scalar.zero) { $0 + $1.resources.cpus }
        #expect(offered == Scalar(4) && world.now == .epoch)
        #expect(world.violations.isEmpty)
    }

    @Test func otherFrameworksGetWhatIsDeclinedAtOnce() {
        var world = OfferTests.world()
        world.subscribe("g")
        #expect(world.offers("g").isEmpty)
        world.call("f", .decline(offers: world.offers("f").map(\.id), filters: Filters()))
        #expect(world.offers("g").count == 1)
    }

    @Test func offersTimeOut() throws {
        var world = OfferTests.world { $0.offerTimeout = .seconds(10) }
        let id = try #require(world.offers("f").first?.id)
        #expect(world.events(in: world.wait(.seconds(10))).contains(.rescind(id)))
        #expect(world.counter("offers_timed_out") == 1)
    }

    @Test func howLongOffersAreHeldIsMeasured() throws {
        var world = OfferTests.world(agents: 2) { $0.offerTimeout = .seconds(20) }
        let ids = world.offers("f").map(\.id)
        #expect(world.core.state.oldestOffer == .epoch)
        world.wait(.seconds(10))
        world.call("f", .decline(offers: [ids[0]], filters: Filters(refuseSeconds: 1000)))
        world.wait(.seconds(10))
        let view = try #require(world.core.state.frameworks.first)
        #expect(view.offerHolding.count == 2 && view.offerHolding.timedOut == 1)
        #expect(view.offerHolding.longest == .seconds(20) && view.offerHolding.mean == .seconds(15))
        #expect(view.oldestOffer == .epoch + .seconds(20), "what came back was offered again")
    }

    @Test func theWhitelistDecidesWhoseAgentsAreOffered() {
        var world = OfferTests.world(agents: 2) { $0.whitelist = ["a1"] }
        #expect(world.offers("f").map(\.hostname) == ["a1"])
        world.step(.whitelistChanged(["a2"]))
        #expect(world.offers("f").map(\.hostname) == ["a1", "a2"], "what was offered stays")
        world.call("f", .decline(offers: world.offers("f").map(\.id), filters: Filters(refuseSeconds: 0)))
        world.wait(.seconds(2))
        #expect(world.offers("f").map(\.hostname) == ["a2"])
        world.step(.whitelistChanged(nil))
        #expect(world.offers("f").count == 2)
    }

    @Test func aBrokenLinkRescinds() throws {
        var world = OfferTests.world()
        let id = try #require(world.offers("f").first?.id)
        #expect(world.events(in: world.breakLink("a1")) == [.rescind(id)])
    }

    @Test func anotherFrameworksOfferCannotBeDeclined() throws {
        var world = OfferTests.world()
        world.subscribe("g")
        world.call("g", .decline(offers: world.offers("f").map(\.id), filters: Filters()))
        #expect(world.offers("f").count == 1)
    }

    struct BadOffers: Sendable, CustomTestStringConvertible {
        let offers: [OfferID]
        let message: String
        var testDescription: String { message }
    }

    static let bad = [
        BadOffers(offers: [], message: "No offers specified"),
        BadOffers(offers: ["m-O0", "m-O0"], message: "Duplicate offer m-O0 in offer list"),
        BadOffers(offers: ["m-O0", "m-O9"], message: "Offer m-O9 is no longer valid"),
        BadOffers(
            offers: ["m-O0", "m-O1"],
            message:
                "Aggregated offers must belong to one single agent. Offer m-O1 uses agent m-S1 and agent m-S0"),
    ]

    @Test(arguments: bad, [true, false]) func invalidOffersLoseTheTasks(bad: BadOffers, isAware: Bool) {
        var world = OfferTests.world(isAware ? .partitionAware : [], agents: 2)
        let operations = [OfferOperation.launch([world.task("t", on: "a1")])]
        let effects = world.call("f", .accept(offers: bad.offers, operations: operations, filters: Filters()))
        let status = world.statuses(in: effects).first
        #expect(status?.state == (isAware ? .dropped : .lost) && status?.reason == .invalidOffers)
        #expect(status?.message == "Task launched with invalid offers: " + bad.message)
        #expect(world.core.state.agents.first?.usedResources.isEmpty == true && world.violations.isEmpty)
    }

    @Test func offersOfOthersAreRefusedAndStayTheirs() {
        var world = OfferTests.world()
        world.subscribe("g")
        let operations = [OfferOperation.launch([world.task("t", on: "a1")])]
        let effects = world.call("g", .accept(offers: ["m-O0"], operations: operations, filters: Filters()))
        let words =
            "Task launched with invalid offers: Offer m-O0 has invalid framework m-0000 while framework m-0001"
            + " is expected"
        #expect(world.statuses(in: effects).map(\.message) == [words])
        #expect(world.offers("f").count == 1)
    }

    @Test func executorsAreChargedOnceAndToldToStartOnce() throws {
        var world = OfferTests.world()
        let executor = ExecutorInfo(
            id: "e", command: CommandInfo(value: "run"), resources: [.scalar("cpus", 0.5), .scalar("mem", 32)])
        func tasks(_ ids: [TaskID]) -> [TaskInfo] {
            ids.map { id in
                var task = world.task(id, on: "a1")
                (task.command, task.executor) = (nil, executor)
                return task
            }
        }
        let effects = world.launch("f", tasks(["t1", "t2"]), refuse: 0)
        let flags = world.messages(in: effects).compactMap {
            if case .runTask(_, _, let flag) = $0 { flag } else { nil }
        }
        #expect(flags == [true, false])
        #expect(world.core.state.agents.first?.usedResources.cpus == Scalar(2.5))
        #expect(world.offers("f").first?.executorIDs == ["e"])
        for id in ["t1", "t2"] { world.update("a1", "f", TaskID(id), .finished, uuid: nil) }
        #expect(world.core.state.agents.first?.usedResources.cpus == Scalar(0.5), "the executor still runs")
        let exit = world.say("a1", .exitedExecutor("m-S0", "m-0000", "e", status: 256))
        #expect(world.events(in: exit).first == .failure(agent: "m-S0", executor: "e", status: 256))
        #expect(world.core.state.agents.first?.usedResources.isEmpty == true && world.violations.isEmpty)
    }

    @Test func groupsStartAsOne() {
        var world = OfferTests.world()
        let executor = ExecutorInfo(
            kind: .default, id: "e", resources: [.scalar("cpus", 0.1), .scalar("mem", 32), .scalar("disk", 1)])
        let operations = [
            OfferOperation.launchGroup(executor, [world.task("t1", on: "a1"), world.task("t2", on: "a1")])
        ]
        let ids = world.offers("f").map(\.id)
        let refused = world.call("f", .accept(offers: ids, operations: operations, filters: Filters(refuseSeconds: 0)))
        #expect(
            world.statuses(in: refused).map(\.reason) == [.taskGroupInvalid, .taskGroupInvalid], "there is no disk")
        world.register("a2", [.scalar("cpus", 4), .scalar("mem", 1024), .scalar("disk", 100)])
        let group = [OfferOperation.launchGroup(executor, [world.task("t1", on: "a2"), world.task("t2", on: "a2")])]
        let second = world.offers("f").filter { $0.hostname == "a2" }.map(\.id)
        let effects = world.call("f", .accept(offers: second, operations: group, filters: Filters()))
        guard case .runTaskGroup(_, let sent, let tasks, let isNew)? = world.messages(in: effects).first else {
            Issue.record("no group was sent")
            return
        }
        #expect(isNew && sent.frameworkID == "m-0000" && tasks.allSatisfy { $0.executor?.id == "e" })
        #expect(world.violations.isEmpty)
    }

    @Test func oneBadTaskDoesNotStopTheNext() {
        var world = OfferTests.world()
        var bad = world.task("bad", on: "a1")
        bad.resources = []
        let effects = world.launch("f", [bad, world.task("good", on: "a1")])
        let status = world.statuses(in: effects).first
        #expect(status?.state == .error && status?.reason == .taskInvalid && status?.uuid == nil)
        #expect(world.core.state.frameworks.first?.tasks.map(\.id) == ["good"])
        #expect(world.counter("tasks_error") == 1 && world.counter("task_error/source_master/reason_task_invalid") == 1)
    }

    /// Equal seeds and events, equal outcomes: also with everything random in the standard library's hashing.
    @Test func outcomesAreDeterministic() {
        func run() -> ([MasterEffect], [RegistryRecord]) {
            var world = MasterWorld(seed: 7)
            for number in 1...20 { world.register("a\(number)", [.scalar("cpus", 4), .scalar("mem", 1024)]) }
            for name in ["f", "g", "h"] { world.subscribe(name) }
            for (turn, name) in ["f", "g", "h", "f", "g"].enumerated() {
                guard let offer = world.offers(name).first,
                    let agent = world.agents.first(where: { $0.value.id == offer.agentID })
                else { continue }
                let task = world.task(TaskID("t\(turn)"), on: agent.key)
                let operations = [OfferOperation.launch([task])]
                world.call(
                    name, .accept(offers: [offer.id], operations: operations, filters: Filters(refuseSeconds: 0)))
            }
            world.breakLink("a3")
            world.wait(.seconds(200))
            world.call("f", .reconcile([]))
            world.call("f", .teardown)
            return (world.effects, world.records)
        }
        let (first, second) = (run(), run())
        #expect(first.0 == second.0 && first.1 == second.1)
    }
}
