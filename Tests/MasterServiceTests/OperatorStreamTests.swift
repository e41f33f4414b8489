import ClusterBase
import ClusterModel
import HTTPTransport
import MasterCore
import MasterService
import MesosProtocol
import ResourceModel
import StateStorage
import Synchronization
import TestSupport
import Testing

/// SUBSCRIBE and TEARDOWN of the operator API, over real sockets (spec `mesos/08` §8.4).
@Suite struct OperatorStreamTests {
    private let info = FrameworkInfo(user: "root", name: "watched", capabilities: [.partitionAware])

    @Test func operatorsAreToldWhatHappens() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let json = try await ScriptedOperator.subscribe(to: master, as: .json, in: scope)
            let protobuf = try await ScriptedOperator.subscribe(to: master, as: .protobuf, in: scope)
            let first = try await json.wait("SUBSCRIBED", type: "SUBSCRIBED")
            #expect(first["subscribed"]?["heartbeat_interval_seconds"]?.double == 15)
            #expect(first["subscribed"]?["get_state"]?["get_agents"]?["agents"]?.array?.isEmpty != false)
            try await json.wait("HEARTBEAT", type: "HEARTBEAT")

            let agent = try await ScriptedAgent.start(for: master.info, resources: "cpus:2;mem:1024", in: scope)
            let agentID = try await agent.registeredID()
            let scheduler = try await ScriptedScheduler.subscribe(to: master, info, in: scope)
            let id = try await scheduler.frameworkID()
            let task = try await launch(scheduler, agent, agentID)
            try await update(task, .running, scheduler, agent, agentID)
            let gone = try await teardown(id, master)
            #expect(gone.status == 200, "\(gone.text)")
            #expect(gone.text.isEmpty)
            agent.send(.unregister(agentID))
            try await json.wait("AGENT_REMOVED", type: "AGENT_REMOVED")
            try await protobuf.wait(events: json.types.count)

