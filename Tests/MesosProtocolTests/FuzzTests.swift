internal import ClusterBase
internal import ClusterModel
internal import ResourceModel
internal import Testing

@testable internal import MesosProtocol

/// Random and damaged bytes into every decoder: an answer or an error, never a crash, in bounded time.
@Suite struct FuzzTests {
    private func damaged(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var result = bytes
        for _ in 0...random.below(3) {
            guard !result.isEmpty else { return [UInt8(truncatingIfNeeded: random.next())] }
            let at = random.below(result.count)
            switch random.below(5) {
            case 0: result[at] = UInt8(truncatingIfNeeded: random.next())
            case 1: result[at] ^= 1 << UInt8(random.below(8))
            case 2: result.remove(at: at)
            case 3: result.insert(UInt8(truncatingIfNeeded: random.next()), at: at)
            default: result.removeSubrange(at...)
            }
        }
        return result
    }

    @Test func damagedWireBytes() {
        var random = SeededRandom(seed: 11)
        var source = RandomMessages(random: random.split())
        var (read, refused) = (0, 0)
        for descriptor in topLevelMessages {
            for _ in 0..<8 {
                let bytes = damaged(source.message(descriptor), &random)
                guard (try? descriptor.missingRequired(in: bytes)) != nil else {
                    refused += 1
                    continue
                }
                read += 1
                // whatever passes the check can be shown
                #expect(throws: Never.self) { try JSONTranscoder.json(fromWire: bytes, message: descriptor) }
            }
        }
        #expect(read > 100 && refused > 100)
    }

    @Test func damagedJSON() {
        var random = SeededRandom(seed: 12)
        var source = RandomMessages(random: random.split())
        for descriptor in topLevelMessages {
            guard let json = try? JSONTranscoder.json(fromWire: source.message(descriptor), message: descriptor) else {
                continue
            }
            for _ in 0..<8 {
                let text = damaged(json, &random)
                guard let wire = try? JSONTranscoder.wire(fromJSON: text, message: descriptor) else { continue }
                #expect(throws: Never.self) { try JSONTranscoder.json(fromWire: wire, message: descriptor) }
            }
        }
    }

    @Test func damagedMessagesIntoTheModels() {
        var random = SeededRandom(seed: 13)
        var source = RandomMessages(random: random.split())
        for _ in 0..<300 {
            let call = damaged(source.message(.named("mesos.v1.scheduler.Call")), &random)
            if let request = try? SchedulerCodec.decodeCall(call, as: .protobuf) {
                _ = SchedulerCodec.encodeCall(request.call, frameworkID: request.frameworkID, as: .json)
            }
            let event = damaged(source.message(.named("mesos.v1.scheduler.Event")), &random)
            if let decoded = try? SchedulerCodec.decodeEvent(event, as: .protobuf) {
                _ = SchedulerCodec.encodeEvent(decoded, as: .json, for: [])
            }
            let executor = damaged(source.message(.named("mesos.v1.executor.Call")), &random)
            if let request = try? ExecutorCodec.decodeCall(executor, as: .protobuf) {
                _ = ExecutorCodec.encodeCall(request, as: .json)
            }
        }
        for descriptor in topLevelMessages where descriptor.name.hasPrefix("mesos.internal.") {
            for _ in 0..<20 {
                let envelope = InternalCodec.Envelope(
                    name: descriptor.name, body: damaged(source.message(descriptor), &random))
                if let message = try? InternalCodec.decodeAgentMessage(envelope) {
                    _ = InternalCodec.encode(message, pid: "slave(1)@127.0.0.1:5051")
                }
                if let message = try? InternalCodec.decodeMasterMessage(envelope) { _ = InternalCodec.encode(message) }
            }
        }
    }

    @Test func noiseIntoEveryDecoder() {
        var random = SeededRandom(seed: 14)
        for _ in 0..<500 {
            let noise = (0..<random.below(200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            var decoder = RecordIODecoder(maximumRecordBytes: 1 << 16)
            _ = try? decoder.decode(noise)
            for format in WireFormat.allCases {
                _ = try? SchedulerCodec.decodeCall(noise, as: format)
                _ = try? OperatorCodec.decodeMasterCall(noise, as: format)
                _ = try? OperatorCodec.decodeAgentCall(noise, as: format)
                _ = try? MasterInfo(decoding: noise, as: format)
            }
            _ = try? CheckpointCodec.decode(StatusUpdateRecord.self, from: noise)
        }
    }

    @Test func whatWasLetInDeeplyNestedCanStillBeShownInsideOurOwnMessages() throws {
        var container: [UInt8] = [0x0a, 0x01, 0x63]
        for _ in 0..<55 { container = [0x0a, 0x01, 0x63, 0x12] + WireWriter.lengthPrefix(container.count) + container }
        var writer = WireWriter()
        writer.id(1, TaskID("t"))
        writer.integer(2, 1)
        writer.nested(13) { $0.data(4, container) }
        let status = try TaskStatus(decoding: writer.bytes, as: .protobuf)
        var record = TaskRecord(
            name: "n", id: "t", frameworkID: "f", agentID: "a", state: .running, resources: [], statuses: [status])
        record.statuses.append(status)
        let state = StateView(tasks: TasksView(tasks: [record]))
        let json = try JSONValue(
            parsing: MasterEvent.subscribed(state, heartbeatInterval: .seconds(15)).encoded(as: .json))
        #expect(json["subscribed"]?["get_state"]?["get_tasks"]?["tasks"]?[0]?["statuses"]?.array?.count == 2)
    }
}
