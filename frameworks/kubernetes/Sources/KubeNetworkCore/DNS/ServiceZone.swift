public import KubeModel

/// What a zone says to a question.
public enum ZoneAnswer: Hashable, Sendable {
    /// Records, and others that spare further questions.
    case records([DNSRecord], additional: [DNSRecord])
    /// Aliases that lead out of the zone: what their last target has is to be asked of others and put behind them.
    case alias([DNSRecord], target: DNSName)
    /// The name is there, but nothing of the type asked for; the zone's start says for how long that holds.
    case nothing(DNSRecord)
    /// There is no such name; likewise.
    case noSuchName(DNSRecord)
    /// A whole zone is not given away.
    case refused
    /// The name is not of the zone.
    case foreign
}

/// The names of a cluster's services and the addresses behind them.
///
/// Source: the DNS specification 1.1.0 of Kubernetes as spec `kubernetes/06` §6.6 tells it; with the names without
/// `svc` of the time before 1.0, and the wildcards `*` and `any`.
public struct ServiceZone: Sendable {
    /// `cluster.local`.
    public static let usualDomain = DNSName(unchecked: ["cluster", "local"])
    /// How long answers hold, in seconds.
    public static let timeToLive: UInt32 = 30
    /// How long it holds that there is none, in seconds.
    public static let absenceTimeToLive: UInt32 = 5
    /// Aliases followed within the zone, at most.
    private static let aliasLimit = 8

    /// The zone's name, in small letters.
    public let domain: DNSName
    var services: [String: [String: ZoneService]] = [:]
    var endpoints: [ObjectKey: [ZoneEndpoint]] = [:]
    /// Whose an address is: the cluster's of services, and those behind them.
    var owners: [IPAddress: Set<ObjectKey>] = [:]
    private var serial: UInt32 = 1

    /// An empty zone.
    public init(_ domain: DNSName = ServiceZone.usualDomain) { self.domain = domain.folded }

    // MARK: Learning

    /// Takes a change of a service or of endpoints; other kinds are left alone.
    public mutating func apply(_ delta: ObjectDelta, of kind: ResourceKind) {
        let key = delta.object.key
        let before = addresses(of: key)
        switch kind {
        case .services:
            let service = delta.isDeletion ? nil : ZoneService(delta.object)
            services[key.namespace, default: [:]][key.name] = service
            if services[key.namespace]?.isEmpty == true { services[key.namespace] = nil }
        case .endpoints: endpoints[key] = delta.isDeletion ? nil : ZoneEndpoint.all(delta.object)
        default: return
        }
        serial &+= 1
        let after = addresses(of: key)
        for address in before.subtracting(after) {
            owners[address]?.remove(key)
            if owners[address]?.isEmpty == true { owners[address] = nil }
        }
        for address in after.subtracting(before) { owners[address, default: []].insert(key) }
    }

    private func addresses(of key: ObjectKey) -> Set<IPAddress> {
        var all = Set((endpoints[key] ?? []).map(\.address))
        if case .addresses(let own)? = services[key.namespace]?[key.name]?.target { all.formUnion(own) }
        return all
    }

    // MARK: Answering

    /// The answer to a question.
    ///
    /// - Parameter rotation: which of several records comes first, counted round; to be another number each time.
    public func answer(_ question: DNSQuestion, rotation: Int = 0) -> ZoneAnswer {
        if question.name.labels(before: domain) == nil { return reverse(question) }
        guard question.recordClass == .internet || question.recordClass == .any,
            question.type != .axfr, question.type != .ixfr
        else { return .refused }
        var name = question.name
        var aliases: [DNSRecord] = []
        while let labels = name.labels(before: domain) {
            guard let found = records(at: labels) else {
                // A broken alias is still an answer.
                return aliases.isEmpty ? .noSuchName(start) : .records(aliases, additional: [])
            }
            if case .alias(let target)? = found.first {
                guard aliases.count < Self.aliasLimit else { return .records(aliases, additional: []) }
                aliases.append(record(name, .alias(target)))
                if question.type == .cname || question.type == .any { return .records(aliases, additional: []) }
                name = target
                continue
            }
            let wanted = found.filter { question.type == .any || $0.type == question.type }
            if wanted.isEmpty, aliases.isEmpty { return .nothing(start) }
            let rotated = Self.rotated(wanted, by: rotation)
            return .records(aliases + rotated.map { record(name, $0) }, additional: targets(of: rotated))
        }
        return .alias(aliases, target: name)
    }

    private func record(_ name: DNSName, _ data: DNSData) -> DNSRecord {
        DNSRecord(name, data, timeToLive: Self.timeToLive)
    }

    private static func rotated(_ data: [DNSData], by rotation: Int) -> [DNSData] {
        guard data.count > 1 else { return data }
        let first = Int(rotation.magnitude % UInt(data.count))
        return Array(data[first...] + data[..<first])
    }

    /// The addresses of what `SRV` records name, once each.
    private func targets(of data: [DNSData]) -> [DNSRecord] {
        var seen: Set<DNSName> = []
        return data.flatMap { data -> [DNSRecord] in
            guard case .service(_, _, _, let target) = data, seen.insert(target).inserted,
                let labels = target.labels(before: domain)
            else { return [] }
            return (records(at: labels) ?? []).filter { $0.type == .a || $0.type == .aaaa }.map { record(target, $0) }
        }
    }

    /// The record of the zone's start, with the time for which absences hold.
    public var start: DNSRecord {
        let server = domain.prefixed("ns", "dns") ?? domain
        let start = DNSZoneStart(
            server: server, mailbox: domain.prefixed("hostmaster") ?? domain, serial: serial, refresh: 7_200,
            retry: 1_800, expire: 86_400, minimum: Self.absenceTimeToLive)
        return DNSRecord(domain, .start(start), timeToLive: Self.absenceTimeToLive)
    }
}
