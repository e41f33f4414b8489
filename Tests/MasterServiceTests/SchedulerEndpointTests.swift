import ClusterBase
import ClusterModel
import HTTPTransport
import MasterService
import MesosProtocol
import ResourceModel
import TestSupport
import Testing

/// `/api/v1/scheduler` over real sockets: the status table of spec `mesos/01` §1.1, and one life of a task.
@Suite struct SchedulerEndpointTests {
    private let info = FrameworkInfo(user: "root", name: "scripted", capabilities: [.partitionAware])

    struct Row: Sendable {
        var name: String
        var method: RequestMethod = .post
        var body: String = ""
        var headers: HeaderFields = [:]
        var status: Int
        var text: String
    }

    private static let rows: [Row] = [
        Row(
            name: "wrong method", method: .get, status: 405,
            text: "Expecting one of { 'POST' }, but received 'GET'."),
        Row(
            name: "charset", body: "{}", headers: ["Content-Type": "application/json; charset=utf-8"], status: 415,
            text: "Expecting 'Content-Type' of application/json or application/x-protobuf"),
        Row(name: "no JSON", body: "{", status: 400, text: "Failed to parse body into JSON"),
        Row(
            name: "no protobuf", body: "\u{1}\u{2}", headers: ["Content-Type": "application/x-protobuf"], status: 400,
            text: "Failed to parse body into Call protobuf"),
        Row(
            name: "no type", body: "{}", status: 400,
            text: "Failed to validate scheduler::Call: Expecting 'type' to be present"),
        Row(
            name: "no subscribe", body: #"{"type":"SUBSCRIBE"}"#, status: 400,
            text: "Failed to validate scheduler::Call: Expecting 'subscribe' to be present"),
        Row(
            name: "no framework", body: #"{"type":"REVIVE"}"#, status: 400,
            text: "Failed to validate scheduler::Call: Expecting 'framework_id' to be present"),
        Row(
            name: "unknown framework", body: #"{"type":"REVIVE","framework_id":{"value":"x"}}"#, status: 400,
            text: "Framework cannot be found"),
        Row(
            name: "bad update",
            body: #"{"type":"UPDATE_FRAMEWORK","framework_id":{"value":"x"},"update_framework":{"framework_info":"#
                + #"{"user":"u","name":"n","id":{"value":"x"},"roles":["a"]}}}"#, status: 400,
            text: "'UpdateFramework.framework_info' is not valid: 'FrameworkInfo.roles' must not be set without"),
        Row(
            name: "not acceptable",
            body: #"{"type":"SUBSCRIBE","subscribe":{"framework_info":{"user":"u","name":"n"}}}"#,
            headers: ["Accept": "text/html"], status: 406,
            text: "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'"),
        Row(
            name: "stream id on subscribe",
            body: #"{"type":"SUBSCRIBE","subscribe":{"framework_info":{"user":"u","name":"n"}}}"#,
            headers: ["Mesos-Stream-Id": "1"], status: 400,
            text: "Subscribe calls should not include the 'Mesos-Stream-Id' header"),
    ]

