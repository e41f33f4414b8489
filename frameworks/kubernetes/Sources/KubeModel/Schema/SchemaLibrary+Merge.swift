extension SchemaLibrary {
    /// How strategic merge patches treat a type, or nil when there is no such type.
    public func mergeSchema(of name: String) -> (any MergeSchema)? {
        self[name].map { TypeMergeSchema(library: self, type: $0) }
    }
}

/// The merge rules of a type's fields.
private struct TypeMergeSchema: MergeSchema {
    let library: SchemaLibrary
    let type: TypeSchema

    func mergeRule(of field: String) -> MergeRule? {
        guard let field = type[field] else { return nil }
        var rule = MergeRule(
            mergesLists: field.mergeStrategies.contains(.merge),
            retainsKeys: field.mergeStrategies.contains(.retainKeys), mergeKey: field.mergeKey)
        if case .object(let reference) = field.type.element {
            rule.element = TypeMergeSchema(library: library, type: library[reference])
        }
        return rule
    }
}
