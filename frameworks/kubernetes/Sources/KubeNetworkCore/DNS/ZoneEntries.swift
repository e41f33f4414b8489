internal import ClusterBase
internal import KubeModel

/// A port that records can name.
struct ZonePort: Hashable {
    var name: String
    /// In small letters.
    var transport: String
    var number: UInt16

    init?(_ port: KubeObject) {
        guard let number = port.integer("port").flatMap({ UInt16(exactly: $0) }) else { return nil }
        let transport = port.text("protocol")
        self.number = number
        name = port.text("name")
        self.transport = transport.isEmpty ? "tcp" : transport.lowercased()
    }
}

/// What the zone keeps of a service.
struct ZoneService {
    enum Target {
        case addresses([IPAddress])
        case endpoints
        case alias(DNSName)
    }

    var target: Target
    var ports: [ZonePort]
    /// Whether endpoints that are not ready count too.
    var takesUnready: Bool

    /// Whether it only points elsewhere.
    var isAlias: Bool { if case .alias = target { true } else { false } }

    /// Reads a service; nil while it has no address, and for names outside that are no names.
    init?(_ service: KubeObject) {
        if service.text("spec", "type") == "ExternalName" {
            guard let name = DNSName(service.text("spec", "externalName")), name != .root else { return nil }
            target = .alias(name)
        } else {
            let address = service.text("spec", "clusterIP")
            let all = service.list("spec", "clusterIPs").compactMap(\.string)
            if address == "None" {
                target = .endpoints
            } else {
                let addresses = (all.isEmpty ? [address] : all).compactMap { IPAddress($0) }
                guard !addresses.isEmpty else { return nil }
                target = .addresses(addresses)
            }
        }
        ports = service.list("spec", "ports").compactMap { KubeObject($0).flatMap(ZonePort.init) }
        takesUnready =
            service.flag("spec", "publishNotReadyAddresses")
            || service.annotation("service.alpha.kubernetes.io/tolerate-unready-endpoints") == "true"
    }
}

/// What the zone keeps of one address behind a service.
struct ZoneEndpoint {
    /// The label that names it below its service: its host name, or its address with dashes.
    var host: String
    var address: IPAddress
    var isReady: Bool
    var ports: [ZonePort]

    /// The addresses of an `Endpoints` object, in its order, those of one address together.
    static func all(_ endpoints: KubeObject) -> [ZoneEndpoint] {
        let named = names(endpoints)
        var found: [ZoneEndpoint] = []
        var places: [IPAddress: Int] = [:]
        for subset in endpoints.list("subsets").compactMap({ KubeObject($0) }) {
            let ports = subset.list("ports").compactMap { KubeObject($0).flatMap(ZonePort.init) }
            for (member, isReady) in [("addresses", true), ("notReadyAddresses", false)] {
                for entry in subset.list(member).compactMap({ KubeObject($0) }) {
                    guard let address = IPAddress(entry.text("ip")) else { continue }
                    if let place = places[address] {
                        found[place].ports += ports
                        found[place].isReady = found[place].isReady || isReady
                        continue
                    }
                    places[address] = found.count
                    let name = entry.text("hostname").isEmpty ? named[entry.text("ip")] ?? "" : entry.text("hostname")
                    found.append(
                        ZoneEndpoint(
                            host: label(name) ?? dashed(address), address: address, isReady: isReady, ports: ports))
                }
            }
        }
        return found
    }

    /// Host names by address as the annotation of 1.2 gives them: `{"10.0.0.1":{"HostName":"db-0"}}`.
    private static func names(_ endpoints: KubeObject) -> [String: String] {
        guard let text = endpoints.annotation("endpoints.beta.kubernetes.io/hostnames-map"),
            let map = (try? JSONValue(parsing: text))?.object
        else { return [:] }
        var names: [String: String] = [:]
        for (address, value) in map { names[address] = value["HostName"]?.string }
        return names
    }

    private static func label(_ name: String) -> String? {
        DNSName([name]).flatMap { $0.folded.labels.first }
    }

    /// `10-244-1-2`, or the groups of version 6 in full, so that it is one label.
    static func dashed(_ address: IPAddress) -> String {
        guard address.isV6 else { return String(address.description.map { $0 == "." ? "-" : $0 }) }
        return stride(from: 112, through: 0, by: -16).map { shift in
            String(UInt16(truncatingIfNeeded: address.bits >> UInt128(shift)), radix: 16)
        }.joined(separator: "-")
    }
}
