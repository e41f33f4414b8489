public import KubeModel

/// The type of a record, or what a question asks for.
public struct DNSType: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    public let rawValue: UInt16

    /// Takes a number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// An address of version 4.
    public static let a = DNSType(rawValue: 1)
    /// An alias.
    public static let cname = DNSType(rawValue: 5)
    /// The start of a zone.
    public static let soa = DNSType(rawValue: 6)
    /// A name for an address.
    public static let ptr = DNSType(rawValue: 12)
    /// Text.
    public static let txt = DNSType(rawValue: 16)
    /// An address of version 6.
    public static let aaaa = DNSType(rawValue: 28)
    /// Where a service is served.
    public static let srv = DNSType(rawValue: 33)
    /// The options of a message (EDNS).
    public static let opt = DNSType(rawValue: 41)
    /// Changes of a zone; only a question.
    public static let ixfr = DNSType(rawValue: 251)
    /// A whole zone; only a question.
    public static let axfr = DNSType(rawValue: 252)
    /// All that a name has; only a question.
    public static let any = DNSType(rawValue: 255)
}

/// The class of records: the Internet, for all practical purposes.
public struct DNSClass: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    public let rawValue: UInt16

    /// Takes a number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The Internet.
    public static let internet = DNSClass(rawValue: 1)
    /// Any class; only in questions.
    public static let any = DNSClass(rawValue: 255)
}

/// One question of a message.
public struct DNSQuestion: Hashable, Sendable {
    /// The name asked for, in the letters of the one who asks.
    public var name: DNSName
    /// What is asked of it.
    public var type: DNSType
    /// In which class.
    public var recordClass: DNSClass

    /// Makes a question.
    public init(_ name: DNSName, _ type: DNSType, _ recordClass: DNSClass = .internet) {
        (self.name, self.type, self.recordClass) = (name, type, recordClass)
    }
}

/// What a record says.
public enum DNSData: Hashable, Sendable {
    /// `A` or `AAAA`, by the address's version.
    case address(IPAddress)
    /// `CNAME`.
    case alias(DNSName)
    /// `PTR`.
    case pointer(DNSName)
    /// `SRV`.
    case service(priority: UInt16, weight: UInt16, port: UInt16, target: DNSName)
    /// `TXT`, in strings of at most 255 bytes.
    case text([String])
    /// `SOA`.
    case start(DNSZoneStart)
    /// Anything else, as it stood on the wire; names in it that point elsewhere in their message lose their meaning.
    case other(DNSType, [UInt8])

    /// The type of a record that says this.
    public var type: DNSType {
        switch self {
        case .address(let address): address.isV6 ? .aaaa : .a
        case .alias: .cname
        case .pointer: .ptr
        case .service: .srv
        case .text: .txt
        case .start: .soa
        case .other(let type, _): type
        }
    }
}

/// What a zone's `SOA` record says; times in seconds.
public struct DNSZoneStart: Hashable, Sendable {
    /// The primary server.
    public var server: DNSName
    /// Whom to write to.
    public var mailbox: DNSName
    /// The zone's serial number.
    public var serial: UInt32
    /// How often secondaries look.
    public var refresh: UInt32
    /// How soon they look again after a failure.
    public var retry: UInt32
    /// When they give up.
    public var expire: UInt32
    /// How long an absence may be remembered.
    public var minimum: UInt32
}

/// One record.
public struct DNSRecord: Hashable, Sendable {
    /// Whose it is.
    public var name: DNSName
    /// How long it may be remembered, in seconds.
    public var timeToLive: UInt32
    /// Its class.
    public var recordClass: DNSClass
    /// What it says.
    public var data: DNSData

    /// Makes a record.
    public init(_ name: DNSName, _ data: DNSData, timeToLive: UInt32, recordClass: DNSClass = .internet) {
        (self.name, self.data, self.timeToLive, self.recordClass) = (name, data, timeToLive, recordClass)
    }
}
