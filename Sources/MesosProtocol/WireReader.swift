public import ClusterBase
internal import ClusterModel

/// Reads one protobuf message field by field; unknown fields are skipped and remembered.
///
/// Call `next()` until it gives nil; after each field number take its value with one of the typed methods, or `skip()`.
public struct WireReader: Sendable {
    private var cursor: WireCursor
    private let start: Int
    private let depth: Int
    private var type = WireType.varint
    /// Whether something was met that the model does not hold, here or in a message within.
    public private(set) var isLossy = false
    /// What is wrong with the first bad resource that was met, here or in a message within.
    private(set) var resourceProblem: String?

    /// The deepest nesting of messages; more than any body that was let in has (`JSONTranscoder.maximumDepth`).
    static let maximumDepth = 200

    /// Reads a whole message.
    public init(_ bytes: [UInt8]) { self.init(bytes, 0..<bytes.count, depth: 0) }

    private init(_ bytes: [UInt8], _ range: Range<Int>, depth: Int) {
        (cursor, start, self.depth) = (WireCursor(bytes, range), range.lowerBound, depth)
    }

    /// The number of the next field, or nil at the end of the message.
    public mutating func next() throws(WireError) -> Int? {
        guard let tag = try cursor.tag() else { return nil }
        type = tag.type
        return tag.field
    }

    /// Passes over the value of a field that the model does not hold.
    public mutating func skip() throws(WireError) {
        isLossy = true
        try cursor.skip(type)
    }

    /// Passes over the value of a field that says nothing new.
    mutating func pass() throws(WireError) { try cursor.skip(type) }

    /// Whether the value of the current field has a length before it.
    var isLengthPrefixed: Bool { type == .bytes }

    /// Where the reader stands in its bytes.
    var position: Int { cursor.at }

    private mutating func range() throws(WireError) -> Range<Int> {
        guard type == .bytes else { throw .malformed }
        return try cursor.range()
    }
}

extension WireReader {
    /// An integer of any width, sign-extended as protobuf does.
    public mutating func integer() throws(WireError) -> Int64 {
        guard type == .varint else { throw .malformed }
        return Int64(bitPattern: try cursor.varint())
    }

    /// An integer as `Int`.
    public mutating func int() throws(WireError) -> Int { Int(try integer()) }

    /// An unsigned integer.
    public mutating func unsigned() throws(WireError) -> UInt64 { UInt64(bitPattern: try integer()) }

    /// A boolean.
    public mutating func bool() throws(WireError) -> Bool { try integer() != 0 }

    /// A double.
    public mutating func double() throws(WireError) -> Double {
        guard type == .fixed64 else { throw .malformed }
        return Double(bitPattern: try cursor.fixed(8))
    }

    /// Text; invalid UTF-8 is repaired.
    public mutating func string() throws(WireError) -> String {
        let range = try range()
        return String(decoding: cursor.bytes[range], as: UTF8.self)
    }

    /// Bytes.
    public mutating func data() throws(WireError) -> [UInt8] { Array(cursor.bytes[try range()]) }

    /// An enum value; one that the model does not know gives nil.
    public mutating func enumeration<Value: RawRepresentable>(_: Value.Type) throws(WireError) -> Value?
    where Value.RawValue == Int {
        let value = Value(rawValue: Int(Int32(truncatingIfNeeded: try integer())))
        if value == nil { isLossy = true }
        return value
    }

    /// A message of the model.
    public mutating func message<Message: WireModel>(_: Message.Type = Message.self) throws(WireError) -> Message {
        try nested { (reader) throws(WireError) in try Message(from: &reader) }
    }

    /// A message read by a closure.
    public mutating func nested<Result>(
        _ body: (inout WireReader) throws(WireError) -> Result
    ) throws(WireError) -> Result {
        let range = try range()
        guard depth < Self.maximumDepth else { throw .tooDeep }
        var reader = WireReader(cursor.bytes, range, depth: depth + 1)
        let result = try body(&reader)
        if reader.isLossy { isLossy = true }
        if resourceProblem == nil, let problem = reader.resourceProblem { resourceProblem = problem }
        return result
    }

    /// A message whose only modelled field is number 1: the ids, `Labels`, `TimeInfo` and their like.
    public mutating func wrapped<Result>(
        _ read: (inout WireReader) throws(WireError) -> Result
    ) throws(WireError) -> Result? {
        try nested { (reader) throws(WireError) in try reader.only(read) }
    }

    /// The rest of a message whose only modelled field is number 1.
    mutating func only<Result>(
        _ read: (inout WireReader) throws(WireError) -> Result
    ) throws(WireError) -> Result? {
        var result: Result?
        while let field = try next() {
            if field == 1 { result = try read(&self) } else { try skip() }
        }
        return result
    }

    /// An id, which on the wire is a message around text.
    public mutating func id<Tag>() throws(WireError) -> TaggedID<Tag> {
        TaggedID(try wrapped { (reader) throws(WireError) in try reader.string() } ?? "")
    }

    /// A duration of `DurationInfo`.
    public mutating func duration() throws(WireError) -> Duration {
        .nanoseconds(try wrapped { (reader) throws(WireError) in try reader.integer() } ?? 0)
    }

    /// A duration in seconds as a double.
    public mutating func seconds() throws(WireError) -> Duration { .fractionalSeconds(try double()) }

    /// A moment of `TimeInfo`.
    public mutating func instant() throws(WireError) -> Instant {
        Instant(nanoseconds: try wrapped { (reader) throws(WireError) in try reader.integer() } ?? 0)
    }

    /// A UUID given as 16 raw bytes.
    public mutating func uuid(_ field: String) throws(WireError) -> UniqueID {
        guard let uuid = try optionalUUID(field) else { throw .invalid("'\(field)' must be a UUID of 16 bytes, not 0") }
        return uuid
    }

    /// A UUID given as 16 raw bytes; no bytes are none.
    public mutating func optionalUUID(_ field: String) throws(WireError) -> UniqueID? {
        let data = try data()
        if data.isEmpty { return nil }
        guard let uuid = UniqueID(bytes: data) else {
            throw .invalid("'\(field)' must be a UUID of 16 bytes, not \(data.count)")
        }
        return uuid
    }

    /// Reads on without noting losses: for parts that are overwritten from the model anyway.
    mutating func withoutNotingLoss<Result>(
        _ read: (inout WireReader) throws(WireError) -> Result
    ) throws(WireError) -> Result {
        let before = isLossy
        defer { isLossy = before }
        return try read(&self)
    }

    /// Notes what is wrong with a resource; the first problem counts.
    mutating func note(resourceProblem problem: String) { if resourceProblem == nil { resourceProblem = problem } }

    /// Throws the noted problem: for messages that have no place for it.
    func refuseBadResources() throws(WireError) { if let resourceProblem { throw .invalid(resourceProblem) } }

    /// Takes the noted problem out.
    mutating func takeResourceProblem() -> String? {
        defer { resourceProblem = nil }
        return resourceProblem
    }

    /// Notes that something was left out.
    mutating func noteLoss() { isLossy = true }

    /// The bytes of the whole message, if something of it was left out.
    var image: WireImage? { isLossy ? WireImage(Array(cursor.bytes[start..<cursor.end])) : nil }
}
