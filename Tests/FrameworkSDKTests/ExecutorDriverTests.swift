internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import Logging
internal import MesosProtocol
internal import Testing

@testable internal import FrameworkSDK

/// An agent that answers as a test says and remembers what it was asked.
final class FakeAgent: Sendable {
    let received = BoundedChannel<ExecutorCall>(limit: 1_000)
    let streams = BoundedChannel<ResponseStream>(limit: 100)
    let refusals = BoundedChannel<HTTPResponse>(limit: 100)
    private let server = HTTPServer(HTTPServerConfiguration(), logger: quietLogger)

    static func run(body: (FakeAgent) async throws -> Void) async throws {
        let agent = FakeAgent()
        agent.server.install(
            HTTPService(routes: [
                Route(.post, "/api/v1/executor") { [weak agent] in
                    await agent?.answer($0) ?? .error(.internalServerError)
                }
            ]))
        try await agent.server.start()
        do { try await body(agent) } catch {
            await agent.server.stop()
            throw error
        }
        await agent.server.stop()
    }

    func environment(_ more: [String: String] = [:]) throws -> ExecutorEnvironment {
        let base = [
            "MESOS_FRAMEWORK_ID": "f1", "MESOS_EXECUTOR_ID": "e1", "MESOS_SLAVE_ID": "a1",
            "MESOS_AGENT_ENDPOINT": server.address.map(\.description) ?? "", "MESOS_SUBSCRIPTION_BACKOFF_MAX": "20ms",
        ]
        return try ExecutorEnvironment(base.merging(more) { $1 })
    }

    func nextCall(_ location: SourceLocation = #_sourceLocation) async throws -> ExecutorCall {
        try #require(await received.next(within: .seconds(60)), "no call came", sourceLocation: location)
    }

    /// The next subscription, after SUBSCRIBED was written to it.
    func nextStream(_ location: SourceLocation = #_sourceLocation) async throws -> ResponseStream {
        let stream = try #require(await streams.next(within: .seconds(60)), "no stream", sourceLocation: location)
        let agent = AgentInfo(id: "a1", hostname: "localhost", port: 5051, resources: [])
        send(.subscribed(ExecutorInfo(id: "e1"), FrameworkInfo(user: "u", name: "f"), agent, "c1"), on: stream)
        return stream
    }

    func send(_ event: ExecutorEvent, on stream: ResponseStream) {
        stream.write(RecordIO.frame(ExecutorCodec.encodeEvent(event, as: .protobuf)))
    }

    private func answer(_ request: HTTPRequest) async -> HTTPResponse {
        if refusals.count > 0, let refusal = await refusals.next() { return refusal }
        let call: ExecutorRequest
        do { call = try ExecutorCodec.decodeCall(request.body, as: .protobuf) } catch {
            return .error(HTTPStatus(error.status), error.message)
        }
        guard call.frameworkID == "f1", call.executorID == "e1" else { return .error(400, "Executor cannot be found") }
        _ = received.offer(call.call)
        guard case .subscribe = call.call else { return .accepted }
        let stream = ResponseStream()
        _ = streams.offer(stream)
        return .stream(stream, as: .protobuf)
    }
}

/// Reports every task as running, and hands what it hears to the test.
struct EchoExecutor: TaskExecutor {
    let heard = BoundedChannel<String>(limit: 1_000)
    let finishes = BoundedChannel<Void>(limit: 1)
    /// Whether it stays in its handler of SHUTDOWN for ever.
    var hangs = false

    func handle(_ event: ExecutorEvent, link: ExecutorLink) async {
        switch event {
        case .subscribed: _ = heard.offer("subscribed")
        case .launch(let task):
            _ = heard.offer("launch \(task.id)")
            try? link.update(task.id, .running)
        case .launchGroup(let tasks): for task in tasks { try? link.update(task.id, .running) }
        case .kill(let id, _): try? link.update(id, .killed)
        case .message(let data): try? link.send(data.reversed())
        case .shutdown:
            _ = heard.offer("shutdown")
            if hangs { try? await Task.sleep(for: .seconds(3_600)) }
        default: break
        }
    }
    func disconnected(link: ExecutorLink) async { _ = heard.offer("disconnected") }
    func run(link: ExecutorLink) async throws { _ = await finishes.next() }
}

