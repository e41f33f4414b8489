internal import ClusterBase
internal import ClusterModel
internal import MesosProtocol
internal import MesosWire
internal import ResourceModel
internal import SwiftProtobuf
internal import Testing

@Suite struct InternalCodecTests {
    private let registration = AgentRegistration(
        info: Samples.agent, version: "1.12.0", capabilities: ["MULTI_ROLE", "AGENT_DRAINING"],
        resourceVersion: UniqueID(high: 7, low: 8))

    @Test func everyAgentMessageSurvives() throws {
        let inventory = AgentInventory(
            executors: [Samples.executor], tasks: [Samples.record], frameworks: [Samples.framework])
        let messages: [(String, AgentMessage)] = [
            ("RegisterSlaveMessage", .register(registration)),
            ("ReregisterSlaveMessage", .reregister(registration, inventory)),
            ("UnregisterSlaveMessage", .unregister("a")), ("StatusUpdateMessage", .statusUpdate(Samples.update)),
            ("ExitedExecutorMessage", .exitedExecutor("a", "f", "e", status: -1)),
            ("ExecutorToFrameworkMessage", .executorMessage("a", "f", "e", data: [1])),
            ("UpdateSlaveMessage", .update("a", resourceVersion: UniqueID(high: 1, low: 1))),
            ("PongSlaveMessage", .pong),
        ]
        for (name, message) in messages {
            let envelope = InternalCodec.encode(message, pid: "slave(1)@10.0.0.2:5051")
            #expect(envelope.name == "mesos.internal." + name)
            #expect(try InternalCodec.decodeAgentMessage(envelope) == message, "\(name)")
            #expect(try InternalCodec.decodeMasterMessage(envelope) == nil, "\(name)")
        }
    }

    @Test func everyMasterMessageSurvives() throws {
        let lost = [FrameworkTasks(frameworkID: "f", taskIDs: ["t", "u"], isPartitionAware: true)]
        let messages: [(String, MasterMessage)] = [
            ("SlaveRegisteredMessage", .registered("a", pingTimeout: .seconds(75))),
            ("SlaveReregisteredMessage", .reregistered("a", pingTimeout: .milliseconds(500), unknownTasks: lost)),
            ("RunTaskMessage", .runTask(Samples.framework, Samples.dockerTask, launchExecutor: true)),
            (
                "RunTaskGroupMessage",
                .runTaskGroup(Samples.framework, Samples.executor, [Samples.commandTask], launchExecutor: false)
            ),
            ("KillTaskMessage", .killTask("f", "t", KillPolicy(gracePeriod: .seconds(1)))),
            ("ShutdownExecutorMessage", .shutdownExecutor("f", "e")),
            ("ShutdownFrameworkMessage", .shutdownFramework("f")),
            ("FrameworkToExecutorMessage", .frameworkMessage("a", "f", "e", data: [])),
            ("StatusUpdateAcknowledgementMessage", .acknowledge("a", "f", "t", uuid: UniqueID(high: 1, low: 2))),
            ("UpdateFrameworkMessage", .updateFramework(Samples.framework)), ("ShutdownMessage", .shutdown("bye")),
            ("PingSlaveMessage", .ping(connected: true)), ("PingSlaveMessage", .ping(connected: false)),
        ]
        for (name, message) in messages {
            let envelope = InternalCodec.encode(message)
            #expect(envelope.name == "mesos.internal." + name)
            #expect(try InternalCodec.decodeMasterMessage(envelope) == message, "\(name)")
            let descriptor = try #require(MessageDescriptor.find(envelope.name))
            #expect(try descriptor.missingRequired(in: envelope.body) == [], "\(name)")
        }
    }

