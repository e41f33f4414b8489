/// A model value that is a message on the wire.
public protocol WireModel: Sendable {
    /// The full name of the message, such as `mesos.v1.Offer`.
    static var messageName: String { get }
    /// Reads the message's fields to the end.
    init(from reader: inout WireReader) throws(WireError)
    /// Writes the message's fields.
    func write(to writer: inout WireWriter)
}

extension WireModel {
    /// The message in a format of the public APIs.
    public func encoded(as format: WireFormat, style: WireStyle = .full) -> [UInt8] {
        var writer = WireWriter(style: style)
        write(to: &writer)
        return format.rendered(writer.bytes, as: MessageDescriptor.named(Self.messageName))
    }

    /// Reads a message in a format of the public APIs.
    ///
    /// Throws `WireError`; absent required fields and bad resources are errors in both formats.
    public init(decoding bytes: [UInt8], as format: WireFormat) throws(WireError) {
        var reader = WireReader(try format.wireBytes(bytes, of: MessageDescriptor.named(Self.messageName)))
        self = try Self(from: &reader)
        try reader.refuseBadResources()
    }
}

/// How messages are written for a receiver (spec `mesos/01` §1.7).
public struct WireStyle: Hashable, Sendable {
    /// Whether reservations are written as `reservations[]`; otherwise as `role` and `reservation` where one entry says
    /// all.
    public var usesReservationStack: Bool
    /// Whether `allocation_info` is written.
    public var showsAllocation: Bool
    /// Whether a daemon or a checkpoint is the receiver: v0 fields are filled in.
    public var isInternal: Bool

    /// Makes a style.
    public init(usesReservationStack: Bool, showsAllocation: Bool, isInternal: Bool = false) {
        (self.usesReservationStack, self.showsAllocation) = (usesReservationStack, showsAllocation)
        self.isInternal = isInternal
    }

    /// Everything, in the newest form: operator API v1, capable frameworks.
    public static let full = WireStyle(usesReservationStack: true, showsAllocation: true)
    /// Between daemons and in the registry: the older form where it can express the reservation.
    public static let daemon = WireStyle(usesReservationStack: false, showsAllocation: true, isInternal: true)
}

/// The encodings of the public APIs.
public enum WireFormat: Hashable, Sendable, CaseIterable {
    /// `application/json`.
    case json
    /// `application/x-protobuf`.
    case protobuf

    /// The media type.
    public var contentType: String {
        switch self {
        case .json: "application/json"
        case .protobuf: "application/x-protobuf"
        }
    }

    /// The format of a `Content-Type` header; the value must match exactly (spec `mesos.md` §C.1).
    public init?(contentType: String) {
        guard let format = Self.allCases.first(where: { $0.contentType == contentType }) else { return nil }
        self = format
    }

    /// Turns wire bytes of our own, which therefore fit the message, into this format.
    func rendered(_ wire: [UInt8], as message: MessageDescriptor) -> [UInt8] {
        guard self == .json else { return wire }
        do { return try JSONTranscoder.json(fromWire: wire, message: message) } catch {
            preconditionFailure("own encoding of \(message.name) cannot be read: \(error)")
        }
    }

    /// Turns a body in this format into wire bytes and checks that required fields are there.
    func wireBytes(_ body: [UInt8], of message: MessageDescriptor) throws(WireError) -> [UInt8] {
        switch self {
        case .json: return try JSONTranscoder.wire(fromJSON: body, message: message)
        case .protobuf:
            let missing = try message.missingRequired(in: body)
            guard missing.isEmpty else { throw .missingRequired(missing) }
            return body
        }
    }
}
