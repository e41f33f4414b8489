internal import ClusterBase
public import ClusterModel
internal import ResourceModel

extension Offer: WireModel {
    /// `mesos.v1.Offer`.
    public static var messageName: String { "mesos.v1.Offer" }

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
            case Wire.Offer.url:
                if let address = try reader.agentAddress() { (ip, port) = (address.ip ?? "", address.port) }
            case Wire.Offer.unavailability: unavailability = try reader.message()
            case Wire.Offer.allocationInfo:
                role = try reader.wrapped { (reader) throws(WireError) in try reader.string() } ?? "*"
            case Wire.Offer.domain: domain = try reader.message()
            default: try reader.skip()
            }
        }
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
        writer.nested(Wire.Offer.url) { $0.agentURL(hostname: hostname, ip: ip, port: port) }
        writer.message(Wire.Offer.unavailability, ifPresent: unavailability)
        if writer.style.showsAllocation { writer.nested(Wire.Offer.allocationInfo) { $0.string(1, role) } }
        writer.message(Wire.Offer.domain, ifPresent: domain)
    }
}

extension WireWriter {
    /// The URL of an agent's API; its path is upstream's process id of every agent.
    fileprivate mutating func agentURL(hostname: String, ip: String, port: Int) {
        string(Wire.URL.scheme, "http")
        message(Wire.URL.address, SocketAddress(hostname: hostname, ip: ip.isEmpty ? nil : ip, port: port))
        string(Wire.URL.path, "/slave(1)")
    }
}

extension WireReader {
    /// The address in a URL.
    fileprivate mutating func agentAddress() throws(WireError) -> SocketAddress? {
        try nested { (reader) throws(WireError) in
            var address: SocketAddress?
            while let field = try reader.next() {
                if field == Wire.URL.address { address = try reader.message() } else { try reader.pass() }
            }
            return address
        }
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

extension InverseOffer: WireModel {
    /// `mesos.v1.InverseOffer`.
    public static var messageName: String { "mesos.v1.InverseOffer" }

    /// Reads an inverse offer; resources in it are ignored, for it is about the whole agent.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(
            id: "", frameworkID: "", agentID: "", hostname: "", ip: "", port: 0,
            unavailability: Unavailability(start: .epoch))
        while let field = try reader.next() {
            switch field {
            case Wire.InverseOffer.id: id = try reader.id()
            case Wire.InverseOffer.frameworkID: frameworkID = try reader.id()
            case Wire.InverseOffer.agentID: agentID = try reader.id()
            case Wire.InverseOffer.unavailability: unavailability = try reader.message()
            case Wire.InverseOffer.url:
                guard let address = try reader.agentAddress() else { continue }
                (hostname, ip, port) = (address.hostname ?? "", address.ip ?? "", address.port)
            default: try reader.skip()
            }
        }
    }

    /// Writes the inverse offer.
    public func write(to writer: inout WireWriter) {
        writer.id(Wire.InverseOffer.id, id)
        writer.nested(Wire.InverseOffer.url) { $0.agentURL(hostname: hostname, ip: ip, port: port) }
        writer.id(Wire.InverseOffer.frameworkID, frameworkID)
        if !agentID.value.isEmpty { writer.id(Wire.InverseOffer.agentID, agentID) }
        writer.message(Wire.InverseOffer.unavailability, unavailability)
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
