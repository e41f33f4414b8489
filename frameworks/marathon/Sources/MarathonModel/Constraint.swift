/// A placement constraint: which agents may run an app's instances (spec `marathon` §2.9).
public struct Constraint: Hashable, Sendable {
    /// The rule.
    public enum Operator: String, Hashable, Sendable {
        /// At most one instance per value.
        case unique = "UNIQUE"
        /// All instances on one value.
        case cluster = "CLUSTER"
        /// Instances spread evenly over the values.
        case groupBy = "GROUP_BY"
        /// The value matches a regular expression.
        case like = "LIKE"
        /// The value does not match a regular expression.
        case unlike = "UNLIKE"
        /// At most that many instances per value.
        case maxPer = "MAX_PER"
        /// The value is equal.
        case `is` = "IS"
    }

    /// `hostname`, `@hostname`, `@region`, `@zone` or the name of an agent attribute.
    public var field: String
    /// The rule.
    public var rule: Operator
    /// Its value.
    public var value: String?

    /// Makes a constraint.
    public init(_ field: String, _ rule: Operator, _ value: String? = nil) {
        (self.field, self.rule, self.value) = (field, rule, value)
    }

    /// Reads `[field, operator]` or `[field, operator, value]`; the operator's case does not matter.
    init?(words: [String], path: String, _ log: inout ProblemLog) {
        guard (2...3).contains(words.count) else {
            log.add(path, "Each constraint must have either 2 or 3 fields")
            return nil
        }
        guard let rule = Operator(rawValue: words[1].uppercased()) else {
            log.add(
                path, "operator must be one of the following UNIQUE, CLUSTER, GROUP_BY, LIKE, MAX_PER, UNLIKE or IS")
            return nil
        }
        let value = words.count == 3 ? words[2] : nil
        if let problem = Constraint.problem(rule, value) {
            log.add(path, problem)
            return nil
        }
        self.init(words[0], rule, value)
    }

    private static func problem(_ rule: Operator, _ value: String?) -> String? {
        switch rule {
        case .unique: value == nil || value == "" ? nil : "UNIQUE does not accept a value"
        case .cluster: nil
        case .groupBy:
            value == nil || value == "" || value.flatMap(Int.init) != nil
                ? nil : "GROUP BY must define an integer value or else no value at all"
        case .maxPer: value.flatMap(Int.init) != nil ? nil : "MAX_PER requires an integer value"
        case .like, .unlike:
            value.map { !$0.isEmpty && (try? Regex($0)) != nil } == true
                ? nil : "LIKE and UNLIKE require a non-empty, regular expression value"
        case .is:
            value.map { text in
                text.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                        || "_/.-".utf8.contains(byte)
                }
            } == true ? nil : "IS requires a value of letters, digits and _ / . -"
        }
    }

    /// The words as submitted.
    public var words: [String] { [field, rule.rawValue] + (value.map { [$0] } ?? []) }
}
