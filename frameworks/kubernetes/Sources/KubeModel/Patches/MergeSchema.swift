/// How strategic merge patches treat the fields of a type.
public protocol MergeSchema: Sendable {
    /// How a field is merged; nil when the type has no such field, whose lists are then replaced and maps merged.
    func mergeRule(of field: String) -> MergeRule?
}

/// How a strategic merge patch treats one field.
public struct MergeRule: Sendable {
    /// Whether a list's elements are merged instead of replaced.
    public var mergesLists: Bool
    /// Whether a patch may list the keys to retain (`$retainKeys`).
    public var retainsKeys: Bool
    /// The member that tells elements of a merged list apart; nil for sets of scalars.
    public var mergeKey: String?
    /// The type of the field's object or map, or of the objects in its list; nil for scalars.
    public var element: (any MergeSchema)?

    /// Makes a rule.
    public init(
        mergesLists: Bool = false, retainsKeys: Bool = false, mergeKey: String? = nil,
        element: (any MergeSchema)? = nil
    ) {
        (self.mergesLists, self.retainsKeys) = (mergesLists, retainsKeys)
        (self.mergeKey, self.element) = (mergeKey, element)
    }
}
