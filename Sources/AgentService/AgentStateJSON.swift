internal import AccessControl
internal import AgentCore
internal import ClusterBase
internal import ClusterModel
internal import MesosProtocol
internal import ResourceModel

/// The body of the agent's `/state` (spec `mesos/08` §8.2).
struct AgentStateJSON {
    let snapshot: AgentSnapshot
    let endpoints: AgentEndpoints
    let filter: ViewFilter

    func document() -> JSONValue {
        let (info, total, used) = (snapshot.info, snapshot.total, snapshot.allocated)
        let (shown, shownUsed) = (filter.visible(total), filter.visible(used))
        var object = AgentEndpoints.version.object ?? JSONObject()
        object["start_time"] = .double(endpoints.startTime.seconds)
        object["id"] = .string(info.id?.value ?? "")
        object["pid"] = .string(endpoints.pid)
        object["hostname"] = .string(info.hostname)
        object["capabilities"] = .array(snapshot.capabilities.map { .string($0) })
        if let domain = info.domain {
            let names: JSONValue = ["region": ["name": .string(domain.region)], "zone": ["name": .string(domain.zone)]]
            object["domain"] = ["fault_domain": names]
        }
        object["resources"] = ValueJSON.resources(total)
        object["reserved_resources"] = ValueJSON.byRole(shown, ValueJSON.resources)
        object["unreserved_resources"] = ValueJSON.resources(total.unreserved)
        object["reserved_resources_full"] = ValueJSON.byRole(shown, ValueJSON.full)
        object["unreserved_resources_full"] = ValueJSON.full(total.unreserved)
        object["reserved_resources_allocated"] = ValueJSON.byRole(shownUsed, ValueJSON.resources)
        object["unreserved_resources_allocated"] = ValueJSON.resources(used.unreserved)
        object["resource_providers"] = []
        object["attributes"] = ValueJSON.attributes(info.attributes)
        if let master = snapshot.master { object["master_hostname"] = .string(master.hostname) }
        if let log = endpoints.configuration.logFile { object["external_log_file"] = .string(log) }
        if let drain = snapshot.drain {
            object["drain_config"] = ValueJSON.tree(drain.config)
            object["estimated_drain_start_time_seconds"] = ValueJSON.number(drain.startedAt.seconds)
        }
        object["flags"] = filter.showsFlags ? endpoints.flags : [:]
        object["frameworks"] = .array(snapshot.frameworks.map(framework))
        object["completed_frameworks"] = .array(snapshot.completedFrameworks.map(framework))
        return .object(object)
    }

    private func framework(_ view: FrameworkSummary) -> JSONValue {
        let info = view.info
        var object: JSONObject = [
            "id": .string(info.id?.value ?? ""), "name": .string(info.name), "user": .string(info.user),
            "failover_timeout": ValueJSON.number(info.failoverTimeout.totalSeconds),
            "checkpoint": .bool(info.checkpoint), "hostname": .string(info.hostname),
        ]
        if let principal = info.principal { object["principal"] = .string(principal) }
        if info.isMultiRole {
            object["roles"] = .array(info.roles.map { .string($0) })
        } else {
            object["role"] = .string(info.roles.first ?? "*")
        }
        object["executors"] = .array(view.executors.map(executor))
        object["completed_executors"] = .array(view.completedExecutors.map(executor))
        return .object(object)
    }

    private func executor(_ view: ExecutorSummary) -> JSONValue {
        let info = view.info
        var object: JSONObject = [
            "id": .string(info.id.value), "name": .string(info.name), "source": .string(info.source),
            "container": .string(view.containerID.value), "directory": .string(view.directory),
            "resources": ValueJSON.resources(view.resources),
        ]
        if let role = view.resources.first(where: { $0.allocationRole != nil })?.allocationRole {
            object["role"] = .string(role)
        }
        if !info.labels.isEmpty { object["labels"] = ValueJSON.labels(info.labels) }
        switch info.kind {
        case .default: object["type"] = "DEFAULT"
        case .custom: object["type"] = "CUSTOM"
        case .unknown: break
        }
        object["tasks"] = .array(view.tasks.map(task))
        object["queued_tasks"] = .array(view.queuedTasks.map { queued($0, view.info.id) })
        object["completed_tasks"] = .array((view.terminatedTasks + view.completedTasks).map(task))
        return .object(object)
    }

    private func task(_ task: TaskRecord) -> JSONValue {
        var object: JSONObject = [
            "id": .string(task.id.value), "name": .string(task.name),
            "framework_id": .string(task.frameworkID.value), "executor_id": .string(task.executorID?.value ?? ""),
            "slave_id": .string(task.agentID.value), "state": .string(task.state.wireName),
            "resources": ValueJSON.resources(task.resources),
        ]
        if !task.limits.isEmpty {
            var limits = JSONObject()
            for limit in task.limits { limits[limit.name] = ValueJSON.number(limit.value) }
            object["limits"] = .object(limits)
        }
        object["role"] = .string(task.resources.first { $0.allocationRole != nil }?.allocationRole ?? "*")
        object["statuses"] = .array(task.statuses.map(status))
        if let user = task.user { object["user"] = .string(user) }
        if !task.labels.isEmpty { object["labels"] = ValueJSON.labels(task.labels) }
        let tree = ValueJSON.tree(task)
        for key in ["discovery", "container", "health_check"] {
            if let value = tree[key] { object[key] = value }
        }
        return .object(object)
    }

    private func queued(_ task: TaskInfo, _ executorID: ExecutorID) -> JSONValue {
        var object: JSONObject = [
            "id": .string(task.id.value), "name": .string(task.name), "slave_id": .string(task.agentID.value),
            "resources": ValueJSON.resources(task.resources),
            "role": .string(task.resources.first { $0.allocationRole != nil }?.allocationRole ?? "*"),
            "executor_id": .string(task.executor == nil ? "" : executorID.value),
        ]
        let tree = ValueJSON.tree(task)
        for key in ["command", "discovery"] {
            if let value = tree[key] { object[key] = value }
        }
        return .object(object)
    }

    private func status(_ status: TaskStatus) -> JSONValue {
        var object: JSONObject = [
            "state": .string(status.state.wireName), "timestamp": .double(status.timestamp?.seconds ?? 0),
        ]
        if !status.labels.isEmpty { object["labels"] = ValueJSON.labels(status.labels) }
        if status.containerStatus != nil, let container = ValueJSON.tree(status)["container_status"] {
            object["container_status"] = container
        }
        if let isHealthy = status.isHealthy { object["healthy"] = .bool(isHealthy) }
        return .object(object)
    }
}
