internal import ClusterBase
internal import ClusterModel

// Calls about the life of machines and agents.

extension OperatorPayload {
    static let machines: [String: OperatorPayload] = [
        "UPDATE_MAINTENANCE_SCHEDULE": OperatorPayload(
            Wire.Master.Call.updateMaintenanceSchedule, "update_maintenance_schedule"
        ) { (reader) throws(WireError) in
            let schedule = try reader.only { (reader) throws(WireError) in try reader.message(MaintenanceSchedule.self)
            }
            return .updateMaintenanceSchedule(schedule ?? MaintenanceSchedule())
        },
        "START_MAINTENANCE": OperatorPayload(Wire.Master.Call.startMaintenance, "start_maintenance") {
            (reader) throws(WireError) in .startMaintenance(try machineIDs(&reader))
        },
        "STOP_MAINTENANCE": OperatorPayload(Wire.Master.Call.stopMaintenance, "stop_maintenance") {
            (reader) throws(WireError) in .stopMaintenance(try machineIDs(&reader))
        },
    ]

    static let agents: [String: OperatorPayload] = [
        "DRAIN_AGENT": OperatorPayload(Wire.Master.Call.drainAgent, "drain_agent", drain),
        "DEACTIVATE_AGENT": agent(Wire.Master.Call.deactivateAgent, "deactivate_agent") { .deactivateAgent($0) },
        "REACTIVATE_AGENT": agent(Wire.Master.Call.reactivateAgent, "reactivate_agent") { .reactivateAgent($0) },
        "MARK_AGENT_GONE": agent(Wire.Master.Call.markAgentGone, "mark_agent_gone") { .markAgentGone($0) },
    ]

    private static func machineIDs(_ reader: inout WireReader) throws(WireError) -> [MachineID] {
        var machines: [MachineID] = []
        while let field = try reader.next() {
            if field == Wire.Master.Call.StartMaintenance.machines {
                machines.append(try reader.message())
            } else {
                try reader.skip()
            }
        }
        return machines
    }

    private static let drain: Read = { (reader) throws(WireError) in
        var (agent, config): (AgentID, DrainConfig) = ("", DrainConfig())
        while let field = try reader.next() {
            switch field {
            case Wire.Master.Call.DrainAgent.agentID: agent = try reader.id()
            case Wire.Master.Call.DrainAgent.maxGracePeriod: config.maxGracePeriod = try reader.nested(secondsAndNanos)
            case Wire.Master.Call.DrainAgent.markGone: config.markGone = try reader.bool()
            default: try reader.skip()
            }
        }
        return .drainAgent(agent, config)
    }

    /// The one duration of the API that is a `google.protobuf.Duration`; at most 9e9 s.
    private static func secondsAndNanos(_ reader: inout WireReader) throws(WireError) -> Duration {
        var (seconds, nanoseconds): (Int64, Int64) = (0, 0)
        while let field = try reader.next() {
            switch field {
            case 1: seconds = try reader.integer()
            case 2: nanoseconds = try reader.integer()
            default: try reader.skip()
            }
        }
        // What does not fit into nanoseconds would not reach the agent.
        guard (-9_000_000_000...9_000_000_000).contains(seconds) else {
            throw .invalid("'max_grace_period' is out of range")
        }
        return .seconds(seconds) + .nanoseconds(nanoseconds)
    }

    /// A payload of an agent's id alone.
    private static func agent(
        _ field: Int, _ name: String, _ make: @escaping @Sendable (AgentID) -> OperatorCall
    ) -> OperatorPayload {
        OperatorPayload(field, name) { (reader) throws(WireError) in
            make(try reader.only { (reader) throws(WireError) in try reader.id() } ?? "")
        }
    }
}
