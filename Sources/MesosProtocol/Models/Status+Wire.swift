internal import ClusterBase
public import ClusterModel
internal import ResourceModel

extension TaskStatus: WireModel {
    /// `mesos.v1.TaskStatus`.
    public static var messageName: String { "mesos.v1.TaskStatus" }

    private static let modelled: FieldSet = [
        Wire.TaskStatus.taskID, Wire.TaskStatus.state, Wire.TaskStatus.data, Wire.TaskStatus.message,
        Wire.TaskStatus.agentID, Wire.TaskStatus.timestamp, Wire.TaskStatus.executorID, Wire.TaskStatus.healthy,
        Wire.TaskStatus.source, Wire.TaskStatus.reason, Wire.TaskStatus.uuid, Wire.TaskStatus.labels,
        Wire.TaskStatus.containerStatus, Wire.TaskStatus.unreachableTime, Wire.TaskStatus.checkStatus,
        Wire.TaskStatus.limitation,
    ]

    /// Reads a status; keeps the image when there is more than the model holds.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(taskID: "", state: .unknown)
        while let field = try reader.next() {
            switch field {
            case Wire.TaskStatus.taskID: taskID = try reader.id()
            case Wire.TaskStatus.state: state = try reader.enumeration(TaskState.self) ?? .unknown
            case Wire.TaskStatus.data: data = try reader.data()
            case Wire.TaskStatus.message: message = try reader.string()
            case Wire.TaskStatus.agentID: agentID = try reader.id()
            case Wire.TaskStatus.timestamp: timestamp = Instant(seconds: try reader.double())
            case Wire.TaskStatus.executorID: executorID = try reader.id()
            case Wire.TaskStatus.healthy: isHealthy = try reader.bool()
            case Wire.TaskStatus.source: source = try reader.enumeration(StatusSource.self)
            case Wire.TaskStatus.reason: reason = try reader.enumeration(StatusReason.self)
            case Wire.TaskStatus.uuid: uuid = try reader.optionalUUID("status.uuid")
            case Wire.TaskStatus.labels: labels = try reader.labels()
            case Wire.TaskStatus.containerStatus: containerStatus = try reader.message()
            case Wire.TaskStatus.unreachableTime: unreachableTime = try reader.instant()
            case Wire.TaskStatus.checkStatus: checkStatus = try reader.message()
            case Wire.TaskStatus.limitation:
                limitedResources = Resources(
                    try reader.list { (reader) throws(WireError) in try reader.resource() })
            default: try reader.skip()
            }
        }
        wire = reader.image
    }

    /// Writes the status; what the model lacks comes from the image.
    public func write(to writer: inout WireWriter) {
        writer.id(Wire.TaskStatus.taskID, taskID)
        writer.integer(Wire.TaskStatus.state, state.rawValue)
        if let data { writer.data(Wire.TaskStatus.data, data) }
        writer.string(Wire.TaskStatus.message, ifPresent: message)
        writer.id(Wire.TaskStatus.agentID, ifPresent: agentID)
        if let timestamp { writer.double(Wire.TaskStatus.timestamp, timestamp.seconds) }
        writer.id(Wire.TaskStatus.executorID, ifPresent: executorID)
        if let isHealthy { writer.bool(Wire.TaskStatus.healthy, isHealthy) }
        if let source { writer.integer(Wire.TaskStatus.source, source.rawValue) }
        if let reason { writer.integer(Wire.TaskStatus.reason, reason.rawValue) }
        if let uuid { writer.data(Wire.TaskStatus.uuid, uuid.bytes) }
        writer.labels(Wire.TaskStatus.labels, labels)
        writer.message(Wire.TaskStatus.containerStatus, containerStatus, image: wire)
        writer.instant(Wire.TaskStatus.unreachableTime, ifPresent: unreachableTime)
        writer.message(Wire.TaskStatus.checkStatus, ifPresent: checkStatus)
        if let limitedResources { writer.nested(Wire.TaskStatus.limitation) { $0.resources(1, limitedResources) } }
        writer.rest(of: wire, except: Self.modelled)
    }
}

extension ContainerStatus: WireModel {
    /// `mesos.v1.ContainerStatus`.
    public static var messageName: String { "mesos.v1.ContainerStatus" }

