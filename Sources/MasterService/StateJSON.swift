internal import ClusterBase
internal import ClusterModel
internal import MasterCore
internal import MesosProtocol
internal import ResourceModel

/// The bodies of the v0 JSON endpoints (spec `mesos/08` §8.1, §8.2), rendered from a state that does not change.
struct StateJSON {
    let state: MasterState
    let configuration: MasterServiceConfiguration
    let startTime: Instant
    let leader: MasterInfo?

    func document() -> JSONValue {
        var object = MasterEndpoints.version.object ?? JSONObject()
        object["start_time"] = ModelJSON.time(startTime)
        if let elected = state.elected { object["elected_time"] = ModelJSON.time(elected) }
        object["id"] = .string(state.master.id)
        object["pid"] = .string(state.master.pid)
        object["hostname"] = .string(state.master.hostname)
        object["capabilities"] = ModelJSON.strings(state.master.capabilities)
        let agents = state.agents
        object["activated_slaves"] = .integer(Int64(agents.count { $0.isActive }))
        object["deactivated_slaves"] = .integer(Int64(agents.count { !$0.isActive }))
        object["unreachable_slaves"] = .integer(Int64(state.unreachableAgents.count))
        if let domain = state.master.domain { object["domain"] = ModelJSON.domain(domain) }
        if let leader {
            object["leader"] = .string(leader.pid)
            object["leader_info"] = [
                "id": .string(leader.id), "pid": .string(leader.pid), "port": .integer(Int64(leader.port)),
                "hostname": .string(leader.hostname),
            ]
        }
        if let cluster = configuration.cluster { object["cluster"] = .string(cluster) }
        object["flags"] = flags
        object["slaves"] = .array(agents.map { agent($0) })
        object["recovered_slaves"] = .array(state.recoveredAgents.map(recovered))
        object["frameworks"] = .array(state.frameworks.map(framework))
        object["completed_frameworks"] = .array(state.completedFrameworks.map(framework))
        object["orphan_tasks"] = []
        object["unregistered_frameworks"] = []
        return .object(object)
    }

    var flags: JSONValue {
        var object = JSONObject()
        for (name, value) in configuration.flags { object[name] = .string(value) }
        return .object(object)
    }

    /// `/slaves`, with an optional choice of one.
    func agents(only id: AgentID?) -> JSONValue {
        let agents = id.map { [state.agent($0)].compactMap { $0 } } ?? state.agents
        let recovered = state.recoveredAgents.filter { id == nil || $0.id == id }
        return [
            "slaves": .array(agents.map { agent($0, full: true) }),
            "recovered_slaves": .array(recovered.map(self.recovered)),
        ]
    }

    /// `/frameworks`, with an optional choice of one.
    func frameworks(only id: FrameworkID?) -> JSONValue {
        [
            "frameworks": .array(state.frameworks.filter { id == nil || $0.id == id }.map(framework)),
            "completed_frameworks": .array(
                state.completedFrameworks.filter { id == nil || $0.id == id }.map(framework)),
            "unregistered_frameworks": [],
        ]
    }

    private func agent(_ agent: CoreAgent, full: Bool = false) -> JSONValue {
        let (info, total) = (agent.info, agent.info.resources)
        var object: JSONObject = [
            "id": .string(agent.id.value), "hostname": .string(info.hostname), "port": .integer(Int64(info.port)),
            "attributes": ModelJSON.attributes(info.attributes), "pid": .string(agent.pid),
            "registered_time": ModelJSON.time(agent.registered),
        ]
        if let again = agent.reregistered { object["reregistered_time"] = ModelJSON.time(again) }
        object["resources"] = ModelJSON.resources(total)
        object["used_resources"] = ModelJSON.resources(agent.usedResources)
        object["offered_resources"] = ModelJSON.resources(agent.offeredResources)
        object["reserved_resources"] = ModelJSON.reserved(total)
        object["unreserved_resources"] = ModelJSON.resources(total.unreserved)
        object["active"] = .bool(agent.isActive)
        object["deactivated"] = false
        object["version"] = .string(agent.version)
        object["capabilities"] = ModelJSON.strings(agent.capabilities)
        if let domain = info.domain { object["domain"] = ModelJSON.domain(domain) }
        if full {
            var byRole = JSONObject()
            for resource in total where resource.isReserved {
                byRole[resource.role] = .array((byRole[resource.role]?.array ?? []) + [Self.tree(resource)])
            }
            object["reserved_resources_full"] = .object(byRole)
            object["unreserved_resources_full"] = Self.trees(total.unreserved)
            object["used_resources_full"] = Self.trees(agent.usedResources)
            object["offered_resources_full"] = Self.trees(agent.offeredResources)
        }
        return .object(object)
    }

