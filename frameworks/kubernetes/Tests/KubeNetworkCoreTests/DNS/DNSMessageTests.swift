import ClusterBase
import KubeModel
import KubeNetworkCore
import Testing

struct DNSMessageTests {
    private static let name = DNSName("web.default.svc.cluster.local") ?? .root

    private static func address(_ text: String) -> DNSData { .address(IPAddress(text) ?? IPAddress(v4: 0)) }

    @Test func aMessageSurvivesItsBytes() throws {
        var message = DNSMessage(id: 0xbeef, DNSQuestion(Self.name, .any))
        (message.isResponse, message.isAuthoritative, message.wantsRecursion) = (true, true, true)
        (message.offersRecursion, message.code) = (true, .noSuchName)
        let target = try #require(DNSName("db-0.Web.default.svc.cluster.local"))
        let data: [DNSData] = [
            Self.address("10.10.10.7"), Self.address("2001:db8::7"), .alias(target), .pointer(target),
            .service(priority: 1, weight: 2, port: 65_535, target: target), .text(["1.1.0", ""]),
            .other(DNSType(rawValue: 99), [1, 2, 3]),
        ]
        message.answers = data.map { DNSRecord(Self.name, $0, timeToLive: 30) }
        message.authority = [ServiceZone().start]
        message.additional = [DNSRecord(target, Self.address("10.0.0.1"), timeToLive: 5)]
        message.edns = DNSMessage.Extension(payloadLimit: 1_232)
        #expect(try DNSMessage(parsing: message.bytes()) == message)
    }