    /// Reads a container's status; of its networks only the addresses.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init()
        var networks = 0
        while let field = try reader.next() {
            switch field {
            case Wire.ContainerStatus.networkInfos:
                networks += 1
                addresses += try Self.addresses(&reader)
            case Wire.ContainerStatus.containerID: (containerID, parentID) = try Self.containerID(&reader)
            case Wire.ContainerStatus.executorPid: executorPID = Int32(truncatingIfNeeded: try reader.integer())
            default: try reader.skip()
            }
        }
        if networks > 1 { reader.noteLoss() }
    }

    private static func addresses(_ reader: inout WireReader) throws(WireError) -> [String] {
        try reader.nested { (reader) throws(WireError) in
            var addresses: [String] = []
            while let field = try reader.next() {
                guard field == Wire.NetworkInfo.ipAddresses else {
                    try reader.skip()
                    continue
                }
                let address = try reader.nested { (reader) throws(WireError) in
                    var address: String?
                    while let field = try reader.next() {
                        switch field {
                        case Wire.NetworkInfo.IPAddress.ipAddress: address = try reader.string()
                        case Wire.NetworkInfo.IPAddress.`protocol`: if try reader.int() != 1 { reader.noteLoss() }
                        default: try reader.skip()
                        }
                    }
                    return address
                }
                if let address { addresses.append(address) } else { reader.noteLoss() }
            }
            if addresses.isEmpty { reader.noteLoss() }
            return addresses
        }
    }

    private static func containerID(_ reader: inout WireReader) throws(WireError) -> (ContainerID?, ContainerID?) {
        try reader.nested { (reader) throws(WireError) in
            var (id, parent): (ContainerID?, ContainerID?)
            while let field = try reader.next() {
                switch field {
                case Wire.ContainerID.value: id = ContainerID(try reader.string())
                case Wire.ContainerID.parent: parent = try reader.id()
                default: try reader.skip()
                }
            }
            return (id, parent)
        }
    }

    /// Writes the status with all addresses in one network.
    public func write(to writer: inout WireWriter) {
        if !addresses.isEmpty {
            writer.nested(Wire.ContainerStatus.networkInfos) { writer in
                for address in addresses {
                    writer.nested(Wire.NetworkInfo.ipAddresses) {
                        $0.string(Wire.NetworkInfo.IPAddress.ipAddress, address)
                    }
                }
            }
        }
        if let executorPID { writer.integer(Wire.ContainerStatus.executorPid, executorPID) }
        guard let containerID else { return }
        writer.nested(Wire.ContainerStatus.containerID) { writer in
            writer.string(Wire.ContainerID.value, containerID.value)
            writer.id(Wire.ContainerID.parent, ifPresent: parentID)
        }
    }
}

extension StatusUpdate: WireModel {
    /// `mesos.internal.StatusUpdate`.
    public static var messageName: String { "mesos.internal.StatusUpdate" }

    /// Reads an update; an empty uuid is none.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(frameworkID: "", status: TaskStatus(taskID: "", state: .unknown), timestamp: .epoch)
        while let field = try reader.next() {
            switch field {
            case Wire.Internal.StatusUpdate.frameworkID: frameworkID = try reader.id()
            case Wire.Internal.StatusUpdate.executorID: executorID = try reader.id()
            case Wire.Internal.StatusUpdate.slaveID: agentID = try reader.id()
            case Wire.Internal.StatusUpdate.status: status = try reader.message()
            case Wire.Internal.StatusUpdate.timestamp: timestamp = Instant(seconds: try reader.double())
            case Wire.Internal.StatusUpdate.uuid: uuid = try reader.optionalUUID("update.uuid")
            case Wire.Internal.StatusUpdate.latestState: latestState = try reader.enumeration(TaskState.self)
            default: try reader.skip()
            }
        }
    }

    /// Writes the update.
    public func write(to writer: inout WireWriter) {
        writer.id(Wire.Internal.StatusUpdate.frameworkID, frameworkID)
        writer.id(Wire.Internal.StatusUpdate.executorID, ifPresent: executorID)
        writer.id(Wire.Internal.StatusUpdate.slaveID, ifPresent: agentID)
        writer.message(Wire.Internal.StatusUpdate.status, status)
        writer.double(Wire.Internal.StatusUpdate.timestamp, timestamp.seconds)
        if let uuid { writer.data(Wire.Internal.StatusUpdate.uuid, uuid.bytes) }
        if let latestState { writer.integer(Wire.Internal.StatusUpdate.latestState, latestState.rawValue) }
    }
}
