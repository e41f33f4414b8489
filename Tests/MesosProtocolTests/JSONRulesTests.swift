internal import ClusterBase
internal import Testing

@testable internal import MesosProtocol

/// The rules of spec `mesos.md` §B, one test each.
@Suite struct JSONRulesTests {
    private func wire(_ text: String, _ name: String) throws -> [UInt8] {
        try JSONTranscoder.wire(fromJSON: Array(text.utf8), message: .named("mesos.v1." + name))
    }

    private func json(_ wire: [UInt8], _ name: String) throws -> JSONValue {
        try JSONValue(parsing: JSONTranscoder.json(fromWire: wire, message: .named("mesos.v1." + name)))
    }

    /// What is left of a text after reading and writing it.
    private func roundTrip(_ text: String, _ name: String) throws -> JSONValue { try json(wire(text, name), name) }

    private func expectMismatch(_ problem: String, _ text: String, _ name: String) {
        #expect(throws: WireError.mismatch(problem)) { try wire(text, name) }
    }

    // Writing

    @Test func keysAreTheFieldNames() throws {
        let text = #"{"refuse_seconds":2.0}"#
        #expect(
            try JSONTranscoder.json(fromWire: wire(text, "Filters"), message: .named("mesos.v1.Filters"))
                == Array(text.utf8))
    }

    @Test func enumsAreNamesBytesAreBase64AndIntegersAreNumbers() throws {
        let status =
            #"""
            {"task_id":{"value":"t"},"state":"TASK_RUNNING","data":"AAH/","uuid":"",
            "unreachable_time":{"nanoseconds":9223372036854775807}}
            """#
        let tree = try roundTrip(status, "TaskStatus")
        #expect(tree["state"]?.string == "TASK_RUNNING")
        #expect(tree["data"]?.string == "AAH/")
        #expect(tree["uuid"]?.string == "")
        #expect(tree["unreachable_time"]?["nanoseconds"] == .integer(.max))
    }

    @Test func mapsAreObjects() throws {
        let text =
            #"""
            {"limits":{"cpus":{"value":2.5},"mem":{"value":"Infinity"}},"name":"n","task_id":{"value":"t"},
            "agent_id":{"value":"a"}}
            """#
        let tree = try roundTrip(text, "TaskInfo")
        #expect(tree["limits"] == ["cpus": ["value": .double(2.5)], "mem": ["value": "Infinity"]])
    }

    @Test func absentFieldsAreLeftOutAndEmptyListsToo() throws {
        #expect(
            try roundTrip(#"{"value":"x","arguments":[]}"#, "CommandInfo").object?.map(\.key) == ["value", "shell"])
    }

    @Test func declaredDefaultsAreShown() throws {
        #expect(try json([], "CommandInfo") == ["shell": .bool(true)])
        #expect(try json([], "CommandInfo.URI")["extract"] == .bool(true))
        #expect(try json([], "AgentInfo")["port"] == .integer(5051))
        let check = try json([], "HealthCheck")
        #expect(check["delay_seconds"] == .double(15) && check["consecutive_failures"] == .integer(3))
        let framework = try json([], "FrameworkInfo")
        #expect(framework["checkpoint"] == .bool(false) && framework["failover_timeout"] == .double(0))
        #expect(try json([], "HealthCheck.TCPCheckInfo")["protocol"] == "IPv4")
    }

    @Test func deprecatedDefaultsAreShownOnlyWhenSet() throws {
        #expect(try json([], "FrameworkInfo")["role"] == nil)
        #expect(try json([], "Resource")["role"] == nil)
        let resource = #"{"name":"cpus","type":"SCALAR","scalar":{"value":1},"role":"*"}"#
        #expect(try roundTrip(resource, "Resource")["role"] == "*")
    }

    @Test func emptyMessagesThatAreSetAreShown() throws {
        let resource = #"{"name":"cpus","type":"SCALAR","scalar":{"value":1},"revocable":{},"shared":{}}"#
        let tree = try roundTrip(resource, "Resource")
        #expect(tree["revocable"] == [:] && tree["shared"] == [:])
    }

    @Test func infiniteDoublesAreStrings() throws {
        #expect(try roundTrip(#"{"value":"Infinity"}"#, "Value.Scalar")["value"] == "Infinity")
        #expect(try roundTrip(#"{"value":"-Infinity"}"#, "Value.Scalar")["value"] == "-Infinity")
    }

    @Test func fieldsOfV0AreNotShown() throws {
        let agent = [UInt8]([0x0a, 0x01, 0x68, 0x38, 0x01])  // hostname "h", checkpoint true
        #expect(try json(agent, "AgentInfo")["checkpoint"] == nil)
        let older = try JSONTranscoder.json(fromWire: agent, message: .named("mesos.v1.AgentInfo"), dialect: .v0)
        #expect(try JSONValue(parsing: older)["checkpoint"] == .bool(true))
    }

    @Test func theOlderDialectSaysSlave() throws {
        let text =
            #"""
            {"task_id":{"value":"t"},"state":"TASK_LOST","agent_id":{"value":"a"},"source":"SOURCE_AGENT",
            "reason":"REASON_AGENT_REMOVED"}
            """#
        let bytes = try wire(text, "TaskStatus")
        let older = try JSONTranscoder.json(fromWire: bytes, message: .named("mesos.v1.TaskStatus"), dialect: .v0)
        let tree = try JSONValue(parsing: older)
        #expect(tree["slave_id"]?["value"] == "a" && tree["agent_id"] == nil)
        #expect(tree["source"] == "SOURCE_SLAVE" && tree["reason"] == "REASON_SLAVE_REMOVED")
        #expect(try JSONTranscoder.wire(fromJSON: older, message: .named("mesos.v1.TaskStatus"), dialect: .v0) == bytes)
        let removed = [UInt8]([0x0a, 0x03, 0x0a, 0x01, 0x61])
        let event = try JSONTranscoder.json(
            fromWire: removed, message: .named("mesos.v1.master.Event.AgentRemoved"), dialect: .v0)
        #expect(try JSONValue(parsing: event)["agent_id"] != nil)
    }

    @Test func invalidUTF8IsRepaired() throws {
        #expect(try json([0x0a, 0x02, 0x61, 0xff], "FrameworkID")["value"] == "a\u{fffd}")
    }

    // Reading

    @Test func unknownKeysAreIgnoredAtEveryLevel() throws {
        let text = #"{"x":[1,{"y":null}],"value":"v","uris":[{"value":"u","z":{}}],"":true}"#
        let tree = try roundTrip(text, "CommandInfo")
        #expect(tree["value"] == "v" && tree["uris"]?[0]?["value"] == "u" && tree["x"] == nil)
    }

    @Test func nullIsAbsent() throws {
        #expect(try wire(#"{"value":null,"uris":null,"environment":null}"#, "CommandInfo") == [])
        #expect(throws: WireError.missingRequired(["value"])) { try wire(#"{"value":null}"#, "TaskID") }
    }

    @Test func stringsAreAcceptedForNumbersAndBooleans() throws {
        #expect(try wire(#"{"refuse_seconds":"2.5"}"#, "Filters") == wire(#"{"refuse_seconds":2.5}"#, "Filters"))
        #expect(try wire(#"{"nanoseconds":"-7"}"#, "DurationInfo") == wire(#"{"nanoseconds":-7}"#, "DurationInfo"))
        #expect(try wire(#"{"shell":"false"}"#, "CommandInfo") == wire(#"{"shell":false}"#, "CommandInfo"))
        expectMismatch("Not expecting a JSON string for field 'refuse_seconds'", #"{"refuse_seconds":"x"}"#, "Filters")
        expectMismatch("Not expecting a JSON string for field 'refuse_seconds'", #"{"refuse_seconds":""}"#, "Filters")
        expectMismatch("Not expecting a JSON string for field 'shell'", #"{"shell":"yes"}"#, "CommandInfo")
    }

    @Test func enumsMustBeStrings() {
        expectMismatch("Not expecting a JSON number for field 'type'", #"{"type":1}"#, "FrameworkInfo.Capability")
    }

    @Test func unknownEnumNamesAreDroppedWhereOptionalAndRefusedWhereRequired() throws {
        #expect(try wire(#"{"type":"NO_SUCH"}"#, "FrameworkInfo.Capability") == [])
        expectMismatch(
            "Failed to find enum for 'NO_SUCH' in field 'state'", #"{"task_id":{"value":"t"},"state":"NO_SUCH"}"#,
            "TaskStatus")
    }

    @Test func aBareValueForARepeatedFieldAppends() throws {
        #expect(try wire(#"{"arguments":"a"}"#, "CommandInfo") == wire(#"{"arguments":["a"]}"#, "CommandInfo"))
        #expect(try wire(#"{"labels":{"key":"k"}}"#, "Labels") == wire(#"{"labels":[{"key":"k"}]}"#, "Labels"))
    }

    @Test func anArrayForASingularFieldIsAnError() {
        expectMismatch("Not expecting a JSON array for field 'value'", #"{"value":["v"]}"#, "CommandInfo")
        expectMismatch("Not expecting a JSON array for field 'arguments'", #"{"arguments":[["v"]]}"#, "CommandInfo")
    }

    @Test func valuesOfAnotherKindAreErrors() {
        expectMismatch("Not expecting a JSON object for field 'value'", #"{"value":{}}"#, "CommandInfo")
        expectMismatch("Not expecting a JSON number for field 'value'", #"{"value":1}"#, "CommandInfo")
        expectMismatch("Not expecting a JSON boolean for field 'value'", #"{"value":true}"#, "CommandInfo")
        expectMismatch("Not expecting a JSON number for field 'shell'", #"{"shell":1}"#, "CommandInfo")
        expectMismatch("Not expecting a JSON string for field 'environment'", #"{"environment":"x"}"#, "CommandInfo")
        expectMismatch("The number for field 'port' is out of range", #"{"port":4294967296}"#, "Address")
        expectMismatch("Expecting a JSON object for field 'limits'", #"{"limits":[]}"#, "TaskInfo")
    }

    @Test func wholeNumbersMayBeWrittenAsFractions() throws {
        #expect(try roundTrip(#"{"port":5e3}"#, "Address")["port"] == .integer(5000))
        #expect(
            try roundTrip(#"{"nanoseconds":-9223372036854775808}"#, "DurationInfo")["nanoseconds"] == .integer(.min))
    }

    @Test func bytesMustBeBase64() {
        for text in ["A", "AB=C", "####", "AAA", "===="] {
            expectMismatch("Failed to base64 decode bytes field 'value'", #"{"value":"\#(text)"}"#, "UUID")
        }
    }

    @Test func missingRequiredFieldsAreListed() {
        #expect(throws: WireError.missingRequired(["name", "agent_id", "task_id.value", "resources[1].type"])) {
            try wire(
                #"{"task_id":{},"resources":[{"name":"a","type":"SCALAR"},{"name":"b"}]}"#, "TaskInfo")
        }
        #expect(WireError.missingRequired(["a", "b.c"]).description == "Missing required fields: a, b.c")
    }

    @Test func textThatIsNoJSONObjectIsRefused() {
        let texts = [
            "", " ", "[]", "1", "\"x\"", "{", "{}x", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\":01}",
            "{\"a\":1.}", "{\"a\":+1}", "{\"a\":tru}", "{\"a\":\"\u{1}\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\ud800\"}",
            "{\"a\":1e999}",
        ]
        for text in texts {
            #expect { try wire(text, "CommandInfo") } throws: { error in
                if case WireError.badJSON = error { true } else { false }
            }
        }
    }

    @Test func escapesAreUnderstood() throws {
        let text = #"{"value":"\"\\\/\b\f\n\r\t\u00fc\ud83d\ude00","v\u0061lue2":1}"#
        #expect(try roundTrip(text, "CommandInfo")["value"] == "\"\\/\u{8}\u{c}\n\r\tü😀")
        #expect(try roundTrip(#"{"v\u0061lue":"x"}"#, "CommandInfo")["value"] == "x")
    }

    @Test func nestingIsBounded() {
        let deep = String(repeating: #"{"parent":"#, count: 100) + "{}" + String(repeating: "}", count: 100)
        #expect(throws: WireError.tooDeep) { try wire(deep, "ContainerID") }
        let unknown = #"{"x":"# + String(repeating: "[", count: 100_000)
        #expect(throws: WireError.tooDeep) { try wire(unknown, "ContainerID") }
        var bytes: [UInt8] = []
        for _ in 0..<100 { bytes = [0x12] + (WireWriter.lengthPrefix(bytes.count)) + bytes }
        #expect(throws: WireError.tooDeep) {
            try MessageDescriptor.named("mesos.v1.ContainerID").missingRequired(in: bytes)
        }
    }

    // Binary form

    @Test func scatteredAndRepeatedFieldsAreMergedAsProtobufSays() throws {
        // command.environment in two pieces around a value that comes twice: messages merge, the last scalar counts
        let bytes: [UInt8] = [
            0x12, 0x07, 0x0a, 0x05, 0x0a, 0x01, 0x61, 0x12, 0x00, 0x1a, 0x01, 0x78, 0x12, 0x07, 0x0a, 0x05, 0x0a, 0x01,
            0x62,
            0x12, 0x00, 0x1a, 0x01, 0x79,
        ]
        let tree = try json(bytes, "CommandInfo")
        #expect(tree["value"] == "y")
        #expect(tree["environment"]?["variables"]?.array?.map { $0["name"] } == ["a", "b"])
    }

    @Test func packedNumbersAreUnderstood() throws {
        let bytes: [UInt8] = [0x08, 0x50, 0x22, 0x03, 0xc8, 0x01, 0x07]  // port 80, statuses packed
        #expect(try json(bytes, "HealthCheck.HTTPCheckInfo")["statuses"] == [.integer(200), .integer(7)])
    }

    @Test func unknownFieldsAndEnumValuesArePassedOver() throws {
        #expect(try json([0x08, 0x63], "FrameworkInfo.Capability") == [:])
        #expect(try json([0xf8, 0x07, 0x01, 0x0a, 0x01, 0x74], "TaskID")["value"] == "t")
    }

    @Test func anUnknownValueOfARequiredEnumIsMissing() throws {
        let status: [UInt8] = [0x0a, 0x03, 0x0a, 0x01, 0x74, 0x10, 0x63]
        #expect(try MessageDescriptor.named("mesos.v1.TaskStatus").missingRequired(in: status) == ["state"])
    }
}

extension WireWriter {
    static func lengthPrefix(_ count: Int) -> [UInt8] {
        var buffer = WireBuffer(capacity: 4)
        buffer.varint(UInt64(count))
        return buffer.bytes
    }
}