    @Test func badRequestsGetTheirAnswers() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            for row in Self.rows {
                let answer = try await master.client.send(
                    row.method, "/api/v1/scheduler", row.method == .get ? nil : row.body, headers: row.headers)
                #expect(answer.status == row.status, "\(row.name)")
                #expect(answer.text.contains(row.text), "\(row.name): \(answer.text)")
            }
        }
    }

    @Test func aBodyBeyondTheLimitIsRefused() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope) { $0.bodyLimit = 1024 }.leads()
            let answer = try await master.call(String(repeating: "x", count: 2000))
            #expect(answer.status == 413)
        }
    }

    @Test func callsNeedTheStreamOfTheirSubscription() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let scheduler = try await ScriptedScheduler.subscribe(to: master, info, in: scope)
            let wrong = try await scheduler.send(.revive(roles: []), streamID: "other")
            #expect(wrong.status == .badRequest)
            #expect(wrong.text.contains("didn't match the stream ID currently associated with framework ID"))
            let id = try await scheduler.frameworkID().value
            let none = try await master.call(#"{"type":"REVIVE","framework_id":{"value":"\#(id)"}}"#)
            #expect(none.status == 400)
            #expect(none.text == "All non-subscribe calls should include the 'Mesos-Stream-Id' header")
            #expect(try await scheduler.send(.revive(roles: [])).status == .accepted)
        }
    }

    @Test func aSecondSubscriptionTakesOver() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            var info = info
            info.failoverTimeout = .seconds(60)
            let first = try await ScriptedScheduler.subscribe(to: master, info, in: scope)
            info.id = try await first.frameworkID()
            let second = try await ScriptedScheduler.subscribe(to: master, info, as: .protobuf, in: scope)
            #expect(try await second.frameworkID() == info.id)
            let message = try await first.wait("ERROR") { if case .error(let text) = $0 { text } else { nil } }
            #expect(message == "Framework failed over")
            try await eventually("the first stream ends") { first.isEnded }
            #expect(!second.isEnded)
        }
    }

    @Test func aBadDescriptionIsToldOnTheStream() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            var info = info
            info.roles = ["/bad"]
            let scheduler = try await ScriptedScheduler.subscribe(to: master, info, in: scope)
            let message = try await scheduler.wait("ERROR") { if case .error(let text) = $0 { text } else { nil } }
            #expect(message.contains("cannot start with a slash"))
            try await eventually("the stream ends") { scheduler.isEnded }
        }
    }

    @Test(arguments: [WireFormat.json, .protobuf])
    func aTaskLivesItsLife(format: WireFormat) async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let scheduler = try await ScriptedScheduler.subscribe(to: master, info, as: format, in: scope)
            let agent = try await ScriptedAgent.start(
                for: master.info, resources: "cpus:2;mem:1024;ports:[31000-31009]", in: scope)
            let agentID = try await agent.registeredID()
            let offer = try await scheduler.wait("an offer") { event -> Offer? in
                if case .offers(let offers) = event { offers.first } else { nil }
            }
            #expect(offer.agentID == agentID)
            #expect(offer.hostname == "agent.example")
            #expect(offer.resources.cpus == Scalar(2))
            let task = TaskInfo(
                name: "t", id: "t-1", agentID: agentID, resources: [.scalar("cpus", 1), .scalar("mem", 64)],
                command: CommandInfo(value: "true"))
            let accepted = try await scheduler.send(
                .accept(offers: [offer.id], operations: [.launch([task])], filters: Filters()))
            #expect(accepted.status == .accepted)
            let launched = try await agent.wait("RunTask") { message -> TaskInfo? in
                if case .runTask(_, let task, _) = message { task } else { nil }
            }
            #expect(launched.command?.value == "true")
            try await finish(task, agentID, scheduler, agent)
        }
    }

    private func finish(
        _ task: TaskInfo, _ agentID: AgentID, _ scheduler: ScriptedScheduler, _ agent: ScriptedAgent
    ) async throws {
        let uuid = try #require(UniqueID(text: "11111111-1111-4111-8111-111111111111"))
        let now = Instant(seconds: 1_000_000)
        agent.send(
            .statusUpdate(
                StatusUpdate(
                    frameworkID: try await scheduler.frameworkID(), agentID: agentID,
                    status: TaskStatus(
                        taskID: task.id, state: .finished, source: .executor, agentID: agentID, timestamp: now,
                        uuid: uuid), timestamp: now, uuid: uuid, latestState: .finished)))
        let status = try await scheduler.wait("the update") { event -> TaskStatus? in
            if case .update(let status) = event { status } else { nil }
        }
        #expect(status.state == .finished)
        #expect(status.uuid == uuid)
        #expect(
            try await scheduler.send(.acknowledge(agent: agentID, task: task.id, uuid: uuid)).status == .accepted)
        let acknowledged = try await agent.wait("the acknowledgement") { message -> UniqueID? in
            if case .acknowledge(_, _, _, let uuid) = message { uuid } else { nil }
        }
        #expect(acknowledged == uuid)
    }
}
