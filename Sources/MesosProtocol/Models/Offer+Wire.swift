internal import ClusterBase
public import ClusterModel
internal import ResourceModel

extension Offer: WireModel {
    /// `mesos.v1.Offer`.
    public static var messageName: String { "mesos.v1.Offer" }

    /// The path of the agent's API in the offer's URL; upstream's process id of every agent.
    private static let agentPath = "/slave(1)"

    /// Reads an offer; without `allocation_info` its role is `*`.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(id: "", frameworkID: "", agentID: "", hostname: "", ip: "", port: 0, resources: [], role: "*")
        while let field = try reader.next() {
            switch field {
            case Wire.Offer.id: id = try reader.id()
            case Wire.Offer.frameworkID: frameworkID = try reader.id()
            case Wire.Offer.agentID: agentID = try reader.id()
            case Wire.Offer.hostname: hostname = try reader.string()
            case Wire.Offer.resources: resources.add(try reader.resource())
            case Wire.Offer.executorIDs: executorIDs.append(try reader.id())
            case Wire.Offer.attributes: attributes.append(try reader.message())
            case Wire.Offer.url: try readURL(&reader)
            case Wire.Offer.unavailability: unavailability = try reader.message()
            case Wire.Offer.allocationInfo:
                role = try reader.wrapped { (reader) throws(WireError) in try reader.string() } ?? "*"
            case Wire.Offer.domain: domain = try reader.message()
            default: try reader.skip()
            }
        }
    }

    private mutating func readURL(_ reader: inout WireReader) throws(WireError) {
        let address = try reader.nested { (reader) throws(WireError) in
            var address: SocketAddress?
            while let field = try reader.next() {
                if field == Wire.URL.address { address = try reader.message() } else { try reader.pass() }
            }
            return address
        }
        if let address { (ip, port) = (address.ip ?? "", address.port) }
    }

    /// Writes the offer; its resources carry its role where the style shows allocations.
    public func write(to writer: inout WireWriter) {
        writer.id(Wire.Offer.id, id)
        writer.id(Wire.Offer.frameworkID, frameworkID)
        writer.id(Wire.Offer.agentID, agentID)
        writer.string(Wire.Offer.hostname, hostname)
        for resource in resources {
            writer.nested(Wire.Offer.resources) {
                resource.write(to: &$0, allocatedTo: resource.allocationRole ?? role)
            }
        }
        for executor in executorIDs { writer.id(Wire.Offer.executorIDs, executor) }
        for attribute in attributes { writer.message(Wire.Offer.attributes, attribute) }
        writer.nested(Wire.Offer.url) { writer in
            writer.string(Wire.URL.scheme, "http")
            writer.message(Wire.URL.address, SocketAddress(hostname: hostname, ip: ip.isEmpty ? nil : ip, port: port))
            writer.string(Wire.URL.path, Self.agentPath)
        }
        writer.message(Wire.Offer.unavailability, ifPresent: unavailability)
        if writer.style.showsAllocation { writer.nested(Wire.Offer.allocationInfo) { $0.string(1, role) } }
        writer.message(Wire.Offer.domain, ifPresent: domain)
    }
}

extension Unavailability: WireModel {
    /// `mesos.v1.Unavailability`.
    public static var messageName: String { "mesos.v1.Unavailability" }

    /// Reads an unavailability.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(start: .epoch)
        while let field = try reader.next() {
            switch field {
            case Wire.Unavailability.start: start = try reader.instant()
            case Wire.Unavailability.duration: duration = try reader.duration()
            default: try reader.skip()
            }
        }
    }

    /// Writes the unavailability.
    public func write(to writer: inout WireWriter) {
        writer.instant(Wire.Unavailability.start, start)
        if let duration { writer.duration(Wire.Unavailability.duration, duration) }
    }
}

extension OfferOperation: WireModel {
    /// `mesos.v1.Offer.Operation`.
    public static var messageName: String { "mesos.v1.Offer.Operation" }

    /// Reads an operation; those that this version does not carry out keep their name and id.
    public init(from reader: inout WireReader) throws(WireError) {
        var (type, id): (Int, OperationID?) = (0, nil)
        var tasks: [TaskInfo] = []
        var group: (executor: ExecutorInfo, tasks: [TaskInfo])?
        while let field = try reader.next() {
            switch field {
            case Wire.Offer.Operation.type: type = try reader.int()
            case Wire.Offer.Operation.id: id = try reader.id()
            case Wire.Offer.Operation.launch:
                tasks += try reader.list { (reader) throws(WireError) in try reader.message() }
            case Wire.Offer.Operation.launchGroup: group = try Self.launchGroup(&reader)
            default: try reader.skip()
            }
        }
        switch type {
        case 1: self = .launch(tasks)
        case 6 where group != nil: self = group.map { .launchGroup($0.executor, $0.tasks) } ?? .launch([])
        default:
            let name = WireNames.name(type, message: Self.messageName, field: Wire.Offer.Operation.type) ?? "UNKNOWN"
            self = .unsupported(name: name, id: id)
        }
    }

    private static func launchGroup(_ reader: inout WireReader) throws(WireError) -> (ExecutorInfo, [TaskInfo]) {
        try reader.nested { (reader) throws(WireError) in
            var executor = ExecutorInfo(kind: .unknown, id: "")
            var tasks: [TaskInfo] = []
            while let field = try reader.next() {
                switch field {
                case Wire.Offer.Operation.LaunchGroup.executor: executor = try reader.message()
                case Wire.Offer.Operation.LaunchGroup.taskGroup:
                    tasks += try reader.list { (reader) throws(WireError) in try reader.message() }
                default: try reader.skip()
                }
            }
            return (executor, tasks)
        }
    }

    /// Writes the operation; of an unsupported one its type and id only.
    public func write(to writer: inout WireWriter) {
        switch self {
        case .launch(let tasks):
            writer.integer(Wire.Offer.Operation.type, 1)
            writer.nested(Wire.Offer.Operation.launch) { for task in tasks { $0.message(1, task) } }
        case .launchGroup(let executor, let tasks):
            writer.integer(Wire.Offer.Operation.type, 6)
            writer.nested(Wire.Offer.Operation.launchGroup) { writer in
                writer.message(Wire.Offer.Operation.LaunchGroup.executor, executor)
                writer.nested(Wire.Offer.Operation.LaunchGroup.taskGroup) { for task in tasks { $0.message(1, task) } }
            }
        case .unsupported(let name, let id):
            let number = WireNames.number(name, message: Self.messageName, field: Wire.Offer.Operation.type)
            writer.integer(Wire.Offer.Operation.type, number ?? 0)
            writer.id(Wire.Offer.Operation.id, ifPresent: id)
        }
    }
}

extension Filters: WireModel {
    /// `mesos.v1.Filters`.
    public static var messageName: String { "mesos.v1.Filters" }

    /// Reads filters.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init()
        while let field = try reader.next() {
            if field == Wire.Filters.refuseSeconds { refuseSeconds = try reader.double() } else { try reader.skip() }
        }
    }

    /// Writes the filters.
    public func write(to writer: inout WireWriter) { writer.double(Wire.Filters.refuseSeconds, refuseSeconds) }
}
