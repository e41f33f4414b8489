/// How a message travels.
public enum DNSTransport: Hashable, Sendable {
    /// UDP: short, and on its own.
    case datagram
    /// TCP: behind its length.
    case stream
}

/// What is to be done about a message that came in.
public enum DNSReaction: Sendable {
    /// Nothing: it is no question.
    case ignore
    /// To send this back.
    case reply([UInt8])
    /// To put the same question to others, and their answer back with the question's number.
    case forward(DNSMessage)
    /// To ask others for the target of an alias and to send what `AliasQuestion.reply` makes of their answer.
    case resolve(AliasQuestion)
}

/// A question whose answer begins with aliases of the zone and ends outside.
public struct AliasQuestion: Sendable {
    let query: DNSMessage
    let aliases: [DNSRecord]
    let transport: DNSTransport
    /// What to ask others.
    public let question: DNSQuestion

    /// The answer: the aliases, and what others answered behind them; nil when they did not.
    public func reply(_ answer: DNSMessage?) -> [UInt8] {
        var reply = query.reply(answer?.code ?? .serverFailure)
        if reply.code == .success || reply.code == .noSuchName {
            reply.answers = aliases + (answer?.answers ?? []).filter { Self.isPlain($0) }
        } else {
            reply.code = .serverFailure
        }
        (reply.isAuthoritative, reply.offersRecursion) = (true, true)
        return reply.bytes(over: transport, to: query)
    }

    /// Records whose bytes mean the same in another message.
    private static func isPlain(_ record: DNSRecord) -> Bool {
        if case .other = record.data { false } else { true }
    }
}

/// Decides what to answer: reads what comes, asks the zone, and sends the rest on.
public struct DNSResponder: Sendable {
    /// The names it knows itself.
    public var zone: ServiceZone
    /// Whether the zone holds all there is; before that its names cannot be denied.
    public var isComplete = false
    private var rotation = 0

    /// Makes one for a zone.
    public init(_ zone: ServiceZone) { self.zone = zone }

    /// What to do about a message.
    public mutating func receive(_ bytes: [UInt8], over transport: DNSTransport) -> DNSReaction {
        let query: DNSMessage
        do { query = try DNSMessage(parsing: bytes) } catch {
            guard let id = error.questionID else { return .ignore }
            let empty = DNSMessage(id: id, nil)
            return .reply(empty.reply(.formatError).bytes(over: transport, to: empty))
        }
        if query.isResponse { return .ignore }
        if let code = Self.refusal(of: query) { return .reply(query.reply(code).bytes(over: transport, to: query)) }
        guard let question = query.question else { return .ignore }
        rotation &+= 1
        return react(to: query, zone.answer(question, rotation: rotation), question, transport)
    }

    private static func refusal(of query: DNSMessage) -> DNSResponseCode? {
        if query.operation != 0 { return .notImplemented }
        if query.question == nil { return .formatError }
        if let edns = query.edns, edns.version != 0 { return .badVersion }
        return nil
    }

    private func react(
        to query: DNSMessage, _ answer: ZoneAnswer, _ question: DNSQuestion, _ transport: DNSTransport
    ) -> DNSReaction {
        var reply = query.reply(.success)
        (reply.isAuthoritative, reply.offersRecursion) = (true, true)
        switch answer {
        case .foreign: return .forward(query)
        case _ where !isComplete: reply = query.reply(.serverFailure)
        case .records(let records, let additional): (reply.answers, reply.additional) = (records, additional)
        case .nothing(let start): reply.authority = [start]
        case .noSuchName(let start): (reply.code, reply.authority) = (.noSuchName, [start])
        case .refused: reply = query.reply(.refused)
        case .alias(let aliases, let target):
            if query.wantsRecursion {
                let further = DNSQuestion(target, question.type)
                return .resolve(
                    AliasQuestion(query: query, aliases: aliases, transport: transport, question: further))
            }
            reply.answers = aliases
        }
        return .reply(reply.bytes(over: transport, to: query))
    }
}

extension DNSMessage {
    /// The bytes of an answer as far as the one who asked can take them.
    func bytes(over transport: DNSTransport, to query: DNSMessage) -> [UInt8] {
        bytes(limit: transport == .stream ? Self.longest : query.datagramLimit)
    }
}
