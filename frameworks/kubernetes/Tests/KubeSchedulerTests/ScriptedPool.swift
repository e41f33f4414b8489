import ClusterBase
import ClusterModel
import FrameworkSDK
import HTTPTransport
import Logging
import MesosProtocol
import ResourceModel
import Synchronization
import TestSupport

/// A master with agents that never were: it keeps the books as a master does, starts what is launched at once, and
/// remembers every call.
///
/// What is free is offered at once, except while offers are suppressed, and what was refused not before the refusal
/// ends or offers are revived.
final class ScriptedPool: Sendable {
    /// A call as it came in.
    struct Received: Sendable {
        var framework: FrameworkID?
        var call: SchedulerCall
    }

    struct Agent: Sendable {
        var id: AgentID
        var hostname: String
        var free: Resources
        /// What is not offered by itself, and which refusal said so.
        var refused: (resources: Resources, number: Int)?
        var executors: [ExecutorInfo] = []
    }

    struct RunningTask: Sendable {
        var info: TaskInfo
        var state = TaskState.running
    }

    private struct Framework: Sendable {
        var info: FrameworkInfo
        var stream: ResponseStream?
        var isSuppressed = false
    }

    private struct State: Sendable {
        var frameworks: [FrameworkID: Framework] = [:]
        var removed: Set<FrameworkID> = []
        var agents: [Agent] = []
        var offers: [OfferID: (agent: Int, resources: Resources)] = [:]
        var tasks: [TaskID: RunningTask] = [:]
        var received: [Received] = []
        var counter = 0

        mutating func next() -> Int {
            counter += 1
            return counter
        }
    }

    private let server: HTTPServer
    private let state = Mutex(State())

    private init() { server = HTTPServer(HTTPServerConfiguration(), logger: .quiet) }

    /// Starts one in a scope, with agents `agent-1`, `agent-2`, … of the same size.
    static func start(
        in scope: TestScope, agents: Int = 1, resources: String = "cpus:4;mem:4096;ports:[31000-32000]"
    ) async throws -> ScriptedPool {
        let pool = ScriptedPool()
        let free = try Resources(parsing: resources).allocated(to: "*")
        pool.state.withLock { state in
            for number in 0..<agents {
                state.agents.append(
                    Agent(id: AgentID("agent-id-\(number + 1)"), hostname: "agent-\(number + 1)", free: free))
            }
        }
        pool.server.install(
            HTTPService(routes: [Route(.post, "/api/v1/scheduler") { [weak pool] in pool?.answer($0) ?? .error(500) }]))
        try await pool.server.start()
        scope.onExit { await pool.server.stop() }
        return pool
    }

    var source: MasterSource {
        .location(MasterLocation(.masters(["http://\(server.address.map(\.description) ?? "")"])))
    }

    // MARK: What tests see

    /// The calls so far, in order.
    var calls: [SchedulerCall] { state.withLock { $0.received.map(\.call) } }

    /// The ids of frameworks that are subscribed now.
    var subscribed: [FrameworkID] {
        state.withLock { $0.frameworks.filter { $0.value.stream?.isOpen == true }.keys.sorted() }
    }

    /// What the frameworks said of themselves when they subscribed, in order.
    var subscriptions: [FrameworkInfo] {
        calls.compactMap { if case .subscribe(let info, _, _) = $0 { info } else { nil } }
    }

    /// The tasks that have not ended, by id.
    var tasks: [TaskInfo] {
        state.withLock { state in
            state.tasks.values.filter { !$0.state.isTerminal }.map(\.info).sorted { $0.id < $1.id }
        }
    }

    /// The operations of the ACCEPT calls that launch, in order.
    var launches: [[TaskInfo]] {
        calls.compactMap { call in
            guard case .accept(_, let operations, _) = call else { return nil }
            var tasks: [TaskInfo] = []
            for case .launch(let launched) in operations.map(\.action) { tasks += launched }
            return tasks.isEmpty ? nil : tasks
        }
    }

    /// How many offers nobody has answered.
    var openOffers: Int { state.withLock { $0.offers.count } }

    /// Whether the framework asks for no offers.
    var isSuppressed: Bool { state.withLock { $0.frameworks.values.allSatisfy(\.isSuppressed) } }

    // MARK: What tests do

    /// Breaks every subscription.
    func disconnect() {
        for stream in state.withLock({ $0.frameworks.values.compactMap(\.stream) }) { stream.close() }
    }