@Suite(.timeLimit(.minutes(1)))
struct ExecutorDriverTests {
    private func withExecutor(
        _ agent: FakeAgent, _ executor: EchoExecutor, _ environment: [String: String] = [:],
        pullPlug: @escaping @Sendable () -> Void = {}, body: () async throws -> Void
    ) async throws -> (any Error)? {
        let driver = ExecutorDriver(
            executor, environment: try agent.environment(environment), options: ExecutorOptions(), logger: quietLogger,
            pullPlug: pullPlug)
        return try await withThrowingTaskGroup(of: (any Error)?.self) { group in
            group.addTask {
                do {
                    try await driver.run()
                    return nil
                } catch { return error }
            }
            do { try await body() } catch {
                group.cancelAll()
                throw error
            }
            return try await group.next() ?? nil
        }
    }

    private func nextUpdate(_ agent: FakeAgent) async throws -> TaskStatus {
        guard case .update(let status) = try await agent.nextCall() else { throw Unexpected("no update") }
        return status
    }

    private let task = TaskInfo.command("true", id: "t1", resources: [])

    @Test func runsATaskAndShutsDown() async throws {
        try await FakeAgent.run { agent in
            let executor = EchoExecutor()
            let thrown = try await withExecutor(agent, executor) {
                #expect(try await agent.nextCall() == .subscribe(unacknowledgedTasks: [], unacknowledgedUpdates: []))
                let stream = try await agent.nextStream()
                agent.send(.launch(task), on: stream)
                let status = try await nextUpdate(agent)
                #expect(status.state == .running)
                #expect(status.source == .executor)
                #expect(status.executorID == "e1")
                #expect(status.agentID == "a1")
                #expect(status.timestamp != nil)
                agent.send(.message([1, 2]), on: stream)
                #expect(try await agent.nextCall() == .message([2, 1]))
                let uuid = try #require(status.uuid)
                agent.send(.acknowledged("t1", uuid: uuid), on: stream)
                agent.send(.shutdown, on: stream)
            }
            #expect(thrown == nil)
        }
    }

    @Test func repeatsWhatIsUnacknowledgedAfterAReconnection() async throws {
        try await FakeAgent.run { agent in
            let executor = EchoExecutor()
            let thrown = try await withExecutor(agent, executor, ["MESOS_CHECKPOINT": "1"]) {
                _ = try await agent.nextCall()
                let first = try await agent.nextStream()
                agent.send(.launch(task), on: first)
                let status = try await nextUpdate(agent)
                await agent.refusals.push(.error(503, "Agent has not finished recovery"))
                first.close()
                guard case .subscribe(let tasks, let updates) = try await agent.nextCall() else { throw Unexpected("") }
                #expect(tasks.map(\.id) == ["t1"])
                #expect(updates.map(\.uuid) == [status.uuid])
                let second = try await agent.nextStream()
                let uuid = try #require(status.uuid)
                agent.send(.acknowledged("t1", uuid: uuid), on: second)
                second.close()
                #expect(try await agent.nextCall() == .subscribe(unacknowledgedTasks: [], unacknowledgedUpdates: []))
                agent.send(.shutdown, on: try await agent.nextStream())
            }
            #expect(thrown == nil)
            var heard: [String] = []
            while executor.heard.count > 0, let next = await executor.heard.next() { heard.append(next) }
            #expect(heard.contains("disconnected"))
            #expect(heard.last == "shutdown")
        }
    }

    @Test func withoutCheckpointsALostAgentMeansShutdown() async throws {
        try await FakeAgent.run { agent in
            let executor = EchoExecutor()
            let thrown = try await withExecutor(agent, executor) {
                let stream = try await agent.nextStream()
                #expect(await executor.heard.next() == "subscribed")
                stream.close()
            }
            #expect(thrown == nil)
            var heard: [String] = []
            while executor.heard.count > 0, let next = await executor.heard.next() { heard.append(next) }
            #expect(heard.contains("shutdown"))
            #expect(agent.streams.count == 0)
        }
    }

    @Test func aLostAgentMeansShutdownAfterTheRecoveryTimeout() async throws {
        try await FakeAgent.run { agent in
            let executor = EchoExecutor()
            let thrown = try await withExecutor(
                agent, executor, ["MESOS_CHECKPOINT": "1", "MESOS_RECOVERY_TIMEOUT": "200ms"]
            ) {
                let stream = try await agent.nextStream()
                #expect(await executor.heard.next() == "subscribed")
                for _ in 0..<100 { await agent.refusals.push(.error(503, "Agent has not finished recovery")) }
                stream.close()
                #expect(await executor.heard.next() == "disconnected")
                #expect(await executor.heard.next(within: .seconds(60)) == "shutdown")
            }
            #expect(thrown == nil)
        }
    }

