public import ClusterBase
public import ClusterModel

/// A call of an executor as it came in.
public struct ExecutorRequest: Hashable, Sendable {
    /// The executor's framework.
    public var frameworkID: FrameworkID
    /// The executor.
    public var executorID: ExecutorID
    /// The call.
    public var call: ExecutorCall

    /// Makes a request.
    public init(frameworkID: FrameworkID, executorID: ExecutorID, call: ExecutorCall) {
        (self.frameworkID, self.executorID, self.call) = (frameworkID, executorID, call)
    }
}

/// The types of calls; raw values are the wire numbers.
private enum ExecutorCallType: Int { case subscribe = 1, update, message, heartbeat }

/// The v1 executor API: calls and events in both formats, for the agent's side and the executor's side.
public enum ExecutorCodec {
    /// The largest body of a call that an agent should accept, in bytes.
    public static let maximumCallBytes = 32 << 20

    private static let callMessage = MessageDescriptor.named("mesos.v1.executor.Call")
    private static let eventMessage = MessageDescriptor.named("mesos.v1.executor.Event")

    /// Reads a call.
    ///
    /// Throws the answer that spec `mesos/04` §4.1 asks for: ids and type are there, an update has a uuid, comes from
    /// SOURCE_EXECUTOR, is not TASK_STAGING and names no other executor.
    public static func decodeCall(_ body: [UInt8], as format: WireFormat) throws(CallRejection) -> ExecutorRequest {
        try CallRejection.translating(format, call: "Executor::Call") { () throws(WireError) in
            var reader = WireReader(try format.wireBytes(body, of: callMessage))
            return try readCall(&reader)
        }
    }

    /// Writes an event.
    public static func encodeEvent(_ event: ExecutorEvent, as format: WireFormat) -> [UInt8] {
        var writer = WireWriter()
        event.write(to: &writer)
        return format.rendered(writer.bytes, as: eventMessage)
    }

    /// Reads an event, for the executor's side; nil for events that the model does not know.
    public static func decodeEvent(_ bytes: [UInt8], as format: WireFormat) throws(WireError) -> ExecutorEvent? {
        var reader = WireReader(try format.wireBytes(bytes, of: eventMessage))
        return try ExecutorEvent.read(from: &reader)
    }

    /// Writes a call, for the executor's side.
    public static func encodeCall(_ request: ExecutorRequest, as format: WireFormat) -> [UInt8] {
        var writer = WireWriter()
        writer.id(Wire.Executor.Call.executorID, request.executorID)
        writer.id(Wire.Executor.Call.frameworkID, request.frameworkID)
        func type(_ type: ExecutorCallType) { writer.integer(Wire.Executor.Call.type, type.rawValue) }
        switch request.call {
        case .subscribe(let tasks, let updates):
            type(.subscribe)
            writer.nested(Wire.Executor.Call.subscribe) { writer in
                for task in tasks { writer.message(Wire.Executor.Call.Subscribe.unacknowledgedTasks, task) }
                for status in updates {
                    writer.nested(Wire.Executor.Call.Subscribe.unacknowledgedUpdates) { $0.message(1, status) }
                }
            }
        case .update(let status):
            type(.update)
            writer.nested(Wire.Executor.Call.update) { $0.message(1, status) }
        case .message(let data):
            type(.message)
            writer.nested(Wire.Executor.Call.message) { $0.data(Wire.Executor.Call.Message.data, data) }
        case .heartbeat: type(.heartbeat)
        }
        return format.rendered(writer.bytes, as: callMessage)
    }

    private static func readCall(_ reader: inout WireReader) throws(WireError) -> ExecutorRequest {
        var (executorID, frameworkID): (ExecutorID, FrameworkID) = ("", "")
        var type: Int?
        var (subscribe, update, message): (ExecutorCall?, TaskStatus?, [UInt8]?)
        while let field = try reader.next() {
            switch field {
            case Wire.Executor.Call.executorID: executorID = try reader.id()
            case Wire.Executor.Call.frameworkID: frameworkID = try reader.id()
            case Wire.Executor.Call.type: type = try reader.int()
            case Wire.Executor.Call.subscribe: subscribe = try reader.nested(readSubscribe)
            case Wire.Executor.Call.update:
                update = try reader.wrapped { (reader) throws(WireError) in try reader.message() }
            case Wire.Executor.Call.message: message = try reader.nested(readMessage)
            default: try reader.skip()
            }
        }
        guard let type else { throw .invalid("Expecting 'type' to be present") }
        let call: ExecutorCall
        switch ExecutorCallType(rawValue: type) {
        case .subscribe:
            guard let subscribe else { throw .invalid("Expecting 'subscribe' to be present") }
            call = subscribe
        case .update:
            guard let update else { throw .invalid("Expecting 'update' to be present") }
            try validate(update, of: executorID)
            call = .update(update)
        case .message:
            guard let message else { throw .invalid("Expecting 'message' to be present") }
            call = .message(message)
        case .heartbeat: call = .heartbeat
        case nil: throw .invalid("Calls of type UNKNOWN are not implemented")
        }
        return ExecutorRequest(frameworkID: frameworkID, executorID: executorID, call: call)
    }

    private static func validate(_ status: TaskStatus, of executorID: ExecutorID) throws(WireError) {
        guard status.uuid != nil else { throw .invalid("Expecting 'update.status.uuid' to be present") }
        guard status.source == .executor else {
            throw .invalid("Expecting 'update.status.source' to be SOURCE_EXECUTOR")
        }
        guard status.state != .staging else { throw .invalid("'update.status.state' must not be TASK_STAGING") }
        guard status.executorID == nil || status.executorID == executorID else {
            throw .invalid("'update.status.executor_id' differs from 'executor_id'")
        }
    }

    private static func readSubscribe(_ reader: inout WireReader) throws(WireError) -> ExecutorCall {
        var (tasks, updates): ([TaskInfo], [TaskStatus]) = ([], [])
        while let field = try reader.next() {
            switch field {
            case Wire.Executor.Call.Subscribe.unacknowledgedTasks: tasks.append(try reader.message())
            case Wire.Executor.Call.Subscribe.unacknowledgedUpdates:
                let status = try reader.wrapped { (reader) throws(WireError) in try reader.message(TaskStatus.self) }
                if let status { updates.append(status) }
            default: try reader.skip()
            }
        }
        return .subscribe(unacknowledgedTasks: tasks, unacknowledgedUpdates: updates)
    }

    private static func readMessage(_ reader: inout WireReader) throws(WireError) -> [UInt8] {
        var data: [UInt8] = []
        while let field = try reader.next() {
            if field == Wire.Executor.Call.Message.data { data = try reader.data() } else { try reader.skip() }
        }
        return data
    }
}
