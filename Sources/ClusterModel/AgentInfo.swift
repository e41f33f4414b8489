public import ClusterBase
public import ResourceModel

/// A property of an agent's machine, given by `--attributes`.
public struct Attribute: Hashable, Sendable {
    /// The value of an attribute; sets do not occur.
    public enum Value: Hashable, Sendable {
        /// A number.
        case scalar(Double)
        /// Ranges of numbers.
        case ranges(ValueRanges)
        /// Text.
        case text(String)
    }

    /// The name; may occur more than once.
    public var name: String
    /// The value.
    public var value: Value

    /// Makes an attribute.
    public init(name: String, value: Value) { (self.name, self.value) = (name, value) }

    /// Reads `name:value;name:value`; the value may contain colons; order and duplicates are kept.
    ///
    /// Throws `invalidArgument` naming the entry. Source: spec `mesos/09` §9.1.
    public static func parse(_ text: String) throws(ClusterError) -> [Attribute] {
        var attributes: [Attribute] = []
        for entry in text.split(separator: ";") {
            func bad(_ problem: String) -> ClusterError {
                ClusterError(.invalidArgument, "Bad attribute '\(entry)': \(problem)", field: "attributes")
            }
            guard !entry.allSatisfy(\.isWhitespace) else { continue }
            guard let colon = entry.firstIndex(of: ":") else { throw bad("expected name:value") }
            let name = entry[..<colon].filter { !$0.isWhitespace }
            guard !name.isEmpty else { throw bad("the name is missing") }
            let value: Value =
                switch try ValueText.parse(String(entry[entry.index(after: colon)...]), bad: bad) {
                case .text(let text): .text(text)
                case .resource(.scalar(let amount)): .scalar(amount.value)
                case .resource(.ranges(let ranges)): .ranges(ranges)
                case .resource(.set): throw bad("sets are not supported")
                }
            attributes.append(Attribute(name: name, value: value))
        }
        return attributes
    }
}

/// Where a machine stands: region and zone.
public struct FaultDomain: Hashable, Sendable {
    /// The region.
    public var region: String
    /// The zone in it.
    public var zone: String

    /// Makes a domain.
    public init(region: String, zone: String) { (self.region, self.zone) = (region, zone) }
}

/// What an agent says about itself (`AgentInfo` of the v1 messages, `SlaveInfo` inside the cluster).
public struct AgentInfo: Hashable, Sendable {
    /// The id; nil before the first registration.
    public var id: AgentID?
    /// The name other machines use for it.
    public var hostname: String
    /// The port it listens on.
    public var port: Int
    /// All its resources.
    public var resources: Resources
    /// Its attributes, in order.
    public var attributes: [Attribute]
    /// Where it stands.
    public var domain: FaultDomain?

    /// Makes a description.
    public init(
        id: AgentID? = nil, hostname: String, port: Int, resources: Resources, attributes: [Attribute] = [],
        domain: FaultDomain? = nil
    ) {
        (self.id, self.hostname, self.port) = (id, hostname, port)
        (self.resources, self.attributes, self.domain) = (resources, attributes, domain)
    }
}

/// A master, as ZooKeeper and SUBSCRIBED show it (`MasterInfo` of the v1 messages).
public struct MasterInfo: Hashable, Sendable {
    /// Random for each start.
    public var id: String
    /// The IPv4 address, as text.
    public var ip: String
    /// The port.
    public var port: Int
    /// The advertised name.
    public var hostname: String
    /// The version, `X.Y.Z`.
    public var version: String
    /// The libprocess address: `master@ip:port`.
    public var pid: String
    /// `AGENT_UPDATE`, `AGENT_DRAINING`, `QUOTA_V2`.
    public var capabilities: [String]
    /// Where it stands.
    public var domain: FaultDomain?

    /// Makes a description; `pid` follows from address and port.
    public init(
        id: String, ip: String, port: Int, hostname: String, version: String, capabilities: [String] = [],
        domain: FaultDomain? = nil
    ) {
        (self.id, self.ip, self.port, self.hostname, self.version) = (id, ip, port, hostname, version)
        (self.capabilities, self.domain) = (capabilities, domain)
        pid = "master@\(ip):\(port)"
    }
}
