internal import ClusterBase
internal import ClusterModel
internal import MesosProtocol
internal import ResourceModel
internal import Testing

@Suite struct OperatorCodecTests {
    private func call(_ text: String) throws -> OperatorCall {
        try OperatorCodec.decodeMasterCall(Array(text.utf8), as: .json)
    }

    @Test func callsOfTheMaster() throws {
        #expect(try call(#"{"type":"GET_HEALTH"}"#) == .getHealth)
        #expect(try call(#"{"type":"GET_STATE"}"#) == .getState)
        #expect(try call(#"{"type":"SUBSCRIBE"}"#) == .subscribe)
        #expect(
            try call(#"{"type":"GET_METRICS","get_metrics":{"timeout":{"nanoseconds":5}}}"#)
                == .getMetrics(timeout: .nanoseconds(5)))
        #expect(
            try call(#"{"type":"MARK_AGENT_GONE","mark_agent_gone":{"agent_id":{"value":"a"}}}"#)
                == .markAgentGone("a"))
        #expect(
            try call(#"{"type":"TEARDOWN","teardown":{"framework_id":{"value":"f"}}}"#) == .teardown("f"))
        #expect(
            throws: CallRejection(
                status: 400, message: "Failed to validate master::Call: Expecting 'teardown' to be present")
        ) {
            try call(#"{"type":"TEARDOWN"}"#)
        }
        #expect(
            throws: CallRejection(
                status: 400, message: "Failed to validate master::Call: Expecting 'type' to be present")
        ) {
            try call("{}")
        }
        #expect(throws: CallRejection(status: 501, message: "Calls of type UNKNOWN are not implemented")) {
            try call(#"{"type":"UNKNOWN"}"#)
        }
        #expect(try OperatorCodec.decodeMasterCall([0x08, 0x0d], as: .protobuf) == .getTasks)
    }

    @Test func callsOfTheAgent() throws {
        let text = #"{"type":"GET_CONTAINERS","get_containers":{"show_nested":true}}"#
        let call = try OperatorCodec.decodeAgentCall(Array(text.utf8), as: .json)
        #expect(call == .getContainers(showNested: true, showStandalone: false))
        #expect(try OperatorCodec.decodeAgentCall(Array(#"{"type":"GET_AGENT"}"#.utf8), as: .json) == .getAgent)
    }

    private func tree(_ response: MasterResponse) throws -> JSONValue {
        try JSONValue(parsing: response.encoded(as: .json))
    }

    @Test func smallAnswers() throws {
        #expect(try tree(.health(true)) == ["type": "GET_HEALTH", "get_health": ["healthy": .bool(true)]])
        let version = try tree(.version(VersionView(version: "1.12.0", buildTime: Instant(seconds: 5))))
        #expect(version["get_version"]?["version_info"]?["version"] == "1.12.0")
        let metrics = try tree(.metrics([("master/uptime_secs", 1.5)]))
        #expect(metrics["get_metrics"]?["metrics"]?[0] == ["name": "master/uptime_secs", "value": .double(1.5)])
        #expect(try tree(.flags([("port", "5050")]))["get_flags"]?["flags"]?[0]?["value"] == "5050")
        let master = try tree(.master(Samples.master, started: Instant(seconds: 1), elected: nil))
        #expect(
            master["get_master"]?["master_info"]?["id"] == "m-1" && master["get_master"]?["start_time"] == .double(1))
        let roles = try tree(
            .roles([RoleView(name: "r", weight: 2, frameworks: ["f"], resources: [.scalar("cpus", 1)])]))
        #expect(roles["get_roles"]?["roles"]?[0]?["frameworks"]?[0]?["value"] == "f")
    }

    @Test func theWholeState() throws {
        let agent = AgentView(
            info: Samples.agent, isActive: true, version: "1.12.0", pid: "slave(1)@10.0.0.2:5051",
            registeredTime: Instant(nanoseconds: 1), total: Samples.agent.resources, capabilities: ["MULTI_ROLE"])
        let framework = FrameworkView(
            info: Samples.framework, isActive: true, isConnected: true, offers: [Samples.offer],
            allocated: Samples.resources)
        let state = StateView(
            agents: [agent], frameworks: FrameworksView(frameworks: [framework], completed: [framework]),
            executors: [ExecutorView(info: Samples.executor, agentID: "m-1-S0")],
            tasks: TasksView(tasks: [Samples.record], completed: [Samples.record]))
        let tree = try tree(.state(state))["get_state"]
        #expect(tree?["get_agents"]?["agents"]?[0]?["agent_info"]?["id"]?["value"] == "m-1-S0")
        #expect(tree?["get_agents"]?["agents"]?[0]?["capabilities"]?[0]?["type"] == "MULTI_ROLE")
        #expect(tree?["get_frameworks"]?["frameworks"]?[0]?["offers"]?[0]?["id"]?["value"] == "m-1-O1")
        #expect(tree?["get_frameworks"]?["completed_frameworks"]?.array?.count == 1)
        #expect(tree?["get_executors"]?["executors"]?[0]?["agent_id"]?["value"] == "m-1-S0")
        #expect(tree?["get_tasks"]?["tasks"]?[0]?["statuses"]?[0]?["state"] == "TASK_RUNNING")
        #expect(tree?["get_tasks"]?["pending_tasks"] == nil)
    }

    @Test func everyAnswerAndEventIsComplete() throws {
        let agent = AgentView(info: Samples.agent, isActive: false, version: "1")
        let framework = FrameworkView(info: Samples.framework, isActive: false, isConnected: false)
        let tasks = TasksView(pending: [Samples.record], unreachable: [Samples.record])
        let responses: [MasterResponse] = [
            .health(false), .agents([agent], recovered: [Samples.agent]),
            .frameworks(FrameworksView(frameworks: [framework])),
            .executors([ExecutorView(info: Samples.executor, agentID: "a")]), .tasks(tasks), .state(StateView()),
        ]
        for response in responses {
            let body = response.encoded(as: .protobuf)
            #expect(try MessageDescriptor.named("mesos.v1.master.Response").missingRequired(in: body) == [])
        }
        let events: [MasterEvent] = [
            .subscribed(StateView(), heartbeatInterval: .seconds(15)), .taskAdded(Samples.record),
            .taskUpdated("f", Samples.status, .running), .agentAdded(agent), .agentRemoved("a"),
            .frameworkAdded(framework), .frameworkUpdated(framework), .frameworkRemoved(Samples.framework), .heartbeat,
        ]
        for event in events {
            let body = event.encoded(as: .protobuf)
            #expect(try MessageDescriptor.named("mesos.v1.master.Event").missingRequired(in: body) == [])
        }
        let frameworks = FrameworksView(frameworks: [framework], completed: [framework])
        let agentTasks = AgentTasksView(queued: [Samples.record], launched: [Samples.record])
        let answers: [AgentResponse] = [
            .health(true), .flags([]), .version(VersionView(version: "1")), .metrics([]), .frameworks(frameworks),
            .executors([Samples.executor], completed: []), .tasks(agentTasks), .agent(Samples.agent),
            .state(frameworks: frameworks, executors: [Samples.executor], completedExecutors: [], tasks: agentTasks),
            .containers([ContainerView(id: "c", frameworkID: "f", status: Samples.status.containerStatus)]),
        ]
        for answer in answers {
            let body = answer.encoded(as: .protobuf)
            #expect(try MessageDescriptor.named("mesos.v1.agent.Response").missingRequired(in: body) == [])
            #expect(throws: Never.self) { try JSONValue(parsing: answer.encoded(as: .json)) }
        }
    }
}
