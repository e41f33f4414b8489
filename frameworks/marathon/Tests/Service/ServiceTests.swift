import ClusterBase
import ClusterModel
import ClusterPorts
import FrameworkSDK
import HTTPTransport
import Logging
import MarathonModel
import ResourceModel
import Testing

@testable import MarathonCore
@testable import MarathonService

/// A link whose master is the test: it sees calls in order and says what it likes.
final class ScriptedLink: SchedulerLink {
    let framework: FrameworkInfo
    let calls: AsyncStream<SchedulerCall>
    private let callSink: AsyncStream<SchedulerCall>.Continuation
    private let signals: AsyncStream<SchedulerSignal>
    private let signalSink: AsyncStream<SchedulerSignal>.Continuation

    init(_ framework: FrameworkInfo) {
        self.framework = framework
        (calls, callSink) = AsyncStream.makeStream()
        (signals, signalSink) = AsyncStream.makeStream()
    }

    func run() async throws { try await Task.sleep(for: .seconds(3600)) }
    func read(_ handle: @Sendable (SchedulerSignal) async -> Void) async {
        for await signal in signals { await handle(signal) }
    }
    func send(_ call: SchedulerCall) { callSink.yield(call) }

    func say(_ event: SchedulerEvent) { signalSink.yield(.event(event)) }
    func tell(_ notice: ConnectionNotice) { signalSink.yield(.notice(notice)) }

    func subscribe() {
        let master = MasterInfo(id: "m", ip: "10.0.0.1", port: 5050, hostname: "m", version: "1.11.0")
        say(.subscribed("F-7", heartbeatInterval: .seconds(15), master: master))
    }

    /// The next call that fits; what comes before it is passed over.
    @discardableResult
    func next<Found>(_ fits: (SchedulerCall) -> Found?) async throws -> Found {
        for await call in calls { if let found = fits(call) { return found } }
        throw ClusterError(.unavailable, "the link ended")
    }

    /// The tasks of the next ACCEPT.
    func launch() async throws -> [TaskInfo] {
        try await next { call in
            guard case .accept(_, let operations, _) = call, case .launch(let tasks)? = operations.first?.action else {
                return nil
            }
            return tasks
        }
    }
}

/// A store in memory that can be told to fail.
actor TestStore: VariableStore {
    private(set) var variables: [String: [UInt8]] = [:]
    private var failure: ClusterError?
    private(set) var commits = 0

    private(set) var refusals = 0

    func fail(with error: ClusterError) { failure = error }
    func heal() { failure = nil }

    func readAll(prefix: String) -> [Variable] {
        variables.keys.sorted().filter { $0.hasPrefix(prefix) }.map {
            Variable(name: $0, value: variables[$0] ?? [], version: VariableVersion(1))
        }
    }

    func commit(_ operations: [VariableOperation]) throws -> [VariableVersion] {
        if let failure {
            refusals += 1
            throw failure
        }
        commits += 1
        return operations.map { operation in
            switch operation {
            case .put(let name, let value, _):
                variables[name] = value
                return VariableVersion(1)
            case .delete(let name, _):
                variables[name] = nil
                return .absent
            case .check(_, let version): return version
            }
        }
    }
}

/// A service on a free port, with a scripted master, that is stopped when the body ends.
func withMarathon<Answer: Sendable>(
    store: TestStore, _ body: @escaping @Sendable (MarathonService, ScriptedLink, _ url: String) async throws -> Answer
) async throws -> Answer {
    var configuration = MarathonConfiguration(
        hostname: "127.0.0.1", master: .location(try MasterLocation.parse("127.0.0.1:1")), user: "root")
    configuration.httpPort = 0
    let (links, sink) = AsyncStream.makeStream(of: ScriptedLink.self)
    let service = MarathonService(
        configuration, store: store, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
        makeLink: { framework in
            let link = ScriptedLink(framework)
            sink.yield(link)
            return link
        }, clock: SystemClock.now, seed: 5)
    let address = try await service.start()
    return try await withThrowingTaskGroup(of: Answer?.self) { group in
        defer { group.cancelAll() }
        group.addTask {
            try? await service.run()
            return nil
        }
        group.addTask {
            guard let link = await links.first(where: { _ in true }) else { return nil }
            return try await body(service, link, "http://\(address)")
        }
        while let result = try await group.next() { if let result { return result } }
        throw ClusterError(.unavailable, "the service ended")
    }
}

/// One request to the API, on a connection of its own.
func send(_ method: RequestMethod, _ url: String, _ body: String = "") async throws -> (status: Int, json: JSONValue) {
    let client = try HTTPClientPool()
    let response: ClientResponse
    do {
        response = try await client.send(
            ClientRequest(
                method, url, headers: ["Content-Type": "application/json", "Accept": "application/json"],
                body: body.isEmpty ? nil : Array(body.utf8), timeout: .seconds(10)))
    } catch {
        await client.shutdown()
        throw error
    }
    await client.shutdown()
    return (response.status.code, (try? JSONValue(parsing: response.body)) ?? .null)
}

private func offer(_ id: String) -> Offer {
    let resources: Resources = [
        .scalar("cpus", 4), .scalar("mem", 4096), .scalar("disk", 999), .ranges("ports", [31_000...31_500]),
    ]
    return Offer(
        id: OfferID(id), frameworkID: "F-7", agentID: "A-1", hostname: "agent1", ip: "10.0.0.2", port: 5051,
        resources: resources.allocated(to: "*"), role: "*")
}