    private func recovered(_ info: AgentInfo) -> JSONValue {
        var object: JSONObject = [
            "id": .string(info.id?.value ?? ""), "hostname": .string(info.hostname),
            "port": .integer(Int64(info.port)), "attributes": ModelJSON.attributes(info.attributes),
        ]
        if let domain = info.domain { object["domain"] = ModelJSON.domain(domain) }
        return .object(object)
    }

    private func frameworkSummary(_ view: CoreFramework) -> JSONObject {
        let info = view.info
        return [
            "id": .string(view.id.value), "name": .string(info.name),
            "used_resources": ModelJSON.resources(view.usedResources),
            "offered_resources": ModelJSON.resources(view.offeredResources),
            "capabilities": ModelJSON.strings(info.capabilities.wireNames), "hostname": .string(info.hostname),
            "webui_url": .string(info.webuiURL ?? ""), "active": .bool(view.isActive),
            "connected": .bool(view.isConnected), "recovered": .bool(view.isRecovered),
        ]
    }

    private func framework(_ view: CoreFramework) -> JSONValue {
        let info = view.info
        var object = frameworkSummary(view)
        object["user"] = .string(info.user)
        object["failover_timeout"] = ModelJSON.number(info.failoverTimeout.totalSeconds)
        object["checkpoint"] = .bool(info.checkpoint)
        object["registered_time"] = ModelJSON.time(view.registered)
        object["unregistered_time"] = view.unregistered.map(ModelJSON.time) ?? 0
        if let principal = info.principal { object["principal"] = .string(principal) }
        object["resources"] = ModelJSON.resources(Array(view.usedResources) + Array(view.offeredResources))
        if let again = view.reregistered.last { object["reregistered_time"] = ModelJSON.time(again) }
        if info.isMultiRole {
            object["roles"] = ModelJSON.strings(info.roles)
        } else {
            object["role"] = .string(info.roles.first ?? "*")
        }
        object["tasks"] = .array(view.tasks.map(task))
        object["unreachable_tasks"] = .array(view.unreachableTasks.map(task))
        object["completed_tasks"] = .array(view.completedTasks.map(task))
        object["offers"] = .array(view.offers.map { offer($0, to: view) })
        object["offer_holding"] = holding(view)
        object["executors"] = .array(view.executors.map(executor))
        if !info.labels.isEmpty { object["labels"] = ModelJSON.labels(info.labels) }
        return .object(object)
    }

    /// An offer, with `offered_time` (ours): since when the framework holds it.
    private func offer(_ offer: Offer, to view: CoreFramework) -> JSONValue {
        guard var object = Self.tree(offer).object else { return .null }
        if let time = view.offered(offer.id) { object["offered_time"] = ModelJSON.time(time) }
        return .object(object)
    }

    /// How long a framework keeps offers; ours.
    private func holding(_ view: CoreFramework) -> JSONValue {
        let holding = view.offerHolding
        var object: JSONObject = [
            "ended": .integer(Int64(holding.count)), "timed_out": .integer(Int64(holding.timedOut)),
            "mean_secs": ModelJSON.number(holding.mean.totalSeconds),
            "longest_secs": ModelJSON.number(holding.longest.totalSeconds),
        ]
        if let oldest = view.oldestOffer { object["oldest_time"] = ModelJSON.time(oldest) }
        return .object(object)
    }

    private func executor(_ view: CoreExecutor) -> JSONValue {
        let info = view.info
        var object: JSONObject = [
            "executor_id": .string(info.id.value), "name": .string(info.name),
            "framework_id": .string(info.frameworkID?.value ?? ""),
            "resources": ModelJSON.resources(info.resources), "slave_id": .string(view.agentID.value),
        ]
        if let command = Self.tree(info)["command"] { object["command"] = command }
        if !info.labels.isEmpty { object["labels"] = ModelJSON.labels(info.labels) }
        return .object(object)
    }

    private func task(_ task: TaskRecord) -> JSONValue {
        var object: JSONObject = [
            "id": .string(task.id.value), "name": .string(task.name),
            "framework_id": .string(task.frameworkID.value),
            "executor_id": .string(task.executorID?.value ?? ""), "slave_id": .string(task.agentID.value),
            "state": .string(task.state.wireName), "resources": ModelJSON.resources(task.resources),
        ]
        if !task.limits.isEmpty {
            var limits = JSONObject()
            for limit in task.limits { limits[limit.name] = ModelJSON.number(limit.value) }
            object["limits"] = .object(limits)
        }
        let tree = Self.tree(task)
        object["role"] = .string(task.resources.first { $0.allocationRole != nil }?.allocationRole ?? "*")
        object["statuses"] = .array(task.statuses.map(status))
        if let user = task.user { object["user"] = .string(user) }
        if !task.labels.isEmpty { object["labels"] = ModelJSON.labels(task.labels) }
        for key in ["discovery", "container", "health_check"] {
            if let value = tree[key] { object[key] = value }
        }
        return .object(object)
    }

