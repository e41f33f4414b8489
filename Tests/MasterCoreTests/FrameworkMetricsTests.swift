import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// What is counted for each framework and principal (spec `mesos/10`; upstream's `master_tests`, `FrameworkMetrics`).
struct FrameworkMetricsTests {
    /// A metric of a framework by its name below the framework's prefix; nil when there is none.
    private static func metric(_ world: MasterWorld, _ name: String, of scheduler: String = "f") -> Double? {
        guard let info = world.schedulers[scheduler]?.info, let id = info.id else { return nil }
        let full = "master/frameworks/\(info.name)/\(id)/\(name)"
        return world.core.metrics.first { $0.name == full }?.value
    }

    /// All metrics of a framework below a name that are not 0.
    private static func counted(_ world: MasterWorld, _ prefix: String, of scheduler: String = "f") -> [String: Double]
    {
        guard let info = world.schedulers[scheduler]?.info, let id = info.id else { return [:] }
        let full = "master/frameworks/\(info.name)/\(id)/\(prefix)/"
        var found: [String: Double] = [:]
        for row in world.core.metrics where row.name.hasPrefix(full) && row.value != 0 {
            found[String(row.name.dropFirst(full.count))] = row.value
        }
        return found
    }

    private static func names(_ world: MasterWorld) -> [String] {
        world.core.metrics.map(\.name).filter { $0.hasPrefix("master/frameworks/") }
    }

    // MARK: Calls and events

    @Test func callsAreCountedByType() {
        var world = OfferTests.world()
        world.call("f", .suppress(roles: []))
        world.call("f", .revive(roles: []))
        world.call("f", .reconcile([]))
        world.call("f", .reconcile([]))
        world.call("f", .kill("none", agent: nil, policy: nil))
        world.call("f", .request)
        world.call("f", .message(agent: "none", executor: "none", data: []))
        world.call("f", .acceptInverseOffers([], filters: Filters()))
        world.call("f", .declineInverseOffers([], filters: Filters()))
        world.call("f", .shutdown("none", agent: "none"))
        world.call("f", .reconcileOperations([]))
        let expected: [String: Double] = [
            "subscribe": 1, "suppress": 1, "revive": 1, "reconcile": 2, "kill": 1, "request": 1, "message": 1,
            "accept_inverse_offers": 1, "decline_inverse_offers": 1, "shutdown": 1, "reconcile_operations": 1,
        ]
        #expect(Self.counted(world, "calls") == expected)
        #expect(Self.metric(world, "calls") == 12)
    }

    /// As in upstream, a call of a known framework counts before it is looked at.
    @Test func refusedCallsCountToo() {
        var world = OfferTests.world()
        world.schedulers["f"]?.streamID = "another"
        let effects = world.call("f", .suppress(roles: []))
        guard case .respond(_, .refused(400, _))? = effects.first else { Issue.record("accepted"); return }
        #expect(Self.metric(world, "calls/suppress") == 1 && Self.metric(world, "roles/*/suppressed") == 0)
    }

    @Test func eventsAreCountedByType() {
        var world = OfferTests.world()
        world.launch("f", [world.task("t", on: "a1")])
        world.update("a1", "f", "t", .running, uuid: 1)
        world.wait(.seconds(15))
        world.say("a1", .exitedExecutor("m-S0", world.schedulers["f"]?.id ?? "none", "none", status: 1))
        let sent = world.events(in: world.effects)
        var expected: [String: Double] = [:]
        for event in sent {
            let name =
                switch event {
                case .subscribed: "subscribed"
                case .heartbeat: "heartbeat"
                case .offers: "offers"
                case .update: "update"
                default: "another"
                }
            expected[name, default: 0] += 1
        }
        #expect(expected["heartbeat"] == 2 && expected["update"] == 1 && expected["another"] == nil)
        #expect(Self.counted(world, "events") == expected)
        #expect(Self.metric(world, "events") == Double(sent.count))
    }

    @Test func theEventsOfAFailoverCountAndTheCountsGoOn() {
        var world = OfferTests.world()
        let before = Self.metric(world, "events") ?? 0
        world.subscribe("f")
        #expect(Self.metric(world, "calls/subscribe") == 2 && Self.metric(world, "events/error") == 1)
        #expect(Self.metric(world, "events/subscribed") == 2)
        #expect((Self.metric(world, "events") ?? 0) > before + 1)
    }

    @Test func nothingIsSentToOneThatIsNotConnected() {
        var world = OfferTests.world()
        world.launch("f", [world.task("t", on: "a1")])
        #expect(Self.metric(world, "subscribed") == 1)
        world.close("f")
        let before = Self.metric(world, "events")
        world.update("a1", "f", "t", .running, uuid: 1)
        #expect(Self.metric(world, "subscribed") == 0 && Self.metric(world, "events") == before)
        #expect(Self.metric(world, "tasks/active/task_running") == 1)
    }

    // MARK: Offers

    @Test func offersAreCountedByTheirEnd() {
        var world = OfferTests.world(agents: 3) { $0.offerTimeout = .seconds(10) }
        #expect(Self.counted(world, "offers") == ["sent": 3])
        let ids = world.offers("f").map(\.id)
        world.call("f", .decline(offers: [ids[0], ids[0], "unknown"], filters: Filters(refuseSeconds: 600)))
        world.call("f", .accept(offers: [ids[1]], operations: [], filters: Filters(refuseSeconds: 600)))
        #expect(Self.counted(world, "offers") == ["sent": 3, "declined": 1, "accepted": 1])
        world.wait(.seconds(10))
        #expect(Self.metric(world, "offers/rescinded") == 1 && Self.metric(world, "events/rescind") == 1)
        world.call("f", .accept(offers: [ids[1]], operations: [], filters: Filters()))
        #expect(Self.metric(world, "offers/accepted") == 1, "an offer that stands no more is not accepted")
    }

