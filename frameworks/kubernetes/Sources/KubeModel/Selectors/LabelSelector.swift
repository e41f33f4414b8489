public import ClusterBase

/// A choice of objects by their labels (spec `kubernetes/02` §2.6).
///
/// Made once, matched often: matching allocates nothing.
public struct LabelSelector: Hashable, Sendable {
    /// One condition on one label.
    public struct Requirement: Hashable, Sendable {
        /// How the label is tested.
        public enum Operator: String, Hashable, Sendable {
            /// One of the values.
            case isIn = "in"
            /// None of the values, or absent.
            case notIn = "notin"
            /// The one value (`=`).
            case equals = "="
            /// The one value (`==`).
            case doubleEquals = "=="
            /// Another value, or absent.
            case notEquals = "!="
            /// Present.
            case exists
            /// Absent.
            case doesNotExist = "!"
            /// A whole number above the value.
            case greaterThan = ">"
            /// A whole number below the value.
            case lessThan = "<"
        }

        /// The label's key.
        public let key: String
        /// How the label is tested.
        public let op: Operator
        /// The values, sorted and each once.
        public let values: [String]
    }

    /// The conditions, all of which must hold, sorted by key.
    public private(set) var requirements: [Requirement]
    /// Whether it matches no object at all, as an absent selector does.
    public private(set) var matchesNothing = false

    /// Matches every object.
    public static let everything = LabelSelector(requirements: [])
    /// Matches no object.
    public static let nothing = LabelSelector(requirements: [], matchesNothing: true)

    init(requirements: [Requirement], matchesNothing: Bool = false) {
        (self.requirements, self.matchesNothing) = (requirements, matchesNothing)
    }

    /// Reads the text of a query, such as `app=web,tier in (a,b),!old`. Throws 400 with upstream's words.
    public init(parsing text: String) throws(APIError) { self = .everything }

    /// Reads the object form (`matchLabels`, `matchExpressions`): absent or null matches nothing, empty everything.
    ///
    /// Throws 400 for operators, keys or values that are not valid.
    public init(object: JSONValue?) throws(APIError) { self = .nothing }

    /// Reads a plain map of labels, as `spec.selector` of a Service; empty or absent matches everything. Not validated.
    public init(map: JSONValue?) { self = .everything }

    /// Requires labels to be as given; an empty list matches everything. Not validated.
    public init(labels: some Sequence<(key: String, value: String)>) { self = .everything }

    /// Whether it matches every object.
    public var isEverything: Bool { requirements.isEmpty && !matchesNothing }

    /// Whether an object of these labels (`metadata.labels`, or nil) is chosen.
    public func matches(_ labels: JSONObject?) -> Bool { false }

    /// Whether an object of these labels is chosen.
    public func matches(_ labels: [(key: String, value: String)]) -> Bool { false }

    /// Whether an object is chosen.
    public func matches(_ object: KubeObject) -> Bool { matches(object.fields["metadata"]?["labels"]?.object) }

    /// Whether an object is chosen whose labels a closure looks up.
    public func matches(label: (String) -> String?) -> Bool { false }
}

extension LabelSelector: CustomStringConvertible {
    /// The text form: keys sorted, `a=b,c in (x,y),!d`.
    public var description: String { "" }
}