    private func status(_ status: TaskStatus) -> JSONValue {
        var object: JSONObject = [
            "state": .string(status.state.wireName), "timestamp": .double(status.timestamp?.seconds ?? 0),
        ]
        if !status.labels.isEmpty { object["labels"] = ModelJSON.labels(status.labels) }
        if let container = Self.tree(status)["container_status"] { object["container_status"] = container }
        if let healthy = status.isHealthy { object["healthy"] = .bool(healthy) }
        return .object(object)
    }

    /// `/tasks`: the newest status decides the order (spec §8.1).
    func tasks(limit: Int, offset: Int, ascending: Bool, framework: FrameworkID?, task: TaskID?) -> JSONValue {
        var tasks = (state.frameworks + state.completedFrameworks)
            .filter { framework == nil || $0.id == framework }
            .flatMap { $0.tasks + $0.unreachableTasks + $0.completedTasks }
            .filter { task == nil || $0.id == task }
        func time(_ task: TaskRecord) -> Double { task.statuses.first?.timestamp?.seconds ?? 0 }
        tasks.sort { ascending ? time($0) < time($1) : time($0) > time($1) }
        return ["tasks": .array(tasks.dropFirst(offset).prefix(limit).map(self.task))]
    }

    func roles() -> JSONValue {
        let roles = state.roles.map { role -> JSONValue in
            var object: JSONObject = [
                "name": .string(role.name), "weight": .double(role.weight),
                "resources": ModelJSON.resources(role.usedResources + role.offeredResources),
                "allocated": ModelJSON.resources(role.usedResources),
                "offered": ModelJSON.resources(role.offeredResources),
                "reserved": ModelJSON.resources(
                    state.agents.flatMap { $0.info.resources.filter { $0.isReserved && $0.role == role.name } }),
                "frameworks": ModelJSON.strings(role.frameworkIDs.map(\.value)),
            ]
            if let quota = role.quota {
                object["quota"] = [
                    "role": .string(role.name), "guarantee": ModelJSON.amounts(quota.guarantees.sorted),
                    "limit": ModelJSON.amounts(quota.sortedLimits), "consumed": ModelJSON.amounts(role.consumed.sorted),
                ]
            }
            return .object(object)
        }
        return ["roles": .array(roles)]
    }

    private static let counted: [TaskState] = [
        .staging, .starting, .running, .killing, .finished, .killed, .failed, .lost, .error, .unreachable,
    ]

    private func counts(_ tasks: [TaskRecord], into object: inout JSONObject) {
        for state in Self.counted { object[state.wireName] = .integer(Int64(tasks.count { $0.state == state })) }
    }

    /// `/state-summary`.
    func summary() -> JSONValue {
        let frameworks = state.frameworks
        var byAgent: [AgentID: (tasks: [TaskRecord], frameworks: [String])] = [:]
        for framework in frameworks {
            for task in framework.tasks + framework.unreachableTasks + framework.completedTasks {
                byAgent[task.agentID, default: ([], [])].tasks.append(task)
                if byAgent[task.agentID]?.frameworks.contains(framework.id.value) == false {
                    byAgent[task.agentID]?.frameworks.append(framework.id.value)
                }
            }
        }
        var object: JSONObject = ["hostname": .string(state.master.hostname)]
        if let cluster = configuration.cluster { object["cluster"] = .string(cluster) }
        object["slaves"] = .array(
            state.agents.map { view in
                var entry = agent(view).object ?? JSONObject()
                counts(byAgent[view.id]?.tasks ?? [], into: &entry)
                entry["framework_ids"] = ModelJSON.strings(byAgent[view.id]?.frameworks ?? [])
                return .object(entry)
            })
        object["frameworks"] = .array(
            frameworks.map { view in
                var entry = frameworkSummary(view)
                let tasks = view.tasks + view.unreachableTasks + view.completedTasks
                counts(tasks, into: &entry)
                entry["slave_ids"] = ModelJSON.strings(Set(tasks.map(\.agentID.value)).sorted())
                return .object(entry)
            })
        return .object(object)
    }

    /// A model value as the generic mapping shows it (spec `mesos.md` §B), in v0 names.
    static func tree(_ model: some WireModel) -> JSONValue {
        (try? JSONValue(parsing: model.encoded(as: .json, style: .full))) ?? .null
    }

    private static func trees(_ resources: Resources) -> JSONValue { .array(resources.map { tree($0) }) }
}
