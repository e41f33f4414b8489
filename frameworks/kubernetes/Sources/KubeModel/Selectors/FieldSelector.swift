/// A choice of objects by their fields (spec `kubernetes/02` §2.7).
public struct FieldSelector: Hashable, Sendable, CustomStringConvertible {
    /// One condition on one field.
    public struct Requirement: Hashable, Sendable {
        /// The field, such as `spec.nodeName`.
        public var field: String
        /// The value, unescaped.
        public var value: String
        /// Whether the field must equal the value; otherwise it must differ.
        public var mustEqual: Bool

        /// Makes a condition.
        public init(_ field: String, _ value: String, mustEqual: Bool = true) {
            (self.field, self.value, self.mustEqual) = (field, value, mustEqual)
        }
    }

    /// The conditions, all of which must hold.
    public var requirements: [Requirement]

    /// Matches every object.
    public static let everything = FieldSelector([])

    /// Makes a selector.
    public init(_ requirements: [Requirement]) { self.requirements = requirements }

    /// Reads the text of a query, such as `metadata.name=web,status.phase!=Failed`. Throws 400 with upstream's words.
    public init(parsing text: String) throws(APIError) { self = .everything }

    /// Whether it matches every object.
    public var isEverything: Bool { requirements.isEmpty }

    /// The value a field must have, or nil when none is required.
    public func requiredValue(of field: String) -> String? {
        requirements.first { $0.field == field && $0.mustEqual }?.value
    }

    /// Whether an object is chosen whose fields a closure looks up; an absent field is empty.
    public func matches(_ lookup: (_ field: String) -> String?) -> Bool { false }

    /// The text form, values escaped.
    public var description: String { "" }
}