            #expect(
                json.types == [
                    "SUBSCRIBED", "HEARTBEAT", "AGENT_ADDED", "FRAMEWORK_ADDED", "TASK_ADDED", "TASK_UPDATED",
                    "TASK_UPDATED", "FRAMEWORK_REMOVED", "AGENT_REMOVED",
                ])
            #expect(protobuf.types == json.types)
            let events = json.events
            #expect(events[2]["agent_added"]?["agent"]?["agent_info"]?["id"]?["value"]?.string == agentID.value)
            let framework = events[3]["framework_added"]?["framework"]
            #expect(framework?["framework_info"]?["id"]?["value"]?.string == id.value)
            #expect(framework?["connected"]?.bool == true)
            let added = events[4]["task_added"]?["task"]
            #expect(added?["task_id"]?["value"]?.string == "t-1" && added?["state"]?.string == "TASK_STAGING")
            #expect(events[5]["task_updated"]?["state"]?.string == "TASK_RUNNING")
            #expect(events[5]["task_updated"]?["status"]?["task_id"]?["value"]?.string == "t-1")
            #expect(events[5]["task_updated"]?["framework_id"]?["value"]?.string == id.value)
            #expect(events[6]["task_updated"]?["state"]?.string == "TASK_KILLED")
            #expect(events[7]["framework_removed"]?["framework_info"]?["id"]?["value"]?.string == id.value)
            #expect(events[8]["agent_removed"]?["agent_id"]?["value"]?.string == agentID.value)
        }
    }

    @Test func aLateOperatorStartsFromTheWholeState() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let agent = try await ScriptedAgent.start(for: master.info, resources: "cpus:2;mem:1024", in: scope)
            let agentID = try await agent.registeredID()
            var info = info
            info.failoverTimeout = .seconds(60)
            let scheduler = try await ScriptedScheduler.subscribe(to: master, info, in: scope)
            info.id = try await scheduler.frameworkID()
            _ = try await launch(scheduler, agent, agentID)

            let late = try await ScriptedOperator.subscribe(to: master, as: .json, in: scope)
            let state = try await late.wait("SUBSCRIBED", type: "SUBSCRIBED")["subscribed"]?["get_state"]
            #expect(state?["get_agents"]?["agents"]?.array?.count == 1)
            #expect(state?["get_frameworks"]?["frameworks"]?.array?.count == 1)
            #expect(state?["get_tasks"]?["tasks"]?[0]?["task_id"]?["value"]?.string == "t-1")
            // A framework that comes back was there: it is updated, not added.
            info.name = "renamed"
            _ = try await ScriptedScheduler.subscribe(to: master, info, in: scope)
            let updated = try await late.wait("FRAMEWORK_UPDATED", type: "FRAMEWORK_UPDATED")
            let shown = updated["framework_updated"]?["framework"]?["framework_info"]
            #expect(shown?["name"]?.string == "renamed")
            #expect(late.types == ["SUBSCRIBED", "HEARTBEAT", "FRAMEWORK_UPDATED"])
        }
    }

    /// Whoever subscribes while frameworks come knows each of them once: from the state or from an event.
    @Test func stateAndEventsLeaveNoGap() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let operators = try await withThrowingTaskGroup(of: ScriptedOperator?.self) { group -> [ScriptedOperator] in
                for number in 0..<24 {
                    group.addTask {
                        let info = FrameworkInfo(user: "root", name: "framework-\(number)")
                        _ = try await ScriptedScheduler.subscribe(to: master, info, in: scope)
                        return nil
                    }
                    if number % 4 == 0 {
                        group.addTask { try await ScriptedOperator.subscribe(to: master, as: .json, in: scope) }
                    }
                }
                var operators: [ScriptedOperator] = []
                for try await found in group { if let found { operators.append(found) } }
                return operators
            }
            let all = (0..<24).map { "framework-\($0)" }.sorted()
            for watcher in operators {
                try await eventually("all frameworks are known") { watcher.frameworkNames.count >= all.count }
                #expect(watcher.frameworkNames.sorted() == all)
            }
        }
    }

    @Test func streamsLiveBoundedAndEndWithTheMaster() async throws {
        let streams = try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope) { configuration in
                configuration.operatorStreamLimit = 2
                configuration.core.heartbeatInterval = .milliseconds(20)
            }.leads()
            let first = try await ScriptedOperator.subscribe(to: master, as: .json, in: scope)
            let second = try await ScriptedOperator.subscribe(to: master, as: .json, in: scope)
            try await second.wait(events: 5)
            #expect(second.types.dropFirst().allSatisfy { $0 == "HEARTBEAT" })
            let third = try await ScriptedOperator.subscribe(to: master, as: .protobuf, in: scope)
            try await eventually("the oldest stream ends") { first.isEnded }
            #expect(!second.isEnded && !third.isEnded)
            // A registry that cannot be written makes the master step down.
            master.store.inject(.unavailable)
            _ = try await ScriptedAgent.start(for: master.info, resources: "cpus:1;mem:64", in: scope)
            try await eventually("all streams end") { second.isEnded && third.isEnded }
            return [second, third]
        }
        // What could not be made durable was told to nobody.
        for stream in streams { #expect(!stream.types.contains("AGENT_ADDED")) }
    }

    @Test func badCallsGetTheirAnswers() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let unknown = try await teardown("nobody", master)
            #expect(unknown.status == 400)
            #expect(unknown.text == "No framework found with specified ID")
            let empty = try await master.client.send(.post, "/api/v1", #"{"type":"TEARDOWN"}"#)
            #expect(empty.status == 400)
            #expect(empty.text == "Failed to validate master::Call: Expecting 'teardown' to be present")
            let unreadable = try await master.client.send(
                .post, "/api/v1", #"{"type":"SUBSCRIBE"}"#, headers: ["Accept": "text/html"])
            #expect(unreadable.status == 406)
        }
    }

    // MARK: Parts

    private func teardown(_ id: FrameworkID, _ master: MasterFixture) async throws -> JSONClient.Answer {
        try await master.client.send(
            .post, "/api/v1", #"{"type":"TEARDOWN","teardown":{"framework_id":{"value":"\#(id)"}}}"#)
    }

    private func launch(
        _ scheduler: ScriptedScheduler, _ agent: ScriptedAgent, _ agentID: AgentID
    ) async throws -> TaskInfo {
        let offer = try await scheduler.wait("an offer") { event -> Offer? in
            if case .offers(let offers) = event { offers.first } else { nil }
        }
        let task = TaskInfo(
            name: "t", id: "t-1", agentID: agentID, resources: [.scalar("cpus", 1), .scalar("mem", 64)],
            command: CommandInfo(value: "true"))
        _ = try await scheduler.send(.accept(offers: [offer.id], operations: [.launch([task])], filters: Filters()))
        _ = try await agent.wait("RunTask") { if case .runTask(_, let task, _) = $0 { task } else { nil } }
        return task
    }

    /// Reports a state twice, as an agent does that was not acknowledged, and waits until the master passed it on.
    private func update(
        _ task: TaskInfo, _ state: TaskState, _ scheduler: ScriptedScheduler, _ agent: ScriptedAgent, _ agentID: AgentID
    ) async throws {
        let uuid = try #require(UniqueID(text: "11111111-1111-4111-8111-111111111111"))
        let now = Instant(seconds: 1_000_000)
        let status = TaskStatus(
            taskID: task.id, state: state, source: .executor, agentID: agentID, timestamp: now, uuid: uuid)
        let update = StatusUpdate(
            frameworkID: try await scheduler.frameworkID(), agentID: agentID, status: status, timestamp: now,
            uuid: uuid, latestState: state)
        agent.send(.statusUpdate(update))
        agent.send(.statusUpdate(update))
        try await eventually("both updates") {
            scheduler.events.count { if case .update = $0 { true } else { false } } == 2
        }
    }
}

