import ClusterBase
import ClusterModel
import KubeModel
import KubeScheduling
import ResourceModel

/// A small model of a master with its agents: what the scheduler's calls do, and what it is told of that.
struct PoolModel {
    struct Task {
        var info: TaskInfo
        var state: TaskState
        var pod: String { info.labels.first { $0.key == "uid" }?.value ?? "" }
    }

    struct Agent {
        let id: AgentID
        let host: String
        let total: Resources
        var executor: ExecutorInfo?
        var tasks: [TaskID: Task] = [:]
        var outstanding: [OfferID: Resources] = [:]
        var filter: (resources: Resources, until: Instant)?
        var isReachable = true

        /// What nobody uses and nobody was offered.
        var free: Resources {
            var rest = total
            if let executor { rest -= executor.resources }
            for task in tasks.values { rest -= task.info.resources }
            for offer in outstanding.values { rest -= offer }
            return rest
        }
    }

    var agents: [Agent]
    var isSubscribed = false
    var isSuppressed = false
    /// What must never happen, and did.
    var violations: [String] = []
    private var offers = 0

    init(agents count: Int, resources: String) {
        agents = (0..<count).map { index in
            Agent(
                id: AgentID("S\(index)"), host: "n\(index)", total: (try? Resources(parsing: resources)) ?? [])
        }
    }

    /// The agent that runs a pod's task, by the pod's uid.
    func hosts(of uid: String) -> [String] {
        agents.filter { agent in agent.tasks.values.contains { $0.pod == uid } }.map(\.host)
    }

    /// The offers that are due.
    mutating func makeOffers(now: Instant) -> [Offer] {
        guard isSubscribed, !isSuppressed else { return [] }
        var made: [Offer] = []
        for index in agents.indices where agents[index].isReachable {
            let free = agents[index].free
            guard free.cpus.value > 0.01, free.memory.value > 1 else { continue }
            if let filter = agents[index].filter, filter.until > now, filter.resources.contains(free) { continue }
            offers += 1
            let id = OfferID("O\(offers)")
            agents[index].outstanding[id] = free
            made.append(
                Offer(
                    id: id, frameworkID: "f", agentID: agents[index].id, hostname: agents[index].host, ip: "10.0.0.1",
                    port: 5051 + index, resources: free, role: "*",
                    executorIDs: agents[index].executor.map { [$0.id] } ?? []))
        }
        return made
    }

    /// Does what a call asks for; returns the statuses that follow.
    mutating func perform(
        _ call: SchedulerCall, now: Instant, nodeOf: (String) -> String?
    ) -> [(agent: Int, status: TaskStatus)] {
        switch call {
        case .accept(let ids, let operations, let filters):
            let tasks = operations.flatMap { if case .launch(let tasks) = $0.action { tasks } else { [TaskInfo]() } }
            return accept(ids, tasks, filters, now: now, nodeOf: nodeOf)
        case .decline(let ids, let filters):
            for id in ids { release(id, filters, now: now) }
            return []
        case .suppress: isSuppressed = true
        case .revive:
            isSuppressed = false
            for index in agents.indices { agents[index].filter = nil }
        case .kill(let task, _, _):
            guard let index = agents.firstIndex(where: { $0.tasks[task] != nil }) else {
                return [(-1, TaskStatus(taskID: task, state: .unknown, reason: .reconciliation))]
            }
            guard agents[index].isReachable else { return [] }
            agents[index].tasks[task] = nil
            return [(index, TaskStatus(taskID: task, state: .killed, source: .executor))]
        case .reconcile(let queries): return reconcile(queries)
        default: break
        }
        return []
    }

    private mutating func release(_ id: OfferID, _ filters: Filters, now: Instant) {
        for index in agents.indices {
            guard agents[index].outstanding.removeValue(forKey: id) != nil else { continue }
            if filters.refuseSeconds > 0 {
                agents[index].filter = (agents[index].free, now + .fractionalSeconds(filters.refuseSeconds))
            }
        }
    }

