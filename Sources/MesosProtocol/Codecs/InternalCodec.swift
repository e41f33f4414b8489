internal import ClusterBase
public import ClusterModel
internal import ResourceModel

/// The messages between master and agents, as libprocess carries them: a name and protobuf bytes (spec `mesos/11`
/// §11.7).
///
/// They embed v0 messages, whose numbers are those of v1; resources are written in the older form where it can say all.
public enum InternalCodec {
    /// A libprocess message: the last component of its path, and its body.
    public struct Envelope: Hashable, Sendable {
        /// The full name of the message, such as `mesos.internal.RunTaskMessage`.
        public var name: String
        /// The body.
        public var body: [UInt8]

        /// Makes an envelope.
        public init(name: String, body: [UInt8]) { (self.name, self.body) = (name, body) }
    }

    /// The address of a scheduler that has none, as text in messages.
    static let nullPID = "@0.0.0.0:0"

    static func envelope(_ name: String, _ body: (inout WireWriter) -> Void) -> Envelope {
        var writer = WireWriter(style: .daemon)
        body(&writer)
        return Envelope(name: "mesos.internal." + name, body: writer.bytes)
    }

    /// Checks a body against the message of its name and gives a reader; nil when the name is none of `mesos.internal`.
    static func reader(_ envelope: Envelope) throws(WireError) -> (name: Substring, WireReader)? {
        guard envelope.name.hasPrefix("mesos.internal."), let message = MessageDescriptor.find(envelope.name) else {
            return nil
        }
        let missing = try message.missingRequired(in: envelope.body)
        guard missing.isEmpty else { throw .missingRequired(missing) }
        return (envelope.name.dropFirst(15), WireReader(envelope.body))
    }

    /// Writes what an agent tells the master; `pid` is the agent's address, which status updates carry.
    public static func encode(_ message: AgentMessage, pid: String) -> Envelope {
        switch message {
        case .register(let registration):
            return envelope("RegisterSlaveMessage") { writer in
                typealias Field = Wire.Internal.RegisterSlaveMessage
                writer.message(Field.slave, registration.info)
                writer.string(Field.version, registration.version)
                writer.agentCapabilities(Field.agentCapabilities, registration.capabilities)
                writer.resources(Field.checkpointedResources, registration.checkpointedResources)
                writer.uuid(Field.resourceVersionUUID, registration.resourceVersion)
            }
        case .reregister(let registration, let inventory): return encode(registration, inventory)
        case .unregister(let agent): return envelope("UnregisterSlaveMessage") { $0.id(1, agent) }
        case .statusUpdate(let update):
            return envelope("StatusUpdateMessage") { writer in
                writer.message(Wire.Internal.StatusUpdateMessage.update, update)
                writer.string(Wire.Internal.StatusUpdateMessage.pid, pid)
            }
        case .exitedExecutor(let agent, let framework, let executor, let status):
            return envelope("ExitedExecutorMessage") { writer in
                writer.ids(agent, framework, executor)
                writer.integer(Wire.Internal.ExitedExecutorMessage.status, status)
            }
        case .executorMessage(let agent, let framework, let executor, let data):
            return envelope("ExecutorToFrameworkMessage") { writer in
                writer.ids(agent, framework, executor)
                writer.data(Wire.Internal.ExecutorToFrameworkMessage.data, data)
            }
        case .update(let agent, let version, let oversubscribed, let operations):
            return envelope("UpdateSlaveMessage") { writer in
                typealias Field = Wire.Internal.UpdateSlaveMessage
                writer.id(Field.slaveID, agent)
                if let oversubscribed { writer.resources(Field.oversubscribedResources, oversubscribed) }
                writer.bool(Field.updateOversubscribedResources, oversubscribed != nil)
                if !operations.isEmpty {
                    writer.nested(Field.operations) { for operation in operations { $0.message(1, operation) } }
                }
                writer.uuid(Field.resourceVersionUUID, version)
            }
        case .updateOperationStatus(let update): return encode(update)
        case .pong: return envelope("PongSlaveMessage") { _ in }
        }
    }

