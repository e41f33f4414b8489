/// A question with or without its answer, as RFC 1035 §4 and RFC 6891 have it.
public struct DNSMessage: Hashable, Sendable {
    /// What goes with a message beside its sections (EDNS).
    public struct Extension: Hashable, Sendable {
        /// The longest datagram the sender takes, in bytes.
        public var payloadLimit: UInt16
        /// The version spoken; 0 is the only one there is.
        public var version: UInt8 = 0

        /// Makes one of version 0.
        public init(payloadLimit: UInt16) { self.payloadLimit = payloadLimit }
    }

    /// The number that answers repeat.
    public var id: UInt16
    /// Whether it is an answer.
    public var isResponse = false
    /// What is wanted; 0 is a query.
    public var operation: UInt8 = 0
    /// Whether it comes from the zone's own server.
    public var isAuthoritative = false
    /// Whether records were left out for want of space.
    public var isTruncated = false
    /// Whether the server shall ask others.
    public var wantsRecursion = false
    /// Whether the server asks others.
    public var offersRecursion = false
    /// How it went.
    public var code: DNSResponseCode = .success
    /// The question; nil in answers to what could not be read.
    public var question: DNSQuestion?
    /// The records asked for.
    public var answers: [DNSRecord] = []
    /// The records about the zone.
    public var authority: [DNSRecord] = []
    /// Records that spare further questions, without the one of the extension.
    public var additional: [DNSRecord] = []
    /// The extension, when the sender speaks it.
    public var edns: Extension?

    /// Makes a question.
    public init(id: UInt16, _ question: DNSQuestion?) { (self.id, self.question) = (id, question) }

    /// An answer to this question without records, with its number, its question and an extension where it has one.
    public func reply(_ code: DNSResponseCode) -> DNSMessage {
        var reply = DNSMessage(id: id, question)
        (reply.isResponse, reply.operation, reply.wantsRecursion) = (true, operation, wantsRecursion)
        reply.code = code
        reply.edns = edns.map { _ in Extension(payloadLimit: Self.ownPayloadLimit) }
        return reply
    }

    /// The longest datagram we take and send: what passes every usual link in one piece.
    public static let ownPayloadLimit: UInt16 = 1_232
    /// The longest datagram of those who do not speak the extension.
    public static let plainPayloadLimit = 512
    /// The longest message there is.
    public static let longest = 65_535

    /// The longest datagram that may answer this question.
    public var datagramLimit: Int {
        max(Self.plainPayloadLimit, Int(min(edns?.payloadLimit ?? 0, Self.ownPayloadLimit)))
    }
}

/// How an answer went (RFC 1035 §4.1.1, RFC 6891 §9).
public struct DNSResponseCode: RawRepresentable, Hashable, Sendable {
    /// The number; those beyond 15 need the extension.
    public let rawValue: UInt16

    /// Takes a number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// There is an answer, perhaps an empty one.
    public static let success = DNSResponseCode(rawValue: 0)
    /// The question could not be read.
    public static let formatError = DNSResponseCode(rawValue: 1)
    /// The server could not find out.
    public static let serverFailure = DNSResponseCode(rawValue: 2)
    /// There is no such name.
    public static let noSuchName = DNSResponseCode(rawValue: 3)
    /// The server does not do that.
    public static let notImplemented = DNSResponseCode(rawValue: 4)
    /// The server does not want to.
    public static let refused = DNSResponseCode(rawValue: 5)
    /// The version of the extension is unknown.
    public static let badVersion = DNSResponseCode(rawValue: 16)
}

/// Bytes that are no message.
public struct DNSFormatError: Error, Hashable, Sendable {
    /// The number of the message, where there were bytes enough for it and it was a question: it can be answered.
    public var questionID: UInt16?
}
