/// A type of the API: its fields in the order they are written.
public struct TypeSchema: Hashable, Sendable {
    /// The name: group word, version and type, such as `core.v1.PodSpec`.
    public let name: String
    /// What it is, in one line.
    public let description: String
    /// The kinds it is the top level of, which begins with `kind` and `apiVersion`; empty for parts of objects.
    public let kinds: [GroupVersionKind]
    /// The fields in order.
    public let fields: [FieldSchema]
    private let positions: [String: Int]
    /// Whether the field of each position may be written though it was not given.
    let isImplied: [Bool]

    /// Makes a type; of fields of the same name the last wins in lookups.
    public init(name: String, description: String, kinds: [GroupVersionKind] = [], fields: [FieldSchema]) {
        (self.name, self.description, self.kinds, self.fields) = (name, description, kinds, fields)
        isImplied = fields.map { $0.emission == .always || $0.defaultValue != nil }
        positions = Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { $1 })
    }

    /// The field of a name, or nil.
    public subscript(name: String) -> FieldSchema? { positions[name].map { fields[$0] } }

    /// Where a field stands in `fields`, or nil.
    func position(of name: String) -> Int? { positions[name] }

    /// The last part of the name: `PodSpec`.
    var shortName: String { String(name.split(separator: ".").last ?? "") }

    /// The version in the name: `v1`.
    var shortVersion: String { String(name.split(separator: ".").dropLast().last ?? "") }
}
