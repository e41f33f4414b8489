import AccessControl
import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// Reservations and volumes of operators.
struct OperatorOperationTests {
    typealias World = MasterWorld

    @Test func operatorsReserveWhatLiesFree() throws {
        var world = MasterWorld()
        world.registerAble("a1", OperationTests.resources)
        let (reply, effects) = world.operate(.reserve("m-S0", source: [], resources: [World.reserved("cpus", 1, "r")]))
        #expect(reply == .accepted && world.total("a1").contains([World.reserved("cpus", 1, "r"), .scalar("cpus", 3)]))
        guard case .applyOperation(nil, _, let uuid, _)? = world.orders(in: effects).first else {
            Issue.record("the agent was not told")
            return
        }
        let done = world.report("a1", uuid, .finished, status: 5, of: nil)
        #expect(world.orders(in: done) == [.acknowledgeOperation(statusUUID: world.uuid(5), operationUUID: uuid)])
        #expect(world.operations("a1").isEmpty && world.violations.isEmpty)
        #expect(world.operate(.unreserve("m-S0", [World.reserved("cpus", 1, "r")])).reply == .accepted)
        #expect(world.total("a1").contains(OperationTests.resources) && world.violations.isEmpty)
    }

    @Test func volumesComeAndGo() {
        var world = MasterWorld()
        world.registerAble("a1", [World.reserved("disk", 300, "r", kind: .static), .scalar("cpus", 1)])
        func volume(_ size: Double) -> Resource {
            var volume = World.volume("v", size)
            volume.reservations = [.init(kind: .static, role: "r")]
            return volume
        }
        let space = World.reserved("disk", 50, "r", kind: .static)
        #expect(world.operate(.createVolumes("m-S0", [volume(100)])).reply == .accepted)
        #expect(world.operate(.growVolume("m-S0", volume: volume(100), addition: space)).reply == .accepted)
        #expect(world.total("a1").contains([volume(150)]))
        #expect(world.operate(.shrinkVolume("m-S0", volume: volume(150), subtract: Scalar(70))).reply == .accepted)
        #expect(world.total("a1").contains([volume(80)]))
        #expect(world.operate(.destroyVolumes("m-S0", [volume(80)])).reply == .accepted)
        #expect(world.total("a1").disk == Scalar(300) && world.total("a1").persistentVolumes.isEmpty)
        #expect(world.violations.isEmpty)
    }

    /// Offers go one by one, and only those that help.
    @Test func offersInTheWayAreRescindedUntilThereIsEnough() throws {
        var world = OperationTests.world(roles: ["*"])
        world.accept("f", [.launch([world.task("t", on: "a1", [.scalar("cpus", 3)])])], refuse: 0)
        world.subscribe("g")
        world.call("f", .decline(offers: world.offers("f").map(\.id), filters: Filters(refuseSeconds: 1000)))
        world.update("a1", "f", "t", .finished, uuid: nil)
        let offered = world.offers("f").count + world.offers("g").count
        #expect(offered == 2)
        let one = world.operate(.reserve("m-S0", source: [], resources: [World.reserved("mem", 64, "r")]))
        #expect(one.reply == .accepted && world.rescinded(in: one.effects).count == 1)
        let all = world.operate(.reserve("m-S0", source: [], resources: [World.reserved("cpus", 4, "r")]))
        #expect(all.reply == .accepted && world.total("a1").contains([World.reserved("cpus", 4, "r")]))
        #expect(world.violations.isEmpty)
    }