    private static func encode(_ registration: AgentRegistration, _ inventory: AgentInventory) -> Envelope {
        envelope("ReregisterSlaveMessage") { writer in
            typealias Field = Wire.Internal.ReregisterSlaveMessage
            writer.message(Field.slave, registration.info)
            for task in inventory.tasks { writer.message(Field.tasks, task) }
            for executor in inventory.executors { writer.message(Field.executorInfos, executor) }
            writer.string(Field.version, registration.version)
            writer.resources(Field.checkpointedResources, registration.checkpointedResources)
            for framework in inventory.frameworks { writer.message(Field.frameworks, framework) }
            writer.agentCapabilities(Field.agentCapabilities, registration.capabilities)
            writer.uuid(Field.resourceVersionUUID, registration.resourceVersion)
        }
    }

    /// Reads what an agent tells the master.
    ///
    /// Nil for messages that the model does not know: drop them silently. Throws `WireError` for bodies that are not
    /// the message of their name, lack required fields or have bad resources: drop and log them (spec `mesos/11`
    /// §11.2.7). Bad resources of registrations and operations are told in them instead.
    public static func decodeAgentMessage(_ envelope: Envelope) throws(WireError) -> AgentMessage? {
        guard case (let name, var reader)? = try reader(envelope) else { return nil }
        let message = try readAgentMessage(name, &reader)
        try reader.refuseBadResources()
        return message
    }

    private static func readAgentMessage(
        _ name: Substring, _ reader: inout WireReader
    ) throws(WireError) -> AgentMessage? {
        switch name {
        case "RegisterSlaveMessage", "ReregisterSlaveMessage":
            return try readRegistration(&reader, again: name == "ReregisterSlaveMessage")
        case "UnregisterSlaveMessage":
            return .unregister(try reader.first(1) { (reader) throws(WireError) in try reader.id() } ?? "")
        case "StatusUpdateMessage":
            return try reader.first(Wire.Internal.StatusUpdateMessage.update) { (reader) throws(WireError) in
                try reader.message(StatusUpdate.self)
            }.map(AgentMessage.statusUpdate)
        case "ExitedExecutorMessage":
            let ids = try IDs(&reader)
            return .exitedExecutor(ids.agent, ids.framework, ids.executor, status: ids.status)
        case "ExecutorToFrameworkMessage":
            let ids = try IDs(&reader)
            return .executorMessage(ids.agent, ids.framework, ids.executor, data: ids.data)
        case "UpdateSlaveMessage": return try readUpdate(&reader)
        case "UpdateOperationStatusMessage": return .updateOperationStatus(try OperationUpdate(from: &reader))
        case "PongSlaveMessage": return .pong
        default: return nil
        }
    }

    private static func readRegistration(_ reader: inout WireReader, again: Bool) throws(WireError) -> AgentMessage {
        var info = AgentInfo(hostname: "", port: 0, resources: [])
        var (version, capabilities, resourceVersion): (String, [String], UniqueID?) = ("", [], nil)
        var (inventory, checkpointed) = (AgentInventory(), Resources())
        typealias First = Wire.Internal.RegisterSlaveMessage
        typealias Again = Wire.Internal.ReregisterSlaveMessage
        while let field = try reader.next() {
            switch (field, again) {
            case (First.slave, false), (Again.slave, true): info = try reader.message()
            case (First.version, false), (Again.version, true): version = try reader.string()
            case (First.agentCapabilities, false), (Again.agentCapabilities, true):
                if let name = try reader.agentCapability() { capabilities.append(name) }
            case (First.resourceVersionUUID, false), (Again.resourceVersionUUID, true):
                resourceVersion = try reader.wrappedUUID()
            case (First.checkpointedResources, false), (Again.checkpointedResources, true):
                checkpointed.add(try reader.message())
            case (Again.tasks, true): inventory.tasks.append(try reader.message())
            case (Again.executorInfos, true): inventory.executors.append(try reader.message())
            case (Again.frameworks, true): inventory.frameworks.append(try reader.message())
            default: try reader.skip()
            }
        }
        let registration = AgentRegistration(
            info: info, version: version, capabilities: capabilities, resourceVersion: resourceVersion,
            checkpointedResources: checkpointed, resourceProblem: reader.takeResourceProblem())
        return again ? .reregister(registration, inventory) : .register(registration)
    }

