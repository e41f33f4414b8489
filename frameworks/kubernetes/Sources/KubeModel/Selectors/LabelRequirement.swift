internal import ClusterBase

extension LabelSelector {
    /// One condition on one label.
    public struct Requirement: Hashable, Sendable {
        /// How the label is tested; the raw value is the text of queries.
        public enum Operator: String, Hashable, Sendable {
            /// One of the values.
            case isIn = "in"
            /// None of the values, or absent.
            case notIn = "notin"
            /// The one value.
            case equals = "="
            /// The one value, written in the other way.
            case doubleEquals = "=="
            /// Another value, or absent.
            case notEquals = "!="
            /// Present.
            case exists = ""
            /// Absent.
            case doesNotExist = "!"
            /// A whole number above the value.
            case greaterThan = ">"
            /// A whole number below the value.
            case lessThan = "<"

            private static let objectForms: [String: Operator] = [
                "In": .isIn, "NotIn": .notIn, "Exists": .exists, "DoesNotExist": .doesNotExist,
            ]

            /// The operator of `matchExpressions`; nil for other words.
            public init?(objectForm word: String) {
                guard let op = Self.objectForms[word] else { return nil }
                self = op
            }
        }

        /// The label's key.
        public let key: String
        /// How the label is tested.
        public let op: Operator
        /// The values, sorted and each once.
        public let values: [String]
        /// The value as a number, for comparisons.
        private let bound: Int64

        /// Makes a condition without checks.
        init(_ key: String, _ op: Operator, _ values: [String]) {
            (self.key, self.op) = (key, op)
            self.values = values.count > 1 ? Set(values).sorted() : values
            bound = values.first.flatMap { Int64($0) } ?? 0
        }

        /// Makes a condition.
        ///
        /// Throws 400 with upstream's words for a key, value or number of values that is not valid.
        init(validating key: String, _ op: Operator, _ values: [String]) throws(APIError) {
            try Self.checkKey(key)
            let fault: String? =
                switch op {
                case .isIn, .notIn: values.isEmpty ? "for 'in', 'notin' operators, values set can't be empty" : nil
                case .equals, .doubleEquals, .notEquals:
                    values.count == 1 ? nil : "exact-match compatibility requires one single value"
                case .exists, .doesNotExist:
                    values.isEmpty ? nil : "values set must be empty for exists and does not exist"
                case .greaterThan, .lessThan:
                    values.count != 1
                        ? "for 'Gt', 'Lt' operators, exactly one value is required"
                        : Int64(values[0]) == nil ? "for 'Gt', 'Lt' operators, the value must be an integer" : nil
                }
            if let fault { throw .badRequest(fault) }
            for value in values {
                let messages = NameRules.labelValue(value)
                guard messages.isEmpty else {
                    let why = messages.joined(separator: "; ")
                    throw .badRequest("invalid label value: \(quoted(value)): at key: \(quoted(key)): \(why)")
                }
            }
            self.init(key, op, values)
        }

        /// Throws 400 for a key that is not valid.
        static func checkKey(_ key: String) throws(APIError) {
            let messages = NameRules.qualifiedName(key)
            guard messages.isEmpty else {
                throw .badRequest("invalid label key \(quoted(key)): \(messages.joined(separator: "; "))")
            }
        }

        /// Whether a label's value, or its absence, satisfies the condition.
        func holds(_ value: String?) -> Bool {
            switch op {
            case .isIn, .equals, .doubleEquals: value.map(values.contains) ?? false
            case .notIn, .notEquals: !(value.map(values.contains) ?? false)
            case .exists: value != nil
            case .doesNotExist: value == nil
            case .greaterThan: value.flatMap { Int64($0) }.map { $0 > bound } ?? false
            case .lessThan: value.flatMap { Int64($0) }.map { $0 < bound } ?? false
            }
        }
    }
}

extension LabelSelector.Requirement: CustomStringConvertible {
    /// The text form, such as `tier in (a,b)`.
    public var description: String {
        switch op {
        case .exists: key
        case .doesNotExist: "!" + key
        case .isIn, .notIn: "\(key) \(op.rawValue) (\(values.joined(separator: ",")))"
        default: key + op.rawValue + (values.first ?? "")
        }
    }
}

/// A text as messages quote it.
func quoted(_ text: String) -> String { JSONValue.string(text).text }
