import ClusterBase
import KubeModel
import KubeNetworkCore
import Testing

/// The names of a small cluster: what stands at each.
struct ServiceZoneTests {
    // MARK: A cluster

    static func object(_ name: String, _ namespace: String, _ json: String) -> KubeObject {
        var object = KubeObject((try? JSONValue(parsing: Array(json.utf8))) ?? .null) ?? KubeObject()
        (object.name, object.namespace) = (name, namespace)
        return object
    }

    static let web = object(
        "web", "default",
        #"""
        {"spec":{"clusterIP":"10.10.10.7","ports":[{"name":"http","port":80,"protocol":"TCP"},
        {"name":"dns","port":53,"protocol":"UDP"}]}}
        """#)
    static let database = object(
        "db", "prod", #"{"spec":{"clusterIP":"None","ports":[{"name":"sql","port":5432}]}}"#)
    static let databaseEndpoints = object(
        "db", "prod",
        #"""
        {"subsets":[{"addresses":[{"ip":"10.0.62.19","hostname":"DB-0"},{"ip":"10.0.62.20"}],
        "notReadyAddresses":[{"ip":"10.0.62.21"}],"ports":[{"name":"sql","port":5433,"protocol":"TCP"}]}]}
        """#)

    static let zone: ServiceZone = {
        var zone = ServiceZone()
        for service in [
            web, database,
            object("early", "prod", #"{"spec":{"clusterIP":"None","publishNotReadyAddresses":true}}"#),
            object("idle", "prod", #"{"spec":{"clusterIP":"None"}}"#),
            object("mail", "prod", #"{"spec":{"type":"ExternalName","externalName":"mx.example.com"}}"#),
            object("near", "prod", #"{"spec":{"type":"ExternalName","externalName":"web.default.svc.cluster.local"}}"#),
            object("loop", "prod", #"{"spec":{"type":"ExternalName","externalName":"loop.prod.svc.cluster.local"}}"#),
            object("pending", "prod", #"{"spec":{"type":"ClusterIP"}}"#),
        ] { zone.apply(.added(service), of: .services) }
        for endpoints in [
            databaseEndpoints,
            object("early", "prod", #"{"subsets":[{"notReadyAddresses":[{"ip":"10.0.0.9"}]}]}"#),
            object("idle", "prod", #"{"subsets":[{"notReadyAddresses":[{"ip":"10.0.0.8"}]}]}"#),
            object("web", "default", #"{"subsets":[{"addresses":[{"ip":"10.0.0.5"}]}]}"#),
            object("orphan", "default", #"{"subsets":[{"addresses":[{"ip":"10.0.0.6"}]}]}"#),
        ] { zone.apply(.added(endpoints), of: .endpoints) }
        return zone
    }()

    /// An answer as a person would write it down, records in order.
    static func words(_ zone: ServiceZone, _ name: String, _ type: DNSType, rotation: Int = 0) -> String {
        guard let name = DNSName(name) else { return "no name" }
        switch zone.answer(DNSQuestion(name, type), rotation: rotation) {
        case .records(let records, let additional):
            return (records.map(words) + additional.map { "+ " + words($0) }).joined(separator: ", ")
        case .alias(let records, let target):
            return (records.map(words) + ["? \(target)"]).joined(separator: ", ")
        case .nothing: return "nothing"
        case .noSuchName: return "no such name"
        case .refused: return "refused"
        case .foreign: return "foreign"
        }
    }

    private static func words(_ record: DNSRecord) -> String {
        switch record.data {
        case .address(let address): "\(address)"
        case .alias(let target): "-> \(target)"
        case .pointer(let target): "\(target)"
        case .service(let priority, let weight, let port, let target): "\(priority) \(weight) \(port) \(target)"
        case .text(let texts): texts.joined(separator: "|")
        case .start(let start): "SOA \(start.minimum)"
        case .other(let type, _): "type \(type.rawValue)"
        }
    }

    // MARK: Names

    @Test(
        "every name says what the specification has it say",
        arguments: [
            // Services, in both forms and any letters.
            ("web.default.svc.cluster.local", .a, "10.10.10.7"),
            ("web.default.cluster.local", .a, "10.10.10.7"),
            ("WEB.Default.SVC.cluster.LOCAL.", .a, "10.10.10.7"),
            ("web.default.svc.cluster.local", .aaaa, "nothing"),
            ("web.default.svc.cluster.local", .txt, "nothing"),
            ("web.prod.svc.cluster.local", .a, "no such name"),
            ("pending.prod.svc.cluster.local", .a, "no such name"),
            ("orphan.default.svc.cluster.local", .a, "no such name"),
            // Ports.
            (
                "_http._tcp.web.default.svc.cluster.local", .srv,
                "0 100 80 web.default.svc.cluster.local., + 10.10.10.7"
            ),
            ("_dns._udp.web.default.cluster.local", .srv, "0 100 53 web.default.cluster.local., + 10.10.10.7"),
            ("_http._udp.web.default.svc.cluster.local", .srv, "no such name"),
            ("_http._tcp.web.default.svc.cluster.local", .a, "nothing"),
            ("_tcp.web.default.svc.cluster.local", .srv, "nothing"),
            ("_sctp.web.default.svc.cluster.local", .srv, "no such name"),
            (
                "_sql._tcp.db.prod.svc.cluster.local", .srv,
                "0 50 5433 db-0.db.prod.svc.cluster.local., 0 50 5433 10-0-62-20.db.prod.svc.cluster.local., "
                    + "+ 10.0.62.19, + 10.0.62.20"
            ),
            // Headless services and what stands behind them.
            ("db.prod.svc.cluster.local", .a, "10.0.62.19, 10.0.62.20"),
            ("db.prod.cluster.local", .a, "10.0.62.19, 10.0.62.20"),
            ("early.prod.svc.cluster.local", .a, "10.0.0.9"),
            ("idle.prod.svc.cluster.local", .a, "no such name"),
            ("db-0.db.prod.svc.cluster.local", .a, "10.0.62.19"),
            ("10-0-62-20.db.prod.svc.cluster.local", .a, "10.0.62.20"),
            ("10-0-62-21.db.prod.svc.cluster.local", .a, "no such name"),
            ("10-0-0-5.web.default.svc.cluster.local", .a, "10.0.0.5"),
            ("x.db-0.db.prod.svc.cluster.local", .a, "no such name"),
            // Names outside, inside, and of themselves.
            ("mail.prod.svc.cluster.local", .a, "-> mx.example.com., ? mx.example.com."),
            ("mail.prod.svc.cluster.local", .cname, "-> mx.example.com."),
            ("near.prod.svc.cluster.local", .a, "-> web.default.svc.cluster.local., 10.10.10.7"),
            ("near.prod.svc.cluster.local", .aaaa, "-> web.default.svc.cluster.local."),
            (
                "loop.prod.svc.cluster.local", .a,
                Array(repeating: "-> loop.prod.svc.cluster.local.", count: 8).joined(separator: ", ")
            ),
            // Pods by address.
            ("10-1-2-3.default.pod.cluster.local", .a, "10.1.2.3"),
            ("10-1-2-3.default.pod.cluster.local", .aaaa, "nothing"),
            ("10-1-2.default.pod.cluster.local", .a, "no such name"),
            ("10-1-2-300.default.pod.cluster.local", .a, "no such name"),
            // The zone and the names between.
            ("dns-version.cluster.local", .txt, "1.1.0"),
            ("cluster.local", .soa, "SOA 5"), ("cluster.local", .a, "nothing"),
            ("svc.cluster.local", .a, "nothing"), ("prod.svc.cluster.local", .a, "nothing"),
            ("prod.cluster.local", .a, "nothing"), ("pod.cluster.local", .a, "nothing"),
            ("test.svc.cluster.local", .a, "no such name"), ("local", .a, "foreign"),
            ("web.default.svc.cluster.local.example.com", .a, "foreign"),
            ("cluster.local", .axfr, "refused"), ("mail.prod.svc.cluster.local", .ixfr, "refused"),
            // All there is, and wildcards.
            (
                "web.default.svc.cluster.local", .any,
                "10.10.10.7, 0 50 80 web.default.svc.cluster.local., 0 50 53 web.default.svc.cluster.local., "
                    + "+ 10.10.10.7"
            ),
            ("*.default.svc.cluster.local", .a, "10.10.10.7"),
            ("any.any.svc.cluster.local", .cname, "nothing"),
            (
                "_http.any.web.default.svc.cluster.local", .srv,
                "0 100 80 web.default.svc.cluster.local., + 10.10.10.7"
            ),
            ("*.db.prod.svc.cluster.local", .a, "10.0.62.19, 10.0.62.20"),
            // Addresses.
            ("7.10.10.10.in-addr.arpa", .ptr, "web.default.svc.cluster.local."),
            ("19.62.0.10.in-addr.arpa", .ptr, "db-0.db.prod.svc.cluster.local."),
            ("20.62.0.10.IN-ADDR.arpa", .ptr, "10-0-62-20.db.prod.svc.cluster.local."),
            ("21.62.0.10.in-addr.arpa", .ptr, "foreign"), ("1.1.1.1.in-addr.arpa", .ptr, "foreign"),
            ("7.10.10.10.in-addr.arpa", .a, "nothing"), ("10.10.10.in-addr.arpa", .ptr, "foreign"),
        ] as [(String, DNSType, String)])
    func names(name: String, type: DNSType, answer: String) {
        #expect(Self.words(Self.zone, name, type) == answer)
    }

    @Test func theAnswersGoRound() {
        let firsts = (0..<4).map { Self.words(Self.zone, "db.prod.svc.cluster.local", .a, rotation: $0) }
        #expect(
            firsts == [
                "10.0.62.19, 10.0.62.20", "10.0.62.20, 10.0.62.19", "10.0.62.19, 10.0.62.20", "10.0.62.20, 10.0.62.19",
            ])
    }

    @Test func answersAreOfTheNameAskedAndHoldForAWhile() throws {
        let name = try #require(DNSName("Web.default.cluster.local"))
        guard case .records(let records, _) = Self.zone.answer(DNSQuestion(name, .a)) else {
            Issue.record("no records")
            return
        }
        #expect(records.map(\.name) == [name] && records.map(\.timeToLive) == [30])
    }

    @Test func changesAreFollowed() {
        var zone = Self.zone
        let before = zone.start
        zone.apply(.deleted(Self.web), of: .services)
        #expect(Self.words(zone, "web.default.svc.cluster.local", .a) == "no such name")
        #expect(Self.words(zone, "7.10.10.10.in-addr.arpa", .ptr) == "foreign")
        #expect(Self.words(zone, "default.svc.cluster.local", .a) == "no such name")
        #expect(zone.start != before)
        let fewer = Self.object("db", "prod", #"{"subsets":[{"addresses":[{"ip":"10.0.62.30"}]}]}"#)
        zone.apply(.changed(fewer, from: Self.databaseEndpoints), of: .endpoints)
        #expect(Self.words(zone, "db.prod.svc.cluster.local", .a) == "10.0.62.30")
        #expect(Self.words(zone, "19.62.0.10.in-addr.arpa", .ptr) == "foreign")
        zone.apply(.deleted(fewer), of: .endpoints)
        #expect(Self.words(zone, "db.prod.svc.cluster.local", .a) == "no such name")
        #expect(Self.words(zone, "30.62.0.10.in-addr.arpa", .ptr) == "foreign")
    }

    @Test func hostNamesOfTheTimeOf12AreKnown() {
        var zone = ServiceZone()
        zone.apply(.added(Self.database), of: .services)
        var endpoints = Self.object("db", "prod", #"{"subsets":[{"addresses":[{"ip":"10.0.0.1"}]}]}"#)
        endpoints["metadata", "annotations", "endpoints.beta.kubernetes.io/hostnames-map"] = .string(
            #"{"10.0.0.1":{"HostName":"db-0"}}"#)
        zone.apply(.added(endpoints), of: .endpoints)
        #expect(Self.words(zone, "db-0.db.prod.svc.cluster.local", .a) == "10.0.0.1")
    }

    @Test func addressesOfVersion6AreNamedToo() throws {
        var zone = ServiceZone()
        zone.apply(
            .added(Self.object("six", "default", #"{"spec":{"clusterIP":"fd00::7","ports":[]}}"#)), of: .services)
        #expect(Self.words(zone, "six.default.svc.cluster.local", .aaaa) == "fd00::7")
        #expect(Self.words(zone, "six.default.svc.cluster.local", .a) == "nothing")
        let nibbles = (["7"] + Array(repeating: "0", count: 27) + ["0", "0", "d", "f"]).joined(separator: ".")
        #expect(Self.words(zone, nibbles + ".ip6.arpa", .ptr) == "six.default.svc.cluster.local.")
    }

    @Test func anotherDomainIsServedAsWell() throws {
        var zone = ServiceZone(try #require(DNSName("Kube.Example")))
        zone.apply(.added(Self.web), of: .services)
        #expect(Self.words(zone, "web.default.svc.kube.example", .a) == "10.10.10.7")
        #expect(Self.words(zone, "web.default.svc.cluster.local", .a) == "foreign")
    }
}
