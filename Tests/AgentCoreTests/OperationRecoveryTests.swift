import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import AgentCore

@Suite struct OperationRecoveryTests {
    @Test func reservationsVolumesAndUnacknowledgedStatusesOutliveARestart() throws {
        var world = AgentWorld.registered()
        world.makeVolume()
        world.apply(.reserve([AgentWorld.reserved("cpus", 2)], id: "op1"), 1)
        let told = try #require(world.operationUpdates.first)
        world.restart()
        #expect(world.core.totalResources.reserved.cpus.value == 2)
        #expect(world.core.totalResources.filter(\.isPersistentVolume).disk.value == 100)
        #expect(world.operationUpdates.isEmpty, "nothing leaves before a master knows the agent")
        world.step(.masterDetected(AgentWorld.master))
        world.advance(.milliseconds(5))
        let checkpointed = world.messages.compactMap { message -> Resources? in
            if case .reregister(let registration, _) = message { registration.checkpointedResources } else { nil }
        }
        let expected: Resources = [AgentWorld.volume("v1", 100), AgentWorld.reserved("cpus", 2)]
        #expect(checkpointed.first?.isEqual(to: expected) == true)
        world.fromMaster(.reregistered(AgentWorld.agentID, pingTimeout: .seconds(75), unknownTasks: []))
        #expect(world.operationUpdates == [told])
        world.acknowledgeOperations()
        world.restart()
        #expect(world.core.operations.isEmpty)
    }

    @Test func aRebootKeepsWhatOperationsMade() {
        var world = AgentWorld.registered()
        world.makeVolume()
        world.restart(hasRebooted: true)
        #expect(world.core.totalResources.filter(\.isPersistentVolume).disk.value == 100)
    }

    @Test func aNewAgentOnTheMachineKeepsReservationsButNoOperations() throws {
        var world = AgentWorld.registered()
        world.makeVolume()
        world.apply(.reserve([AgentWorld.reserved("cpus", 2)]), 1)
        world.step(.shutdownRequested(reason: "test"))
        world.restart()
        #expect(world.core.info.id == nil)
        #expect(world.core.operations.isEmpty)
        world.step(.masterDetected(AgentWorld.master))
        world.advance(.milliseconds(5))
        let registration = try #require(
            world.messages.compactMap { message -> AgentRegistration? in
                if case .register(let registration) = message { registration } else { nil }
            }.first)
        #expect(registration.checkpointedResources.filter(\.isPersistentVolume).disk.value == 100)
    }

    @Test func resourcesThatNoLongerFitStopTheAgentWithAReason() throws {
        var world = AgentWorld.registered()
        world.makeVolume(AgentWorld.volume("v1", 900))
        world.agent.resources.subtract(.scalar("disk", 500))
        world.core = AgentCore(configuration: world.configuration, info: world.agent, seed: 2, now: world.now)
        world.effects = []
        world.step(.recovered(world.disk.recovered()))
        let reasons = world.effects.compactMap { effect -> String? in
            if case .exit(let reason, true) = effect { reason } else { nil }
        }
        let reason = try #require(reasons.first)
        #expect(reason.contains("incompatible with agent resources"))
        #expect(reason.contains("/w/meta/resources"))
        #expect(world.core.phase == .terminating)
    }

    /// What was on the disk when the machine stopped at any moment of an operation's life.
    private func recovering(
        _ record: OperationRecord, resources: Resources, updates: RecoveredOperationUpdates? = nil
    ) -> AgentWorld {
        var world = AgentWorld.registered()
        var recovered = world.disk.recovered()
        recovered.resources = ResourceCheckpoint(resources: resources, operations: [record])
        if let updates { recovered.operationUpdates[record.uuid] = updates }
        world.core = AgentCore(configuration: world.configuration, info: world.agent, seed: 2, now: world.now)
        world.step(.recovered(recovered))
        world.step(.containersRecovered([:]))
        world.step(.masterDetected(AgentWorld.master))
        world.advance(.milliseconds(5))
        world.effects = []
        world.fromMaster(.reregistered(AgentWorld.agentID, pingTimeout: .seconds(75), unknownTasks: []))
        return world
    }

    private func record(_ state: OperationState, status: UInt64?) -> OperationRecord {
        let latest = OperationStatus(
            operationID: "op1", state: state, statusUUID: status.map(AgentWorld.uuid), agentID: AgentWorld.agentID)
        return OperationRecord(
            frameworkID: AgentWorld.frameworkID, agentID: AgentWorld.agentID,
            operation: .reserve([AgentWorld.reserved("cpus", 2)], id: "op1"), latest: latest,
            statuses: state == .pending ? [] : [latest], uuid: AgentWorld.uuid(1))
    }

    @Test func aStatusThatNeverReachedItsFileIsSent() {
        var world = recovering(record(.finished, status: 7), resources: [AgentWorld.reserved("cpus", 2)])
        #expect(world.operationUpdates.map(\.status.statusUUID) == [AgentWorld.uuid(7)])
        #expect(world.core.operations.first?.statuses.count == 1)
        #expect(world.disk.recovered().operationUpdates[AgentWorld.uuid(1)]?.statuses.count == 1)
        world.acknowledgeOperations()
        #expect(world.core.operations.isEmpty)
    }

    @Test func anOperationThatWasOnlyBegunIsFinished() {
        let world = recovering(record(.pending, status: nil), resources: [])
        #expect(world.operationUpdates.map(\.status.state) == [.finished])
        #expect(world.core.totalResources.reserved.cpus.value == 2)
        #expect(world.disk.recovered().resources.resources == [AgentWorld.reserved("cpus", 2)])
    }

    @Test func anAcknowledgedStatusIsNotSentAgain() {
        let record = record(.finished, status: 7)
        let world = recovering(
            record, resources: [AgentWorld.reserved("cpus", 2)],
            updates: RecoveredOperationUpdates(statuses: [record.latest], acknowledged: [AgentWorld.uuid(7)]))
        #expect(world.operationUpdates.isEmpty)
        #expect(world.core.operations.isEmpty)
        #expect(world.disk.recovered().resources.operations.isEmpty)
        #expect(world.core.totalResources.reserved.cpus.value == 2)
    }

    @Test func statusesOfUnknownOperationsAreRemoved() {
        var world = AgentWorld.registered()
        var recovered = world.disk.recovered()
        recovered.operationUpdates[AgentWorld.uuid(3)] = RecoveredOperationUpdates()
        world.core = AgentCore(configuration: world.configuration, info: world.agent, seed: 2, now: world.now)
        let outcome = world.core.step(.recovered(recovered), now: world.now)
        #expect(outcome.records == [.operationForgotten(AgentWorld.uuid(3))])
    }

    @Test func streamsKeepOrderAndAnswerEachStatusOnce() {
        var stream = OperationStream()
        let first = OperationStatus(state: .pending, statusUUID: AgentWorld.uuid(1))
        let last = OperationStatus(state: .finished, statusUUID: AgentWorld.uuid(2))
        let added = [first, first, last].map { stream.append($0) }
        #expect(added == [true, false, true])
        let refused = stream.append(OperationStatus(state: .failed, statusUUID: AgentWorld.uuid(3)))
        #expect(!refused, "nothing follows an end")
        #expect(stream.acknowledge(AgentWorld.uuid(2)) == nil, "only the one in flight")
        #expect(stream.acknowledge(AgentWorld.uuid(1)) == first)
        #expect(stream.acknowledge(AgentWorld.uuid(1)) == nil)
        let again = stream.append(first)
        #expect(!again, "acknowledged before")
        #expect(stream.head == last)
    }
}
