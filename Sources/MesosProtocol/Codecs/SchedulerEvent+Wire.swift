internal import ClusterBase
internal import ClusterModel

/// The types of events; raw values are the wire numbers.
private enum SchedulerEventType: Int {
    case subscribed = 1, offers, rescind, update, message, failure, error, heartbeat, inverseOffers
    case rescindInverseOffer, updateOperationStatus
}

extension SchedulerEvent {
    /// Writes type and payload.
    func write(to writer: inout WireWriter) {
        func type(_ type: SchedulerEventType) { writer.integer(Wire.Scheduler.Event.type, type.rawValue) }
        switch self {
        case .subscribed(let framework, let interval, let master):
            type(.subscribed)
            writer.nested(Wire.Scheduler.Event.subscribed) { writer in
                writer.id(Wire.Scheduler.Event.Subscribed.frameworkID, framework)
                writer.double(Wire.Scheduler.Event.Subscribed.heartbeatIntervalSeconds, interval.totalSeconds)
                writer.message(Wire.Scheduler.Event.Subscribed.masterInfo, master)
            }
        case .heartbeat: type(.heartbeat)
        case .offers(let offers):
            type(.offers)
            writer.nested(Wire.Scheduler.Event.offers) { for offer in offers { $0.message(1, offer) } }
        case .rescind(let offer):
            type(.rescind)
            writer.nested(Wire.Scheduler.Event.rescind) { $0.id(1, offer) }
        case .inverseOffers(let offers):
            type(.inverseOffers)
            writer.nested(Wire.Scheduler.Event.inverseOffers) { for offer in offers { $0.message(1, offer) } }
        case .rescindInverseOffer(let offer):
            type(.rescindInverseOffer)
            writer.nested(Wire.Scheduler.Event.rescindInverseOffer) { $0.id(1, offer) }
        case .updateOperationStatus(let status):
            type(.updateOperationStatus)
            writer.nested(Wire.Scheduler.Event.updateOperationStatus) { $0.message(1, status) }
        case .update(let status):
            type(.update)
            writer.nested(Wire.Scheduler.Event.update) { $0.message(1, status) }
        case .message(let agent, let executor, let data):
            type(.message)
            writer.nested(Wire.Scheduler.Event.message) { writer in
                writer.id(Wire.Scheduler.Event.Message.agentID, agent)
                writer.id(Wire.Scheduler.Event.Message.executorID, executor)
                writer.data(Wire.Scheduler.Event.Message.data, data)
            }
        case .failure(let agent, let executor, let status):
            type(.failure)
            writer.nested(Wire.Scheduler.Event.failure) { writer in
                writer.id(Wire.Scheduler.Event.Failure.agentID, ifPresent: agent)
                writer.id(Wire.Scheduler.Event.Failure.executorID, ifPresent: executor)
                if let status { writer.integer(Wire.Scheduler.Event.Failure.status, status) }
            }
        case .error(let message):
            type(.error)
            writer.nested(Wire.Scheduler.Event.error) { $0.string(1, message) }
        }
    }

    /// Reads an event; nil for types that the model does not know or whose payload is missing.
    static func read(from reader: inout WireReader) throws(WireError) -> SchedulerEvent? {
        var type: SchedulerEventType?
        var payloads: [Int: SchedulerEvent] = [:]
        while let field = try reader.next() {
            switch field {
            case Wire.Scheduler.Event.type: type = try reader.enumeration(SchedulerEventType.self)
            default: if let event = try readPayload(field, &reader) { payloads[field] = event }
            }
        }
        return switch type {
        case .subscribed: payloads[Wire.Scheduler.Event.subscribed]
        case .offers: payloads[Wire.Scheduler.Event.offers]
        case .rescind: payloads[Wire.Scheduler.Event.rescind]
        case .inverseOffers: payloads[Wire.Scheduler.Event.inverseOffers]
        case .rescindInverseOffer: payloads[Wire.Scheduler.Event.rescindInverseOffer]
        case .updateOperationStatus: payloads[Wire.Scheduler.Event.updateOperationStatus]
        case .update: payloads[Wire.Scheduler.Event.update]
        case .message: payloads[Wire.Scheduler.Event.message]
        case .failure: payloads[Wire.Scheduler.Event.failure]
        case .error: payloads[Wire.Scheduler.Event.error]
        case .heartbeat: .heartbeat
        case nil: nil
        }
    }

