internal import ClusterBase

/// Scalars that are text in JSON but have a grammar, in their canonical form.
enum CanonicalScalar {
    /// The canonical text of a value as a type (`bytes`, `quantity`, `time` or `microTime`).
    static func text(of value: JSONValue, as type: FieldType) -> Result<String, SchemaMismatch> {
        .success(value.string ?? value.text)
    }
}
