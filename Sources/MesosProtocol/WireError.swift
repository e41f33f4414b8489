/// Why bytes are not the message they should be.
public enum WireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes end in the middle, a length or number is impossible, or a field has an unknown encoding.
    case malformed
    /// Messages are nested deeper than the bound.
    case tooDeep
    /// Required fields are absent; their paths, such as `framework_info.name`.
    case missingRequired([String])
    /// The text is no JSON.
    case badJSON(String)
    /// The JSON does not fit the message; what is wrong, with the field's name.
    case mismatch(String)
    /// A value of the message cannot be used; in words, with the field's name.
    case invalid(String)
    /// As `invalid`, where upstream's answer is these words alone.
    case refused(String)

    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .malformed: "The bytes are not a protobuf message"
        case .tooDeep: "Messages are nested too deeply"
        case .missingRequired(let fields): "Missing required fields: " + fields.joined(separator: ", ")
        case .badJSON(let problem), .mismatch(let problem), .invalid(let problem), .refused(let problem): problem
        }
    }
}
