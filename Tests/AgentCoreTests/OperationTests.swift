import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import AgentCore

@Suite struct OperationTests {
    @Test func aReservationIsOnDiskAndToldUntilAcknowledged() throws {
        var world = AgentWorld.registered()
        let reserved: Resources = [AgentWorld.reserved("cpus", 2)]
        world.apply(.reserve(reserved.allocated(to: "dev"), id: "op1"), 1)
        let update = try #require(world.operationUpdates.first)
        #expect(update.status.state == .finished)
        #expect(update.status.operationID == "op1")
        #expect(update.latest == update.status)
        #expect(update.operationUUID == AgentWorld.uuid(1))
        #expect(update.frameworkID == AgentWorld.frameworkID)
        #expect(update.agentID == AgentWorld.agentID)
        #expect(world.core.totalResources.contains(reserved), "without the allocation")
        #expect(world.core.totalResources.cpus.value == 8)
        #expect(world.disk.recovered().resources.resources == reserved)
        #expect(world.disk.recovered().resources.operations.map(\.latest) == [update.status])
        #expect(world.disk.recovered().operationUpdates[AgentWorld.uuid(1)]?.statuses == [update.status])

        world.effects = []
        world.advance(.milliseconds(9_999))
        #expect(world.operationUpdates.isEmpty)
        world.advance(.milliseconds(1))
        #expect(world.operationUpdates == [update])
        world.effects = []
        world.advance(.seconds(19))
        #expect(world.operationUpdates.isEmpty, "the second repetition comes after twice the time")
        world.advance(.seconds(1))
        #expect(world.operationUpdates.count == 1)

        world.acknowledgeOperations()
        #expect(world.core.operations.isEmpty)
        #expect(world.disk.recovered().resources == ResourceCheckpoint(resources: reserved))
        #expect(world.disk.recovered().operationUpdates.isEmpty)
        world.effects = []
        world.advance(.seconds(3600))
        #expect(world.operationUpdates.isEmpty)
    }

    @Test func everyKindOfOperationChangesWhatThereIs() {
        var world = AgentWorld.registered()
        func amount(_ id: String) -> Double {
            world.core.totalResources.filter { $0.disk?.persistenceID == id }.disk.value
        }
        world.apply(.reserve([AgentWorld.reserved("disk", 500)]), 1)
        world.apply(.create([AgentWorld.volume("v1", 100)]), 2)
        #expect(amount("v1") == 100)
        world.apply(
            OfferOperation(
                .growVolume(volume: AgentWorld.volume("v1", 100), addition: AgentWorld.reserved("disk", 50))), 3)
        #expect(amount("v1") == 150)
        world.apply(OfferOperation(.shrinkVolume(volume: AgentWorld.volume("v1", 150), subtract: Scalar(30))), 4)
        #expect(amount("v1") == 120)
        #expect(world.core.totalResources.disk.value == 1000)
        world.apply(.destroy([AgentWorld.volume("v1", 120)]), 5)
        #expect(amount("v1") == 0)
        world.apply(.unreserve([AgentWorld.reserved("disk", 500)]), 6)
        #expect(world.core.totalResources.reserved.isEmpty)
        #expect(world.operationUpdates.map(\.status.state) == Array(repeating: .finished, count: 6))
        #expect(world.disk.recovered().resources.resources.isEmpty)
    }

    @Test func refinedReservationsGoBackToTheStaticOneBelow() {
        var refined = Resource.scalar("mem", 128)
        refined.reservations = [.init(kind: .static, role: "dev"), .init(kind: .dynamic, role: "dev/web")]
        var world = AgentWorld()
        world.agent.resources.subtract(.scalar("mem", 1024))
        world.agent.resources.add(refined.popping().withAmount(1024))
        world.core = AgentCore(configuration: world.configuration, info: world.agent, seed: 1, now: world.now)
        world.start()
        world.register()
        world.apply(.reserve([refined]), 1)
        #expect(world.core.totalResources.filter { $0.role == "dev/web" }.memory.value == 128)
        #expect(world.core.totalResources.filter { $0.role == "dev" }.memory.value == 896)
        world.restart()
        #expect(world.core.totalResources.filter { $0.role == "dev/web" }.memory.value == 128)
        world.register()
        world.apply(.unreserve([refined]), 2)
        #expect(world.core.totalResources.filter { $0.role == "dev" }.memory.value == 1024)
    }

