internal import ClusterBase
internal import MesosWire
internal import SwiftProtobuf
internal import Testing

@testable internal import MesosProtocol

@Suite struct JSONRoundTripTests {
    @Test func everyMessageSurvivesWireToJSONToWire() throws {
        var source = RandomMessages(random: SeededRandom(seed: 1))
        for round in 0..<6 {
            for descriptor in topLevelMessages {
                let wire = source.message(descriptor)
                let json = try JSONTranscoder.json(fromWire: wire, message: descriptor)
                let back = try JSONTranscoder.wire(fromJSON: json, message: descriptor)
                #expect(back == wire, "\(descriptor.name) in round \(round): \(String(decoding: json, as: UTF8.self))")
            }
        }
    }

    @Test func everyMessageSurvivesInTheOlderDialect() throws {
        var source = RandomMessages(random: SeededRandom(seed: 2), dialect: .v0)
        for descriptor in topLevelMessages {
            let wire = source.message(descriptor)
            let json = try JSONTranscoder.json(fromWire: wire, message: descriptor, dialect: .v0)
            let back = try JSONTranscoder.wire(fromJSON: json, message: descriptor, dialect: .v0)
            #expect(back == wire, "\(descriptor.name): \(String(decoding: json, as: UTF8.self))")
        }
    }

    @Test func whatIsWrittenIsJSONForAStrictReader() throws {
        var source = RandomMessages(random: SeededRandom(seed: 3))
        for descriptor in topLevelMessages {
            let json = try JSONTranscoder.json(fromWire: source.message(descriptor), message: descriptor)
            let limits = JSONLimits(allowsDuplicateKeys: false)
            #expect(throws: Never.self, "\(descriptor.name)") { try JSONValue(parsing: json, limits: limits) }
        }
    }

    @Test func completeMessagesLackNothing() throws {
        var source = RandomMessages(random: SeededRandom(seed: 4))
        for descriptor in topLevelMessages {
            #expect(try descriptor.missingRequired(in: source.message(descriptor)) == [], "\(descriptor.name)")
        }
    }

    /// swift-protobuf reads and writes the same bytes: numbers, types and nesting of the tables agree with its own.
    @Test func theTablesAgreeWithSwiftProtobuf() throws {
        func again<Message: SwiftProtobuf.Message>(_: Message.Type) -> ([UInt8]) throws -> [UInt8] {
            return { wire in
                var options = BinaryEncodingOptions()
                options.useDeterministicOrdering = true
                let message = try Message(serializedBytes: wire)
                #expect(message.unknownFields.data.isEmpty)
                return try message.serializedBytes(options: options)
            }
        }
        let types: [(String, ([UInt8]) throws -> [UInt8])] = [
            ("mesos.v1.Offer", again(Mesos_V1_Offer.self)), ("mesos.v1.TaskInfo", again(Mesos_V1_TaskInfo.self)),
            ("mesos.v1.Task", again(Mesos_V1_Task.self)), ("mesos.v1.TaskStatus", again(Mesos_V1_TaskStatus.self)),
            ("mesos.v1.FrameworkInfo", again(Mesos_V1_FrameworkInfo.self)),
            ("mesos.v1.AgentInfo", again(Mesos_V1_AgentInfo.self)),
            ("mesos.v1.MasterInfo", again(Mesos_V1_MasterInfo.self)),
            ("mesos.v1.scheduler.Call", again(Mesos_V1_Scheduler_Call.self)),
            ("mesos.v1.scheduler.Event", again(Mesos_V1_Scheduler_Event.self)),
            ("mesos.v1.executor.Call", again(Mesos_V1_Executor_Call.self)),
            ("mesos.v1.executor.Event", again(Mesos_V1_Executor_Event.self)),
            ("mesos.v1.master.Call", again(Mesos_V1_Master_Call.self)),
            ("mesos.v1.master.Response", again(Mesos_V1_Master_Response.self)),
            ("mesos.v1.agent.Call", again(Mesos_V1_Agent_Call.self)),
            ("mesos.v1.agent.Response", again(Mesos_V1_Agent_Response.self)),
            ("mesos.internal.ReregisterSlaveMessage", again(Mesos_Internal_ReregisterSlaveMessage.self)),
            ("mesos.internal.RunTaskGroupMessage", again(Mesos_Internal_RunTaskGroupMessage.self)),
            ("mesos.internal.UpdateSlaveMessage", again(Mesos_Internal_UpdateSlaveMessage.self)),
            ("mesos.internal.Registry", again(Mesos_Internal_Registry.self)),
        ]
        var source = RandomMessages(random: SeededRandom(seed: 5), dialect: .v0)
        for (name, again) in types {
            for _ in 0..<5 {
                let wire = source.message(.named(name))
                #expect(try again(wire) == wire, "\(name)")
            }
        }
    }
}
