public import ClusterBase
public import ClusterModel

/// A call to the operator API of a master or an agent (spec `mesos/08` §8.4).
public enum OperatorCall: Hashable, Sendable {
    /// GET_HEALTH.
    case getHealth
    /// GET_FLAGS.
    case getFlags
    /// GET_VERSION.
    case getVersion
    /// GET_METRICS; how long to wait for slow ones.
    case getMetrics(timeout: Duration?)
    /// GET_STATE.
    case getState
    /// GET_AGENTS (master only).
    case getAgents
    /// GET_FRAMEWORKS.
    case getFrameworks
    /// GET_EXECUTORS.
    case getExecutors
    /// GET_TASKS.
    case getTasks
    /// GET_ROLES (master only).
    case getRoles
    /// GET_MASTER (master only).
    case getMaster
    /// SUBSCRIBE (master only).
    case subscribe
    /// TEARDOWN (master only): end a framework.
    case teardown(FrameworkID)
    /// GET_QUOTA (master only).
    case getQuota
    /// UPDATE_QUOTA (master only): all of them, or none.
    case updateQuota([QuotaConfig], force: Bool)
    /// SET_QUOTA (master only).
    case setQuota(QuotaRequest)
    /// REMOVE_QUOTA (master only).
    case removeQuota(role: String)
    /// GET_WEIGHTS (master only).
    case getWeights
    /// UPDATE_WEIGHTS (master only).
    case updateWeights([RoleWeight])
    /// GET_AGENT (agent only).
    case getAgent
    /// GET_CONTAINERS (agent only).
    case getContainers(showNested: Bool, showStandalone: Bool)
    /// A call that this version does not carry out; its wire name.
    case unsupported(String)
}

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
        try decode(body, format, masterCall, "master::Call")
    }

    /// Reads a call to an agent.
    ///
    /// Throws the answer of spec `mesos/08` §8.4; 501 for calls of no known type.
    public static func decodeAgentCall(_ body: [UInt8], as format: WireFormat) throws(CallRejection) -> OperatorCall {
        try decode(body, format, agentCall, "agent::Call")
    }

    private static func decode(
        _ body: [UInt8], _ format: WireFormat, _ message: MessageDescriptor, _ name: String
    ) throws(CallRejection) -> OperatorCall {
        var (type, timeout, nested, standalone): (Int?, Duration?, Bool, Bool) = (nil, nil, false, false)
        var teardown: FrameworkID?
        var changes: [Int: OperatorCall] = [:]
        try CallRejection.translating(format, call: name) { () throws(WireError) in
            var reader = WireReader(try format.wireBytes(body, of: message))
            while let field = try reader.next() {
                switch field {
                case Wire.Master.Call.type: type = try reader.int()
                case Wire.Master.Call.getMetrics:
                    timeout = try reader.wrapped { (reader) throws(WireError) in try reader.duration() }
                case Wire.Agent.Call.getContainers where message === agentCall:
                    (nested, standalone) = try reader.nested { (reader) throws(WireError) in
                        var flags = (false, false)
                        while let field = try reader.next() {
                            if field == 1 { flags.0 = try reader.bool() } else { flags.1 = try reader.bool() }
                        }
                        return flags
                    }
                case Wire.Master.Call.teardown where message === masterCall:
                    teardown = try reader.nested { (reader) throws(WireError) in
                        var id: FrameworkID?
                        while let field = try reader.next() {
                            if field == Wire.Master.Call.Teardown.frameworkID {
                                id = try reader.id()
                            } else {
                                try reader.skip()
                            }
                        }
                        guard let id else { throw .invalid("Expecting 'teardown.framework_id' to be present") }
                        return id
                    }
                case let field where message === masterCall && ShareCalls.fields.contains(field):
                    changes[field] = try ShareCalls.read(field, from: &reader)
                default: try reader.skip()
                }
            }
            guard type != nil else { throw .invalid("Expecting 'type' to be present") }
        }
        let typeName = WireNames.name(type ?? 0, message: message.name, field: Wire.Master.Call.type)
        guard let typeName, typeName != "UNKNOWN" else {
            throw CallRejection(status: 501, message: "Calls of type UNKNOWN are not implemented")
        }
        switch typeName {
        case "GET_METRICS": return .getMetrics(timeout: timeout)
        case "TEARDOWN" where message === masterCall:
            guard let teardown else {
                let problem = "Failed to validate \(name): Expecting 'teardown' to be present"
                throw CallRejection(status: 400, message: problem)
            }
            return .teardown(teardown)
        case let name where message === masterCall && ShareCalls.table[name] != nil:
            guard let row = ShareCalls.table[name] else { return .unsupported(name) }
            if let change = changes[row.field] { return change }
            let problem = "Failed to validate master::Call: Expecting '\(row.name)' to be present"
            throw CallRejection(status: 400, message: problem)
        case "GET_CONTAINERS": return .getContainers(showNested: nested, showStandalone: standalone)
        default: return plainCalls.first { $0.name == typeName }?.call ?? .unsupported(typeName)
        }
    }

    private static let plainCalls: [(name: String, call: OperatorCall)] = [
        ("GET_HEALTH", .getHealth), ("GET_FLAGS", .getFlags), ("GET_VERSION", .getVersion), ("GET_STATE", .getState),
        ("GET_AGENTS", .getAgents), ("GET_FRAMEWORKS", .getFrameworks), ("GET_EXECUTORS", .getExecutors),
        ("GET_TASKS", .getTasks), ("GET_ROLES", .getRoles), ("GET_MASTER", .getMaster), ("SUBSCRIBE", .subscribe),
        ("GET_AGENT", .getAgent), ("GET_QUOTA", .getQuota), ("GET_WEIGHTS", .getWeights),
    ]
}