    @Test func anOutdatedVersionDropsTheOperation() throws {
        var world = AgentWorld.registered()
        world.apply(.reserve([AgentWorld.reserved("cpus", 2)], id: "op1"), 1, version: AgentWorld.uuid(77))
        let status = try #require(world.operationUpdates.first?.status)
        #expect(status.state == .dropped)
        #expect(status.message == "Operation assumes outdated resource state")
        #expect(world.core.totalResources.reserved.isEmpty)
        world.acknowledgeOperations()
        #expect(world.core.operations.isEmpty, "a drop is told until acknowledged as well")
    }

    /// What the master sent before it heard of an inventory is about other resources than it believes in afterwards.
    @Test func everyInventoryHasAVersionOfItsOwn() throws {
        var world = AgentWorld.registered()
        let version = try #require(world.core.state.resourceVersion)
        world.register()
        #expect(world.core.state.resourceVersion != version)
        world.apply(.reserve([AgentWorld.reserved("cpus", 2)], id: "op1"), 1, version: version)
        #expect(world.operationUpdates.first?.status.state == .dropped && world.core.totalResources.reserved.isEmpty)
    }

    @Test func whatCannotBeCarriedOutFailsAndTheMasterLearnsWhatThereIs() throws {
        var world = AgentWorld.registered()
        world.makeVolume()
        let version = world.core.state.resourceVersion
        world.apply(.reserve([AgentWorld.reserved("cpus", 100)], id: "op1"), 1)
        #expect(world.core.totalResources.cpus.value == 8)
        #expect(world.core.state.resourceVersion != version)
        #expect(world.core.phase == .disconnected)
        world.effects = []
        world.advance(.milliseconds(5))
        let registration = try #require(
            world.messages.compactMap { message -> AgentRegistration? in
                if case .reregister(let registration, _) = message { registration } else { nil }
            }.first)
        #expect(registration.checkpointedResources.isEqual(to: [AgentWorld.volume("v1", 100)]))
        #expect(registration.resourceVersion == world.core.state.resourceVersion)
        world.effects = []
        world.fromMaster(.reregistered(AgentWorld.agentID, pingTimeout: .seconds(75), unknownTasks: []))
        let update = try #require(world.operationUpdates.first)
        #expect(update.status.state == .failed)
        #expect(update.status.message?.contains("does not contain") == true)
        let reported = world.messages.compactMap { message -> [OperationRecord]? in
            if case .update(_, _, _, let operations) = message { operations } else { nil }
        }
        #expect(reported.first?.map(\.uuid) == [AgentWorld.uuid(1)])
    }

    @Test(arguments: [
        OfferOperation(.createDisk(source: .scalar("disk", 1), kind: .mount, profile: nil)),
        OfferOperation.unsupported(name: "WARP"), OfferOperation.launch([]),
    ])
    func strangeOperationsFail(_ operation: OfferOperation) {
        var world = AgentWorld.registered()
        world.apply(operation, 1)
        #expect(world.core.operations.first?.latest.state == .failed)
    }

    @Test(arguments: ["..", "a/b", ""])
    func volumesWithoutASafeDirectoryAreNotMade(_ id: String) {
        var world = AgentWorld.registered()
        world.apply(.reserve([AgentWorld.reserved("disk", 100)]), 1)
        world.apply(.create([AgentWorld.volume(id, 100)]), 2)
        #expect(world.core.operations.last?.latest.state == .failed)
        #expect(world.core.totalResources.filter(\.isPersistentVolume).isEmpty)
    }

    @Test func aVolumeInUseIsNotDestroyed() {
        var world = AgentWorld.registered()
        world.makeVolume()
        _ = world.running(AgentWorld.task("t1", using: AgentWorld.volume("v1", 100)))
        world.apply(.destroy([AgentWorld.volume("v1", 100)]), 1)
        #expect(world.core.operations.last?.latest.message == "Persistent volume 'v1' is in use")
        #expect(!world.core.totalResources.filter(\.isPersistentVolume).isEmpty)
    }

    @Test func repetitionsChangeNothing() {
        var world = AgentWorld.registered()
        world.apply(.reserve([AgentWorld.reserved("cpus", 2)]), 1)
        world.apply(.reserve([AgentWorld.reserved("cpus", 2)]), 1)
        #expect(world.core.totalResources.reserved.cpus.value == 2)
        let updates = world.operationUpdates
        #expect(updates.count == 2)
        #expect(updates[0] == updates[1])
        world.fromMaster(
            .acknowledgeOperation(statusUUID: AgentWorld.uuid(5), operationUUID: AgentWorld.uuid(1)))
        #expect(world.core.operations.count == 1, "another status's acknowledgement is none")
        world.acknowledgeOperations()
        #expect(world.core.operations.isEmpty)
        let image = world.disk.recovered()
        world.acknowledgeOperations()
        #expect(world.disk.recovered() == image)
    }

    @Test func operationsOfOperatorsHaveNoFramework() {
        var world = AgentWorld.registered()
        world.fromMaster(
            .applyOperation(
                nil, .reserve([AgentWorld.reserved("cpus", 1)]), uuid: AgentWorld.uuid(1),
                resourceVersion: world.core.state.resourceVersion ?? AgentWorld.uuid(0)))
        #expect(world.operationUpdates.map(\.frameworkID) == [nil])
    }

    @Test func questionsOfTheMasterAreAnsweredForWhatIsUnknown() {
        var world = AgentWorld.registered()
        world.apply(.reserve([AgentWorld.reserved("cpus", 1)], id: "known"), 1)
        world.effects = []
        world.fromMaster(
            .reconcileOperations(
                nil, [OperationReference(uuid: AgentWorld.uuid(1)), OperationReference(uuid: AgentWorld.uuid(2))]))
        #expect(world.operationUpdates.map(\.operationUUID) == [AgentWorld.uuid(2)])
        #expect(world.operationUpdates.first?.status.state == .dropped)
        #expect(world.operationUpdates.first?.status.statusUUID == nil, "nothing to acknowledge")
        world.effects = []
        world.advance(.seconds(60))
        #expect(!world.operationUpdates.contains { $0.operationUUID == AgentWorld.uuid(2) })
    }

    @Test func questionsOfSchedulersAreAnsweredWithTheNewestState() {
        var world = AgentWorld.registered()
        world.apply(.reserve([AgentWorld.reserved("cpus", 1)], id: "known"), 1)
        world.effects = []
        world.fromMaster(
            .reconcileOperations(
                AgentWorld.frameworkID,
                [
                    OperationReference(uuid: AgentWorld.uuid(8), operationID: "known"),
                    OperationReference(uuid: AgentWorld.uuid(9), operationID: "strange"),
                ]))
        #expect(world.operationUpdates.map(\.status.state) == [.finished, .unknown])
        #expect(world.operationUpdates.map(\.status.operationID) == ["known", "strange"])
        #expect(world.operationUpdates.allSatisfy { $0.status.statusUUID == nil })
    }

    @Test func whileTheMasterIsAwayNothingIsSent() {
        var world = AgentWorld.registered()
        world.apply(.reserve([AgentWorld.reserved("cpus", 1)]), 1)
        world.step(.masterDetected(nil))
        world.effects = []
        world.advance(.seconds(120))
        #expect(world.operationUpdates.isEmpty)
        world.register()
        world.advance(.seconds(10))
        #expect(world.operationUpdates.count == 1)
    }

    @Test func anOlderMasterMaySayWhatIsReserved() {
        var world = AgentWorld.registered()
        world.makeVolume()
        world.fromMaster(.checkpointResources([AgentWorld.reserved("mem", 64)]))
        #expect(world.core.totalResources.reserved == [AgentWorld.reserved("mem", 64)])
        #expect(world.disk.recovered().resources.resources == [AgentWorld.reserved("mem", 64)])
        world.fromMaster(.checkpointResources([AgentWorld.reserved("mem", 1e6)]))
        #expect(world.core.totalResources.reserved == [AgentWorld.reserved("mem", 64)], "what does not fit is refused")
    }
}

extension Resource {
    fileprivate func withAmount(_ amount: Double) -> Resource {
        var result = self
        result.value = .scalar(Scalar(amount))
        return result
    }
}