    private mutating func accept(
        _ ids: [OfferID], _ tasks: [TaskInfo], _ filters: Filters, now: Instant, nodeOf: (String) -> String?
    ) -> [(agent: Int, status: TaskStatus)] {
        let index = agents.firstIndex { agent in ids.allSatisfy { agent.outstanding[$0] != nil } }
        guard let index, !ids.isEmpty else {
            for id in ids { release(id, filters, now: now) }
            return tasks.map { (-1, TaskStatus(taskID: $0.id, state: .dropped, reason: .invalidOffers)) }
        }
        var offered = ids.reduce(into: Resources()) { $0 += agents[index].outstanding[$1] ?? [] }
        var statuses: [(agent: Int, status: TaskStatus)] = []
        for task in tasks {
            var wanted = task.resources
            if let executor = task.executor, let running = agents[index].executor {
                if !running.isCompatible(with: executor) { violations.append("\(task.id): another executor") }
            } else if let executor = task.executor {
                wanted += executor.resources
                agents[index].executor = executor
            }
            if !offered.contains(wanted) { violations.append("\(task.id): \(wanted) is more than \(offered)") }
            offered -= wanted
            if task.name != "sweep" { check(task, on: index, nodeOf) }
            agents[index].tasks[task.id] = Task(info: task, state: .staging)
            statuses.append((index, TaskStatus(taskID: task.id, state: .running, source: .executor)))
        }
        for id in ids { release(id, filters, now: now) }
        return statuses
    }

    private mutating func check(_ task: TaskInfo, on index: Int, _ nodeOf: (String) -> String?) {
        let uid = task.labels.first { $0.key == "uid" }?.value ?? ""
        if !hosts(of: uid).isEmpty { violations.append("\(task.name) runs twice") }
        // A pod that is gone from the server meanwhile had its binding.
        if let node = nodeOf(uid), node != agents[index].host {
            violations.append("\(task.name) is launched on \(agents[index].host) and bound to '\(node)'")
        }
    }

    private func reconcile(_ queries: [TaskQuery]) -> [(agent: Int, status: TaskStatus)] {
        let known = agents.enumerated().flatMap { index, agent in
            agent.tasks.values.map { task in
                (
                    index,
                    TaskStatus(
                        taskID: task.info.id, state: agent.isReachable ? task.state : .unreachable,
                        reason: .reconciliation, agentID: agent.id)
                )
            }
        }.sorted { $0.1.taskID < $1.1.taskID }
        if queries.isEmpty { return known }
        return queries.map { query in
            known.first { $0.1.taskID == query.taskID }
                ?? (-1, TaskStatus(taskID: query.taskID, state: .unknown, reason: .reconciliation))
        }
    }

    /// Ends an executor; returns what is told.
    mutating func endExecutor(of index: Int) -> [SchedulerEvent] {
        guard agents[index].executor != nil else { return [] }
        let tasks = agents[index].tasks.keys.sorted()
        let id = agents[index].id
        agents[index].executor = nil
        agents[index].tasks = [:]
        return [.failure(agent: id, executor: "k8sm-executor", status: 9)]
            + tasks.map {
                .update(
                    TaskStatus(
                        taskID: $0, state: .gone, source: .agent, reason: .executorTerminated, agentID: id))
            }
    }

    /// Cuts an agent off; returns what is told.
    mutating func cutOff(_ index: Int) -> [SchedulerEvent] {
        guard agents[index].isReachable else { return [] }
        agents[index].isReachable = false
        agents[index].outstanding = [:]
        let id = agents[index].id
        return [.failure(agent: id, executor: nil, status: nil)]
            + agents[index].tasks.keys.sorted().map {
                .update(TaskStatus(taskID: $0, state: .unreachable, source: .master, agentID: id))
            }
    }

    /// Lets an agent come back; returns what is told.
    mutating func bringBack(_ index: Int) -> [SchedulerEvent] {
        guard !agents[index].isReachable else { return [] }
        agents[index].isReachable = true
        let id = agents[index].id
        return agents[index].tasks.keys.sorted().map {
            .update(
                TaskStatus(
                    taskID: $0, state: .running, source: .master, reason: .agentReregistered, agentID: id))
        }
    }

    /// Ends a subscription.
    mutating func disconnect() {
        isSubscribed = false
        for index in agents.indices {
            agents[index].outstanding = [:]
            agents[index].filter = nil
        }
    }
}
