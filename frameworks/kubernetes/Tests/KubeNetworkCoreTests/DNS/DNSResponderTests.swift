import ClusterBase
import KubeModel
import KubeNetworkCore
import Testing

struct DNSResponderTests {
    private var responder: DNSResponder = {
        var responder = DNSResponder(ServiceZoneTests.zone)
        responder.isComplete = true
        return responder
    }()

    private func query(_ name: String, _ type: DNSType = .a) throws -> DNSMessage {
        var query = DNSMessage(id: 99, DNSQuestion(try #require(DNSName(name)), type))
        query.wantsRecursion = true
        return query
    }

    private mutating func reply(_ query: DNSMessage, over transport: DNSTransport = .datagram) throws -> DNSMessage {
        guard case .reply(let bytes) = responder.receive(query.bytes(), over: transport) else {
            throw ClusterError(.system, "no reply")
        }
        return try DNSMessage(parsing: bytes)
    }

    @Test mutating func aNameOfTheZoneIsAnsweredWithAuthority() throws {
        let query = try query("WEB.default.svc.cluster.local")
        let reply = try reply(query)
        #expect(reply.id == 99 && reply.isResponse && reply.question == query.question && reply.edns == nil)
        #expect(reply.isAuthoritative && reply.wantsRecursion && reply.offersRecursion && reply.code == .success)
        #expect(reply.answers.count == 1)
    }

    @Test(
        arguments: [("nope.default.svc.cluster.local", .noSuchName), ("default.svc.cluster.local", .success)]
            as [(String, DNSResponseCode)])
    mutating func absenceIsSaidWithTheStartOfTheZone(name: String, code: DNSResponseCode) throws {
        let reply = try reply(try query(name))
        #expect(reply.code == code && reply.answers.isEmpty && reply.isAuthoritative)
        #expect(reply.authority.map(\.data.type) == [.soa] && reply.authority.map(\.timeToLive) == [5])
    }

    @Test mutating func nothingIsDeniedBeforeEverythingIsKnown() throws {
        responder.isComplete = false
        #expect(try reply(try query("nope.default.svc.cluster.local")).code == .serverFailure)
        #expect(try reply(try query("web.default.svc.cluster.local")).code == .serverFailure)
    }

    @Test mutating func otherNamesAreForwarded() throws {
        guard case .forward(let query) = responder.receive(try query("example.com").bytes(), over: .datagram) else {
            Issue.record("not forwarded")
            return
        }
        #expect(query.question?.name == DNSName("example.com"))
    }

    @Test mutating func anAliasIsFollowedOutside() throws {
        let query = try query("mail.prod.svc.cluster.local")
        guard case .resolve(let alias) = responder.receive(query.bytes(), over: .datagram) else {
            Issue.record("not resolved")
            return
        }
        let target = try #require(DNSName("mx.example.com"))
        #expect(alias.question == DNSQuestion(target, .a))
        var answer = DNSMessage(id: 5, alias.question)
        answer.isResponse = true
        answer.answers = [
            DNSRecord(target, .address(IPAddress(v4: 0x0102_0304)), timeToLive: 7),
            DNSRecord(target, .other(DNSType(rawValue: 46), [0xc0, 0x0c]), timeToLive: 7),
        ]
        let reply = try DNSMessage(parsing: alias.reply(answer))
        #expect(reply.id == 99 && reply.question == query.question)
        #expect(reply.answers.map(\.data) == [.alias(target), .address(IPAddress(v4: 0x0102_0304))])
        answer.code = .noSuchName
        #expect(try DNSMessage(parsing: alias.reply(answer)).code == .noSuchName)
        let failed = try DNSMessage(parsing: alias.reply(nil))
        #expect(failed.code == .serverFailure && failed.answers.isEmpty)
    }

    @Test mutating func aLongAnswerIsCutInDatagramsOnly() throws {
        let addresses = (1...200).map { #"{"ip":"10.1.0.\#($0)"}"# }.joined(separator: ",")
        let endpoints = ServiceZoneTests.object("db", "prod", #"{"subsets":[{"addresses":[\#(addresses)]}]}"#)
        responder.zone.apply(.changed(endpoints, from: ServiceZoneTests.databaseEndpoints), of: .endpoints)
        var query = try query("db.prod.svc.cluster.local")
        let plain = try reply(query)
        #expect(plain.isTruncated && plain.answers.count < 32)
        query.edns = DNSMessage.Extension(payloadLimit: 4_096)
        let longer = try reply(query)
        #expect(longer.isTruncated && longer.answers.count > 60 && longer.edns?.payloadLimit == 1_232)
        let whole = try reply(query, over: .stream)
        #expect(!whole.isTruncated && whole.answers.count == 200)
    }

    @Test mutating func whatCannotBeReadIsToldSo() throws {
        guard case .reply(let bytes) = responder.receive([0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0], over: .datagram) else {
            Issue.record("no reply")
            return
        }
        let reply = try DNSMessage(parsing: bytes)
        #expect(reply.id == 9 && reply.code == .formatError && reply.question == nil)
    }

    @Test mutating func whatIsNotDoneIsRefused() throws {
        var update = try query("web.default.svc.cluster.local")
        update.operation = 5
        #expect(try reply(update).code == .notImplemented)
        var later = try query("web.default.svc.cluster.local")
        later.edns = DNSMessage.Extension(payloadLimit: 4_096)
        later.edns?.version = 1
        #expect(try reply(later).code == .badVersion)
        #expect(try reply(DNSMessage(id: 3, nil)).code == .formatError)
        #expect(try reply(try query("cluster.local", .axfr)).code == .refused)
        let chaos = DNSQuestion(try #require(DNSName("cluster.local")), .txt, DNSClass(rawValue: 3))
        #expect(try reply(DNSMessage(id: 3, chaos)).code == .refused)
    }

    @Test mutating func answersAreNotAnswered() throws {
        var answer = try query("web.default.svc.cluster.local")
        answer.isResponse = true
        for bytes in [answer.bytes(), [], [1], Array(answer.bytes().prefix(14))] {
            guard case .ignore = responder.receive(bytes, over: .datagram) else {
                Issue.record("\(bytes) was answered")
                continue
            }
        }
    }
}
