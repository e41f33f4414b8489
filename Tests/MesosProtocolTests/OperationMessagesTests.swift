internal import ClusterBase
internal import ClusterModel
internal import MesosProtocol
internal import MesosWire
internal import ResourceModel
internal import SwiftProtobuf
internal import Testing

/// What master and agents tell each other about operations, resources and draining.
@Suite struct OperationMessagesTests {
    private static let uuid = UniqueID(high: 1, low: 2)
    private static let other = UniqueID(high: 3, low: 4)
    private static let record = OperationRecord(
        frameworkID: "f", agentID: "a", operation: .unreserve(OperationCodecTests.reserved, id: "op"),
        latest: OperationCodecTests.status, uuid: uuid)
    private static let registration = AgentRegistration(
        info: Samples.agent, version: "1.12.0", capabilities: ["RESERVATION_REFINEMENT"], resourceVersion: uuid,
        checkpointedResources: OperationCodecTests.reserved + [OperationCodecTests.volume])

    private static let toMaster: [(String, AgentMessage)] = [
        ("RegisterSlaveMessage", .register(registration)),
        ("ReregisterSlaveMessage", .reregister(registration, AgentInventory(tasks: [Samples.record]))),
        ("UpdateSlaveMessage", .update("a", resourceVersion: uuid, oversubscribed: [])),
        (
            "UpdateSlaveMessage",
            .update(
                "a", resourceVersion: nil,
                oversubscribed: [Resource(name: "cpus", value: .scalar(Scalar(1)), isRevocable: true)],
                operations: [record, record])
        ),
        (
            "UpdateOperationStatusMessage",
            .updateOperationStatus(
                OperationUpdate(
                    frameworkID: "f", agentID: "a", status: OperationStatus(state: .pending),
                    latest: OperationCodecTests.status, operationUUID: uuid))
        ),
        (
            "UpdateOperationStatusMessage",
            .updateOperationStatus(OperationUpdate(status: OperationCodecTests.status, operationUUID: uuid))
        ),
    ]

    private static let toAgent: [(String, MasterMessage)] = [
        (
            "ApplyOperationMessage",
            .applyOperation("f", .create([OperationCodecTests.volume], id: "op"), uuid: uuid, resourceVersion: other)
        ),
        (
            "ApplyOperationMessage",
            .applyOperation(nil, .reserve(OperationCodecTests.reserved), uuid: uuid, resourceVersion: other)
        ),
        ("CheckpointResourcesMessage", .checkpointResources(OperationCodecTests.reserved)),
        ("CheckpointResourcesMessage", .checkpointResources([])),
        ("AcknowledgeOperationStatusMessage", .acknowledgeOperation(statusUUID: uuid, operationUUID: other)),
        (
            "AcknowledgeOperationStatusMessage",
            .acknowledgeOperation(statusUUID: uuid, operationUUID: other, providerID: "rp")
        ),
        (
            "ReconcileOperationsMessage",
            .reconcileOperations(
                "f", [OperationReference(uuid: uuid, operationID: "op", providerID: "rp"), .init(uuid: other)])
        ),
        ("ReconcileOperationsMessage", .reconcileOperations(nil, [])),
        ("DrainSlaveMessage", .drain(DrainConfig(maxGracePeriod: .seconds(60), markGone: true))),
        ("DrainSlaveMessage", .drain(DrainConfig())),
    ]

    @Test func everyMessageSurvives() throws {
        for (name, message) in Self.toMaster {
            let envelope = InternalCodec.encode(message, pid: "slave(1)@10.0.0.2:5051")
            #expect(envelope.name == "mesos.internal." + name)
            #expect(try InternalCodec.decodeAgentMessage(envelope) == message, "\(name)")
        }
        for (name, message) in Self.toAgent {
            let envelope = InternalCodec.encode(message)
            #expect(envelope.name == "mesos.internal." + name)
            #expect(try InternalCodec.decodeMasterMessage(envelope) == message, "\(name)")
        }
    }

