public import ClusterBase
public import ClusterModel
public import ResourceModel

/// What `resources_and_operations.state` holds (`slave.ResourceState`; spec `mesos/05` §5.3).
public struct ResourceState: Hashable, Sendable, WireModel {
    /// Operations whose last status is not acknowledged.
    public var operations: [OperationRecord]
    /// Dynamic reservations and persistent volumes.
    public var resources: Resources

    /// Makes a state.
    public init(operations: [OperationRecord] = [], resources: Resources = []) {
        (self.operations, self.resources) = (operations, resources)
    }

    /// `mesos.internal.slave.ResourceState`.
    public static var messageName: String { "mesos.internal.slave.ResourceState" }

    /// Reads a state.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init()
        typealias Field = Wire.Internal.Slave.ResourceState
        while let field = try reader.next() {
            switch field {
            case Field.operations: operations.append(try reader.message())
            case Field.resources: resources.add(try reader.message())
            default: try reader.skip()
            }
        }
    }

    /// Writes the state.
    public func write(to writer: inout WireWriter) {
        typealias Field = Wire.Internal.Slave.ResourceState
        for operation in operations { writer.message(Field.operations, operation) }
        for resource in resources { writer.message(Field.resources, resource) }
    }
}

/// One entry of an operation's `operation.updates` file (`UpdateOperationStatusRecord`; spec `mesos/05` §5.3).
public enum OperationUpdateRecord: Hashable, Sendable, WireModel {
    /// A status that the agent made.
    case update(OperationUpdate)
    /// The acknowledgement of the status with this uuid.
    case acknowledged(UniqueID)

    /// `mesos.internal.UpdateOperationStatusRecord`.
    public static var messageName: String { "mesos.internal.UpdateOperationStatusRecord" }

    private typealias Field = Wire.Internal.UpdateOperationStatusRecord

    /// Reads a record; one whose payload is missing is an error.
    public init(from reader: inout WireReader) throws(WireError) {
        var (type, update, uuid): (Int, OperationUpdate?, UniqueID?) = (0, nil, nil)
        while let field = try reader.next() {
            switch field {
            case Field.type: type = try reader.int()
            case Field.update: update = try reader.message()
            case Field.uuid: uuid = try reader.uuidMessage("uuid")
            default: try reader.skip()
            }
        }
        if type == 0, let update {
            self = .update(update)
        } else if type == 1, let uuid {
            self = .acknowledged(uuid)
        } else {
            throw .invalid("The record of an operation's status lacks its payload")
        }
    }

    /// Writes the record.
    public func write(to writer: inout WireWriter) {
        switch self {
        case .update(let update):
            writer.integer(Field.type, 0)
            writer.message(Field.update, update)
        case .acknowledged(let uuid):
            writer.integer(Field.type, 1)
            writer.uuid(Field.uuid, uuid)
        }
    }
}

extension OperationUpdate: WireModel {
    /// `mesos.internal.UpdateOperationStatusMessage`.
    public static var messageName: String { "mesos.internal.UpdateOperationStatusMessage" }

    private typealias Field = Wire.Internal.UpdateOperationStatusMessage

    /// Reads an update; one without the operation's uuid is an error.
    public init(from reader: inout WireReader) throws(WireError) {
        var (framework, agent): (FrameworkID?, AgentID?)
        var (status, latest, uuid): (OperationStatus?, OperationStatus?, UniqueID?)
        while let field = try reader.next() {
            switch field {
            case Field.frameworkID: framework = try reader.id()
            case Field.slaveID: agent = try reader.id()
            case Field.status: status = try reader.message()
            case Field.latestStatus: latest = try reader.message()
            case Field.operationUUID: uuid = try reader.uuidMessage("operation_uuid")
            default: try reader.skip()
            }
        }
        guard let status, let uuid else { throw .invalid("An operation's status lacks the operation's uuid") }
        self.init(frameworkID: framework, agentID: agent, status: status, latest: latest, operationUUID: uuid)
    }

    /// Writes the update.
    public func write(to writer: inout WireWriter) {
        writer.id(Field.frameworkID, ifPresent: frameworkID)
        writer.id(Field.slaveID, ifPresent: agentID)
        writer.message(Field.status, status)
        writer.message(Field.latestStatus, ifPresent: latest)
        writer.uuid(Field.operationUUID, operationUUID)
    }
}

extension WireStyle {
    /// In checkpoints of what operations made: refined reservations as they are.
    public static let resourceCheckpoint = WireStyle(
        usesReservationStack: true, showsAllocation: true, isInternal: true)
}
