public import ClusterBase

/// The types of the API by name, read from schema text (see `SchemaParser` for the language).
///
/// Made once at start and shared; all members are pure.
public struct SchemaLibrary: Sendable {
    /// The types, in the order of the text.
    public let types: [TypeSchema]
    private let positions: [String: Int]

    /// Reads texts as one library; a type may refer to types of every text.
    public init(parsing texts: [String]) throws(SchemaSyntaxError) {
        types = try SchemaParser.types(of: texts)
        positions = Dictionary(types.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The type of a name, such as `core.v1.Pod`, or nil.
    public subscript(name: String) -> TypeSchema? { positions[name].map { types[$0] } }

    /// The type a field refers to.
    public subscript(reference: TypeReference) -> TypeSchema { types[reference.index] }

    /// What a field of a type holds, when that is an object, or a list or map of objects.
    ///
    /// - Parameter path: names of fields, each of the type before, such as `["spec", "containers"]`.
    public func type(of name: String, at path: String...) -> TypeSchema? {
        path.reduce(self[name]) { type, field in
            guard case .object(let reference)? = type?[field]?.type.element else { return nil }
            return self[reference]
        }
    }

    /// Reads a document as a type and gives it the canonical form that is stored and served.
    ///
    /// Types are checked, unknown fields dropped, null is absent, quantities and times are made canonical, the schema's
    /// defaults filled, and members put in schema order with empty ones as upstream writes them. Decoding its own
    /// result changes nothing.
    ///
    /// Throws 400 `KIND in version "V" cannot be handled as a KIND: …` with the first value of a wrong type.
    public func decode(_ document: JSONValue, as type: String) throws(APIError) -> KubeObject {
        var unknown: [String] = []
        return try decode(document, as: type, unknownFields: &unknown)
    }

    /// Reads a document as `decode(_:as:)` does, and appends the paths of unknown fields (the first hundred), such as
    /// `spec.containers[0].bogus`, for field validation.
    public func decode(
        _ document: JSONValue, as type: String, unknownFields: inout [String]
    ) throws(APIError) -> KubeObject {
        guard let position = positions[type] else {
            throw APIError(500, "InternalError", "Internal error occurred: no schema is named \(type)")
        }
        var decoder = SchemaDecoder(library: self)
        do throws(SchemaMismatch) {
            let fields = try decoder.document(document, as: position)
            unknownFields += decoder.unknownFields
            return KubeObject(fields)
        } catch {
            let schema = types[position]
            let kind = schema.shortName
            let version = schema.kinds.first?.groupVersion.version ?? schema.shortVersion
            throw .badRequest("\(kind) in version \"\(version)\" cannot be handled as a \(kind): \(error.problem)")
        }
    }
}

/// What is wrong with schema text.
public struct SchemaSyntaxError: Error, Hashable, Sendable {
    /// The line, from 1, within its text.
    public var line: Int
    /// What is wrong.
    public var problem: String

    /// Makes an error.
    public init(line: Int, problem: String) { (self.line, self.problem) = (line, problem) }
}