    @Test func whatIsInUseIsAConflictAndNoOfferIsLost() {
        var world = OperationTests.world()
        world.accept("f", [.launch([world.task("t", on: "a1", [.scalar("cpus", 3)])])], refuse: 0)
        world.wait(.seconds(2))
        let before = world.offers("f").map(\.id)
        let (reply, effects) = world.operate(.reserve("m-S0", source: [], resources: [World.reserved("cpus", 2, "q")]))
        #expect(
            reply == .refused(status: 409, text: "mem:1024; disk:1000; cpus:1 does not contain cpus:2")
                || reply == .refused(status: 409, text: "cpus:1; mem:1024; disk:1000 does not contain cpus:2"))
        #expect(world.rescinded(in: effects).isEmpty && world.offers("f").map(\.id) == before)
        #expect(world.orders(in: effects).isEmpty && world.violations.isEmpty)
    }

    @Test func aReservationIsChangedInPlace() {
        var world = MasterWorld()
        world.registerAble("a1", OperationTests.resources)
        let (old, new) = (World.reserved("cpus", 2, "q"), World.reserved("cpus", 2, "r"))
        world.operate(.reserve("m-S0", source: [], resources: [old]))
        #expect(world.operate(.reserve("m-S0", source: [old], resources: [new])).reply == .accepted)
        #expect(world.total("a1").contains([new]) && !world.total("a1").contains([old]) && world.violations.isEmpty)
        #expect(
            world.operate(.reserve("m-S0", source: [new], resources: [World.reserved("cpus", 1, "q")])).reply
                == .refused(
                    status: 400,
                    text: "Invalid RESERVE operation on agent m-S0 at slave(1)@10.0.0.1:5051 (a1): Source and target"
                        + " resources should refer to identical resource quantities: cpus:2 vs. cpus:1"))
    }

    @Test func badRequestsNameWhatIsWrong() {
        var world = MasterWorld()
        world.registerAble("a1", OperationTests.resources)
        func reply(_ request: OperatorRequest, principal: String? = nil) -> CallReply? {
            world.operate(request, principal: principal).reply
        }
        #expect(
            reply(.unreserve("m-S7", [])) == .refused(status: 400, text: "No agent found with specified ID"))
        #expect(
            reply(.growVolume(nil, volume: World.volume("v", 1), addition: World.reserved("disk", 1, "r")))
                == .refused(status: 400, text: "No agent found with specified ID"))
        #expect(
            reply(.unreserve("m-S0", [.scalar("cpus", 1)]))
                == .refused(
                    status: 400, text: "Invalid UNRESERVE operation: Resource cpus:1 is not dynamically reserved"))
        #expect(
            reply(.destroyVolumes("m-S0", [World.volume("v", 1)]))
                == .refused(status: 400, text: "Invalid DESTROY operation: Persistent volumes not found"))
        #expect(
            reply(.reserve("m-S0", source: [], resources: [World.reserved("cpus", 1, "r")]), principal: "p")
                == .refused(
                    status: 400,
                    text: "Invalid RESERVE operation on agent m-S0 at slave(1)@10.0.0.1:5051 (a1): A reserve operation"
                        + " was attempted by principal 'p', but there is a reserved resource in the request with no"
                        + " principal set"))
        #expect(
            reply(.reserve("m-S0", source: [], resources: [World.reserved("cpus", 1, "a//b")]))
                == .refused(
                    status: 400,
                    text: "Resource 'cpus(reservations: [(DYNAMIC,a//b)]):1' is invalid: Role 'a//b' cannot contain two"
                        + " adjacent slashes"))
        #expect(world.total("a1") == OperationTests.resources && world.violations.isEmpty)
    }

    @Test func volumesInUseAreNotDestroyed() {
        var world = OperationTests.sharedWorld()
        let volume = World.volume("v", 100, isShared: true)
        world.accept("f", [.launch([world.task("t", on: "a1", [.scalar("cpus", 1), volume])])], refuse: 0)
        #expect(
            world.operate(.destroyVolumes("m-S0", [volume])).reply
                == .refused(status: 400, text: "Invalid DESTROY operation: Persistent volumes in use"))
        world.update("a1", "f", "t", .finished, uuid: nil)
        #expect(world.operate(.destroyVolumes("m-S0", [volume])).reply == .accepted)
        #expect(!world.total("a1").contains([volume]) && world.violations.isEmpty)
        #expect(!world.offers("f").contains { $0.resources.contains(where: \.isShared) })
    }

    // MARK: Who may

    private static let rules = AccessRules(
        rules: [
            .reserveResources: [
                .init(principals: .some(["ops"]), objects: .some(["r"])), .init(principals: .any, objects: .none),
            ],
            .unreserveResources: [
                .init(principals: .some(["ops"]), objects: .some(["ops"])), .init(principals: .any, objects: .none),
            ],
        ])

    @Test func operatorsNeedPermission() {
        var world = MasterWorld { $0.access = OperatorOperationTests.rules }
        world.registerAble("a1", OperationTests.resources)
        func reserve(_ role: String, _ principal: String) -> CallReply? {
            let resources: Resources = [World.reserved("cpus", 1, role, principal: principal)]
            return world.operate(.reserve("m-S0", source: [], resources: resources), principal: principal).reply
        }
        func isForbidden(_ reply: CallReply?) -> Bool {
            if case .refused(403, _) = reply { true } else { false }
        }
        #expect(
            reserve("r", "ops") == .accepted && isForbidden(reserve("q", "ops")) && isForbidden(reserve("r", "dev")))
        let mine: Resources = [World.reserved("cpus", 1, "r", principal: "ops")]
        #expect(isForbidden(world.operate(.unreserve("m-S0", mine), principal: "dev").reply))
        #expect(world.operate(.unreserve("m-S0", mine), principal: "ops").reply == .accepted)
        #expect(world.violations.isEmpty)
    }

    @Test func frameworksNeedPermission() {
        var world = OperationTests.world(roles: ["q"], principal: "ops") {
            $0.access = AccessRules(
                rules: [
                    .reserveResources: [.init(principals: .any, objects: .none)],
                    .runTask: [
                        .init(principals: .any, objects: .some(["nobody"])), .init(principals: .any, objects: .none),
                    ],
                ])
        }
        let reserve = OfferOperation.reserve([World.reserved("cpus", 1, "q", principal: "ops")], id: "o")
        var group = world.task("u", on: "a1")
        group.command = CommandInfo(value: "true", user: "root")
        let effects = world.accept(
            "f",
            [
                reserve, .launch([world.task("t", on: "a1")]),
                .launchGroup(ExecutorInfo(kind: .default, id: "e"), [group]),
            ])
        #expect(
            world.operationStatuses(in: effects).first?.message
                == "Principal 'ops' not authorized to perform action RESERVE_RESOURCES on role 'q'")
        let statuses = world.statuses(in: effects)
        #expect(statuses.map(\.reason) == [.taskUnauthorized, .taskGroupUnauthorized])
        #expect(
            statuses.first?.message
                == "Principal 'ops' not authorized to launch task t of framework m-0000 under user 'u'")
        #expect(world.core.state.frameworks.first?.tasks.isEmpty == true && world.violations.isEmpty)
    }
}
