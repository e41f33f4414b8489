internal import ClusterBase
internal import ClusterModel
internal import MesosProtocol
internal import ResourceModel
internal import Testing

@Suite struct SchedulerCodecTests {
    private func decode(_ text: String) throws -> SchedulerRequest {
        try SchedulerCodec.decodeCall(Array(text.utf8), as: .json)
    }

    private func expectRejection(_ status: Int, _ message: String, _ text: String) {
        #expect(throws: CallRejection(status: status, message: message)) { try decode(text) }
    }

    @Test func aBodyThatIsNoCallIsRefusedInTheWordsOfUpstream() {
        #expect { try decode("{") } throws: {
            ($0 as? CallRejection)?.message.hasPrefix("Failed to parse body into JSON: ") == true
        }
        expectRejection(
            400, "Failed to convert JSON into Call protobuf: Not expecting a JSON number for field 'type'",
            #"{"type":1}"#)
        expectRejection(
            400, "Failed to convert JSON into Call protobuf: Missing required fields: kill.task_id",
            #"{"type":"KILL","framework_id":{"value":"f"},"kill":{}}"#)
        #expect(throws: CallRejection(status: 400, message: "Failed to parse body into Call protobuf")) {
            try SchedulerCodec.decodeCall([0xff, 0xff], as: .protobuf)
        }
        #expect(
            throws: CallRejection(
                status: 400, message: "Failed to validate scheduler::Call: Not initialized: framework_id.value")
        ) { try SchedulerCodec.decodeCall([0x0a, 0x00], as: .protobuf) }
    }

    @Test func everyRuleOfCallValidation() {
        func invalid(_ problem: String, _ text: String) {
            expectRejection(400, "Failed to validate scheduler::Call: \(problem)", text)
        }
        invalid("Expecting 'type' to be present", "{}")
        invalid("Expecting 'type' to be present", #"{"type":"NO_SUCH_CALL"}"#)
        invalid("Expecting 'subscribe' to be present", #"{"type":"SUBSCRIBE"}"#)
        invalid(
            "'framework_id' differs from 'subscribe.framework_info.id'",
            #"""
            {"type":"SUBSCRIBE","framework_id":{"value":"a"},"subscribe":{"framework_info":{"user":"u",
            "name":"n","id":{"value":"b"}}}}
            """#
        )
        invalid(
            "'framework_id' differs from 'subscribe.framework_info.id'",
            #"{"type":"SUBSCRIBE","subscribe":{"framework_info":{"user":"u","name":"n","id":{"value":"b"}}}}"#)
        let types = [
            "ACCEPT", "DECLINE", "ACCEPT_INVERSE_OFFERS", "DECLINE_INVERSE_OFFERS", "KILL", "SHUTDOWN", "ACKNOWLEDGE",
            "ACKNOWLEDGE_OPERATION_STATUS", "RECONCILE", "RECONCILE_OPERATIONS", "MESSAGE", "REQUEST",
            "UPDATE_FRAMEWORK",
        ]
        for type in types + ["TEARDOWN", "REVIVE", "SUPPRESS"] {
            invalid("Expecting 'framework_id' to be present", #"{"type":"\#(type)"}"#)
        }
        for type in types {
            invalid(
                "Expecting '\(type.lowercased())' to be present", #"{"type":"\#(type)","framework_id":{"value":"f"}}"#)
        }
        invalid(
            "'acknowledge.uuid' must be a UUID of 16 bytes, not 3",
            #"""
            {"type":"ACKNOWLEDGE","framework_id":{"value":"f"},"acknowledge":{"agent_id":{"value":"a"},
            "task_id":{"value":"t"},"uuid":"AAAA"}}
            """#
        )
        invalid(
            "Expecting 'agent_id' to be present",
            #"""
            {"type":"ACKNOWLEDGE_OPERATION_STATUS","framework_id":{"value":"f"},
            "acknowledge_operation_status":{"operation_id":{"value":"o"},"uuid":"AAAAAAAAAAAAAAAAAAAAAA=="}}
            """#
        )
        invalid(
            "'framework_id' differs from 'update_framework.framework_info.id'",
            #"""
            {"type":"UPDATE_FRAMEWORK","framework_id":{"value":"f"},
            "update_framework":{"framework_info":{"user":"u","name":"n"}}}
            """#
        )
    }

    @Test func callsWithoutPayloadNeedNone() throws {
        #expect(try decode(#"{"type":"TEARDOWN","framework_id":{"value":"f"}}"#).call == .teardown)
        #expect(try decode(#"{"type":"REVIVE","framework_id":{"value":"f"}}"#).call == .revive(roles: []))
        #expect(
            try decode(#"{"type":"SUPPRESS","framework_id":{"value":"f"},"suppress":{"roles":["r"]}}"#).call
                == .suppress(roles: ["r"]))
    }

    @Test func typeUnknownIsNotImplemented() {
        #expect {
            try decode(#"{"type":"UNKNOWN","framework_id":{"value":"f"}}"#)
        } throws: { ($0 as? CallRejection)?.status == 501 }
    }

    @Test func aSubscriptionAsPymesosSendsIt() throws {
        let text = #"""
            {"type":"SUBSCRIBE","framework_id":{"value":"f-1"},"subscribe":{"framework_info":{"user":"root","name":"py",
            "id":{"value":"f-1"},"hostname":"h","failover_timeout":100,"checkpoint":true,"role":"web","webui_url":"",
            "capabilities":[{"type":"GPU_RESOURCES"},{"type":"FUTURE_THING"}]}}}
            """#
        let request = try decode(text)
        guard case .subscribe(let info, let suppressed, _) = request.call else { throw WireError.malformed }
        #expect(request.frameworkID == "f-1" && request.frameworkInfoProblem == nil && suppressed == [])
        #expect(info.roles == ["web"] && info.failoverTimeout == .seconds(100) && info.checkpoint)
        #expect(info.capabilities == .gpuResources)
    }

    @Test func whatTheModelCannotHoldOfAFrameworkIsReported() throws {
        func problem(_ info: String) throws -> String? {
            try decode(#"{"type":"SUBSCRIBE","subscribe":{"framework_info":{"user":"u","name":"n",\#(info)}}}"#)
                .frameworkInfoProblem
        }
        #expect(
            try problem(#""role":"r","capabilities":[{"type":"MULTI_ROLE"}]"#)?.contains("'FrameworkInfo.role'") == true
        )
        #expect(try problem(#""roles":["r"]"#)?.contains("'FrameworkInfo.roles'") == true)
        #expect(try problem(#""failover_timeout":"Infinity""#)?.contains("failover_timeout") == true)
        #expect(try problem(#""failover_timeout":1e300"#) == "The framework failover_timeout (1e+300) is invalid")
        #expect(try problem(#""roles":["r","s"],"capabilities":[{"type":"MULTI_ROLE"}]"#) == nil)
    }

    @Test func everyCallSurvivesBothFormats() throws {
        let uuid = UniqueID(high: 1, low: 2)
        let info = FrameworkInfo(
            id: "f", user: "u", name: "n", failoverTimeout: .seconds(60), checkpoint: true, hostname: "h",
            principal: "p", webuiURL: "http://x", roles: ["a", "b"], capabilities: [.multiRole, .partitionAware],
            labels: [Label(key: "k", value: "v"), Label(key: "alone")])
        let calls: [SchedulerCall] = [
            .subscribe(info, suppressedRoles: ["b"]), .teardown,
            .accept(
                offers: ["o1", "o2"],
                operations: [
                    .launch([Samples.commandTask, Samples.dockerTask]),
                    .launchGroup(Samples.executor, [Samples.commandTask]),
                    .unsupported(name: "UNKNOWN", id: "op"),
                ], filters: Filters(refuseSeconds: 1)),
            .decline(offers: ["o"], filters: Filters()), .acceptInverseOffers(["i"], filters: Filters()),
            .declineInverseOffers(["i"], filters: Filters(refuseSeconds: 0)), .revive(roles: ["a"]),
            .suppress(roles: []),
            .kill("t", agent: "a", policy: KillPolicy(gracePeriod: .seconds(2))), .kill("t", agent: nil, policy: nil),
            .shutdown("e", agent: "a"), .acknowledge(agent: "a", task: "t", uuid: uuid),
            .acknowledgeOperationStatus(agent: "a", uuid: uuid, operation: "op"),
            .reconcile([TaskQuery(taskID: "t", agentID: "a"), TaskQuery(taskID: "u")]), .reconcile([]),
            .reconcileOperations([
                OperationQuery(operationID: "op"), OperationQuery(operationID: "p", agentID: "a", providerID: "rp"),
            ]),
            .message(agent: "a", executor: "e", data: [0, 255]), .request,
            .updateFramework(info, suppressedRoles: []),
        ]
        for call in calls {
            for format in WireFormat.allCases {
                let body = SchedulerCodec.encodeCall(call, frameworkID: "f", as: format)
                let request = try SchedulerCodec.decodeCall(body, as: format)
                #expect(request == SchedulerRequest(frameworkID: "f", call: call), "\(format)")
            }
        }
    }

    @Test func everyEventSurvivesBothFormats() throws {
        let capable: FrameworkCapabilities = [.multiRole, .reservationRefinement]
        let events: [SchedulerEvent] = [
            .subscribed("f", heartbeatInterval: .seconds(15), master: Samples.master), .heartbeat,
            .offers([Samples.offer, Samples.offer]), .rescind("o"), .update(Samples.status),
            .message(agent: "a", executor: "e", data: [1, 2]), .failure(agent: "a", executor: nil, status: nil),
            .failure(agent: "a", executor: "e", status: -1), .error("Framework failed over"),
        ]
        for event in events {
            for format in WireFormat.allCases {
                let bytes = SchedulerCodec.encodeEvent(event, as: format, for: capable)
                #expect(try SchedulerCodec.decodeEvent(bytes, as: format) == event, "\(format)")
            }
        }
        #expect(try SchedulerCodec.decodeEvent(Array(#"{"type":"INVERSE_OFFERS"}"#.utf8), as: .json) == nil)
    }

    @Test func offersShowWhatTheFrameworkUnderstands() throws {
        var offer = Samples.offer
        let dynamic = Resource.Reservation(kind: .dynamic, role: "web", principal: "p", labels: [Label(key: "k")])
        offer.resources = [
            Resource(name: "cpus", value: .scalar(Scalar(2))),
            Resource(name: "mem", value: .scalar(Scalar(64)), reservations: [.init(kind: .static, role: "web")]),
            Resource(name: "disk", value: .scalar(Scalar(9)), reservations: [dynamic]),
        ]
        func shown(_ capabilities: FrameworkCapabilities) throws -> JSONValue? {
            let bytes = SchedulerCodec.encodeEvent(.offers([offer]), as: .json, for: capabilities)
            return try JSONValue(parsing: bytes)["offers"]?["offers"]?[0]
        }
        let older = try shown([])
        #expect(older?["allocation_info"] == nil && older?["resources"]?[0]?["allocation_info"] == nil)
        #expect(older?["resources"]?[0]?["role"] == "*" && older?["resources"]?[1]?["role"] == "web")
        #expect(
            older?["resources"]?[1]?["reservation"] == nil
                && older?["resources"]?[2]?["reservation"]?["principal"] == "p")
        #expect(older?["resources"]?[2]?["reservations"] == nil)
        let newer = try shown([.multiRole, .reservationRefinement])
        #expect(
            newer?["allocation_info"]?["role"] == "web" && newer?["resources"]?[0]?["allocation_info"]?["role"] == "web"
        )
        #expect(
            newer?["resources"]?[0]?["role"] == nil && newer?["resources"]?[1]?["reservations"]?[0]?["type"] == "STATIC"
        )
        #expect(newer?["resources"]?[2]?["reservations"]?[0]?["type"] == "DYNAMIC")
        #expect(newer?["url"]?["address"]?["port"] == .integer(5051) && newer?["url"]?["path"] == "/slave(1)")
        for capabilities in [FrameworkCapabilities(), [.multiRole], [.multiRole, .reservationRefinement]] {
            let bytes = SchedulerCodec.encodeEvent(.offers([offer]), as: .protobuf, for: capabilities)
            guard case .offers(let offers) = try SchedulerCodec.decodeEvent(bytes, as: .protobuf) else { continue }
            #expect(offers.first?.resources.allocated(to: nil) == offer.resources)
        }
    }
}