    /// The bytes of RFC 1035's layout, written out by hand.
    @Test func aQuestionHasTheBytesOfTheStandard() throws {
        var message = DNSMessage(id: 0x1234, DNSQuestion(try #require(DNSName("a.bc")), .a))
        message.wantsRecursion = true
        #expect(
            message.bytes() == [
                0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 2, 0x62, 0x63, 0, 0, 1, 0, 1,
            ])
    }

    @Test func namesAreCompressedButNotTargets() throws {
        var message = DNSMessage(id: 1, DNSQuestion(Self.name, .a))
        let question = message.bytes().count
        message.answers = [DNSRecord(Self.name, Self.address("10.0.0.1"), timeToLive: 30)]
        // A pointer, type, class, life, length, address.
        #expect(message.bytes().count == question + 2 + 2 + 2 + 4 + 2 + 4)
        let service = DNSData.service(priority: 0, weight: 1, port: 80, target: Self.name)
        message.answers = [DNSRecord(Self.name, service, timeToLive: 30)]
        #expect(message.bytes().count == question + 12 + 6 + Self.name.labels.reduce(1) { $0 + $1.utf8.count + 1 })
    }

    @Test func whatDoesNotFitIsLeftOutAndSaid() throws {
        var message = DNSMessage(id: 1, DNSQuestion(Self.name, .a))
        message.isResponse = true
        message.answers = (0..<100).map {
            DNSRecord(Self.name, .address(IPAddress(v4: 0x0a00_0000 + $0)), timeToLive: 30)
        }
        message.authority = [ServiceZone().start]
        let bytes = message.bytes(limit: 512)
        let read = try DNSMessage(parsing: bytes)
        #expect(bytes.count <= 512 && bytes.count > 480)
        #expect(read.isTruncated && read.authority.isEmpty)
        #expect(read.answers == Array(message.answers.prefix(read.answers.count)))
        let whole = try DNSMessage(parsing: message.bytes())
        #expect(!whole.isTruncated && whole.answers.count == 100)
        (message.additional, message.answers, message.authority) = (message.answers, [], [])
        #expect(try DNSMessage(parsing: message.bytes(limit: 512)).isTruncated == false)
    }

    @Test(arguments: [(nil, 512), (100, 512), (1_000, 1_000), (65_535, 1_232)] as [(UInt16?, Int)])
    func datagramsAreAsLongAsTheOtherSideTakesThem(payload: UInt16?, limit: Int) {
        var message = DNSMessage(id: 1, nil)
        message.edns = payload.map { DNSMessage.Extension(payloadLimit: $0) }
        #expect(message.datagramLimit == limit)
    }

    private static let head: [UInt8] = [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]

    @Test(
        "hostile bytes are no message",
        arguments: [
            ("nothing", []), ("half a head", [0, 7, 1]), ("no question", head),
            ("a pointer to itself", head + [0xc0, 12, 0, 1, 0, 1]),
            ("a pointer forwards", head + [0xc0, 40, 0, 1, 0, 1]),
            ("two pointers in a circle", head + [1, 97, 0xc0, 12, 0, 1, 0, 1]),
            ("a label beyond the end", head + [60, 97, 97]), ("half a pointer", head + [0xc0]),
            ("an unknown kind of label", head + [0x41, 1, 0, 0, 1, 0, 1]),
            (
                "a name too long",
                head + (0..<5).flatMap { _ in [63] + [UInt8](repeating: 97, count: 63) } + [0, 0, 1, 0, 1]
            ),
            ("two questions", [0, 7, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0] + [0, 0, 1, 0, 1, 0, 0, 1, 0, 1]),
            ("a record that is not there", [0, 7, 1, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0]),
            (
                "an address of three bytes",
                [0, 7, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0] + [0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 3, 1, 2, 3]
            ),
            (
                "two extensions",
                [0, 7, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2]
                    + [0, 0, 41, 4, 0, 0, 0, 0, 0, 0, 0] + [0, 0, 41, 4, 0, 0, 0, 0, 0, 0, 0]
            ),
        ] as [(String, [UInt8])])
    func hostile(_ what: String, bytes: [UInt8]) {
        let error = #expect(throws: DNSFormatError.self) { try DNSMessage(parsing: bytes) }
        // With a head there is somebody to answer.
        #expect(error?.questionID == (bytes.count < 12 ? nil : 7), "\(what)")
    }

    /// Whatever comes, reading ends, and what was read can be written and read again.
    @Test(arguments: 0..<20 as Range<UInt64>) func noBytesDoHarm(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var valid = DNSMessage(id: 1, DNSQuestion(Self.name, .srv))
        valid.answers = [
            DNSRecord(Self.name, .service(priority: 0, weight: 1, port: 80, target: Self.name), timeToLive: 30),
            DNSRecord(Self.name, .alias(Self.name), timeToLive: 30), ServiceZone().start,
            DNSRecord(Self.name, .text(["x"]), timeToLive: 30),
        ]
        valid.edns = DNSMessage.Extension(payloadLimit: 4_096)
        let seedBytes = valid.bytes()
        var read = 0
        for _ in 0..<2_000 {
            var bytes = seedBytes
            for _ in 0...random.below(6) { bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next()) }
            if random.chance(0.3) { bytes.removeLast(random.below(bytes.count)) }
            guard let message = try? DNSMessage(parsing: bytes) else { continue }
            read += 1
            let again = try DNSMessage(parsing: message.bytes())
            // Raw data may hold pointers that mean something else now, but nothing that was understood changes.
            #expect(again.question == message.question && again.answers.count == message.answers.count)
        }
        #expect(read > 100)
    }

    @Test func namesAreReadAndWritten() throws {
        #expect(DNSName("a.b")?.description == "a.b.")
        #expect(DNSName("A.b.").map(\.folded) == DNSName("a.B").map(\.folded))
        #expect(DNSName(".") == .root)
        for text in ["", "a..b", ".a", String(repeating: "a", count: 64), String(repeating: "ab.", count: 90)] {
            #expect(DNSName(text) == nil, "\(text)")
        }
        #expect(DNSName(["a.b", "\u{e9}", "c d"])?.description == "a\\046b.\\233.c\\032d.")
    }

    @Test func resolverFilesAreRead() {
        let file = ResolverFile(
            parsing: "# nameserver 9.9.9.9\nnameserver\t10.0.0.1 \nsearch a b\nnameserver\nnameserver ::1\r\n")
        #expect(file.nameservers == ["10.0.0.1", "::1"])
    }
}
