internal import ClusterBase
public import ClusterModel
internal import ResourceModel

extension TaskInfo: WireModel {
    /// `mesos.v1.TaskInfo`.
    public static var messageName: String { "mesos.v1.TaskInfo" }

    private static let modelled: FieldSet = [
        Wire.TaskInfo.name, Wire.TaskInfo.taskID, Wire.TaskInfo.agentID, Wire.TaskInfo.resources,
        Wire.TaskInfo.executor, Wire.TaskInfo.data, Wire.TaskInfo.command, Wire.TaskInfo.healthCheck,
        Wire.TaskInfo.container, Wire.TaskInfo.labels, Wire.TaskInfo.killPolicy, Wire.TaskInfo.check,
        Wire.TaskInfo.maxCompletionTime, Wire.TaskInfo.limits,
    ]

    /// Reads a task; keeps the image when there is more than the model holds.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(name: "", id: "", agentID: "", resources: [])
        while let field = try reader.next() {
            switch field {
            case Wire.TaskInfo.name: name = try reader.string()
            case Wire.TaskInfo.taskID: id = try reader.id()
            case Wire.TaskInfo.agentID: agentID = try reader.id()
            case Wire.TaskInfo.resources: resources.add(try reader.resource())
            case Wire.TaskInfo.executor:
                executor = try reader.withoutNotingLoss { (reader) throws(WireError) in try reader.message() }
            case Wire.TaskInfo.data: data = try reader.data()
            case Wire.TaskInfo.command: command = try reader.message()
            case Wire.TaskInfo.healthCheck: healthCheck = try reader.message()
            case Wire.TaskInfo.container:
                container = try reader.withoutNotingLoss { (reader) throws(WireError) in try reader.message() }
            case Wire.TaskInfo.labels: labels = try reader.labels()
            case Wire.TaskInfo.killPolicy: killPolicy = try reader.message()
            case Wire.TaskInfo.check: check = try reader.message()
            case Wire.TaskInfo.maxCompletionTime: maxCompletionTime = try reader.duration()
            case Wire.TaskInfo.limits: limits.append(try reader.limit())
            default: try reader.skip()
            }
        }
        wire = reader.image
    }

    /// Writes the task; what the model lacks comes from the image.
    public func write(to writer: inout WireWriter) {
        writer.string(Wire.TaskInfo.name, name)
        writer.id(Wire.TaskInfo.taskID, id)
        writer.id(Wire.TaskInfo.agentID, agentID)
        writer.resources(Wire.TaskInfo.resources, resources)
        writer.message(Wire.TaskInfo.executor, ifPresent: executor)
        if !data.isEmpty { writer.data(Wire.TaskInfo.data, data) }
        writer.message(Wire.TaskInfo.command, command, image: wire)
        writer.message(Wire.TaskInfo.healthCheck, healthCheck, image: wire)
        writer.message(Wire.TaskInfo.container, ifPresent: container)
        writer.labels(Wire.TaskInfo.labels, labels)
        writer.message(Wire.TaskInfo.killPolicy, ifPresent: killPolicy)
        writer.message(Wire.TaskInfo.check, check, image: wire)
        if let maxCompletionTime { writer.duration(Wire.TaskInfo.maxCompletionTime, maxCompletionTime) }
        writer.limits(Wire.TaskInfo.limits, limits)
        writer.rest(of: wire, except: Self.modelled)
    }
}

extension ExecutorInfo: WireModel {
    /// `mesos.v1.ExecutorInfo`.
    public static var messageName: String { "mesos.v1.ExecutorInfo" }

    private static let modelled: FieldSet = [
        Wire.ExecutorInfo.executorID, Wire.ExecutorInfo.data, Wire.ExecutorInfo.resources, Wire.ExecutorInfo.command,
        Wire.ExecutorInfo.frameworkID, Wire.ExecutorInfo.name, Wire.ExecutorInfo.source, Wire.ExecutorInfo.container,
        Wire.ExecutorInfo.shutdownGracePeriod, Wire.ExecutorInfo.labels, Wire.ExecutorInfo.type,
    ]

