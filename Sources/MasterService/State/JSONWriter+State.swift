internal import AccessControl
internal import ClusterBase
internal import ClusterModel
internal import MasterCore
internal import MesosProtocol
internal import ResourceModel

/// Tasks, executors and agents as the v0 JSON endpoints show them (spec `mesos/08` §8.2).
extension JSONWriter {
    mutating func task(_ task: TaskRecord) {
        raw("{\"id\":")
        string(task.id.value)
        raw(",\"name\":")
        string(task.name)
        raw(",\"framework_id\":")
        string(task.frameworkID.value)
        raw(",\"executor_id\":")
        string(task.executorID?.value ?? "")
        raw(",\"slave_id\":")
        string(task.agentID.value)
        raw(",\"state\":")
        string(task.state.wireName)
        raw(",\"resources\":")
        resources(task.resources)
        if !task.limits.isEmpty {
            raw(",\"limits\":{")
            for (position, limit) in task.limits.enumerated() {
                if position > 0 { raw(",") }
                string(limit.name)
                raw(":")
                number(limit.value)
            }
            raw("}")
        }
        raw(",\"role\":")
        string(task.resources.first { $0.allocationRole != nil }?.allocationRole ?? "*")
        raw(",\"statuses\":")
        array(task.statuses) { $0.status($1) }
        if let user = task.user {
            raw(",\"user\":")
            string(user)
        }
        if !task.labels.isEmpty {
            raw(",\"labels\":")
            labels(task.labels)
        }
        guard task.wire != nil || task.container != nil || task.healthCheck != nil else { return raw("}") }
        let tree = StateJSON.tree(task)
        for key in ["discovery", "container", "health_check"] {
            guard let value = tree[key] else { continue }
            raw(",")
            string(key)
            raw(":")
            self.value(value)
        }
        raw("}")
    }

    private mutating func status(_ status: TaskStatus) {
        raw("{\"state\":")
        string(status.state.wireName)
        raw(",\"timestamp\":")
        double(status.timestamp?.seconds ?? 0)
        if !status.labels.isEmpty {
            raw(",\"labels\":")
            labels(status.labels)
        }
        if status.wire != nil || status.containerStatus != nil, let value = StateJSON.tree(status)["container_status"] {
            raw(",\"container_status\":")
            self.value(value)
        }
        if let healthy = status.isHealthy {
            raw(",\"healthy\":")
            bool(healthy)
        }
        raw("}")
    }

    mutating func executor(_ info: ExecutorInfo, on agent: AgentID) {
        raw("{\"executor_id\":")
        string(info.id.value)
        raw(",\"name\":")
        string(info.name)
        raw(",\"framework_id\":")
        string(info.frameworkID?.value ?? "")
        raw(",\"resources\":")
        resources(info.resources)
        raw(",\"slave_id\":")
        string(agent.value)
        if let command = info.command {
            raw(",\"command\":")
            if info.wire == nil { model(command) } else { value(StateJSON.tree(info)["command"] ?? .null) }
        }
        if !info.labels.isEmpty {
            raw(",\"labels\":")
            labels(info.labels)
        }
        raw("}")
    }

    /// An agent without the closing brace, for those who add to it; reservations for roles that `filter` shows.
    mutating func openAgent(_ agent: CoreAgent, for filter: ViewFilter) {
        let (info, total) = (agent.info, agent.totalResources)
        agentHead(agent.id.value, info)
        raw(",\"pid\":")
        string(agent.pid)
        raw(",\"registered_time\":")
        time(agent.registered)
        if let again = agent.reregistered {
            raw(",\"reregistered_time\":")
            time(again)
        }
        raw(",\"resources\":")
        resources(total)
        raw(",\"used_resources\":")
        resources(agent.usedResources)
        raw(",\"offered_resources\":")
        resources(agent.offeredResources)
        raw(",\"reserved_resources\":")
        reserved(filter.visible(total))
        raw(",\"unreserved_resources\":")
        resources(total.lazy.filter { !$0.isReserved })
        raw(",\"active\":")
        bool(agent.isActive)
        raw(",\"deactivated\":")
        bool(agent.isDeactivated)
        raw(",\"version\":")
        string(agent.version)
        raw(",\"capabilities\":")
        strings(agent.capabilities)
        if let drain = agent.drainInfo {
            raw(",\"drain_info\":")
            model(drain)
            if let started = agent.drainStarted {
                raw(",\"estimated_drain_start_time_seconds\":")
                time(started)
            }
        }
        if let domain = info.domain {
            raw(",\"domain\":")
            self.domain(domain)
        }
    }

    private mutating func agentHead(_ id: String, _ info: AgentInfo) {
        raw("{\"id\":")
        string(id)
        raw(",\"hostname\":")
        string(info.hostname)
        raw(",\"port\":")
        integer(info.port)
        raw(",\"attributes\":")
        attributes(info.attributes)
    }

    /// What `/slaves` shows besides: resources in the generic mapping.
    mutating func fullResources(_ agent: CoreAgent, for filter: ViewFilter) {
        let total = filter.visible(agent.totalResources)
        var roles: [String] = []
        for resource in total where resource.isReserved && !roles.contains(resource.role) {
            roles.append(resource.role)
        }
        raw(",\"reserved_resources_full\":{")
        for (position, role) in roles.enumerated() {
            if position > 0 { raw(",") }
            string(role)
            raw(":")
            models(total.filter { $0.isReserved && $0.role == role })
        }
        raw("},\"unreserved_resources_full\":")
        models(total.unreserved)
        raw(",\"used_resources_full\":")
        models(filter.visible(agent.usedResources))
        raw(",\"offered_resources_full\":")
        models(filter.visible(agent.offeredResources))
    }

    mutating func recovered(_ info: AgentInfo) {
        agentHead(info.id?.value ?? "", info)
        if let domain = info.domain {
            raw(",\"domain\":")
            self.domain(domain)
        }
        raw("}")
    }
}
