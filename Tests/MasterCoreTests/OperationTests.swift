import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// Operations in ACCEPT: what they make of offers, and what does not stop them.
struct OperationTests {
    static let resources: Resources = [.scalar("cpus", 4), .scalar("mem", 1024), .scalar("disk", 1000)]
    typealias World = MasterWorld

    /// A framework in role `r` with an offer of all of an agent.
    static func world(
        _ capabilities: FrameworkCapabilities = [.multiRole, .reservationRefinement, .sharedResources],
        roles: [String] = ["r"], principal: String? = nil, without lacking: [String] = [],
        feeding: Resources = resources,
        configure: (inout MasterConfiguration) -> Void = { _ in }
    ) -> MasterWorld {
        var world = MasterWorld(configure: configure)
        world.registerAble("a1", feeding, without: lacking)
        world.subscribe(
            "f",
            FrameworkInfo(
                user: "u", name: "f", failoverTimeout: .seconds(600), checkpoint: true, principal: principal,
                roles: roles, capabilities: capabilities))
        return world
    }

    private func contains(_ resources: Resources, _ other: Resource) -> Bool { resources.contains([other]) }

    @Test func reserveCreateAndLaunchInOneCall() throws {
        var world = OperationTests.world()
        let volume = World.volume("v", 100)
        let task = world.task("t", on: "a1", [World.reserved("cpus", 1, "r"), .scalar("mem", 64), volume])
        let effects = world.accept(
            "f",
            [
                .reserve([World.reserved("cpus", 1, "r"), World.reserved("disk", 200, "r")]), .create([volume]),
                .launch([task]),
            ])
        #expect(world.applied(in: effects).map(\.name) == ["RESERVE", "CREATE"])
        guard case .runTask(_, let sent, _)? = world.messages(in: effects).last else { Issue.record("no task"); return }
        #expect(sent.resources.allSatisfy { $0.allocationRole == "r" })
        #expect(
            world.total("a1").contains([
                .scalar("cpus", 3), .scalar("mem", 1024), World.reserved("cpus", 1, "r"),
                World.reserved("disk", 100, "r"), volume, .scalar("disk", 800),
            ]))
        let agent = try #require(world.core.state.agents.first)
        #expect(agent.usedResources.strippingAllocation.contains([volume, World.reserved("cpus", 1, "r")]))
        #expect(agent.operations.map(\.latest.state) == [.pending, .pending] && world.violations.isEmpty)
        #expect(world.counter("operations/reserve/pending") == 1 && world.counter("operations/pending") == 2)
    }

    /// What operations made comes back at once; what nobody touched comes back with the filter.
    @Test func onlyWhatWasNotTouchedIsRefused() throws {
        var world = OperationTests.world()
        world.subscribe(
            "g", FrameworkInfo(user: "u", name: "g", roles: ["r"], capabilities: [.multiRole, .reservationRefinement]))
        world.accept("f", [.reserve([World.reserved("cpus", 1, "r")])], refuse: 1000)
        let all = (world.offers("f") + world.offers("g")).map(\.resources.strippingAllocation)
        #expect(all.contains { $0.contains([World.reserved("cpus", 1, "r")]) })
        #expect(world.violations.isEmpty)
    }

    @Test func unreserveAndDestroyUndoWhatWasMade() {
        var world = OperationTests.world()
        let volume = World.volume("v", 100)
        world.accept("f", [.reserve([World.reserved("disk", 100, "r")]), .create([volume])])
        let effects = world.accept("f", [.destroy([volume]), .unreserve([World.reserved("disk", 100, "r")])])
        #expect(world.applied(in: effects).map(\.name) == ["DESTROY", "UNRESERVE"])
        #expect(world.total("a1").contains(OperationTests.resources) && world.total("a1").count == 3)
        #expect(world.violations.isEmpty)
    }

    @Test func reservationsAreRefinedAndStrippedOneByOne() {
        var world = OperationTests.world(roles: ["r/s"])
        let outer = World.reserved("cpus", 2, "r", kind: .static)
        world.breakLink("a1")
        world.registerAble("a2", [outer, .scalar("mem", 64)])
        var refined = World.reserved("cpus", 2, "r/s")
        refined.reservations.insert(.init(kind: .static, role: "r"), at: 0)
        world.accept("f", [.reserve([refined])])
        #expect(world.total("a2").contains([refined]))
        world.accept("f", [.unreserve([refined])])
        #expect(world.total("a2").contains([outer]) && world.violations.isEmpty)
    }

    @Test func volumesGrowAndShrinkButNotForTheSameCall() throws {
        var world = OperationTests.world()
        world.accept("f", [.reserve([World.reserved("disk", 200, "r")]), .create([World.volume("v", 100)])])
        let grow = OfferOperation(
            .growVolume(volume: World.volume("v", 100), addition: World.reserved("disk", 50, "r")))
        let task = world.task("t", on: "a1", [.scalar("cpus", 1), World.volume("v", 150)])
        let effects = world.accept("f", [grow, .launch([task])])
        #expect(world.statuses(in: effects).first?.reason == .taskInvalid, "the larger volume is for the next call")
        #expect(world.total("a1").contains([World.volume("v", 150), World.reserved("disk", 50, "r")]))
        let shrink = OfferOperation(.shrinkVolume(volume: World.volume("v", 150), subtract: Scalar(120)))
        world.accept("f", [shrink])
        #expect(world.total("a1").contains([World.volume("v", 30), World.reserved("disk", 170, "r")]))
        let offered = world.offers("f").map(\.resources.strippingAllocation)
        #expect(offered.contains { $0.contains([World.volume("v", 30), World.reserved("disk", 170, "r")]) })
        #expect(world.violations.isEmpty)
    }

    /// Nothing is lost of what a resize and the rest of the offer have of the same kind.
    @Test func spaceFreedByShrinkingAddsUp() {
        var world = OperationTests.world()
        world.accept("f", [.reserve([World.reserved("disk", 500, "r")]), .create([World.volume("v", 200)])])
        world.accept(
            "f", [OfferOperation(.shrinkVolume(volume: World.volume("v", 200), subtract: Scalar(50)))], refuse: 0)
        world.wait(.seconds(2))
        let offered = world.offers("f").reduce(Scalar.zero) { $0 + $1.resources.disk }
        #expect(offered == Scalar(1000) && world.violations.isEmpty)
    }

    @Test func oneBadOperationDoesNotStopTheNext() {
        var world = OperationTests.world()
        let effects = world.accept(
            "f",
            [
                .reserve([World.reserved("cpus", 9, "r")], id: "o1"), .reserve([World.reserved("cpus", 1, "r")]),
                .launch([world.task("t", on: "a1")]),
            ])
        let status = world.operationStatuses(in: effects).first
        #expect(status?.state == .error && status?.operationID == "o1" && status?.statusUUID == nil)
        #expect(status?.message?.hasSuffix("does not contain cpus(allocated: r):9") == true)
        #expect(world.applied(in: effects).count == 1 && world.core.state.frameworks.first?.tasks.count == 1)
        #expect(world.counter("operations/reserve/error") == 1 && world.counter("operations/error") == 1)
        #expect(world.violations.isEmpty)
    }

    @Test func operationsOnOffersThatAreGoneAreErrors() {
        var world = OperationTests.world()
        let operations: [OfferOperation] = [
            .reserve([World.reserved("cpus", 1, "r")], id: "o1"), .unreserve([World.reserved("cpus", 1, "r")]),
        ]
        let effects = world.call("f", .accept(offers: ["m-O9"], operations: operations, filters: Filters()))
        let statuses = world.operationStatuses(in: effects)
        #expect(statuses.map(\.operationID) == ["o1"], "without an id nobody hears of it")
        #expect(
            statuses.first?.message == "Operation attempted with invalid offers: Offer m-O9 is no longer valid")
        #expect(world.counter("operations/error") == 2 && world.total("a1") == OperationTests.resources)
    }

    @Test func offersOfSeveralRolesCannotBeTakenTogether() {
        var world = OperationTests.world(
            [.multiRole], roles: ["q", "r"],
            feeding: [World.reserved("cpus", 1, "q", kind: .static), World.reserved("cpus", 1, "r", kind: .static)])
        let offers = world.offers("f")
        #expect(offers.map(\.role).sorted() == ["q", "r"])
        let effects = world.accept("f", [.unreserve([World.reserved("cpus", 1, "r")], id: "o")])
        #expect(
            world.operationStatuses(in: effects).first?.message
                == "Operation attempted with invalid offers: Aggregated offers must be allocated to the same"
                + " role. Offer "
                + "\(offers[1].id) uses role '\(offers[1].role)' but another is using role '\(offers[0].role)'")
    }

    @Test func launchesHaveNoIDs() {
        var world = OperationTests.world()
        var launch = OfferOperation.launch([world.task("t", on: "a1")])
        launch.id = "o"
        var group = OfferOperation.launchGroup(ExecutorInfo(kind: .default, id: "e"), [world.task("u", on: "a1")])
        group.id = "p"
        let statuses = world.statuses(in: world.accept("f", [launch, group]))
        #expect(
            statuses.map(\.message) == [
                "The `id` field cannot be set on LAUNCH operations",
                "The `id` field cannot be set on LAUNCH_GROUP operations",
            ])
        #expect(statuses.map(\.reason) == [.taskInvalid, .taskGroupInvalid])
        #expect(world.core.state.frameworks.first?.tasks.isEmpty == true)
    }

    @Test func feedbackNeedsAnAgentThatGivesIt() {
        var world = OperationTests.world(without: ["AGENT_OPERATION_FEEDBACK"])
        let reserve = OfferOperation.reserve([World.reserved("cpus", 1, "r")], id: "o")
        #expect(
            world.operationStatuses(in: world.accept("f", [reserve])).first?.message
                == "Operation on agent default resources requested feedback, but agent m-S0 does not have the required"
                + " AGENT_OPERATION_FEEDBACK and RESOURCE_PROVIDER capabilities")
        world = OperationTests.world(without: ["AGENT_OPERATION_FEEDBACK", "RESOURCE_PROVIDER"])
        #expect(
            world.operationStatuses(in: world.accept("f", [reserve])).first?.message
                == "Operation requested feedback, but agent m-S0 does not have the required RESOURCE_PROVIDER"
                + " capability"
        )
    }

    @Test func reservationsAreNotChangedByFrameworks() {
        var world = OperationTests.world()
        let operation = OfferOperation.reserve(
            [World.reserved("cpus", 1, "r")], source: [World.reserved("cpus", 1, "q")], id: "o")
        #expect(
            world.operationStatuses(in: world.accept("f", [operation])).first?.message
                == "Operation attempted with invalid resources: Reservation updates are not yet implemented for the"
                + " scheduler API.")
    }

    @Test func resourcesWithABadFormReachTheFramework() {
        var world = OperationTests.world()
        var reserve = OfferOperation.reserve([], id: "o")
        reserve.resourceProblem = "Resource 'cpus:-1' is invalid: Invalid scalar resource: value <= 0"
        #expect(
            world.operationStatuses(in: world.accept("f", [reserve])).first?.message
                == "Operation attempted with invalid resources: Resource 'cpus:-1' is invalid: Invalid scalar resource:"
                + " value <= 0")
        var launch = OfferOperation.launch([world.task("t", on: "a1")])
        launch.resourceProblem = "Resource 'cpus:nan' is invalid: Invalid scalar resource: value <= 0"
        world.wait(.seconds(6))
        let status = world.statuses(in: world.accept("f", [launch])).first
        #expect(status?.state == .error && status?.reason == .taskInvalid && status?.message == launch.resourceProblem)
        #expect(world.total("a1") == OperationTests.resources && world.violations.isEmpty)
    }

    @Test func disksNeedResourceProviders() {
        var world = OperationTests.world()
        var raw = World.reserved("disk", 100, "r")
        (raw.disk, raw.providerID) = (.init(source: .init(.raw, profile: "fast")), "p")
        let make = OfferOperation(id: "o", .createDisk(source: raw, kind: .mount, profile: nil))
        let offered = world.offers("f").first?.resources ?? []
        raw.allocationRole = "r"
        #expect(
            world.operationStatuses(in: world.accept("f", [make])).first?.message
                == "Invalid CREATE_DISK Operation: \(offered) does not contain \(raw)")
        world = OperationTests.world(without: ["RESOURCE_PROVIDER", "AGENT_OPERATION_FEEDBACK"])
        world.accept("f", [OfferOperation(.destroyDisk(source: raw))])
        #expect(world.counter("operations/destroy_disk/error") == 1)
    }

    @Test func unknownOperationsAreErrors() {
        var world = OperationTests.world()
        let effects = world.accept("f", [.unsupported(name: "FUTURE", id: "o"), .launch([world.task("t", on: "a1")])])
        #expect(
            world.operationStatuses(in: effects).first?.message
                == "Operation attempted with invalid resources: Unknown offer operation")
        #expect(world.core.state.frameworks.first?.tasks.count == 1)
    }

    // MARK: Shared volumes

    static func sharedWorld() -> MasterWorld {
        var world = OperationTests.world()
        world.accept(
            "f", [.reserve([World.reserved("disk", 100, "r")]), .create([World.volume("v", 100, isShared: true)])])
        return world
    }

    @Test func moreTasksThanCopiesMayUseASharedVolume() throws {
        var world = OperationTests.sharedWorld()
        let volume = World.volume("v", 100, isShared: true)
        let tasks = ["t1", "t2", "t3"].map { world.task(TaskID($0), on: "a1", [.scalar("cpus", 1), volume]) }
        world.accept("f", [.launch(tasks)], refuse: 0)
        #expect(world.core.state.frameworks.first?.tasks.count == 3 && world.violations.isEmpty)
        let used = try #require(world.core.state.agents.first).usedResources
        #expect(used.shared.first { _ in true }?.sharedCount == 3)
        world.wait(.seconds(2))
        #expect(world.offers("f").contains { $0.resources.contains(where: \.isShared) }, "it can be offered again")
        for id in ["t1", "t2", "t3"] { world.update("a1", "f", TaskID(id), .finished, uuid: nil) }
        #expect(world.core.state.agents.first?.usedResources.isEmpty == true && world.violations.isEmpty)
    }

    @Test func aSharedVolumeInUseIsNotDestroyed() {
        var world = OperationTests.sharedWorld()
        let volume = World.volume("v", 100, isShared: true)
        world.accept("f", [.launch([world.task("t", on: "a1", [.scalar("cpus", 1), volume])])], refuse: 0)
        world.wait(.seconds(2))
        let effects = world.accept("f", [.destroy([volume], id: "o")])
        #expect(
            world.operationStatuses(in: effects).first?.message
                == "Persistent volumes in use; on agent m-S0 at slave(1)@10.0.0.1:5051 (a1)")
        #expect(world.total("a1").contains([volume]) && world.violations.isEmpty)
    }

    @Test func destroyingASharedVolumeRescindsItsOtherOffers() throws {
        var world = OperationTests.sharedWorld()
        let volume = World.volume("v", 100, isShared: true)
        world.subscribe(
            "g",
            FrameworkInfo(
                user: "u", name: "g", roles: ["r"],
                capabilities: [.multiRole, .reservationRefinement, .sharedResources]))
        world.call("f", .decline(offers: world.offers("f").map(\.id), filters: Filters(refuseSeconds: 1000)))
        world.launch("g", [world.task("t", on: "a1")], refuse: 1000)
        world.call("f", .revive(roles: []))
        world.call("f", .suppress(roles: []))
        world.update("a1", "g", "t", .finished, uuid: nil)
        world.call("g", .revive(roles: []))
        func shared(_ name: String) -> Offer? {
            world.offers(name).first { $0.resources.contains(where: \.isShared) }
        }
        let other = try #require(shared("g")?.id)
        #expect(shared("f") != nil, "each has an offer with a copy")
        let effects = world.accept("f", [.destroy([volume])])
        #expect(world.rescinded(in: effects).contains(other))
        #expect(!world.total("a1").contains([volume]) && world.violations.isEmpty)
    }

    // MARK: Older agents

    @Test func olderAgentsAreToldAllThatTheyAreToKeep() {
        var world = OperationTests.world(without: ["RESOURCE_PROVIDER", "AGENT_OPERATION_FEEDBACK"])
        let volume = World.volume("v", 100)
        let effects = world.accept("f", [.reserve([World.reserved("disk", 200, "r")]), .create([volume])])
        #expect(
            world.orders(in: effects) == [
                .checkpointResources([World.reserved("disk", 200, "r")]),
                .checkpointResources([World.reserved("disk", 100, "r"), volume]),
            ])
        #expect(world.operations("a1").isEmpty)
        world.breakLink("a1")
        let back = world.reregisterAble(
            "a1", of: ["f"], without: ["RESOURCE_PROVIDER", "AGENT_OPERATION_FEEDBACK"])
        #expect(
            world.orders(in: back).contains(.checkpointResources([World.reserved("disk", 100, "r"), volume])),
            "what it missed is said again, and holds")
        #expect(world.total("a1").contains([volume]) && world.violations.isEmpty)
    }

    @Test func refinementsAreNotSentToAgentsThatDoNotKnowThem() {
        var world = OperationTests.world(roles: ["r/s"], without: ["RESERVATION_REFINEMENT"])
        let effects = world.accept("f", [.reserve([World.reserved("cpus", 1, "r", "r/s")], id: "o")])
        #expect(
            world.operationStatuses(in: effects).first?.message?.contains(
                "with reservation refinement cannot be reserved on an agent without RESERVATION_REFINEMENT capability")
                == true)
        #expect(world.violations.isEmpty)
    }

    // MARK: What agents bring

    @Test func agentsBringTheirReservationsAndVolumes() {
        var world = MasterWorld()
        world.registerAble("a1", OperationTests.resources, checkpointed: [World.volume("v", 100)])
        #expect(world.total("a1").contains([World.volume("v", 100), .scalar("disk", 900)]) && world.violations.isEmpty)
    }

    @Test func whatAnAgentCannotHaveStopsIt() {
        var world = MasterWorld()
        let effects = world.registerAble("a1", OperationTests.resources, checkpointed: [World.volume("v", 2000)])
        #expect(
            world.messages(in: effects) == [
                .shutdown(
                    "Incompatible agent resources: cpus:4; mem:1024; disk:1000 does not contain disk:2000")
            ])
        #expect(world.core.state.agents.isEmpty)
    }

    /// An operation that the agent never got is not there when it comes back.
    @Test func theAgentsWordCountsWhenItComesBack() {
        var world = OperationTests.world()
        world.accept("f", [.reserve([World.reserved("cpus", 1, "r")])])
        #expect(world.total("a1").contains([World.reserved("cpus", 1, "r")]))
        world.breakLink("a1")
        world.reregisterAble("a1", of: ["f"])
        #expect(world.total("a1") == OperationTests.resources && world.violations.isEmpty)
    }

    @Test func resourcesThatMayBeTakenBackAreReplaced() throws {
        var world = OperationTests.world([.multiRole, .revocableResources])
        let more = Resource(name: "cpus", value: .scalar(Scalar(2)), isRevocable: true)
        world.say("a1", .update("m-S0", resourceVersion: MasterWorld.resourceVersion, oversubscribed: [more]))
        let offer = try #require(world.offers("f").first { $0.resources.contains(where: \.isRevocable) })
        let effects = world.say("a1", .update("m-S0", resourceVersion: MasterWorld.resourceVersion, oversubscribed: []))
        #expect(world.rescinded(in: effects) == [offer.id])
        #expect(!world.total("a1").contains(where: \.isRevocable) && world.violations.isEmpty)
    }
}