    private static func readPayload(_ field: Int, _ reader: inout WireReader) throws(WireError) -> SchedulerEvent? {
        switch field {
        case Wire.Scheduler.Event.subscribed: return try reader.nested(readSubscribed)
        case Wire.Scheduler.Event.offers:
            return .offers(try reader.list { (reader) throws(WireError) in try reader.message() })
        case Wire.Scheduler.Event.rescind:
            return .rescind(try reader.wrapped { (reader) throws(WireError) in try reader.id() } ?? "")
        case Wire.Scheduler.Event.inverseOffers:
            return .inverseOffers(try reader.list { (reader) throws(WireError) in try reader.message() })
        case Wire.Scheduler.Event.rescindInverseOffer:
            return .rescindInverseOffer(try reader.wrapped { (reader) throws(WireError) in try reader.id() } ?? "")
        case Wire.Scheduler.Event.updateOperationStatus:
            return try reader.wrapped { (reader) throws(WireError) in try reader.message(OperationStatus.self) }
                .map(SchedulerEvent.updateOperationStatus)
        case Wire.Scheduler.Event.update:
            return try reader.wrapped { (reader) throws(WireError) in try reader.message(TaskStatus.self) }
                .map(SchedulerEvent.update)
        case Wire.Scheduler.Event.message: return try reader.nested(readMessage)
        case Wire.Scheduler.Event.failure: return try reader.nested(readFailure)
        case Wire.Scheduler.Event.error:
            return .error(try reader.wrapped { (reader) throws(WireError) in try reader.string() } ?? "")
        default:
            try reader.skip()
            return nil
        }
    }

    private static func readSubscribed(_ reader: inout WireReader) throws(WireError) -> SchedulerEvent {
        var (framework, interval): (FrameworkID, Duration) = ("", .seconds(15))
        var master = MasterInfo(id: "", ip: "0.0.0.0", port: 0, hostname: "", version: "")
        while let field = try reader.next() {
            switch field {
            case Wire.Scheduler.Event.Subscribed.frameworkID: framework = try reader.id()
            case Wire.Scheduler.Event.Subscribed.heartbeatIntervalSeconds: interval = try reader.seconds()
            case Wire.Scheduler.Event.Subscribed.masterInfo: master = try reader.message()
            default: try reader.skip()
            }
        }
        return .subscribed(framework, heartbeatInterval: interval, master: master)
    }

    private static func readMessage(_ reader: inout WireReader) throws(WireError) -> SchedulerEvent {
        var (agent, executor, data): (AgentID, ExecutorID, [UInt8]) = ("", "", [])
        while let field = try reader.next() {
            switch field {
            case Wire.Scheduler.Event.Message.agentID: agent = try reader.id()
            case Wire.Scheduler.Event.Message.executorID: executor = try reader.id()
            case Wire.Scheduler.Event.Message.data: data = try reader.data()
            default: try reader.skip()
            }
        }
        return .message(agent: agent, executor: executor, data: data)
    }

    private static func readFailure(_ reader: inout WireReader) throws(WireError) -> SchedulerEvent {
        var (agent, executor, status): (AgentID?, ExecutorID?, Int32?)
        while let field = try reader.next() {
            switch field {
            case Wire.Scheduler.Event.Failure.agentID: agent = try reader.id()
            case Wire.Scheduler.Event.Failure.executorID: executor = try reader.id()
            case Wire.Scheduler.Event.Failure.status: status = Int32(truncatingIfNeeded: try reader.integer())
            default: try reader.skip()
            }
        }
        return .failure(agent: agent, executor: executor, status: status)
    }
}
