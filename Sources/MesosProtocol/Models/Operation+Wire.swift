internal import ClusterBase
public import ClusterModel
internal import ResourceModel

extension OfferOperation: WireModel {
    /// `mesos.v1.Offer.Operation`.
    public static var messageName: String { "mesos.v1.Offer.Operation" }

    private typealias Field = Wire.Offer.Operation

    /// Reads an operation with what is wrong with its resources.
    ///
    /// Operations of an unknown type, and those without the part of their type, keep their name and id.
    public init(from reader: inout WireReader) throws(WireError) {
        var (type, parts, problems): (Int, [Int: Action], [Int: String]) = (0, [:], [:])
        self.init(.unsupported(name: "UNKNOWN"))
        while let field = try reader.next() {
            switch field {
            case Field.type: type = try reader.int()
            case Field.id: id = try reader.id()
            default:
                if let part = try Self.part(field, &reader) { parts[field] = part }
                problems[field] = reader.takeResourceProblem()
            }
        }
        let field = Self.fields[type]
        if let field, let part = parts[field] {
            (action, resourceProblem) = (part, problems[field])
            return
        }
        let name = WireNames.name(type, message: Self.messageName, field: Field.type) ?? "UNKNOWN"
        action = .unsupported(name: name)
        guard field != nil else { return }
        let article = name == "UNRESERVE" ? "An" : "A"
        resourceProblem =
            "\(article) \(name) offer operation must have the Offer.Operation.\(name.lowercased()) field set."
    }

    /// The field of each type of operation, by the type's number.
    private static let fields: [Int: Int] = [
        1: Field.launch, 2: Field.reserve, 3: Field.unreserve, 4: Field.create, 5: Field.destroy,
        6: Field.launchGroup, 11: Field.growVolume, 12: Field.shrinkVolume, 13: Field.createDisk,
        14: Field.destroyDisk,
    ]

    private static func part(_ field: Int, _ reader: inout WireReader) throws(WireError) -> Action? {
        func list() throws(WireError) -> Resources {
            Resources(try reader.list { (reader) throws(WireError) in try reader.message(Resource.self) })
        }
        switch field {
        case Field.launch:
            return .launch(try reader.list { (reader) throws(WireError) in try reader.message() })
        case Field.launchGroup: return try reader.nested(launchGroup)
        case Field.reserve:
            let (source, resources) = try reader.nested(reservation)
            return .reserve(source: source, resources: resources)
        case Field.unreserve: return .unreserve(try list())
        case Field.create: return .create(try list())
        case Field.destroy: return .destroy(try list())
        case Field.growVolume:
            return try reader.nested { (reader) throws(WireError) in
                var (volume, addition) = (Resource.nothing, Resource.nothing)
                while let field = try reader.next() {
                    switch field {
                    case Field.GrowVolume.volume: volume = try reader.message()
                    case Field.GrowVolume.addition: addition = try reader.message()
                    default: try reader.skip()
                    }
                }
                return .growVolume(volume: volume, addition: addition)
            }
        case Field.shrinkVolume:
            return try reader.nested { (reader) throws(WireError) in
                var (volume, amount) = (Resource.nothing, Scalar.zero)
                while let field = try reader.next() {
                    switch field {
                    case Field.ShrinkVolume.volume: volume = try reader.message()
                    case Field.ShrinkVolume.subtract: amount = Scalar(try reader.scalar())
                    default: try reader.skip()
                    }
                }
                return .shrinkVolume(volume: volume, subtract: amount)
            }
        case Field.createDisk: return try reader.nested(createDisk)
        case Field.destroyDisk:
            let source = try reader.wrapped { (reader) throws(WireError) in try reader.message(Resource.self) }
            return source.map { .destroyDisk(source: $0) }
        default:
            try reader.skip()
            return nil
        }
    }

    private static func launchGroup(_ reader: inout WireReader) throws(WireError) -> Action {
        var executor = ExecutorInfo(kind: .unknown, id: "")
        var tasks: [TaskInfo] = []
        while let field = try reader.next() {
            switch field {
            case Field.LaunchGroup.executor: executor = try reader.message()
            case Field.LaunchGroup.taskGroup:
                tasks += try reader.list { (reader) throws(WireError) in try reader.message() }
            default: try reader.skip()
            }
        }
        return .launchGroup(executor, tasks)
    }

    private static func reservation(_ reader: inout WireReader) throws(WireError) -> (Resources, Resources) {
        var (source, resources) = (Resources(), Resources())
        while let field = try reader.next() {
            switch field {
            case Field.Reserve.source: source.add(try reader.message())
            case Field.Reserve.resources: resources.add(try reader.message())
            default: try reader.skip()
            }
        }
        return (source, resources)
    }

    private static func createDisk(_ reader: inout WireReader) throws(WireError) -> Action {
        var (source, kind, profile): (Resource, Resource.Disk.Source.Kind?, String?) = (.nothing, nil, nil)
        while let field = try reader.next() {
            switch field {
            case Field.CreateDisk.source: source = try reader.message()
            case Field.CreateDisk.targetType: kind = try reader.enumeration(Resource.Disk.Source.Kind.self)
            case Field.CreateDisk.targetProfile: profile = try reader.string()
            default: try reader.skip()
            }
        }
        return .createDisk(source: source, kind: kind, profile: profile)
    }
}