    @Test func swiftProtobufReadsWhatAgentsSay() throws {
        let bodies = Self.toMaster.map { InternalCodec.encode($0.1, pid: "p").body }
        let registered = try Mesos_Internal_RegisterSlaveMessage(serializedBytes: bodies[0])
        #expect(registered.checkpointedResources.map(\.name) == ["disk", "disk"])
        #expect(registered.checkpointedResources[1].role == "a" && registered.resourceVersionUuid.value.count == 16)
        #expect(registered.checkpointedResources[1].reservation.principal == "p")
        let again = try Mesos_Internal_ReregisterSlaveMessage(serializedBytes: bodies[1])
        #expect(again.checkpointedResources.count == 2 && again.tasks.count == 1)
        let nothing = try Mesos_Internal_UpdateSlaveMessage(serializedBytes: bodies[2])
        #expect(nothing.updateOversubscribedResources && nothing.oversubscribedResources.isEmpty)
        let update = try Mesos_Internal_UpdateSlaveMessage(serializedBytes: bodies[3])
        #expect(update.oversubscribedResources[0].hasRevocable && update.operations.operations.count == 2)
        let status = try Mesos_Internal_UpdateOperationStatusMessage(serializedBytes: bodies[4])
        #expect(status.status.state == .operationPending && status.latestStatus.state == .operationFinished)
        #expect(status.operationUuid.value.count == 16 && status.slaveID.value == "a")
        #expect(status.frameworkID.value == "f")
    }

    @Test func swiftProtobufReadsWhatTheMasterSays() throws {
        let bodies = Self.toAgent.map { InternalCodec.encode($0.1).body }
        let apply = try Mesos_Internal_ApplyOperationMessage(serializedBytes: bodies[0])
        #expect(apply.operationInfo.type == .create && apply.operationInfo.create.volumes[0].role == "a")
        #expect(apply.resourceVersionUuid.uuid.value.count == 16 && apply.operationInfo.id.value == "op")
        #expect(try !Mesos_Internal_ApplyOperationMessage(serializedBytes: bodies[1]).hasFrameworkID)
        let kept = try Mesos_Internal_CheckpointResourcesMessage(serializedBytes: bodies[2])
        #expect(kept.resources[0].reservations.count == 2)
        let acknowledgement = try Mesos_Internal_AcknowledgeOperationStatusMessage(serializedBytes: bodies[5])
        #expect(acknowledgement.resourceProviderID.value == "rp" && acknowledgement.statusUuid.value.count == 16)
        let questions = try Mesos_Internal_ReconcileOperationsMessage(serializedBytes: bodies[6])
        #expect(questions.operations.map(\.operationID.value) == ["op", ""] && questions.frameworkID.value == "f")
        let drain = try Mesos_Internal_DrainSlaveMessage(serializedBytes: bodies[8])
        #expect(drain.config.maxGracePeriod.nanoseconds == 60_000_000_000 && drain.config.markGone)
    }

    @Test func badResourcesAreToldOrRefused() throws {
        var bad = Mesos_V1_Resource()
        (bad.name, bad.type, bad.scalar.value) = ("cpus", .scalar, .infinity)
        let problem = "Resource 'cpus:inf' is invalid: Invalid scalar resource: value <= 0"
        var register = Mesos_Internal_RegisterSlaveMessage()
        register.slave.hostname = "h"
        register.checkpointedResources = [bad]
        let envelope = InternalCodec.Envelope(
            name: "mesos.internal.RegisterSlaveMessage", body: try register.serializedBytes())
        guard case .register(let read)? = try InternalCodec.decodeAgentMessage(envelope) else {
            throw WireError.malformed
        }
        #expect(read.resourceProblem == problem)
        var update = Mesos_Internal_UpdateSlaveMessage()
        update.slaveID.value = "a"
        update.oversubscribedResources = [bad]
        #expect(throws: WireError.invalid(problem)) {
            try InternalCodec.decodeAgentMessage(
                .init(name: "mesos.internal.UpdateSlaveMessage", body: try update.serializedBytes()))
        }
        var checkpoint = Mesos_Internal_CheckpointResourcesMessage()
        checkpoint.resources = [bad]
        #expect(throws: WireError.invalid(problem)) {
            try InternalCodec.decodeMasterMessage(
                .init(name: "mesos.internal.CheckpointResourcesMessage", body: try checkpoint.serializedBytes()))
        }
    }
}