    private static func readUpdate(_ reader: inout WireReader) throws(WireError) -> AgentMessage {
        var (agent, version): (AgentID, UniqueID?) = ("", nil)
        var (oversubscribed, isNew, operations): (Resources, Bool?, [OperationRecord]) = ([], nil, [])
        while let field = try reader.next() {
            switch field {
            case Wire.Internal.UpdateSlaveMessage.slaveID: agent = try reader.id()
            case Wire.Internal.UpdateSlaveMessage.resourceVersionUUID: version = try reader.wrappedUUID()
            case Wire.Internal.UpdateSlaveMessage.oversubscribedResources: oversubscribed.add(try reader.message())
            case Wire.Internal.UpdateSlaveMessage.updateOversubscribedResources: isNew = try reader.bool()
            case Wire.Internal.UpdateSlaveMessage.operations:
                operations += try reader.list { (reader) throws(WireError) in try reader.message() }
            default: try reader.skip()
            }
        }
        return .update(
            agent, resourceVersion: version, oversubscribed: isNew ?? !oversubscribed.isEmpty ? oversubscribed : nil,
            operations: operations)
    }

    /// Reads what the master tells an agent; as `decodeAgentMessage`.
    public static func decodeMasterMessage(_ envelope: Envelope) throws(WireError) -> MasterMessage? {
        guard case (let name, var reader)? = try reader(envelope) else { return nil }
        let message = try MasterMessage.read(name, &reader)
        try reader.refuseBadResources()
        return message
    }
}

/// Agent, framework and executor (fields 1, 2, 3) with a status or data (field 4): the shape of several messages.
struct IDs {
    var agent: AgentID = ""
    var framework: FrameworkID = ""
    var executor: ExecutorID = ""
    var status: Int32 = 0
    var data: [UInt8] = []

    init(_ reader: inout WireReader) throws(WireError) {
        while let field = try reader.next() {
            switch field {
            case 1: agent = try reader.id()
            case 2: framework = try reader.id()
            case 3: executor = try reader.id()
            case 4 where reader.isLengthPrefixed: data = try reader.data()
            case 4: status = Int32(truncatingIfNeeded: try reader.integer())
            default: try reader.skip()
            }
        }
    }
}

extension WireWriter {
    mutating func ids(_ agent: AgentID, _ framework: FrameworkID, _ executor: ExecutorID) {
        id(1, agent)
        id(2, framework)
        id(3, executor)
    }

    mutating func uuid(_ field: Int, _ value: UniqueID?) {
        if let value { nested(field) { $0.data(1, value.bytes) } }
    }

    mutating func agentCapabilities(_ field: Int, _ names: [String]) {
        for name in names {
            guard let number = WireNames.number(name, message: "mesos.v1.AgentInfo.Capability", field: 1) else {
                continue
            }
            nested(field) { $0.integer(1, number) }
        }
    }
}

extension WireReader {
    /// The value of one field, wherever it is; the last one counts.
    mutating func first<Result>(
        _ number: Int, _ read: (inout WireReader) throws(WireError) -> Result
    ) throws(WireError) -> Result? {
        var result: Result?
        while let field = try next() {
            if field == number { result = try read(&self) } else { try skip() }
        }
        return result
    }

    mutating func wrappedUUID() throws(WireError) -> UniqueID? {
        try wrapped { (reader) throws(WireError) in try reader.uuid("resource_version_uuid.value") }
    }

    mutating func agentCapability() throws(WireError) -> String? {
        let number = try wrapped { (reader) throws(WireError) in try reader.int() } ?? 0
        return WireNames.name(number, message: "mesos.v1.AgentInfo.Capability", field: 1)
    }
}
