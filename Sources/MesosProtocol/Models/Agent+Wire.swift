internal import ClusterBase
public import ClusterModel
internal import ResourceModel

extension Attribute: WireModel {
    /// `mesos.v1.Attribute`.
    public static var messageName: String { "mesos.v1.Attribute" }

    /// Reads an attribute; a set becomes its items in braces.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(name: "", value: .text(""))
        while let field = try reader.next() {
            switch field {
            case Wire.Attribute.name: name = try reader.string()
            case Wire.Attribute.type: try reader.pass()
            case Wire.Attribute.scalar: value = .scalar(try reader.scalar())
            case Wire.Attribute.ranges: value = .ranges(try reader.ranges())
            case Wire.Attribute.text:
                value = .text(try reader.wrapped { (reader) throws(WireError) in try reader.string() } ?? "")
            case Wire.Attribute.set:
                let items = try reader.list { (reader) throws(WireError) in try reader.string() }
                value = .text("{" + items.joined(separator: ",") + "}")
            default: try reader.skip()
            }
        }
    }

    /// Writes the attribute.
    public func write(to writer: inout WireWriter) {
        writer.string(Wire.Attribute.name, name)
        switch value {
        case .scalar(let amount):
            writer.integer(Wire.Attribute.type, 0)
            writer.nested(Wire.Attribute.scalar) { $0.double(1, amount) }
        case .ranges(let ranges):
            writer.integer(Wire.Attribute.type, 1)
            writer.ranges(Wire.Attribute.ranges, ranges)
        case .text(let text):
            writer.integer(Wire.Attribute.type, 3)
            writer.nested(Wire.Attribute.text) { $0.string(1, text) }
        }
    }
}

extension FaultDomain: WireModel {
    /// `mesos.v1.DomainInfo`.
    public static var messageName: String { "mesos.v1.DomainInfo" }

    /// Reads a domain.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(region: "", zone: "")
        while let field = try reader.next() {
            guard field == Wire.DomainInfo.faultDomain else {
                try reader.skip()
                continue
            }
            self = try reader.nested { (reader) throws(WireError) in
                var domain = FaultDomain(region: "", zone: "")
                while let field = try reader.next() {
                    let name = try reader.wrapped { (reader) throws(WireError) in try reader.string() } ?? ""
                    if field == Wire.DomainInfo.FaultDomain.region { domain.region = name } else { domain.zone = name }
                }
                return domain
            }
        }
    }

    /// Writes the domain.
    public func write(to writer: inout WireWriter) {
        writer.nested(Wire.DomainInfo.faultDomain) { writer in
            writer.nested(Wire.DomainInfo.FaultDomain.region) { $0.string(1, region) }
            writer.nested(Wire.DomainInfo.FaultDomain.zone) { $0.string(1, zone) }
        }
    }
}

extension AgentInfo: WireModel {
    /// `mesos.v1.AgentInfo`.
    public static var messageName: String { "mesos.v1.AgentInfo" }

    /// Reads an agent's description.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(hostname: "", port: 5051, resources: [])
        while let field = try reader.next() {
            switch field {
            case Wire.AgentInfo.hostname: hostname = try reader.string()
            case Wire.AgentInfo.resources: resources.add(try reader.resource())
            case Wire.AgentInfo.attributes: attributes.append(try reader.message())
            case Wire.AgentInfo.id: id = try reader.id()
            case Wire.AgentInfo.port: port = try reader.int()
            case Wire.AgentInfo.domain: domain = try reader.message()
            case Wire.AgentInfo.checkpoint: try reader.pass()
            default: try reader.skip()
            }
        }
    }

    /// Writes the description; between daemons with the v0 field `checkpoint`, which is always true (spec `mesos.md`
    /// §A.3).
    public func write(to writer: inout WireWriter) {
        writer.string(Wire.AgentInfo.hostname, hostname)
        writer.resources(Wire.AgentInfo.resources, resources)
        for attribute in attributes { writer.message(Wire.AgentInfo.attributes, attribute) }
        writer.id(Wire.AgentInfo.id, ifPresent: id)
        if writer.style.isInternal { writer.bool(Wire.AgentInfo.checkpoint, true) }
        writer.integer(Wire.AgentInfo.port, port)
        writer.message(Wire.AgentInfo.domain, ifPresent: domain)
    }
}

