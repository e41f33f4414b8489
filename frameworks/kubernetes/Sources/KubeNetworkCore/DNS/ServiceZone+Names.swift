internal import KubeModel

/// What stands at which name.
extension ServiceZone {
    /// What the specification says it is.
    private static let version = "1.1.0"

    /// All that a name has, by its labels below the zone, in small letters; nil when there is no such name.
    func records(at labels: [String]) -> [DNSData]? {
        switch labels.last {
        case nil:
            if case .start(let start) = start.data { return [.start(start)] }
            return []
        case "dns-version" where labels.count == 1: return [.text([Self.version])]
        case "svc": return records(below: labels.dropLast(), tail: ["svc"])
        case "pod": return pod(labels.dropLast())
        default: return records(below: labels[...], tail: [])
        }
    }

    /// `A-B-C-D.NAMESPACE`: the address that the name spells.
    private func pod(_ labels: ArraySlice<String>) -> [DNSData]? {
        switch labels.count {
        case 0, 1: return []
        case 2:
            let dashed = labels.first ?? ""
            let address =
                IPAddress(String(dashed.map { $0 == "-" ? "." : $0 }))
                ?? IPAddress(String(dashed.map { $0 == "-" ? ":" : $0 }))
            return address.map { [.address($0)] }
        default: return nil
        }
    }

    /// `[[HOST | _PORT._PROTO].]SERVICE.NAMESPACE`; wildcards leave out aliases, of which a name has only one.
    private func records(below labels: ArraySlice<String>, tail: [String]) -> [DNSData]? {
        guard let namespace = labels.last else { return services.isEmpty ? nil : [] }
        let namespaces = matching(namespace, in: services)
        guard !namespaces.isEmpty else { return nil }
        guard let name = labels.dropLast().last else { return [] }
        var found: [DNSData]?
        for namespace in namespaces {
            guard let known = services[namespace] else { continue }
            for match in matching(name, in: known) {
                guard let service = known[match], match == name || !service.isAlias,
                    let own = DNSName([match, namespace] + tail + domain.labels),
                    let data = records(
                        of: service, at: own, ready(ObjectKey(namespace: namespace, match), service),
                        labels.dropLast(2))
                else { continue }
                found = (found ?? []) + data
            }
        }
        return found
    }

    /// The keys that a label means: the one it is, or all of them when it is a wildcard and no key.
    private func matching<Value>(_ label: String, in known: [String: Value]) -> [String] {
        if known[label] != nil { return [label] }
        return Self.isWildcard(label) ? known.keys.sorted() : []
    }

    private static func isWildcard(_ label: String) -> Bool { label == "*" || label == "any" }

    private func ready(_ key: ObjectKey, _ service: ZoneService) -> [ZoneEndpoint] {
        let all = endpoints[key] ?? []
        return service.takesUnready ? all : all.filter(\.isReady)
    }

    private func records(
        of service: ZoneService, at name: DNSName, _ endpoints: [ZoneEndpoint], _ prefix: ArraySlice<String>
    ) -> [DNSData]? {
        if case .alias(let target) = service.target { return prefix.isEmpty ? [.alias(target)] : nil }
        guard let last = prefix.last else {
            let addresses: [IPAddress]
            if case .addresses(let own) = service.target {
                addresses = own
            } else {
                addresses = endpoints.map(\.address)
            }
            let ports = ports(of: service, at: name, endpoints) { _ in true }
            return addresses.isEmpty ? nil : addresses.map { .address($0) } + ports
        }
        if last.first == "_" || (Self.isWildcard(last) && prefix.count == 2) {
            return named(prefix, of: service, at: name, endpoints)
        }
        guard prefix.count == 1 else { return nil }
        let hosts = endpoints.filter { $0.host == last || Self.isWildcard(last) }
        return hosts.isEmpty ? nil : hosts.map { .address($0.address) }
    }

    /// `_PORT._PROTO`, or `_PROTO` alone, which has nothing but names below it.
    private func named(
        _ labels: ArraySlice<String>, of service: ZoneService, at name: DNSName, _ endpoints: [ZoneEndpoint]
    ) -> [DNSData]? {
        guard labels.count <= 2, let transport = labels.last else { return nil }
        let fits = { (label: String, text: String) in Self.isWildcard(label) || label == "_" + text }
        let ofTransport = ports(of: service, at: name, endpoints) { fits(transport, $0.transport) && !$0.name.isEmpty }
        guard !ofTransport.isEmpty else { return nil }
        guard labels.count == 2, let port = labels.first else { return [] }
        let found = ports(of: service, at: name, endpoints) { known in
            fits(transport, known.transport) && !known.name.isEmpty && fits(port, known.name)
        }
        return found.isEmpty ? nil : found
    }

    /// The `SRV` records of a service: one per port, of a headless one each per endpoint.
    private func ports(
        of service: ZoneService, at name: DNSName, _ endpoints: [ZoneEndpoint], where isWanted: (ZonePort) -> Bool
    ) -> [DNSData] {
        let pairs: [(port: ZonePort, target: DNSName)] =
            switch service.target {
            case .addresses: service.ports.filter(isWanted).map { ($0, name) }
            case .endpoints:
                endpoints.flatMap { endpoint in
                    endpoint.ports.filter(isWanted).compactMap { port in
                        name.prefixed(endpoint.host).map { (port, $0) }
                    }
                }
            case .alias: []
            }
        let weight = UInt16(max(1, 100 / max(1, pairs.count)))
        return pairs.map { .service(priority: 0, weight: weight, port: $0.port.number, target: $0.target) }
    }
}

/// Names of addresses.
extension ServiceZone {
    private static let reverseV4 = DNSName(unchecked: ["in-addr", "arpa"])
    private static let reverseV6 = DNSName(unchecked: ["ip6", "arpa"])

    /// The names of an address of the cluster; other addresses are for others to name.
    func reverse(_ question: DNSQuestion) -> ZoneAnswer {
        guard let address = Self.address(question.name), let keys = owners[address], question.recordClass == .internet
        else { return .foreign }
        let names = keys.sorted().flatMap { self.names(of: address, at: $0) }
        guard !names.isEmpty else { return .foreign }
        guard question.type == .ptr || question.type == .any else { return .nothing(start) }
        return .records(
            names.map { DNSRecord(question.name, .pointer($0), timeToLive: Self.timeToLive) }, additional: [])
    }

    private func names(of address: IPAddress, at key: ObjectKey) -> [DNSName] {
        guard let service = services[key.namespace]?[key.name],
            let name = DNSName([key.name, key.namespace, "svc"] + domain.labels)
        else { return [] }
        if case .addresses(let own) = service.target, own.contains(address) { return [name] }
        if case .alias = service.target { return [] }
        return ready(key, service).filter { $0.address == address }.compactMap { name.prefixed($0.host) }
    }

    private static func address(_ name: DNSName) -> IPAddress? {
        if let labels = name.labels(before: reverseV4) {
            return IPAddress(labels.reversed().joined(separator: "."))
        }
        guard let nibbles = name.labels(before: reverseV6), nibbles.count == 32 else { return nil }
        var bits: UInt128 = 0
        for nibble in nibbles.reversed() {
            guard nibble.utf8.count == 1, let value = UInt8(nibble, radix: 16) else { return nil }
            bits = bits << 4 | UInt128(value)
        }
        return IPAddress(v6: bits)
    }
}
