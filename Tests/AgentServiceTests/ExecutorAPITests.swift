import ClusterBase
import ClusterModel
import ClusterPorts
import HTTPTransport
import MesosProtocol
import TestSupport
import Testing

@Suite struct ExecutorAPITests {
    @Test(arguments: [WireFormat.json, .protobuf])
    func anExecutorLives(format: WireFormat) async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            let executor = AgentFixture.executor
            fixture.send(
                .runTask(AgentFixture.framework(), AgentFixture.task("t1", executor: executor), launchExecutor: true))
            let spec = try await eventually("the executor's container") { await fixture.containers.specs.first }
            #expect(abs(spec.limits.cpus - 1.1) < 0.001)

            let subscribe = fixture.request(.subscribe(unacknowledgedTasks: [], unacknowledgedUpdates: []), as: format)
            let stream = try await ExecutorEvents(fixture.client, subscribe, as: format)
            let first = try await stream.collect("LAUNCH") { if case .launch = $0 { true } else { false } }
            guard case .subscribed(let info, let framework, let agent, let container)? = first.first else {
                Issue.record("\(first)")
                return
            }
            #expect(info.id == "e1" && framework.id == AgentFixture.frameworkID)
            #expect(agent.id == ScriptedMaster.agentID && container == spec.id)

            let running = TaskStatus(
                taskID: "t1", state: .running, source: .executor, uuid: UniqueID(high: 1, low: 2))
            #expect(try await fixture.call(.update(running), as: format).status == .accepted)
            let events = try await stream.collect("ACKNOWLEDGED") { if case .acknowledged = $0 { true } else { false } }
            #expect(events.last == .acknowledged("t1", uuid: UniqueID(high: 1, low: 2)))
            let update = try await fixture.master.acknowledge("t1", upTo: .running, agent: fixture.agent.pid)
            #expect(update.status.source == .executor && update.executorID == "e1")
            #expect(update.status.containerStatus?.addresses == ["127.0.0.1"])

            #expect(try await fixture.call(.message([1, 2, 3]), as: format).status == .accepted)
            let data = try await fixture.master.hears("the executor's message") { message in
                if case .executorMessage(_, _, "e1", let data) = message { data } else { nil }
            }
            #expect(data == [1, 2, 3])
            fixture.send(.frameworkMessage(ScriptedMaster.agentID, AgentFixture.frameworkID, "e1", data: [4]))
            _ = try await stream.collect("MESSAGE") { $0 == .message([4]) }
            fixture.send(.shutdownExecutor(AgentFixture.frameworkID, "e1"))
            _ = try await stream.collect("SHUTDOWN") { $0 == .shutdown }
            await fixture.containers.end(spec.id, .exited(0))
            let ended = try await fixture.master.hears("ExitedExecutor") { message in
                if case .exitedExecutor(_, _, "e1", let status) = message { status } else { nil }
            }
            #expect(ended == 0)
            stream.task.cancel()
        }
    }

    @Test func callsAreRefusedAsDocumented() async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            let url = fixture.agent.url("/api/v1/executor")
            func post(_ body: String, _ headers: HeaderFields) async throws -> ClientResponse {
                try await fixture.client.send(ClientRequest(.post, url, headers: headers, body: Array(body.utf8)))
            }
            #expect(try await fixture.client.send(ClientRequest(.get, url)).status == .methodNotAllowed)
            #expect(try await post("{}", [:]).status == .badRequest)
            #expect(try await post("{}", ["Content-Type": "text/plain"]).status == .unsupportedMediaType)
            #expect(try await post("nonsense", ["Content-Type": "application/json"]).status == .badRequest)
            #expect(try await post("{}", ["Content-Type": "application/json"]).status == .badRequest)
            let unknown = try await fixture.call(.message([1]))
            #expect(unknown.status == .badRequest && unknown.text == "Framework cannot be found")
            #expect(try await fixture.call(.heartbeat, executor: "nobody").status == .accepted)

            fixture.send(
                .runTask(
                    AgentFixture.framework(), AgentFixture.task("t1", executor: AgentFixture.executor),
                    launchExecutor: true))
            _ = try await eventually("the executor's container") { await fixture.containers.specs.first }
            let hasty = try await fixture.call(.message([1]))
            #expect(hasty.status == .forbidden && hasty.text == "Executor is not subscribed")
            let other = try await fixture.call(.message([1]), executor: "e2")
            #expect(other.status == .badRequest && other.text == "Executor cannot be found")
            var picky = fixture.request(.subscribe(unacknowledgedTasks: [], unacknowledgedUpdates: []))
            picky.headers["Accept"] = "image/png"
            #expect(try await fixture.client.send(picky).status == .notAcceptable)
            let huge = [UInt8](repeating: 0x20, count: 33 << 20)
            let big = ClientRequest(.post, url, headers: ["Content-Type": "application/json"], body: huge)
            let answer = try? await fixture.client.send(big)
            #expect(answer == nil || answer?.status == .contentTooLarge)
            #expect(try await fixture.get("/health").status == .ok)
        }
    }

    @Test func executorsSubscribeAgainAfterTheAgentCameBack() async throws {
        try await withTestScope { scope in
            var fixture = try await AgentFixture.start(scope)
            fixture.send(
                .runTask(
                    AgentFixture.framework(), AgentFixture.task("t1", executor: AgentFixture.executor),
                    launchExecutor: true))
            _ = try await eventually("the executor's container") { await fixture.containers.specs.first }
            let subscribe = fixture.request(.subscribe(unacknowledgedTasks: [], unacknowledgedUpdates: []))
            let stream = try await ExecutorEvents(fixture.client, subscribe, as: .json)
            _ = try await stream.collect("LAUNCH") { if case .launch = $0 { true } else { false } }
            try await fixture.restart()
            _ = try? await stream.collect("the end of the stream") { _ in false }
            let status = TaskStatus(
                taskID: "t1", state: .finished, source: .executor, uuid: UniqueID(high: 7, low: 7))
            let again = fixture.request(.subscribe(unacknowledgedTasks: [], unacknowledgedUpdates: [status]))
            let agent = fixture.agent
            let second = try await eventually("a second subscription") { [fixture] () -> ExecutorEvents? in
                _ = agent
                return try? await ExecutorEvents(fixture.client, again, as: .json)
            }
            let events = try await second.collect("SUBSCRIBED") { if case .subscribed = $0 { true } else { false } }
            #expect(events.contains(.acknowledged("t1", uuid: UniqueID(high: 7, low: 7))))
            _ = try await fixture.master.acknowledge("t1", upTo: .finished, agent: fixture.agent.pid)
            second.task.cancel()
        }
    }
}
