internal import ClusterBase
internal import ClusterModel
internal import FrameworkSDK
internal import MesosProtocol

/// Launches tasks once, on one offer, and follows them to their ends.
struct ExecuteScheduler: FrameworkScheduler {
    private let launch: ExecuteLaunch
    private let killAfter: Duration?
    private let say: @Sendable (String) -> Void
    private var frameworkID: FrameworkID?
    private var isLaunched = false
    /// The state last heard of each task.
    private var states: [TaskID: TaskState] = [:]
    /// Tasks to kill, and when.
    private var kills: [(task: TaskID, agent: AgentID?, due: Instant)] = []

    /// `say` gets a line for each piece of news.
    init(_ launch: ExecuteLaunch, killAfter: Duration?, say: @escaping @Sendable (String) -> Void) {
        (self.launch, self.killAfter, self.say) = (launch, killAfter, say)
    }

    /// Whether every task has finished.
    var hasSucceeded: Bool { isLaunched && launch.tasks.allSatisfy { states[$0.id] == .finished } }

    var nextDeadline: Instant? { kills.map(\.due).min() }

    mutating func handle(_ event: SchedulerEvent, now: Instant) -> [SchedulerCall] {
        switch event {
        case .subscribed(let id, _, _):
            if frameworkID == nil { say("Subscribed with ID \(id)") }
            frameworkID = id
            return []
        case .offers(let offers): return match(offers)
        case .update(let status): return follow(status, now: now)
        case .error(let message):
            say("Received an ERROR event: \(message)")
            return []
        default: return []
        }
    }

    mutating func handle(notice: ConnectionNotice, now: Instant) -> [SchedulerCall] {
        switch notice {
        case .disconnected(let reason): if !hasEnded { say("Disconnected: \(reason)") }
        case .refused(_, _, let message): say("The master refused a call: \(message)")
        }
        return []
    }

    mutating func tick(now: Instant) -> [SchedulerCall] {
        let due = kills.filter { $0.due <= now }
        kills.removeAll { $0.due <= now }
        return due.map { kill in
            say("Asked to kill task '\(kill.task)'" + (kill.agent.map { " on agent '\($0)'" } ?? ""))
            return .kill(kill.task, agent: kill.agent, policy: nil)
        }
    }

    private var hasEnded: Bool { isLaunched && launch.tasks.allSatisfy { states[$0.id]?.isTerminal ?? false } }

    private mutating func match(_ offers: [Offer]) -> [SchedulerCall] {
        var calls: [SchedulerCall] = []
        var declined: [OfferID] = []
        for offer in offers {
            guard !isLaunched, let operation = operation(on: offer) else {
                declined.append(offer.id)
                continue
            }
            isLaunched = true
            calls.append(.accept(offers: [offer.id], operations: [operation], filters: Filters()))
            for task in launch.tasks { say("Submitted task '\(task.id)' to agent '\(offer.agentID)'") }
        }
        if !declined.isEmpty { calls.append(.decline(offers: declined, filters: Filters())) }
        if isLaunched { calls.append(.suppress(roles: [])) }
        return calls
    }

    /// All of the launch on one offer; nil without room.
    private func operation(on offer: Offer) -> OfferOperation? {
        var room = OfferRoom(offer)
        var placed: [TaskInfo] = []
        for task in launch.tasks {
            guard let fitted = room.place(task) else { return nil }
            placed.append(fitted)
        }
        guard var executor = launch.executor else { return .launch(placed) }
        guard let own = room.take(executor.resources) else { return nil }
        (executor.resources, executor.frameworkID) = (own.resources, frameworkID)
        return .launchGroup(executor, placed)
    }

    private mutating func follow(_ status: TaskStatus, now: Instant) -> [SchedulerCall] {
        guard launch.tasks.contains(where: { $0.id == status.taskID }) else { return [] }
        let previous = states.updateValue(status.state, forKey: status.taskID)
        say("Received status update \(status.state.wireName) for task '\(status.taskID)'")
        if let message = status.message { say("  message: '\(message)'") }
        let names = try? JSONValue(parsing: status.encoded(as: .json))
        if let source = names?["source"]?.string { say("  source: \(source)") }
        if let reason = names?["reason"]?.string { say("  reason: \(reason)") }
        if let isHealthy = status.isHealthy { say("  healthy?: \(isHealthy)") }
        if let killAfter, status.state == .running, previous != .running {
            kills.append((status.taskID, status.agentID, now + killAfter))
        }
        if status.state.isTerminal { kills.removeAll { $0.task == status.taskID } }
        return hasEnded ? [.teardown] : []
    }
}