    // MARK: Tasks

    @Test func tasksAreInOneStateAndEndInOne() {
        var world = OfferTests.world()
        world.launch("f", [world.task("t1", on: "a1"), world.task("t2", on: "a1"), world.task("t3", on: "a1")])
        #expect(Self.counted(world, "tasks/active") == ["task_staging": 3])
        world.update("a1", "f", "t1", .starting, uuid: 1)
        world.update("a1", "f", "t2", .running, uuid: 2)
        world.update("a1", "f", "t3", .failed, uuid: 3)
        #expect(Self.counted(world, "tasks/active") == ["task_starting": 1, "task_running": 1])
        world.update("a1", "f", "t3", .failed, uuid: 3)
        world.update("a1", "f", "t1", .finished, uuid: 4)
        world.update("a1", "f", "t2", .killing, uuid: 5)
        #expect(Self.counted(world, "tasks/active") == ["task_killing": 1])
        #expect(Self.counted(world, "tasks/terminal") == ["task_failed": 1, "task_finished": 1])
    }

    @Test(arguments: [true, false]) func tasksOfAnAgentThatIsLost(isAware: Bool) {
        var world = TaskLifecycleTests.running(isAware ? .partitionAware : [])
        world.wait(.seconds(95))
        #expect(Self.counted(world, "tasks/active") == (isAware ? ["task_unreachable": 1] : [:]))
        #expect(Self.counted(world, "tasks/terminal") == (isAware ? [:] : ["task_lost": 1]))
        #expect((Self.metric(world, "events/failure") ?? 0) == 1)
    }

    // MARK: Operations

    @Test func operationsAreCountedByTypeOnceTheyAreSent() {
        var world = OperationTests.world()
        let volume = MasterWorld.volume("v", 100)
        let used: Resources = [.scalar("cpus", 1), .scalar("mem", 64)]
        world.accept(
            "f",
            [
                .reserve([MasterWorld.reserved("disk", 200, "r")]), .create([volume]), .unreserve([volume]),
                .launch([world.task("t1", on: "a1", used), world.task("t2", on: "a1", used)]),
            ])
        #expect(Self.counted(world, "operations") == ["reserve": 1, "create": 1, "launch": 2])
        #expect(Self.metric(world, "operations") == 4)
    }

    // MARK: Roles

    @Test func rolesAreSuppressedAndOffersFiltered() {
        var world = MasterWorld()
        world.register("a1", [.scalar("cpus", 4), .scalar("mem", 1024)])
        world.register("a2", [.scalar("cpus", 4), .scalar("mem", 1024)])
        let info = FrameworkInfo(user: "u", name: "f", roles: ["a/b", "c"], capabilities: .multiRole)
        world.subscribe("f", info, suppressed: ["c"])
        #expect(Self.counted(world, "roles") == ["c/suppressed": 1])
        world.call("f", .decline(offers: world.offers("f").map(\.id), filters: Filters(refuseSeconds: 600)))
        #expect(Self.counted(world, "roles") == ["c/suppressed": 1, "a/b/offer_filters": 2])
        world.call("f", .suppress(roles: []))
        #expect(Self.counted(world, "roles") == ["c/suppressed": 1, "a/b/suppressed": 1, "a/b/offer_filters": 2])
        world.call("f", .revive(roles: []))
        #expect(Self.counted(world, "roles").isEmpty)
    }

    // MARK: Which frameworks have metrics

    @Test func namesAreEncodedAsUpstreamDoesIt() {
        var world = MasterWorld()
        world.subscribe("f", FrameworkInfo(user: "u", name: "a/b c~ü-d_e.f%"))
        let names = Self.names(world)
        #expect(names.allSatisfy { $0.hasPrefix("master/frameworks/a%2Fb%20c%7E%C3%BC-d_e.f%25/m-0000/") })
        // Sums, counters, subscribed, tasks that have not ended, and two of one role.
        #expect(names.count == 3 + (17 + 11 + 10 + 4 + 8) + 1 + 6 + 2 && Set(names).count == names.count)
    }

    @Test func metricsGoWithTheFramework() {
        var world = MasterWorld { $0.maxCompletedFrameworks = 3 }
        for number in 0..<20 {
            world.subscribe("f\(number)")
            world.call("f\(number)", .teardown)
        }
        world.subscribe("last")
        #expect(Self.names(world).count == 62 && Self.metric(world, "calls", of: "last") == 1)
        #expect(world.core.state.completedFrameworks.count == 3)
    }

    @Test func nothingIsPublishedWithoutTheFlag() {
        let world = OfferTests.world { $0.publishesFrameworkMetrics = false }
        #expect(Self.names(world).isEmpty && world.counter("frameworks_connected") == 1)
    }

    // MARK: Principals

    @Test func callsOfPrincipalsAreCountedOverTheirFrameworks() {
        var world = MasterWorld()
        func processed() -> Double? {
            world.core.metrics.first { $0.name == "frameworks/p/messages_processed" }?.value
        }
        #expect(processed() == nil)
        for name in ["f", "g"] {
            world.subscribe(name, FrameworkInfo(user: "u", name: name, principal: "p"))
            world.call(name, .suppress(roles: []))
        }
        world.subscribe("h", FrameworkInfo(user: "u", name: "h"))
        #expect(processed() == 4)
        world.call("f", .teardown)
        #expect(processed() == 5, "what one of two did stays counted")
        world.call("g", .teardown)
        #expect(processed() == nil)
        world.subscribe("f", FrameworkInfo(user: "u", name: "f", principal: "p"))
        #expect(processed() == 1)
    }
}
