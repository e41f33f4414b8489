internal import ClusterBase
internal import ClusterModel

extension MasterInfo {
    /// What a master writes below `json.info_`: proto-JSON, keys sorted.
    ///
    /// Source: `spec/mesos/07` §7.2.
    var groupJSON: [UInt8] {
        func node(_ object: JSONObject) -> JSONValue { .object(object) }
        var object = JSONObject()
        object["address"] = node(["hostname": .string(hostname), "ip": .string(ip), "port": .integer(Int64(port))])
        object["capabilities"] = .array(capabilities.map { node(["type": .string($0)]) })
        if let domain {
            let region = node(["name": .string(domain.region)])
            let zone = node(["name": .string(domain.zone)])
            object["domain"] = node(["fault_domain": node(["region": region, "zone": zone])])
        }
        object["hostname"] = .string(hostname)
        object["id"] = .string(id)
        object["ip"] = .integer(Int64(IPv4.number(ip) ?? 0))
        object["pid"] = .string(pid)
        object["port"] = .integer(Int64(port))
        object["version"] = .string(version)
        return node(object).bytes
    }

    /// Reads what a master wrote below `json.info_`; `id`, `ip` and `port` are required, unknown members ignored.
    init(groupJSON bytes: [UInt8]) throws(ClusterError) {
        let tree: JSONValue
        do {
            tree = try JSONValue(parsing: bytes)
        } catch {
            throw ClusterError(.invalidArgument, "the leader's data is not JSON", field: "master_info", cause: error)
        }
        guard let id = tree["id"]?.string else { throw Self.missing("id") }
        guard let number = tree["ip"]?.integer.flatMap({ UInt32(exactly: $0) }) else { throw Self.missing("ip") }
        guard let port = Self.port(tree["port"]?.integer) else { throw Self.missing("port") }
        let address = tree["address"]
        let ip = address?["ip"]?.string ?? IPv4.text(number)
        self.init(
            id: id, ip: ip, port: Self.port(address?["port"]?.integer) ?? port,
            hostname: tree["hostname"]?.string ?? address?["hostname"]?.string ?? ip,
            version: tree["version"]?.string ?? "",
            capabilities: (tree["capabilities"]?.array ?? []).compactMap { $0["type"]?.string })
        if let pid = tree["pid"]?.string { self.pid = pid }
        if let fault = tree["domain"]?["fault_domain"], let region = fault["region"]?["name"]?.string,
            let zone = fault["zone"]?["name"]?.string
        {
            domain = FaultDomain(region: region, zone: zone)
        }
    }

    /// Reads the binary form below the older label `info_`: fields id 1, ip 2, port 3 (5050), pid 4, hostname 5,
    /// version 6, address 7 (hostname 1, ip 2, port 3).
    ///
    /// Source: `spec/mesos-v0-messages.tsv`.
    init(groupBinary bytes: [UInt8]) throws(ClusterError) {
        var fields = WireFields()
        var address = WireFields()
        do {
            fields = try WireFields(bytes)
            if let nested = fields.bytes[7] { address = try WireFields(nested) }
        } catch {
            throw ClusterError(.invalidArgument, "the leader's data is not a MasterInfo message", field: "master_info")
        }
        guard let id = fields.text(1) else { throw Self.missing("id") }
        guard let number = fields.numbers[2] else { throw Self.missing("ip") }
        guard let port = Self.port(Int64(clamping: address.numbers[3] ?? fields.numbers[3] ?? 5_050)) else {
            throw Self.missing("port")
        }
        let ip = address.text(2) ?? IPv4.text(UInt32(truncatingIfNeeded: number))
        self.init(
            id: id, ip: ip, port: port, hostname: fields.text(5) ?? address.text(1) ?? ip, version: fields.text(6) ?? ""
        )
        if let pid = fields.text(4) { self.pid = pid }
    }

    /// Reads the oldest form, below a bare number: a libprocess address such as `master@10.0.0.1:5050`.
    init(groupAddress bytes: [UInt8]) throws(ClusterError) {
        let text = String(decoding: bytes, as: UTF8.self).trimmingBlanks()
        guard let at = text.lastIndex(of: "@"), let place = HostPort(text[text.index(after: at)...]) else {
            throw ClusterError(.invalidArgument, "the leader's data is no address: '\(text)'", field: "master_info")
        }
        self.init(id: text, ip: place.host, port: place.port, hostname: place.host, version: "")
        pid = text
    }

    private static func port(_ number: Int64?) -> Int? {
        number.flatMap { (1...65_535).contains($0) ? Int($0) : nil }
    }

    private static func missing(_ field: String) -> ClusterError {
        ClusterError(.invalidArgument, "the leader's data lacks a valid value", field: "master_info.\(field)")
    }
}

/// IPv4 addresses as Mesos' `ip` fields carry them: network byte order read as a little-endian number.
enum IPv4 {
    static func text(_ number: UInt32) -> String {
        [0, 8, 16, 24].map { String((number >> $0) & 0xff) }.joined(separator: ".")
    }

    /// Nil when the text is not four numbers with dots.
    static func number(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for (index, part) in parts.enumerated() {
            guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let byte = UInt8(part) else { return nil }
            number |= UInt32(byte) << (8 * index)
        }
        return number
    }
}

/// `host:port` in text.
struct HostPort: Hashable, Sendable {
    let host: String
    let port: Int

    init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"), colon > text.startIndex else { return nil }
        let host = text[..<colon]
        let digits = text[text.index(after: colon)...]
        let isClean = host.unicodeScalars.allSatisfy {
            $0.isASCII && $0.value > 0x20 && !"/@,:".unicodeScalars.contains($0)
        }
        guard isClean, let port = UInt16(digits), port > 0, digits.first != "+" else { return nil }
        (self.host, self.port) = (String(host), Int(port))
    }
}