/// An operator's event stream, in JSON or protobuf.
final class ScriptedOperator: Sendable {
    private struct State {
        var types: [String] = []
        var events: [JSONValue] = []
        var isEnded = false
    }

    private let state = Mutex(State())

    static func subscribe(
        to master: MasterFixture, as format: WireFormat, in scope: TestScope
    ) async throws -> ScriptedOperator {
        let pool = try HTTPClientPool()
        scope.onExit { await pool.shutdown() }
        // Field 1 of a call is its type; SUBSCRIBE is 18.
        let body = format == .json ? Array(#"{"type":"SUBSCRIBE"}"#.utf8) : [0x08, 18]
        let response = try await pool.stream(
            ClientRequest(
                .post, master.base + "/api/v1",
                headers: ["Content-Type": format.contentType, "Accept": format.contentType], body: body))
        guard response.status == .ok, response.headers["content-type"] == format.contentType else {
            throw TestError("SUBSCRIBE was answered \(response.status)")
        }
        let watcher = ScriptedOperator()
        let reader = Task { await watcher.read(response.body, as: format) }
        scope.onExit {
            reader.cancel()
            await reader.value
        }
        return watcher
    }

    private func read(_ body: StreamingBody, as format: WireFormat) async {
        var decoder = RecordIODecoder()
        do {
            for try await chunk in body {
                for record in try decoder.decode(chunk) {
                    if format == .json {
                        let event = try JSONValue(parsing: record)
                        state.withLock { state in
                            state.types.append(event["type"]?.string ?? "none")
                            state.events.append(event)
                        }
                    } else {
                        let type = try Self.type(of: record)
                        state.withLock { $0.types.append(type) }
                    }
                }
            }
        } catch {}
        state.withLock { $0.isEnded = true }
    }

    private static let names = [
        "UNKNOWN", "SUBSCRIBED", "TASK_ADDED", "TASK_UPDATED", "AGENT_ADDED", "AGENT_REMOVED", "FRAMEWORK_ADDED",
        "FRAMEWORK_UPDATED", "FRAMEWORK_REMOVED", "HEARTBEAT",
    ]

    private static func type(of record: [UInt8]) throws -> String {
        var reader = WireReader(record)
        while let field = try reader.next() {
            if field == 1 { return names[try reader.int()] }
            try reader.skip()
        }
        return "none"
    }

    var types: [String] { state.withLock { $0.types } }
    var events: [JSONValue] { state.withLock { $0.events } }
    var isEnded: Bool { state.withLock { $0.isEnded } }

    /// The names of the frameworks that the state and the events told of, with repetitions.
    var frameworkNames: [String] {
        events.flatMap { event -> [JSONValue] in
            let known = event["subscribed"]?["get_state"]?["get_frameworks"]?["frameworks"]?.array ?? []
            return known + [event["framework_added"]?["framework"]].compactMap { $0 }
        }.compactMap { $0["framework_info"]?["name"]?.string }
    }

    @discardableResult
    func wait(_ what: String, type: String) async throws -> JSONValue {
        try await eventually(what) { events.first { $0["type"]?.string == type } }
    }

    func wait(events count: Int) async throws {
        try await eventually("\(count) events") { types.count >= count }
    }
}
