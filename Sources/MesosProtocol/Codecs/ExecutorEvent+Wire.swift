internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// The types of events; raw values are the wire numbers.
private enum ExecutorEventType: Int {
    case subscribed = 1, launch, kill, acknowledged, message, error, shutdown, launchGroup, heartbeat
}

extension ExecutorEvent {
    /// Writes type and payload.
    func write(to writer: inout WireWriter) {
        func type(_ type: ExecutorEventType) { writer.integer(Wire.Executor.Event.type, type.rawValue) }
        switch self {
        case .subscribed(let executor, let framework, let agent, let container):
            type(.subscribed)
            writer.nested(Wire.Executor.Event.subscribed) { writer in
                writer.message(Wire.Executor.Event.Subscribed.executorInfo, executor)
                writer.message(Wire.Executor.Event.Subscribed.frameworkInfo, framework)
                writer.message(Wire.Executor.Event.Subscribed.agentInfo, agent)
                writer.id(Wire.Executor.Event.Subscribed.containerID, container)
            }
        case .launch(let task):
            type(.launch)
            writer.nested(Wire.Executor.Event.launch) { $0.message(1, task) }
        case .launchGroup(let tasks):
            type(.launchGroup)
            writer.nested(Wire.Executor.Event.launchGroup) { writer in
                writer.nested(1) { for task in tasks { $0.message(1, task) } }
            }
        case .kill(let task, let policy):
            type(.kill)
            writer.nested(Wire.Executor.Event.kill) { writer in
                writer.id(Wire.Executor.Event.Kill.taskID, task)
                writer.message(Wire.Executor.Event.Kill.killPolicy, ifPresent: policy)
            }
        case .acknowledged(let task, let uuid):
            type(.acknowledged)
            writer.nested(Wire.Executor.Event.acknowledged) { writer in
                writer.id(Wire.Executor.Event.Acknowledged.taskID, task)
                writer.data(Wire.Executor.Event.Acknowledged.uuid, uuid.bytes)
            }
        case .message(let data):
            type(.message)
            writer.nested(Wire.Executor.Event.message) { $0.data(1, data) }
        case .shutdown: type(.shutdown)
        case .error(let message):
            type(.error)
            writer.nested(Wire.Executor.Event.error) { $0.string(1, message) }
        case .heartbeat: type(.heartbeat)
        }
    }

    /// Reads an event; nil for types that the model does not know or whose payload is missing.
    static func read(from reader: inout WireReader) throws(WireError) -> ExecutorEvent? {
        var type: ExecutorEventType?
        var payloads: [Int: ExecutorEvent] = [:]
        while let field = try reader.next() {
            switch field {
            case Wire.Executor.Event.type: type = try reader.enumeration(ExecutorEventType.self)
            default: if let event = try readPayload(field, &reader) { payloads[field] = event }
            }
        }
        return switch type {
        case .subscribed: payloads[Wire.Executor.Event.subscribed]
        case .launch: payloads[Wire.Executor.Event.launch]
        case .launchGroup: payloads[Wire.Executor.Event.launchGroup]
        case .kill: payloads[Wire.Executor.Event.kill]
        case .acknowledged: payloads[Wire.Executor.Event.acknowledged]
        case .message: payloads[Wire.Executor.Event.message]
        case .error: payloads[Wire.Executor.Event.error]
        case .shutdown: .shutdown
        case .heartbeat: .heartbeat
        case nil: nil
        }
    }

    private static func readPayload(_ field: Int, _ reader: inout WireReader) throws(WireError) -> ExecutorEvent? {
        switch field {
        case Wire.Executor.Event.subscribed: return try reader.nested(readSubscribed)
        case Wire.Executor.Event.launch:
            return try reader.wrapped { (reader) throws(WireError) in try reader.message(TaskInfo.self) }
                .map(ExecutorEvent.launch)
        case Wire.Executor.Event.launchGroup:
            return .launchGroup(
                try reader.wrapped { (reader) throws(WireError) in
                    try reader.list { (reader) throws(WireError) in try reader.message() }
                } ?? [])
        case Wire.Executor.Event.kill: return try reader.nested(readKill)
        case Wire.Executor.Event.acknowledged: return try reader.nested(readAcknowledged)
        case Wire.Executor.Event.message:
            return .message(try reader.wrapped { (reader) throws(WireError) in try reader.data() } ?? [])
        case Wire.Executor.Event.error:
            return .error(try reader.wrapped { (reader) throws(WireError) in try reader.string() } ?? "")
        default:
            try reader.skip()
            return nil
        }
    }

    private static func readSubscribed(_ reader: inout WireReader) throws(WireError) -> ExecutorEvent {
        var executor = ExecutorInfo(kind: .unknown, id: "")
        var framework = FrameworkInfo(user: "", name: "")
        var agent = AgentInfo(hostname: "", port: 0, resources: [])
        var container: ContainerID = ""
        while let field = try reader.next() {
            switch field {
            case Wire.Executor.Event.Subscribed.executorInfo: executor = try reader.message()
            case Wire.Executor.Event.Subscribed.frameworkInfo: framework = try reader.message()
            case Wire.Executor.Event.Subscribed.agentInfo: agent = try reader.message()
            case Wire.Executor.Event.Subscribed.containerID: container = try reader.id()
            default: try reader.skip()
            }
        }
        return .subscribed(executor, framework, agent, container)
    }

    private static func readKill(_ reader: inout WireReader) throws(WireError) -> ExecutorEvent {
        var (task, policy): (TaskID, KillPolicy?) = ("", nil)
        while let field = try reader.next() {
            switch field {
            case Wire.Executor.Event.Kill.taskID: task = try reader.id()
            case Wire.Executor.Event.Kill.killPolicy: policy = try reader.message()
            default: try reader.skip()
            }
        }
        return .kill(task, policy: policy)
    }

    private static func readAcknowledged(_ reader: inout WireReader) throws(WireError) -> ExecutorEvent {
        var (task, uuid): (TaskID, UniqueID) = ("", UniqueID(high: 0, low: 0))
        while let field = try reader.next() {
            switch field {
            case Wire.Executor.Event.Acknowledged.taskID: task = try reader.id()
            case Wire.Executor.Event.Acknowledged.uuid: uuid = try reader.uuid("acknowledged.uuid")
            default: try reader.skip()
            }
        }
        return .acknowledged(task, uuid: uuid)
    }
}
