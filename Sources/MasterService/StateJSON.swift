internal import AccessControl
internal import ClusterBase
internal import ClusterModel
internal import MasterCore
internal import MesosProtocol
internal import ResourceModel

/// The bodies of the v0 JSON endpoints (spec `mesos/08` §8.1, §8.2), rendered from a state that does not change.
///
/// Who asks sees what `filter` shows.
struct StateJSON: Sendable {
    /// What the documents show beside the core's state.
    struct Surroundings: Sendable {
        let flags: [(name: String, value: String)]
        let cluster: String?
        let startTime: Instant
        let leader: MasterInfo?

        func flag(_ name: String) -> String? { flags.first { $0.name == name }?.value }
    }

    let state: MasterState
    let filter: ViewFilter
    let surroundings: Surroundings

    /// A model value as the generic mapping shows it (spec `mesos.md` §B).
    static func tree(_ model: some WireModel) -> JSONValue {
        (try? JSONValue(parsing: model.encoded(as: .json, style: .full))) ?? .null
    }

    // MARK: /state

    func document() -> RenderPlan {
        var plan = RenderPlan()
        plan.weight = state.agentCount + state.taskCount + state.frameworkCount
        plan.add([{ head() }])
        plan.add(",\"slaves\":[")
        plan.add(agentJobs { $0.openAgent($1, for: filter) })
        plan.add("],\"recovered_slaves\":[")
        plan.add([{ recovered(only: nil) }])
        plan.add("],\"frameworks\":[")
        add(state.frameworks, to: &plan)
        plan.add("],\"completed_frameworks\":[")
        add(state.completedFrameworks, to: &plan)
        plan.add("],\"orphan_tasks\":[],\"unregistered_frameworks\":[]}")
        return plan
    }

    private func head() -> [UInt8] {
        var object = MasterEndpoints.version.object ?? JSONObject()
        object["start_time"] = ModelJSON.time(surroundings.startTime)
        if let elected = state.elected { object["elected_time"] = ModelJSON.time(elected) }
        object["id"] = .string(state.master.id)
        object["pid"] = .string(state.master.pid)
        object["hostname"] = .string(state.master.hostname)
        object["capabilities"] = ModelJSON.strings(state.master.capabilities)
        var (active, inactive) = (0, 0)
        state.forEachAgent(in: 0..<state.agentParts) { $0.isActive ? (active += 1) : (inactive += 1) }
        object["activated_slaves"] = .integer(Int64(active))
        object["deactivated_slaves"] = .integer(Int64(inactive))
        object["unreachable_slaves"] = .integer(Int64(state.unreachableAgents.count))
        if let domain = state.master.domain { object["domain"] = ModelJSON.domain(domain) }
        if let leader = surroundings.leader {
            object["leader"] = .string(leader.pid)
            object["leader_info"] = [
                "id": .string(leader.id), "pid": .string(leader.pid), "port": .integer(Int64(leader.port)),
                "hostname": .string(leader.hostname),
            ]
        }
        if filter.showsFlags {
            if let cluster = surroundings.cluster { object["cluster"] = .string(cluster) }
            for name in ["log_dir", "external_log_file"] {
                if let value = surroundings.flag(name) { object[name] = .string(value) }
            }
            var flags = JSONObject()
            for (name, value) in surroundings.flags where filter.showsFlags { flags[name] = .string(value) }
            object["flags"] = .object(flags)
        }
        return JSONValue.object(object).bytes.dropLast()
    }

    // MARK: Agents

    /// `/slaves`, with an optional choice of one.
    func agents(only id: AgentID?) -> RenderPlan {
        var plan = RenderPlan()
        plan.add("{\"slaves\":[")
        if let id {
            let agent = state.agent(id)
            plan.add([{ agent.map { full($0) } ?? [] }])
        } else {
            plan.weight = state.agentCount
            plan.add(
                agentJobs { writer, agent in
                    writer.openAgent(agent, for: filter)
                    writer.fullResources(agent, for: filter)
                })
        }
        plan.add("],\"recovered_slaves\":[")
        plan.add([{ recovered(only: id) }])
        plan.add("]}")
        return plan
    }

    private func full(_ agent: CoreAgent) -> [UInt8] {
        var writer = JSONWriter(capacity: 4_096)
        writer.openAgent(agent, for: filter)
        writer.fullResources(agent, for: filter)
        writer.raw("}")
        return writer.bytes
    }

    /// Jobs that write all agents; `write` leaves the closing brace out.
    func agentJobs(_ write: @escaping @Sendable (inout JSONWriter, CoreAgent) -> Void) -> [RenderPlan.Job] {
        let state = state
        return RenderPlan.cut(parts: state.agentParts, entries: state.agentCount) { parts in
            {
                var writer = JSONWriter(capacity: RenderPlan.entriesPerJob * 1_024)
                state.forEachAgent(in: parts) { agent in
                    if !writer.bytes.isEmpty { writer.raw(",") }
                    write(&writer, agent)
                    writer.raw("}")
                }
                return writer.bytes
            }
        }
    }

    private func recovered(only id: AgentID?) -> [UInt8] {
        var writer = JSONWriter()
        for info in state.recoveredAgents where id == nil || info.id == id {
            if !writer.bytes.isEmpty { writer.raw(",") }
            writer.recovered(info)
        }
        return writer.bytes
    }

    // MARK: Roles

    /// `/roles`.
    func roles() -> RenderPlan {
        var plan = RenderPlan()
        plan.weight = state.agentCount
        plan.add([
            {
                var reserved: [String: [Resource]] = [:]
                state.forEachAgent(in: 0..<state.agentParts) { agent in
                    for resource in agent.totalResources where resource.isReserved {
                        reserved[resource.role, default: []].append(resource)
                    }
                }
                let roles = state.roles.filter { filter.shows(role: $0.name) }.map {
                    role($0, reserved: reserved[$0.name] ?? [])
                }
                return (["roles": .array(roles)] as JSONValue).bytes
            }
        ])
        return plan
    }

    private func role(_ role: CoreRole, reserved: [Resource]) -> JSONValue {
        var object: JSONObject = [
            "name": .string(role.name), "weight": .double(role.weight),
            "resources": ModelJSON.resources(role.usedResources + role.offeredResources),
            "allocated": ModelJSON.resources(role.usedResources),
            "offered": ModelJSON.resources(role.offeredResources), "reserved": ModelJSON.resources(reserved),
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
}