    /// Reads an executor; keeps the image when there is more than the model holds.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(kind: .unknown, id: "")
        while let field = try reader.next() {
            switch field {
            case Wire.ExecutorInfo.executorID: id = try reader.id()
            case Wire.ExecutorInfo.data: data = try reader.data()
            case Wire.ExecutorInfo.resources: resources.add(try reader.resource())
            case Wire.ExecutorInfo.command: command = try reader.message()
            case Wire.ExecutorInfo.frameworkID: frameworkID = try reader.id()
            case Wire.ExecutorInfo.name: name = try reader.string()
            case Wire.ExecutorInfo.source: source = try reader.string()
            case Wire.ExecutorInfo.container:
                container = try reader.withoutNotingLoss { (reader) throws(WireError) in try reader.message() }
            case Wire.ExecutorInfo.shutdownGracePeriod: shutdownGracePeriod = try reader.duration()
            case Wire.ExecutorInfo.labels: labels = try reader.labels()
            case Wire.ExecutorInfo.type: kind = try reader.enumeration(Kind.self) ?? .unknown
            default: try reader.skip()
            }
        }
        wire = reader.image
    }

    /// Writes the executor; what the model lacks comes from the image.
    public func write(to writer: inout WireWriter) {
        writer.id(Wire.ExecutorInfo.executorID, id)
        if !data.isEmpty { writer.data(Wire.ExecutorInfo.data, data) }
        writer.resources(Wire.ExecutorInfo.resources, resources)
        writer.message(Wire.ExecutorInfo.command, command, image: wire)
        writer.id(Wire.ExecutorInfo.frameworkID, ifPresent: frameworkID)
        if !name.isEmpty { writer.string(Wire.ExecutorInfo.name, name) }
        if !source.isEmpty { writer.string(Wire.ExecutorInfo.source, source) }
        writer.message(Wire.ExecutorInfo.container, ifPresent: container)
        if let shutdownGracePeriod { writer.duration(Wire.ExecutorInfo.shutdownGracePeriod, shutdownGracePeriod) }
        writer.labels(Wire.ExecutorInfo.labels, labels)
        if kind != .unknown { writer.integer(Wire.ExecutorInfo.type, kind.rawValue) }
        writer.rest(of: wire, except: Self.modelled)
    }
}

extension TaskRecord: WireModel {
    /// `mesos.v1.Task`.
    public static var messageName: String { "mesos.v1.Task" }

    private static let modelled: FieldSet = [
        Wire.Task.name, Wire.Task.taskID, Wire.Task.frameworkID, Wire.Task.executorID, Wire.Task.agentID,
        Wire.Task.state, Wire.Task.resources, Wire.Task.statuses, Wire.Task.statusUpdateState,
        Wire.Task.statusUpdateUUID, Wire.Task.labels, Wire.Task.container, Wire.Task.user, Wire.Task.healthCheck,
        Wire.Task.killPolicy, Wire.Task.limits,
    ]

    /// Reads a task's record; keeps the image when there is more than the model holds.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(name: "", id: "", frameworkID: "", agentID: "", state: .unknown, resources: [])
        while let field = try reader.next() {
            switch field {
            case Wire.Task.name: name = try reader.string()
            case Wire.Task.taskID: id = try reader.id()
            case Wire.Task.frameworkID: frameworkID = try reader.id()
            case Wire.Task.executorID: executorID = try reader.id()
            case Wire.Task.agentID: agentID = try reader.id()
            case Wire.Task.state: state = try reader.enumeration(TaskState.self) ?? .unknown
            case Wire.Task.resources: resources.add(try reader.resource())
            case Wire.Task.statuses:
                statuses.append(try reader.withoutNotingLoss { (reader) throws(WireError) in try reader.message() })
            case Wire.Task.statusUpdateState: statusUpdateState = try reader.enumeration(TaskState.self)
            case Wire.Task.statusUpdateUUID: statusUpdateUUID = UniqueID(bytes: try reader.data())
            case Wire.Task.labels: labels = try reader.labels()
            case Wire.Task.container:
                container = try reader.withoutNotingLoss { (reader) throws(WireError) in try reader.message() }
            case Wire.Task.user: user = try reader.string()
            case Wire.Task.healthCheck: healthCheck = try reader.message()
            case Wire.Task.killPolicy: killPolicy = try reader.message()
            case Wire.Task.limits: limits.append(try reader.limit())
            default: try reader.skip()
            }
        }
        wire = reader.image
    }

    /// Writes the record; what the model lacks comes from the image.
    public func write(to writer: inout WireWriter) {
        writer.string(Wire.Task.name, name)
        writer.id(Wire.Task.taskID, id)
        writer.id(Wire.Task.frameworkID, frameworkID)
        writer.id(Wire.Task.executorID, ifPresent: executorID)
        writer.id(Wire.Task.agentID, agentID)
        writer.integer(Wire.Task.state, state.rawValue)
        writer.resources(Wire.Task.resources, resources)
        for status in statuses { writer.message(Wire.Task.statuses, status) }
        if let statusUpdateState { writer.integer(Wire.Task.statusUpdateState, statusUpdateState.rawValue) }
        if let statusUpdateUUID { writer.data(Wire.Task.statusUpdateUUID, statusUpdateUUID.bytes) }
        writer.labels(Wire.Task.labels, labels)
        writer.message(Wire.Task.container, ifPresent: container)
        writer.string(Wire.Task.user, ifPresent: user)
        writer.message(Wire.Task.healthCheck, healthCheck, image: wire)
        writer.message(Wire.Task.killPolicy, ifPresent: killPolicy)
        writer.limits(Wire.Task.limits, limits)
        writer.rest(of: wire, except: Self.modelled)
    }
}
