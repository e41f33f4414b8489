internal import ClusterBase
internal import ClusterModel
internal import MesosProtocol
internal import MesosWire
internal import ResourceModel
internal import SwiftProtobuf
internal import Testing

@Suite struct ModelRoundTripTests {
    private func expectSurvival<Model: WireModel & Equatable>(_ value: Model, style: WireStyle = .full) throws {
        for format in WireFormat.allCases {
            let bytes = value.encoded(as: format, style: style)
            #expect(try Model(decoding: bytes, as: format) == value, "\(Model.messageName) as \(format)")
        }
    }

    @Test func everyModelSurvivesBothFormats() throws {
        for style in [WireStyle.full, .daemon] {
            try expectSurvival(Samples.master, style: style)
            try expectSurvival(Samples.agent, style: style)
            try expectSurvival(Samples.offer, style: style)
            try expectSurvival(Samples.commandTask, style: style)
            try expectSurvival(Samples.dockerTask, style: style)
            try expectSurvival(Samples.executor, style: style)
            try expectSurvival(Samples.status, style: style)
            try expectSurvival(Samples.framework, style: style)
            try expectSurvival(Samples.record, style: style)
            try expectSurvival(Samples.update, style: style)
        }
        for state in TaskState.allCases { try expectSurvival(TaskStatus(taskID: "t", state: state)) }
        for status in [
            CheckStatus.command(exitCode: nil), .command(exitCode: -1), .http(statusCode: nil), .tcp(succeeded: false),
        ] {
            try expectSurvival(TaskStatus(taskID: "t", state: .running, checkStatus: status))
        }
    }