extension OfferOperation {
    /// Writes the operation; of an unsupported one its type and id only.
    public func write(to writer: inout WireWriter) {
        let number = WireNames.number(name, message: Self.messageName, field: Field.type) ?? 0
        writer.integer(Field.type, number)
        if let field = Self.fields[number] { writer.nested(field) { writePart(to: &$0) } }
        writer.id(Field.id, ifPresent: id)
    }

    private func writePart(to writer: inout WireWriter) {
        switch action {
        case .launch(let tasks): for task in tasks { writer.message(Field.Launch.taskInfos, task) }
        case .launchGroup(let executor, let tasks):
            writer.message(Field.LaunchGroup.executor, executor)
            writer.nested(Field.LaunchGroup.taskGroup) { for task in tasks { $0.message(1, task) } }
        case .reserve(let source, let resources):
            writer.resources(Field.Reserve.source, source)
            writer.resources(Field.Reserve.resources, resources)
        case .unreserve(let resources): writer.resources(Field.Unreserve.resources, resources)
        case .create(let volumes), .destroy(let volumes): writer.resources(Field.Create.volumes, volumes)
        case .growVolume(let volume, let addition):
            writer.message(Field.GrowVolume.volume, volume)
            writer.message(Field.GrowVolume.addition, addition)
        case .shrinkVolume(let volume, let amount):
            writer.message(Field.ShrinkVolume.volume, volume)
            writer.nested(Field.ShrinkVolume.subtract) { $0.double(1, amount.value) }
        case .createDisk(let source, let kind, let profile):
            writer.message(Field.CreateDisk.source, source)
            writer.integer(Field.CreateDisk.targetType, kind?.rawValue ?? 0)
            writer.string(Field.CreateDisk.targetProfile, ifPresent: profile)
        case .destroyDisk(let source): writer.message(Field.DestroyDisk.source, source)
        case .unsupported: break
        }
    }
}

extension Resource {
    /// What stands for a resource until it is read.
    static let nothing = Resource(name: "", value: .scalar(.zero))
}

extension OperationStatus: WireModel {
    /// `mesos.v1.OperationStatus`.
    public static var messageName: String { "mesos.v1.OperationStatus" }

    private typealias Field = Wire.OperationStatus

    /// Reads a status; states that the model does not know are `unsupported`.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(state: .unsupported)
        while let field = try reader.next() {
            switch field {
            case Field.operationID: operationID = try reader.id()
            case Field.state: state = try reader.enumeration(OperationState.self) ?? .unsupported
            case Field.message: message = try reader.string()
            case Field.convertedResources: convertedResources = (convertedResources ?? []) + [try reader.message()]
            case Field.uuid: statusUUID = try reader.uuidMessage("status.uuid")
            case Field.agentID: agentID = try reader.id()
            case Field.resourceProviderID: providerID = try reader.provider()
            default: try reader.skip()
            }
        }
    }

    /// Writes the status.
    public func write(to writer: inout WireWriter) {
        writer.id(Field.operationID, ifPresent: operationID)
        writer.integer(Field.state, state.rawValue)
        writer.string(Field.message, ifPresent: message)
        if let convertedResources { writer.resources(Field.convertedResources, convertedResources) }
        writer.uuid(Field.uuid, statusUUID)
        writer.id(Field.agentID, ifPresent: agentID)
        writer.provider(Field.resourceProviderID, providerID)
    }
}

extension OperationRecord: WireModel {
    /// `mesos.v1.Operation`.
    public static var messageName: String { "mesos.v1.Operation" }

    private typealias Field = Wire.Operation

    /// Reads an operation.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(
            agentID: "", operation: .unsupported(name: "UNKNOWN"), latest: OperationStatus(state: .unsupported),
            uuid: UniqueID(high: 0, low: 0))
        while let field = try reader.next() {
            switch field {
            case Field.frameworkID: frameworkID = try reader.id()
            case Field.agentID: agentID = try reader.id()
            case Field.info: operation = try reader.message()
            case Field.latestStatus: latest = try reader.message()
            case Field.statuses: statuses.append(try reader.message())
            case Field.uuid: uuid = try reader.uuidMessage("operation.uuid") ?? uuid
            default: try reader.skip()
            }
        }
    }

    /// Writes the operation.
    public func write(to writer: inout WireWriter) {
        writer.id(Field.frameworkID, ifPresent: frameworkID)
        if !agentID.value.isEmpty { writer.id(Field.agentID, agentID) }
        writer.message(Field.info, operation)
        writer.message(Field.latestStatus, latest)
        for status in statuses { writer.message(Field.statuses, status) }
        writer.uuid(Field.uuid, uuid)
    }
}

extension WireReader {
    /// A `UUID` message; empty bytes are none.
    mutating func uuidMessage(_ field: String) throws(WireError) -> UniqueID? {
        try wrapped { (reader) throws(WireError) in try reader.uuid(field + ".value") }
    }

    /// A `ResourceProviderID`.
    mutating func provider() throws(WireError) -> String? {
        try wrapped { (reader) throws(WireError) in try reader.string() }
    }
}

extension WireWriter {
    mutating func provider(_ field: Int, _ id: String?) { if let id { nested(field) { $0.string(1, id) } } }
}