    @Test func anOverstayedShutdownPullsThePlug() async throws {
        try await FakeAgent.run { agent in
            var executor = EchoExecutor()
            executor.hangs = true
            let plug = BoundedChannelProbe()
            _ = try await withExecutor(
                agent, executor, ["MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD": "50ms"], pullPlug: { plug.signal() }
            ) {
                agent.send(.shutdown, on: try await agent.nextStream())
                #expect(await plug.wait())
            }
        }
    }

    @Test func waitsForAcknowledgementsWhenItsWorkIsDone() async throws {
        try await FakeAgent.run { agent in
            let executor = EchoExecutor()
            let thrown = try await withExecutor(agent, executor) {
                _ = try await agent.nextCall()
                let stream = try await agent.nextStream()
                agent.send(.launch(task), on: stream)
                let status = try await nextUpdate(agent)
                executor.finishes.finish()
                let uuid = try #require(status.uuid)
                agent.send(.acknowledged("t1", uuid: uuid), on: stream)
            }
            #expect(thrown == nil)
        }
    }

    @Test func anAgentThatDoesNotKnowTheExecutorEndsIt() async throws {
        try await FakeAgent.run { agent in
            await agent.refusals.push(.error(400, "Executor cannot be found"))
            let executor = EchoExecutor()
            let thrown = try await withExecutor(agent, executor) {}
            let error = try #require(thrown as? ClusterError)
            #expect(await executor.heard.next(within: .seconds(60)) == "shutdown")
            #expect(error.code == .forbidden)
            #expect(error.message.contains("Executor cannot be found"))
        }
    }

    @Test func anExecutorCannotReportStaging() throws {
        let environment = try ExecutorEnvironment([
            "MESOS_FRAMEWORK_ID": "f", "MESOS_EXECUTOR_ID": "e", "MESOS_AGENT_ENDPOINT": "127.0.0.1:1",
        ])
        let link = ExecutorLink(
            core: ExecutorCore(environment: environment, options: ExecutorOptions(), logger: quietLogger))
        #expect(throws: ClusterError.self) { try link.update("t1", .staging) }
    }
}

struct ExecutorEnvironmentTests {
    @Test func readsEveryVariable() throws {
        let environment = try ExecutorEnvironment([
            "MESOS_FRAMEWORK_ID": "f", "MESOS_EXECUTOR_ID": "e", "MESOS_SLAVE_ID": "s",
            "MESOS_AGENT_ENDPOINT": "10.0.0.1:5051", "LIBPROCESS_SSL_ENABLED": "true", "MESOS_CHECKPOINT": "1",
            "MESOS_RECOVERY_TIMEOUT": "15mins", "MESOS_SUBSCRIPTION_BACKOFF_MAX": "2secs",
            "MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD": "7secs", "MESOS_SANDBOX": "/mnt", "MESOS_DIRECTORY": "/host/mnt",
        ])
        #expect(environment.agentURL == "https://10.0.0.1:5051")
        #expect(environment.isCheckpointing)
        #expect(environment.recoveryTimeout == .seconds(900))
        #expect(environment.shutdownGracePeriod == .seconds(7))
        #expect(environment.sandbox == "/mnt")
        #expect(!environment.isLocal)
    }

    @Test(arguments: [
        ("MESOS_EXECUTOR_ID", ""), ("MESOS_AGENT_ENDPOINT", "host"), ("MESOS_AGENT_ENDPOINT", "host:70000"),
        ("MESOS_RECOVERY_TIMEOUT", "soon"),
    ])
    func namesTheVariableThatIsWrong(_ name: String, _ value: String) {
        var variables = [
            "MESOS_FRAMEWORK_ID": "f", "MESOS_EXECUTOR_ID": "e", "MESOS_AGENT_ENDPOINT": "127.0.0.1:1",
        ]
        variables[name] = value
        let error = #expect(throws: ClusterError.self) { try ExecutorEnvironment(variables) }
        #expect(error?.field == name)
    }
}