extension MasterInfo: WireModel {
    /// `mesos.v1.MasterInfo`.
    public static var messageName: String { "mesos.v1.MasterInfo" }

    /// Reads a master's description; `address` goes before the older `ip` and `hostname`.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(id: "", ip: "0.0.0.0", port: 5050, hostname: "", version: "")
        var (address, givenPID): (SocketAddress?, String?)
        while let field = try reader.next() {
            switch field {
            case Wire.MasterInfo.id: id = try reader.string()
            case Wire.MasterInfo.ip: ip = SocketAddress.text(ofIPv4: UInt32(truncatingIfNeeded: try reader.unsigned()))
            case Wire.MasterInfo.port: port = try reader.int()
            case Wire.MasterInfo.pid: givenPID = try reader.string()
            case Wire.MasterInfo.hostname: hostname = try reader.string()
            case Wire.MasterInfo.version: version = try reader.string()
            case Wire.MasterInfo.address: address = try reader.message()
            case Wire.MasterInfo.domain: domain = try reader.message()
            case Wire.MasterInfo.capabilities:
                let number = try reader.wrapped { (reader) throws(WireError) in try reader.int() } ?? 0
                if let name = WireNames.name(number, message: Self.capabilityMessage, field: 1) {
                    capabilities.append(name)
                }
            default: try reader.skip()
            }
        }
        if let address {
            port = address.port
            if let given = address.ip { ip = given }
            if let given = address.hostname { hostname = given }
        }
        pid = givenPID ?? "master@\(ip):\(port)"
    }

    private static let capabilityMessage = "mesos.v1.MasterInfo.Capability"

    /// Writes the description with both forms of the address.
    public func write(to writer: inout WireWriter) {
        writer.string(Wire.MasterInfo.id, id)
        writer.integer(Wire.MasterInfo.ip, SocketAddress.number(ofIPv4: ip))
        writer.integer(Wire.MasterInfo.port, port)
        writer.string(Wire.MasterInfo.pid, pid)
        writer.string(Wire.MasterInfo.hostname, hostname)
        writer.string(Wire.MasterInfo.version, version)
        writer.message(Wire.MasterInfo.address, SocketAddress(hostname: hostname, ip: ip, port: port))
        writer.message(Wire.MasterInfo.domain, ifPresent: domain)
        for name in capabilities {
            guard let number = WireNames.number(name, message: Self.capabilityMessage, field: 1) else { continue }
            writer.nested(Wire.MasterInfo.capabilities) { $0.integer(1, number) }
        }
    }
}

/// `mesos.v1.Address`: name, IPv4 address and port.
struct SocketAddress: Hashable, WireModel {
    static var messageName: String { "mesos.v1.Address" }

    var hostname: String?
    var ip: String?
    var port: Int

    init(hostname: String?, ip: String?, port: Int) { (self.hostname, self.ip, self.port) = (hostname, ip, port) }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(hostname: nil, ip: nil, port: 0)
        while let field = try reader.next() {
            switch field {
            case Wire.Address.hostname: hostname = try reader.string()
            case Wire.Address.ip: ip = try reader.string()
            case Wire.Address.port: port = try reader.int()
            default: try reader.skip()
            }
        }
    }

    func write(to writer: inout WireWriter) {
        writer.string(Wire.Address.hostname, ifPresent: hostname)
        writer.string(Wire.Address.ip, ifPresent: ip)
        writer.integer(Wire.Address.port, port)
    }

    /// The number whose bytes in memory, on a little-endian machine, are the address in network order.
    static func number(ofIPv4 text: String) -> UInt32 {
        let parts = text.split(separator: ".").compactMap { UInt8($0) }
        guard parts.count == 4 else { return 0 }
        return parts.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The text of such a number.
    static func text(ofIPv4 number: UInt32) -> String {
        "\(number & 255).\(number >> 8 & 255).\(number >> 16 & 255).\(number >> 24)"
    }
}