    /// Removes every framework with its tasks, as an operator's teardown does.
    func removeFrameworks() {
        state.withLock { state in
            for (id, framework) in state.frameworks {
                state.removed.insert(id)
                Self.send(.error("Framework has been removed"), to: framework)
                framework.stream?.close()
            }
            state.frameworks = [:]
            for task in state.tasks.keys { Self.end(task, .killed, &state) }
            for index in state.agents.indices { state.agents[index].executors = [] }
        }
    }

    /// Ends a task by itself.
    func end(_ task: TaskID, _ end: TaskState, reason: StatusReason? = nil) {
        state.withLock { state in
            Self.end(task, end, &state)
            Self.tell(task, reason: reason, &state)
            Self.offer(&state)
        }
    }

    // MARK: Calls

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        guard let format = WireFormat(contentType: request.headers["Content-Type"] ?? "") else { return .error(415) }
        let received: SchedulerRequest
        do { received = try SchedulerCodec.decodeCall(request.body, as: format) } catch {
            return .error(HTTPStatus(error.status), error.message)
        }
        return state.withLock { state in
            state.received.append(Received(framework: received.frameworkID, call: received.call))
            if case .subscribe(let info, let suppressed, _) = received.call {
                return Self.subscribe(info, received.frameworkID, suppressed, &state)
            }
            guard let id = received.frameworkID, state.frameworks[id] != nil else {
                return .error(400, "Framework cannot be found")
            }
            carryOut(received.call, of: id, &state)
            Self.offer(&state)
            return .accepted
        }
    }

    private static func subscribe(
        _ info: FrameworkInfo, _ given: FrameworkID?, _ suppressed: [String], _ state: inout State
    ) -> HTTPResponse {
        let stream = ResponseStream()
        let response = HTTPResponse.stream(stream, as: .protobuf, headers: ["Mesos-Stream-Id": "s\(state.next())"])
        let id = given ?? FrameworkID("framework-\(state.next())")
        var framework = Framework(info: info, stream: stream)
        framework.isSuppressed = !suppressed.isEmpty
        if state.removed.contains(id) {
            send(.error("Framework has been removed"), to: framework)
            return response
        }
        if let old = state.frameworks[id] {
            send(.error("Framework failed over"), to: old)
            old.stream?.close()
        }
        _ = giveBack(Array(state.offers.keys), &state)
        for index in state.agents.indices { state.agents[index].refused = nil }
        state.frameworks[id] = framework
        send(.subscribed(id, heartbeatInterval: .seconds(15), master: master), to: framework)
        offer(&state)
        return response
    }

    private static let master = MasterInfo(
        id: "m1", ip: "127.0.0.1", port: 5050, hostname: "localhost", version: "1.12.0")

    private func carryOut(_ call: SchedulerCall, of id: FrameworkID, _ state: inout State) {
        switch call {
        case .accept(let offers, let operations, let filters):
            refuse(Self.accept(offers, operations, &state), filters, &state)
        case .decline(let offers, let filters): refuse(Self.giveBack(offers, &state), filters, &state)
        case .revive:
            state.frameworks[id]?.isSuppressed = false
            for index in state.agents.indices { state.agents[index].refused = nil }
        case .suppress: state.frameworks[id]?.isSuppressed = true
        case .kill(let task, _, _):
            guard let known = state.tasks[task], !known.state.isTerminal else { return }
            Self.end(task, .killed, &state)
            Self.tell(task, &state)
        case .reconcile(let queries): Self.reconcile(queries, &state)
        default: break
        }
    }

    /// Keeps what is left on agents back for as long as the framework says.
    private func refuse(_ agents: Set<Int>, _ filters: Filters, _ state: inout State) {
        guard filters.refuseSeconds > 0 else { return }
        for agent in agents {
            let number = state.next()
            state.agents[agent].refused = (state.agents[agent].free, number)
            Task {
                try? await Task.sleep(for: .fractionalSeconds(filters.refuseSeconds))
                self.state.withLock { state in
                    guard state.agents[agent].refused?.number == number else { return }
                    state.agents[agent].refused = nil
                    Self.offer(&state)
                }
            }
        }
    }

    /// Makes offered resources free again; returns whose they are.
    private static func giveBack(_ offers: [OfferID], _ state: inout State) -> Set<Int> {
        var agents: Set<Int> = []
        for offer in offers {
            guard let what = state.offers.removeValue(forKey: offer) else { continue }
            state.agents[what.agent].free += what.resources
            agents.insert(what.agent)
        }
        return agents
    }

    private static func accept(
        _ offers: [OfferID], _ operations: [OfferOperation], _ state: inout State
    ) -> Set<Int> {
        let agents = giveBack(offers, &state)
        guard let agent = agents.first, agents.count == 1 else {
            for case .launch(let tasks) in operations.map(\.action) {
                for task in tasks {
                    state.tasks[task.id] = RunningTask(info: task, state: .dropped)
                    tell(task.id, reason: .invalidOffers, &state)
                }
            }
            return agents
        }
        for case .launch(let tasks) in operations.map(\.action) {
            for task in tasks { launch(task, on: agent, &state) }
        }
        return agents
    }

    private static func launch(_ task: TaskInfo, on agent: Int, _ state: inout State) {
        var needed = task.resources.allocated(to: "*")
        if let executor = task.executor, !state.agents[agent].executors.contains(where: { $0.id == executor.id }) {
            needed += executor.resources.allocated(to: "*")
            state.agents[agent].executors.append(executor)
        }
        guard state.agents[agent].free.contains(needed) else {
            state.tasks[task.id] = RunningTask(info: task, state: .error)
            return tell(task.id, reason: .taskInvalid, &state)
        }
        state.agents[agent].free -= needed
        state.tasks[task.id] = RunningTask(info: task, state: .starting)
        tell(task.id, &state)
        state.tasks[task.id]?.state = .running
        tell(task.id, &state)
    }

    private static func end(_ task: TaskID, _ end: TaskState, _ state: inout State) {
        guard let known = state.tasks[task], !known.state.isTerminal else { return }
        state.tasks[task]?.state = end
        guard let agent = state.agents.firstIndex(where: { $0.id == known.info.agentID }) else { return }
        state.agents[agent].free += known.info.resources.allocated(to: "*")
    }

    private static func reconcile(_ queries: [TaskQuery], _ state: inout State) {
        let ids =
            queries.isEmpty ? state.tasks.filter { !$0.value.state.isTerminal }.keys.sorted() : queries.map(\.taskID)
        for id in ids {
            if let task = state.tasks[id], !task.state.isTerminal {
                tell(id, reason: .reconciliation, source: .master, &state)
            } else {
                let agent = queries.first { $0.taskID == id }?.agentID
                let status = TaskStatus(
                    taskID: id, state: .gone, message: "unknown", source: .master, reason: .reconciliation,
                    agentID: agent)
                for framework in state.frameworks.values { send(.update(status), to: framework) }
            }
        }
    }

    // MARK: Events

    private static func tell(
        _ task: TaskID, reason: StatusReason? = nil, source: StatusSource = .executor, _ state: inout State
    ) {
        guard let known = state.tasks[task] else { return }
        let number = UInt64(state.next())
        let status = TaskStatus(
            taskID: task, state: known.state, source: source, reason: reason, agentID: known.info.agentID,
            executorID: known.info.executor?.id, uuid: source == .executor ? UniqueID(high: number, low: number) : nil)
        for framework in state.frameworks.values { send(.update(status), to: framework) }
    }

    private static func offer(_ state: inout State) {
        guard let id = state.frameworks.keys.sorted().first, let framework = state.frameworks[id],
            !framework.isSuppressed
        else { return }
        var offers: [Offer] = []
        for index in state.agents.indices where !state.agents[index].free.isEmpty {
            let agent = state.agents[index]
            if let refused = agent.refused, refused.resources.contains(agent.free) { continue }
            let offer = Offer(
                id: OfferID("o\(state.next())"), frameworkID: id, agentID: agent.id, hostname: agent.hostname,
                ip: "127.0.0.1", port: 5051 + index, resources: agent.free, role: "*",
                executorIDs: agent.executors.map(\.id))
            state.offers[offer.id] = (index, agent.free)
            state.agents[index].free = Resources()
            offers.append(offer)
        }
        if !offers.isEmpty { send(.offers(offers), to: framework) }
    }

    private static func send(_ event: SchedulerEvent, to framework: Framework) {
        framework.stream?.write(
            RecordIO.frame(SchedulerCodec.encodeEvent(event, as: .protobuf, for: framework.info.capabilities)))
    }
}

extension Logger {
    /// Says nothing but what is wrong.
    static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }
}
