public import ClusterBase

/// One field of a type: how it is read, written, merged and described.
public struct FieldSchema: Hashable, Sendable {
    /// When a field is written that the client left out or empty (upstream's `omitempty` and pointers).
    public enum Emission: Hashable, Sendable {
        /// Left out while it is empty: `""`, `0`, `false`, `[]`, `{}`.
        case unlessEmpty
        /// Written as given, also when empty, and left out when it was not given; upstream's pointers.
        case ifGiven
        /// Written always, as an empty value when it was not given (`null` for times).
        case always
        /// Read and forgotten.
        case never
    }

    /// How a patch merges a list or map (`x-kubernetes-patch-strategy`).
    public struct MergeStrategy: OptionSet, Hashable, Sendable {
        /// The bits.
        public let rawValue: Int
        /// Makes a set.
        public init(rawValue: Int) { self.rawValue = rawValue }
        /// Elements are merged, by `mergeKey` or (without one) as a set of scalars.
        public static let merge = MergeStrategy(rawValue: 1)
        /// A patch may list the keys to retain (`$retainKeys`).
        public static let retainKeys = MergeStrategy(rawValue: 2)
    }

    /// How server-side apply sees a list (`x-kubernetes-list-type`).
    public enum ListType: String, Hashable, Sendable {
        /// Replaced as a whole.
        case atomic
        /// A set of scalars.
        case set
        /// Elements named by `mapKeys`.
        case map
    }

    /// The name, as JSON writes it.
    public var name: String
    /// The type of its value.
    public var type: FieldType
    /// Whether a document without it is incomplete (OpenAPI's `required`); only validation enforces it.
    public var isRequired = false
    /// When it is written.
    public var emission = Emission.unlessEmpty
    /// What it means, in one line.
    public var description = ""
    /// How patches merge it; empty replaces lists and merges maps.
    public var mergeStrategies: MergeStrategy = []
    /// The member that tells elements of a merged list apart; nil for sets of scalars.
    public var mergeKey: String?
    /// How server-side apply sees the list, or nil when unsaid.
    public var listType: ListType?
    /// The members that name an element of a `map` list.
    public var mapKeys: [String] = []
    /// The value filled in when it was not given (or, unless written `ifGiven`, is empty).
    public var defaultValue: JSONValue?
    /// The words it may hold, for the documentation (kinds validate); empty when not enumerated.
    public var allowedValues: [String] = []

    /// Makes a field; set the rest.
    public init(_ name: String, _ type: FieldType) { (self.name, self.type) = (name, type) }
}