private func status(_ task: TaskID, _ state: TaskState, low: UInt64) -> SchedulerEvent {
    .update(TaskStatus(taskID: task, state: state, agentID: "A-1", uuid: UniqueID(high: 9, low: low)))
}

@Test(.timeLimit(.minutes(1))) func seedAppGoesFromPostToRunningAndSurvivesRestart() async throws {
    let store = TestStore()
    let task = try await withMarathon(store: store) { service, link, url -> TaskID in
        #expect(link.framework.name == "marathon" && link.framework.checkpoint)
        #expect(link.framework.failoverTimeout == .seconds(604_800) && link.framework.id == nil)
        link.subscribe()
        try await service.ready()
        let created = try await send(.post, url + "/v2/apps", seedApp)
        #expect(created.status == 201)
        try await link.next { $0 == .revive(roles: []) ? true : nil }
        link.say(.offers([offer("O-1")]))
        let tasks = try await link.launch()
        #expect(tasks.count == 1)
        // Durable before the ACCEPT left.
        #expect(await store.variables.keys.contains { $0.hasPrefix("marathon/instances/web-app.") })
        link.say(status(tasks[0].id, .running, low: 1))
        try await link.next { if case .acknowledge = $0 { true } else { nil } }
        let app = try await send(.get, url + "/v2/apps/web-app").json["app"]
        #expect(app?["tasksRunning"] == 1 && app?["deployments"] == [])
        #expect(try await send(.get, url + "/v2/deployments").json == [])
        #expect(try await send(.get, url + "/v2/info").json["frameworkId"] == "F-7")
        return tasks[0].id
    }
    try await withMarathon(store: store) { service, link, url in
        #expect(link.framework.id == "F-7")
        link.subscribe()
        try await service.ready()
        let asked = try await link.next { if case .reconcile(let tasks) = $0, !tasks.isEmpty { tasks } else { nil } }
        #expect(asked == [TaskQuery(taskID: task, agentID: "A-1")])
        link.say(status(task, .failed, low: 2))
        try await link.next { if case .acknowledge = $0 { true } else { nil } }
        // The delay of one second passes by itself; then offers are asked for again.
        try await link.next { $0 == .revive(roles: []) ? true : nil }
        link.say(.offers([offer("O-2")]))
        #expect(try await link.launch().first?.id.value.hasSuffix("._app.2") == true)
        #expect(try await send(.delete, url + "/v2/apps/web-app").status == 200)
        let killed = try await link.next { if case .kill(let task, _, _) = $0 { task } else { nil } }
        link.say(status(killed, .killed, low: 3))
        try await link.next { if case .acknowledge(_, killed, _) = $0 { true } else { nil } }
        #expect(await store.variables.keys.sorted() == ["marathon/framework-id"])
    }
}

@Test(.timeLimit(.minutes(1))) func refusedAcceptIsTriedOnTheNextOffer() async throws {
    try await withMarathon(store: TestStore()) { _, link, url in
        link.subscribe()
        _ = try await send(.post, url + "/v2/apps", #"{"id":"/a","cmd":"sleep 1"}"#)
        link.say(.offers([offer("O-1")]))
        let call = try await link.next { if case .accept = $0 { $0 } else { nil } }
        link.tell(.refused(call, status: 400, message: "no"))
        try await link.next { $0 == .revive(roles: []) ? true : nil }
        link.say(.offers([offer("O-2")]))
        #expect(try await link.launch().first?.id.value.hasSuffix("._app.2") == true)
    }
}

@Test(.timeLimit(.minutes(1))) func nothingIsAcknowledgedThatIsNotStored() async throws {
    let store = TestStore()
    await #expect(throws: (any Error).self) {
        try await withMarathon(store: store) { service, link, url in
            link.subscribe()
            try await service.ready()
            await store.fail(with: ClusterError(.system, "the disk is gone"))
            let answer = try await send(.post, url + "/v2/apps", seedApp)
            #expect(answer.status == 503)
            throw ClusterError(.system, "seen")
        }
    }
    #expect(await store.variables.keys.allSatisfy { !$0.hasPrefix("marathon/apps") })
}

@Test(.timeLimit(.minutes(1))) func aStoreThatIsAwayForAWhileIsWaitedFor() async throws {
    let store = TestStore()
    try await withMarathon(store: store) { service, link, url in
        link.subscribe()
        try await service.ready()
        await store.fail(with: ClusterError(.unavailable, "connection loss"))
        async let posted = send(.post, url + "/v2/apps", seedApp)
        while await store.refusals < 2 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(await store.variables.keys.allSatisfy { !$0.hasPrefix("marathon/apps") })
        await store.heal()
        #expect(try await posted.status == 201)
        #expect(await store.variables.keys.contains { $0.hasPrefix("marathon/apps/web-app/") })
    }
}

@Test(.timeLimit(.minutes(1))) func commitsOfOneVariableAreMerged() {
    let operations = MarathonDriver.operations([
        .put(name: "a", value: [1]), .put(name: "b", value: [1]), .put(name: "a", value: [2]), .delete(name: "b"),
    ])
    #expect(operations == [.put(name: "marathon/a", value: [2]), .delete(name: "marathon/b")])
}
