public import ClusterBase

/// A choice of objects by their labels (spec `kubernetes/02` §2.6).
///
/// Made once, matched often: matching looks keys up and allocates nothing.
public struct LabelSelector: Hashable, Sendable {
    /// The conditions, all of which must hold, sorted by key.
    public let requirements: [Requirement]
    /// Whether it matches no object at all, as an absent selector does.
    public let matchesNothing: Bool

    /// Matches every object.
    public static let everything = LabelSelector(requirements: [])
    /// Matches no object.
    public static let nothing = LabelSelector(requirements: [], matchesNothing: true)

    init(requirements: [Requirement], matchesNothing: Bool = false) {
        let places = requirements.enumerated().sorted {
            ($0.element.key, $0.offset) < ($1.element.key, $1.offset)
        }
        (self.requirements, self.matchesNothing) = (places.map(\.element), matchesNothing)
    }

    /// Reads the text of a query, such as `app=web,tier in (a,b),!old`; an empty one matches everything.
    ///
    /// Throws 400 with upstream's words.
    public init(parsing text: String) throws(APIError) {
        var parser = LabelSelectorParser(text)
        self.init(requirements: try parser.requirements())
    }

    /// Reads the object form (`matchLabels`, `matchExpressions`): absent or null matches nothing, empty everything.
    ///
    /// Throws 400 for operators, keys or values that are not valid.
    public init(object: JSONValue?) throws(APIError) {
        guard let object = object?.object else {
            self = .nothing
            return
        }
        var requirements: [Requirement] = []
        for (key, value) in object["matchLabels"]?.object ?? JSONObject() {
            requirements.append(try Requirement(validating: key, .equals, [value.string ?? ""]))
        }
        for expression in object["matchExpressions"]?.array ?? [] {
            let word = expression["operator"]?.string ?? ""
            guard let op = Requirement.Operator(objectForm: word) else {
                throw .badRequest("\"\(word)\" is not a valid pod selector operator")
            }
            let values = (expression["values"]?.array ?? []).compactMap(\.string)
            requirements.append(try Requirement(validating: expression["key"]?.string ?? "", op, values))
        }
        self.init(requirements: requirements)
    }

    /// Reads a plain map of labels, as `spec.selector` of a Service; an empty or absent one matches everything.
    ///
    /// Nothing is validated.
    public init(map: JSONValue?) {
        self.init(labels: (map?.object ?? JSONObject()).map { ($0.key, $0.value.string ?? "") })
    }

    /// Requires labels to be as given; an empty list matches everything.
    ///
    /// Nothing is validated.
    public init(labels: some Sequence<(key: String, value: String)>) {
        self.init(requirements: labels.map { Requirement($0.key, .equals, [$0.value]) })
    }

    /// Whether it matches every object.
    public var isEverything: Bool { requirements.isEmpty && !matchesNothing }

    /// Whether an object of these labels (`metadata.labels`, or nil) is chosen.
    public func matches(_ labels: JSONObject?) -> Bool {
        guard let labels else { return matches { _ in nil } }
        return matches { labels[$0]?.string }
    }

    /// Whether an object of these labels is chosen.
    public func matches(_ labels: [(key: String, value: String)]) -> Bool {
        matches { key in labels.first { $0.key == key }?.value }
    }

    /// Whether an object is chosen.
    public func matches(_ object: KubeObject) -> Bool { matches(object.fields["metadata"]?["labels"]?.object) }

    /// Whether an object is chosen whose labels a closure looks up.
    public func matches(label: (String) -> String?) -> Bool {
        !matchesNothing && requirements.allSatisfy { $0.holds(label($0.key)) }
    }
}

extension LabelSelector: CustomStringConvertible {
    /// The text form, keys sorted: `a=b,c in (x,y),!d`.
    public var description: String { requirements.map(\.description).joined(separator: ",") }
}
