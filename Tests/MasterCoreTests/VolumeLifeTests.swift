import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// Reservations and volumes that frameworks and operators make and undo in turns, and over a failover (upstream's
/// `persistent_volume_tests`, `persistent_volume_endpoints_tests`, `reservation_endpoints_tests`).
struct VolumeLifeTests {
    typealias World = MasterWorld

    private func status(_ reply: CallReply?) -> Int? {
        switch reply {
        case .refused(let status, _)?: status
        case .accepted?: 202
        default: nil
        }
    }

    @Test func aVolumeNeedsAReservationThatHoldsIt() {
        var world = World()
        world.registerAble("a1", [World.reserved("disk", 300, "r", kind: .static), .scalar("disk", 500)])
        func create(_ size: Double, _ role: String, _ kind: Resource.Reservation.Kind) -> Int? {
            var volume = World.volume("v", size, role)
            volume.reservations = [.init(kind: kind, role: role)]
            return status(world.operate(.createVolumes("m-S0", [volume])).reply)
        }
        #expect(create(301, "r", .static) == 409, "larger than what is reserved")
        #expect(create(300, "q", .static) == 409, "reserved for another role")
        #expect(create(300, "r", .dynamic) == 409, "reserved in another way")
        #expect(world.total("a1").persistentVolumes.isEmpty)
        #expect(create(300, "r", .static) == 202)
        #expect(world.total("a1").persistentVolumes.disk == Scalar(300) && world.violations.isEmpty)
    }

    @Test func whatAVolumeIsMadeOfIsNotUnreserved() {
        var world = World()
        world.registerAble("a1", OperationTests.resources)
        world.operate(.reserve("m-S0", source: [], resources: [World.reserved("disk", 100, "r")]))
        #expect(status(world.operate(.createVolumes("m-S0", [World.volume("v", 60)])).reply) == 202)
        func unreserve(_ amount: Double) -> Int? {
            status(world.operate(.unreserve("m-S0", [World.reserved("disk", amount, "r")])).reply)
        }
        #expect(unreserve(100) == 409 && unreserve(40) == 202)
        #expect(status(world.operate(.destroyVolumes("m-S0", [World.volume("v", 60)])).reply) == 202)
        #expect(unreserve(60) == 202)
        #expect(world.total("a1").contains(OperationTests.resources) && world.violations.isEmpty)
    }

    @Test func operatorsDestroyWhatFrameworksMade() {
        var world = OperationTests.world()
        let volume = World.volume("v", 100)
        world.accept("f", [.reserve([World.reserved("disk", 100, "r")]), .create([volume])], refuse: 0)
        #expect(world.offers("f").contains { $0.resources.strippingAllocation.contains([volume]) })
        let (reply, effects) = world.operate(.destroyVolumes("m-S0", [volume]))
        #expect(status(reply) == 202 && !world.rescinded(in: effects).isEmpty)
        #expect(status(world.operate(.unreserve("m-S0", [World.reserved("disk", 100, "r")])).reply) == 202)
        #expect(world.total("a1").contains(OperationTests.resources) && world.violations.isEmpty)
    }

    @Test func frameworksDestroyWhatOperatorsMade() {
        var world = World()
        world.registerAble("a1", OperationTests.resources)
        let volume = World.volume("v", 100)
        world.operate(.reserve("m-S0", source: [], resources: [World.reserved("disk", 100, "r")]))
        world.operate(.createVolumes("m-S0", [volume]))
        world.subscribe("f", QuotaTests.framework("f", "r"))
        let effects = world.accept("f", [.destroy([volume]), .unreserve([World.reserved("disk", 100, "r")])])
        #expect(world.applied(in: effects).map(\.name) == ["DESTROY", "UNRESERVE"])
        #expect(world.total("a1").contains(OperationTests.resources) && world.violations.isEmpty)
    }

    /// What is free and what is offered are unreserved together.
    @Test func reservationsThatAreOfferedAreUnreserved() {
        var world = World()
        world.registerAble("a1", OperationTests.resources)
        world.operate(.reserve("m-S0", source: [], resources: [World.reserved("cpus", 3, "r")]))
        world.subscribe("f", QuotaTests.framework("f", "r"))
        let reserved: Resources = [World.reserved("cpus", 3, "r")]
        #expect(world.offers("f").contains { $0.resources.strippingAllocation.contains(reserved) })
        let (reply, effects) = world.operate(.unreserve("m-S0", reserved))
        #expect(status(reply) == 202 && world.rescinded(in: effects).count == 1)
        #expect(world.total("a1").contains(OperationTests.resources) && world.violations.isEmpty)
        #expect(world.offers("f").contains { $0.resources.cpus == Scalar(4) }, "and offered as what they are")
    }

    /// Tasks that share a volume, under the next master.
    @Test func sharedVolumesInUseOutliveTheMaster() throws {
        var first = OperationTests.sharedWorld()
        let volume = World.volume("v", 100, isShared: true)
        let tasks = ["t1", "t2"].map { first.task(TaskID($0), on: "a1", [.scalar("cpus", 1), volume]) }
        first.accept("f", [.launch(tasks)], refuse: 0)
        let records = try #require(first.core.state.frameworks.first?.tasks)
        #expect(records.count == 2)
        var world = first.failover()
        world.reregisterAble("a1", checkpointed: [volume], tasks: records, of: ["f"])
        world.subscribe("f")
        let used = try #require(world.core.state.agents.first?.usedResources)
        #expect(used.shared.first { _ in true }?.sharedCount == 2 && used.cpus == Scalar(2))
        #expect(world.total("a1").disk == Scalar(1000) && world.total("a1").contains([volume]))
        let inUse = CallReply.refused(
            status: 400, text: "Invalid DESTROY operation: Persistent volumes in use")
        #expect(world.operate(.destroyVolumes("m-S0", [volume])).reply == inUse)
        for id in ["t1", "t2"] { world.update("a1", "f", TaskID(id), .finished, uuid: nil) }
        #expect(status(world.operate(.destroyVolumes("m-S0", [volume])).reply) == 202)
        #expect(world.total("a1").persistentVolumes.isEmpty && world.violations.isEmpty)
    }
}
