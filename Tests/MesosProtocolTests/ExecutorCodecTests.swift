internal import ClusterBase
internal import ClusterModel
internal import MesosProtocol
internal import Testing

@Suite struct ExecutorCodecTests {
    @Test func everyCallSurvivesBothFormats() throws {
        let calls: [ExecutorCall] = [
            .subscribe(unacknowledgedTasks: [Samples.commandTask], unacknowledgedUpdates: [Samples.status]),
            .update(Samples.status), .message([1, 2, 3]), .heartbeat,
        ]
        for call in calls {
            for format in WireFormat.allCases {
                let request = ExecutorRequest(frameworkID: "f", executorID: "e", call: call)
                #expect(
                    try ExecutorCodec.decodeCall(ExecutorCodec.encodeCall(request, as: format), as: format) == request)
            }
        }
    }

    @Test func everyEventSurvivesBothFormats() throws {
        let events: [ExecutorEvent] = [
            .subscribed(Samples.executor, Samples.framework, Samples.agent, "c"), .launch(Samples.dockerTask),
            .launchGroup([Samples.commandTask, Samples.dockerTask]),
            .kill("t", policy: KillPolicy(gracePeriod: .seconds(1))),
            .kill("t", policy: nil), .acknowledged("t", uuid: UniqueID(high: 1, low: 2)), .message([]), .shutdown,
            .error("no"), .heartbeat,
        ]
        for event in events {
            for format in WireFormat.allCases {
                #expect(
                    try ExecutorCodec.decodeEvent(ExecutorCodec.encodeEvent(event, as: format), as: format) == event)
            }
        }
    }

    @Test func theSubscriptionHasTheIDsExactlyAsPymesosComparesThem() throws {
        let event = ExecutorEvent.subscribed(Samples.executor, Samples.framework, Samples.agent, "c")
        let tree = try JSONValue(parsing: ExecutorCodec.encodeEvent(event, as: .json))["subscribed"]
        #expect(tree?["executor_info"]?["executor_id"] == ["value": "e"])
        #expect(tree?["framework_info"]?["id"] == ["value": "f"])
        let acknowledged = ExecutorCodec.encodeEvent(.acknowledged("t", uuid: UniqueID(high: 0, low: 0)), as: .json)
        #expect(try JSONValue(parsing: acknowledged)["acknowledged"]?["uuid"] == "AAAAAAAAQACAAAAAAAAAAA==")
    }

    @Test func everyRuleOfCallValidation() {
        func expect(_ problem: String, _ fields: String) {
            let text = #"{"executor_id":{"value":"e"},"framework_id":{"value":"f"}\#(fields)}"#
            #expect(throws: CallRejection(status: 400, message: "Failed to validate Executor::Call: \(problem)")) {
                try ExecutorCodec.decodeCall(Array(text.utf8), as: .json)
            }
        }
        func update(_ fields: String) -> String {
            #","type":"UPDATE","update":{"status":{"task_id":{"value":"t"},"state":\#(fields)}}"#
        }
        let uuid = #""uuid":"AAAAAAAAAAAAAAAAAAAAAA==""#
        expect("Expecting 'type' to be present", "")
        expect("Expecting 'subscribe' to be present", #","type":"SUBSCRIBE""#)
        expect("Expecting 'update' to be present", #","type":"UPDATE""#)
        expect("Expecting 'message' to be present", #","type":"MESSAGE""#)
        expect("Expecting 'update.status.uuid' to be present", update(#""TASK_RUNNING","source":"SOURCE_EXECUTOR""#))
        expect("'status.uuid' must be a UUID of 16 bytes, not 3", update(#""TASK_RUNNING","uuid":"AAAA""#))
        expect("Expecting 'update.status.source' to be SOURCE_EXECUTOR", update(#""TASK_RUNNING",\#(uuid)"#))
        expect(
            "'update.status.state' must not be TASK_STAGING",
            update(#""TASK_STAGING","source":"SOURCE_EXECUTOR",\#(uuid)"#))
        expect(
            "'update.status.executor_id' differs from 'executor_id'",
            update(#""TASK_RUNNING","source":"SOURCE_EXECUTOR","executor_id":{"value":"x"},\#(uuid)"#))
        #expect(
            throws: CallRejection(
                status: 400,
                message: "Failed to convert JSON into Call protobuf: Missing required fields: executor_id, framework_id"
            )
        ) { try ExecutorCodec.decodeCall(Array(#"{"type":"HEARTBEAT"}"#.utf8), as: .json) }
    }
}
