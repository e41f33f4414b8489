internal import ClusterBase
internal import ClusterModel

/// The operator API of master and agent: calls and answers in both formats.
public enum OperatorCodec {
    /// The largest body of a call that a daemon should accept, in bytes.
    public static let maximumCallBytes = 8 << 20

    static let masterCall = MessageDescriptor.named("mesos.v1.master.Call")
    static let masterResponse = MessageDescriptor.named("mesos.v1.master.Response")
    static let masterEvent = MessageDescriptor.named("mesos.v1.master.Event")
    static let agentCall = MessageDescriptor.named("mesos.v1.agent.Call")
    static let agentResponse = MessageDescriptor.named("mesos.v1.agent.Response")

    /// Reads a call to the master.
    ///
    /// Throws the answer of spec `mesos/08` §8.4; 501 for calls of no known type.
    public static func decodeMasterCall(_ body: [UInt8], as format: WireFormat) throws(CallRejection) -> OperatorCall {
        try decode(body, format, masterCall, "master::Call", OperatorPayload.master, plainMasterCalls)
    }

    /// Reads a call to an agent.
    ///
    /// Throws the answer of spec `mesos/08` §8.4; 501 for calls of no known type.
    public static func decodeAgentCall(_ body: [UInt8], as format: WireFormat) throws(CallRejection) -> OperatorCall {
        try decode(body, format, agentCall, "agent::Call", OperatorPayload.agent, plainAgentCalls)
    }

    private static func decode(
        _ body: [UInt8], _ format: WireFormat, _ message: MessageDescriptor, _ name: String,
        _ payloads: [String: OperatorPayload], _ plain: [String: OperatorCall]
    ) throws(CallRejection) -> OperatorCall {
        let call = try CallRejection.translating(format, call: name) { () throws(WireError) -> OperatorCall? in
            let bytes = try format.wireBytes(body, of: message)
            guard let number = try type(bytes) else { throw .invalid("Expecting 'type' to be present") }
            let type = WireNames.name(number, message: message.name, field: Wire.Master.Call.type)
            guard let type, type != "UNKNOWN" else { return nil }
            guard let payload = payloads[type] else { return plain[type] ?? .unsupported(type) }
            return try payload.call(in: bytes)
        }
        guard let call else { throw CallRejection(status: 501, message: "Calls of type UNKNOWN are not implemented") }
        return call
    }

    private static func type(_ bytes: [UInt8]) throws(WireError) -> Int? {
        var reader = WireReader(bytes)
        var type: Int?
        while let field = try reader.next() {
            if field == Wire.Master.Call.type { type = try reader.int() } else { try reader.skip() }
        }
        return type
    }

    /// The calls to a master that say nothing but what they are.
    private static let plainMasterCalls: [String: OperatorCall] = [
        "GET_HEALTH": .getHealth, "GET_FLAGS": .getFlags, "GET_VERSION": .getVersion,
        "GET_LOGGING_LEVEL": .getLoggingLevel, "GET_STATE": .getState, "GET_AGENTS": .getAgents,
        "GET_FRAMEWORKS": .getFrameworks, "GET_EXECUTORS": .getExecutors, "GET_OPERATIONS": .getOperations,
        "GET_TASKS": .getTasks, "GET_ROLES": .getRoles, "GET_WEIGHTS": .getWeights, "GET_MASTER": .getMaster,
        "SUBSCRIBE": .subscribe, "GET_MAINTENANCE_STATUS": .getMaintenanceStatus,
        "GET_MAINTENANCE_SCHEDULE": .getMaintenanceSchedule, "GET_QUOTA": .getQuota,
    ]

    /// The calls to an agent that say nothing but what they are.
    private static let plainAgentCalls: [String: OperatorCall] = [
        "GET_HEALTH": .getHealth, "GET_FLAGS": .getFlags, "GET_VERSION": .getVersion,
        "GET_LOGGING_LEVEL": .getLoggingLevel, "GET_STATE": .getState, "GET_FRAMEWORKS": .getFrameworks,
        "GET_EXECUTORS": .getExecutors, "GET_OPERATIONS": .getOperations, "GET_TASKS": .getTasks,
        "GET_AGENT": .getAgent, "GET_RESOURCE_PROVIDERS": .getResourceProviders,
    ]
}