    @Test func swiftProtobufReadsWhatTheModelsWrite() throws {
        let task = try Mesos_V1_TaskInfo(serializedBytes: Samples.dockerTask.encoded(as: .protobuf))
        #expect(task.taskID.value == "t2" && task.container.docker.image == "python:3")
        #expect(task.container.docker.portMappings.map(\.hostPort) == [31000, 31001])
        #expect(task.container.docker.network == .bridge && task.container.volumes[0].mode == .ro)
        #expect(task.command.shell == false && task.healthCheck.type == .tcp && task.healthCheck.tcp.port == 80)
        let status = try Mesos_V1_TaskStatus(serializedBytes: Samples.status.encoded(as: .protobuf))
        #expect(status.state == .taskRunning && status.source == .executor && status.healthy)
        #expect(status.containerStatus.containerID.parent.value == "p" && status.containerStatus.executorPid == 42)
        #expect(status.uuid.count == 16 && status.timestamp == 1_700_000_000.25)
        let offer = try Mesos_V1_Offer(serializedBytes: Samples.offer.encoded(as: .protobuf))
        #expect(offer.resources[2].ranges.range[0].end == 32000 && offer.allocationInfo.role == "web")
        #expect(
            offer.domain.faultDomain.zone.name == "z" && offer.unavailability.duration.nanoseconds == 60_000_000_000)
        let update = try Mesos_Internal_StatusUpdate(serializedBytes: Samples.update.encoded(as: .protobuf))
        #expect(update.latestState == .taskFinished && update.slaveID.value == "m-1-S0")
        let framework = try Mesos_V1_FrameworkInfo(serializedBytes: Samples.framework.encoded(as: .protobuf))
        #expect(framework.role == "web" && framework.failoverTimeout == 1.5 && framework.roles.isEmpty)
    }

    @Test func masterInfoIsWhatStandsInZooKeeper() throws {
        let text = #"""
            {"address":{"hostname":"m1","ip":"10.0.0.1","port":5050},"capabilities":[{"type":"AGENT_UPDATE"},
            {"type":"AGENT_DRAINING"},{"type":"QUOTA_V2"}],"hostname":"m1","id":"m-1","ip":16777226,
            "pid":"master@10.0.0.1:5050","port":5050,"version":"1.12.0"}
            """#
        var master = Samples.master
        master.domain = nil
        #expect(try MasterInfo(decoding: Array(text.utf8), as: .json) == master)
        let sorted = { (value: JSONValue) in
            value.object.map { Dictionary(uniqueKeysWithValues: $0.map { ($0.key, $0.value) }) }
        }
        #expect(try sorted(JSONValue(parsing: master.encoded(as: .json))) == sorted(JSONValue(parsing: text)))
    }

    @Test func olderMasterInfosHaveNoAddress() throws {
        let text = #"{"id":"m","ip":16777343,"port":5050,"hostname":"h"}"#
        let master = try MasterInfo(decoding: Array(text.utf8), as: .json)
        #expect(master.ip == "127.0.0.1" && master.port == 5050 && master.hostname == "h")
        #expect(master.pid == "master@127.0.0.1:5050")
    }

    @Test func bothFormsOfReservationsAreUnderstood() throws {
        func reservations(_ fields: String) throws -> [Resource.Reservation] {
            let text = #"{"name":"cpus","type":"SCALAR","scalar":{"value":1}\#(fields)}"#
            return try Resource(decoding: Array(text.utf8), as: .json).reservations
        }
        #expect(try reservations("") == [])
        #expect(try reservations(#","role":"*""#) == [])
        #expect(try reservations(#","role":"r""#) == [.init(kind: .static, role: "r")])
        #expect(
            try reservations(#","role":"r","reservation":{"principal":"p"}"#) == [
                .init(kind: .dynamic, role: "r", principal: "p")
            ])
        #expect(
            try reservations(#","reservations":[{"type":"STATIC","role":"r"},{"type":"DYNAMIC","role":"r/s"}]"#) == [
                .init(kind: .static, role: "r"), .init(kind: .dynamic, role: "r/s"),
            ])
        #expect(
            try reservations(#","role":"r","reservations":[{"type":"STATIC","role":"r"}]"#) == [
                .init(kind: .static, role: "r")
            ])
    }

    @Test func rangesThatEndBeforeTheyBeginAreRefused() {
        let text = #"{"name":"ports","type":"RANGES","ranges":{"range":[{"begin":5,"end":4}]}}"#
        let problem = "Resource 'ports:[5-4]' is invalid: Invalid ranges resource: begin > end"
        #expect(throws: WireError.invalid(problem)) {
            try Resource(decoding: Array(text.utf8), as: .json)
        }
    }

    @Test func agentsSayTheyCheckpointOnlyBetweenDaemons() throws {
        #expect(try !Mesos_V1_AgentInfo(serializedBytes: Samples.agent.encoded(as: .protobuf)).hasCheckpoint)
        let daemon = Samples.agent.encoded(as: .protobuf, style: .daemon)
        #expect(try Mesos_V1_AgentInfo(serializedBytes: daemon).checkpoint)
    }
}

/// What the model does not hold travels in the image.
@Suite struct WireImageTests {
    private let task = #"""
        {"name":"n","task_id":{"value":"t"},"agent_id":{"value":"a"},
        "resources":[{"name":"cpus","type":"SCALAR","scalar":{"value":1},"role":"r"}],
        "discovery":{"visibility":"CLUSTER","name":"web","ports":{"ports":[{"number":80}]}},
        "command":{"value":"x","environment":{"variables":[{"name":"S","type":"SECRET",
        "secret":{"type":"REFERENCE","reference":{"name":"s","key":"k"}}}]}},
        "container":{"type":"MESOS","linux_info":{"share_pid_namespace":true},
        "volumes":[{"mode":"RW","container_path":"p","source":{"type":"SANDBOX_PATH","sandbox_path":{"path":"q"}}}]},
        "health_check":{"type":"HTTP","http":{"port":80,"statuses":[200,204]}}}
        """#

    private func json(_ task: TaskInfo) throws -> JSONValue { try JSONValue(parsing: task.encoded(as: .json)) }

    @Test func nothingIsLost() throws {
        let info = try TaskInfo(decoding: Array(task.utf8), as: .json)
        #expect(info.wire != nil && info.command?.environment.first?.isSecret == true)
        let tree = try json(info)
        #expect(tree["discovery"]?["ports"]?["ports"]?[0]?["number"] == .integer(80))
        #expect(tree["command"]?["environment"]?["variables"]?[0]?["secret"]?["reference"]?["key"] == "k")
        #expect(tree["container"]?["linux_info"]?["share_pid_namespace"] == .bool(true))
        #expect(tree["container"]?["volumes"]?[0]?["source"]?["sandbox_path"]?["path"] == "q")
        #expect(tree["health_check"]?["http"]?["statuses"] == [.integer(200), .integer(204)])
        #expect(tree["resources"]?[0]?["reservations"]?[0]?["role"] == "r" && tree["resources"]?[0]?["role"] == nil)
        #expect(try TaskInfo(decoding: info.encoded(as: .protobuf), as: .protobuf).command == info.command)
    }

    @Test func whatTheModelSaysGoesBeforeTheImage() throws {
        var info = try TaskInfo(decoding: Array(task.utf8), as: .json)
        info.name = "other"
        info.command = CommandInfo(value: "y")
        info.healthCheck = nil
        info.container?.hostname = "h"
        info.resources = info.resources.allocated(to: "r")
        let tree = try json(info)
        #expect(tree["name"] == "other" && tree["command"]?["value"] == "y" && tree["command"]?["environment"] == nil)
        #expect(tree["health_check"] == nil && tree["discovery"]?["name"] == "web")
        #expect(tree["container"]?["hostname"] == "h" && tree["container"]?["linux_info"] != nil)
        #expect(tree["resources"]?[0]?["allocation_info"]?["role"] == "r")
    }

    @Test func messagesThatTheModelHoldsWholeCarryNoImage() throws {
        let bytes = Samples.commandTask.encoded(as: .protobuf)
        #expect(try TaskInfo(decoding: bytes, as: .protobuf).wire == nil)
        #expect(try TaskStatus(decoding: Samples.status.encoded(as: .protobuf), as: .protobuf).wire == nil)
        let docker = try TaskInfo(decoding: Samples.dockerTask.encoded(as: .protobuf), as: .protobuf)
        #expect(docker.wire == nil && docker.container?.wire == nil)
    }

    @Test func unknownFieldsOfStatusesAndFrameworksAreKept() throws {
        let status = Samples.status.encoded(as: .protobuf) + [0xf8, 0x07, 0x05]
        #expect(try TaskStatus(decoding: status, as: .protobuf).encoded(as: .protobuf).suffix(3) == [0xf8, 0x07, 0x05])
        let text =
            #"""
            {"user":"u","name":"n",
            "offer_filters":{"r":{"min_allocatable_resources":{"quantities":[{"quantities":{"cpus":{"value":1}}}]}}}}
            """#
        let framework = try FrameworkInfo(decoding: Array(text.utf8), as: .json)
        let tree = try JSONValue(parsing: framework.encoded(as: .json))
        #expect(
            tree["offer_filters"]?["r"]?["min_allocatable_resources"]?["quantities"]?[0]?["quantities"]?["cpus"]?[
                "value"] == .double(1))
    }
}
