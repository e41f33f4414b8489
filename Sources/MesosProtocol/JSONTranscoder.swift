/// Names of the two generations of public messages; they differ in *slave* and *agent* only.
public enum JSONDialect: Hashable, Sendable {
    /// The v1 APIs: `agent_id`, `REASON_AGENT_…`.
    case v1
    /// Older names: `slave_id`, `REASON_SLAVE_…`; also shows fields that only v0 has.
    case v0
}

/// Translates between JSON and protobuf bytes, for every message, by the rules of spec `mesos.md` §B.
///
/// Both directions go from bytes to bytes without a tree between.
public enum JSONTranscoder {
    /// The deepest nesting that is accepted from outside.
    public static let maximumDepth = 64

    /// Writes a message as JSON.
    ///
    /// Fields appear in the order of the bytes, then absent ones with a declared default. Unknown fields and unknown
    /// enum values are left out. Throws `malformed` when the bytes are no such message. Cost: O(bytes).
    public static func json(
        fromWire bytes: [UInt8], message: MessageDescriptor, dialect: JSONDialect = .v1
    ) throws(WireError) -> [UInt8] {
        var renderer = JSONRenderer(bytes, dialect)
        try renderer.message(message, 0..<bytes.count, depth: 0)
        return renderer.output
    }

    /// Reads a message from JSON.
    ///
    /// Throws `badJSON` when the text is no JSON object, `mismatch` when a value does not fit its field,
    /// `missingRequired` when required fields are absent, `tooDeep`. Cost: O(bytes).
    public static func wire(
        fromJSON text: [UInt8], message: MessageDescriptor, dialect: JSONDialect = .v1
    ) throws(WireError) -> [UInt8] {
        var reader = JSONMessageReader(text, dialect)
        try reader.document(message)
        if reader.isIncomplete {
            let missing = try message.missingRequired(in: reader.output)
            guard missing.isEmpty else { throw .missingRequired(missing) }
        }
        return reader.output
    }
}