    @Test func agentsOfUpstreamUnderstandARunTask() throws {
        let envelope = InternalCodec.encode(.runTask(Samples.framework, Samples.commandTask, launchExecutor: true))
        let message = try Mesos_Internal_RunTaskMessage(serializedBytes: envelope.body)
        #expect(message.frameworkID.value == "f" && message.framework.name == "n" && message.pid == "@0.0.0.0:0")
        #expect(message.task.command.value == "sleep 1" && message.launchExecutor)
        let disk = try #require(message.task.resources.first { $0.name == "disk" })
        #expect(disk.reservations.count == 2 && !disk.hasRole)
        let cpus = try #require(message.task.resources.first { $0.name == "cpus" })
        #expect(cpus.role == "*" && cpus.reservations.isEmpty)
    }

    @Test func badMessagesAreErrorsAndStrangeOnesNothing() throws {
        #expect(try InternalCodec.decodeAgentMessage(.init(name: "mesos.internal.NoSuchMessage", body: [])) == nil)
        #expect(try InternalCodec.decodeAgentMessage(.init(name: "other.Thing", body: [1])) == nil)
        #expect(throws: WireError.missingRequired(["slave"])) {
            try InternalCodec.decodeAgentMessage(.init(name: "mesos.internal.RegisterSlaveMessage", body: []))
        }
        #expect(throws: WireError.malformed) {
            try InternalCodec.decodeMasterMessage(.init(name: "mesos.internal.RunTaskMessage", body: [0x0a]))
        }
    }
}

@Suite struct CheckpointCodecTests {
    private let records: [StatusUpdateRecord] = [.update(Samples.update), .acknowledged(UniqueID(high: 3, low: 4))]

    @Test func updatesAreAppendedAndReadBack() throws {
        let file = records.flatMap { CheckpointCodec.encode($0) }
        let (values, valid) = try CheckpointCodec.decode(StatusUpdateRecord.self, from: file)
        #expect(values == records && valid == file.count)
    }

    @Test func aRecordCutOffByACrashIsLeftOut() throws {
        let first = CheckpointCodec.encode(records[0])
        let file = first + CheckpointCodec.encode(records[1])
        for end in first.count..<file.count {
            let (values, valid) = try CheckpointCodec.decode(StatusUpdateRecord.self, from: Array(file[..<end]))
            #expect(values == [records[0]] && valid == first.count)
        }
    }

    @Test func damageIsAnError() {
        #expect(throws: WireError.malformed) {
            try CheckpointCodec.decode(StatusUpdateRecord.self, from: [1, 0, 0, 0, 0xff])
        }
        #expect(throws: WireError.malformed) {
            try CheckpointCodec.decode(StatusUpdateRecord.self, from: [255, 255, 255, 255])
        }
        #expect(throws: WireError.missingRequired(["type"])) {
            try CheckpointCodec.decode(StatusUpdateRecord.self, from: [0, 0, 0, 0])
        }
    }

    @Test func infoFilesHoldOneMessage() throws {
        let file = CheckpointCodec.encode(Samples.agent)
        #expect(Array(file.prefix(4)) == [UInt8(file.count - 4 & 255), UInt8((file.count - 4) >> 8), 0, 0])
        #expect(try CheckpointCodec.decodeOne(AgentInfo.self, from: file) == Samples.agent)
        #expect(
            try CheckpointCodec.decodeOne(FrameworkInfo.self, from: CheckpointCodec.encode(Samples.framework))
                == Samples.framework)
        #expect(
            try CheckpointCodec.decodeOne(ExecutorInfo.self, from: CheckpointCodec.encode(Samples.executor))
                == Samples.executor)
        #expect(
            try CheckpointCodec.decodeOne(TaskRecord.self, from: CheckpointCodec.encode(Samples.record))
                == Samples.record)
        #expect(throws: WireError.malformed) { try CheckpointCodec.decodeOne(AgentInfo.self, from: file + file) }
        #expect(throws: WireError.malformed) { try CheckpointCodec.decodeOne(AgentInfo.self, from: file.dropLast()) }
    }
}
