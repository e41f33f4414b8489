/// A choice of objects by their fields (spec `kubernetes/02` §2.7).
public struct FieldSelector: Hashable, Sendable {
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

    /// Whether it matches every object.
    public var isEverything: Bool { requirements.isEmpty }

    /// The value a field must have, or nil when none is required.
    public func requiredValue(of field: String) -> String? {
        requirements.first { $0.field == field && $0.mustEqual }?.value
    }

    /// Whether an object is chosen whose fields a closure looks up; an absent field is empty.
    public func matches(_ lookup: (_ field: String) -> String?) -> Bool {
        requirements.allSatisfy { ((lookup($0.field) ?? "") == $0.value) == $0.mustEqual }
    }
}

extension FieldSelector: CustomStringConvertible {
    /// Reads the text of a query, such as `metadata.name=web,status.phase!=Failed`; empty terms are skipped.
    ///
    /// In values `\`, `,` and `=` stand behind a backslash. Throws 400 with upstream's words (apimachinery
    /// `pkg/fields/selector.go`).
    public init(parsing text: String) throws(APIError) {
        requirements = []
        for term in Self.terms(text).sorted() where !term.isEmpty {
            guard let parts = Self.split(term) else {
                throw .badRequest("invalid selector: '\(text)'; can't understand '\(term)'")
            }
            requirements.append(
                Requirement(parts.field, try Self.unescaped(parts.value), mustEqual: parts.mustEqual))
        }
    }

    /// The text form, values escaped.
    public var description: String {
        requirements.map { requirement in
            let value = requirement.value.flatMap { "\\,=".contains($0) ? "\\\($0)" : "\($0)" }
            return requirement.field + (requirement.mustEqual ? "=" : "!=") + String(value)
        }.joined(separator: ",")
    }

    /// The terms between commas that no backslash precedes.
    private static func terms(_ text: String) -> [String] {
        var (terms, isEscaped) = ([""], false)
        for character in text.unicodeScalars {
            if character == ",", !isEscaped {
                terms.append("")
                continue
            }
            terms[terms.count - 1].unicodeScalars.append(character)
            isEscaped = character == "\\" && !isEscaped
        }
        return terms
    }

    /// A term at its first operator; nil when it has none.
    private static func split(_ term: String) -> (field: String, value: String, mustEqual: Bool)? {
        let bytes = Array(term.utf8)
        guard let sign = bytes.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let isNegated = sign > 0 && bytes[sign - 1] == UInt8(ascii: "!")
        let isDouble = !isNegated && sign + 1 < bytes.count && bytes[sign + 1] == UInt8(ascii: "=")
        let field = bytes[..<(isNegated ? sign - 1 : sign)]
        let value = bytes[(isDouble ? sign + 2 : sign + 1)...]
        return (String(decoding: field, as: UTF8.self), String(decoding: value, as: UTF8.self), !isNegated)
    }

    private static func unescaped(_ value: String) throws(APIError) -> String {
        var (result, isEscaped) = ("", false)
        for character in value.unicodeScalars {
            let isSpecial = character == "\\" || character == "," || character == "="
            if isEscaped, !isSpecial {
                throw .badRequest("invalid field selector: invalid escape sequence: \\\(character)")
            }
            if !isEscaped, character == "\\" {
                isEscaped = true
                continue
            }
            if !isEscaped, isSpecial {
                throw .badRequest("invalid field selector: unescaped character in value: \(character.value)")
            }
            result.unicodeScalars.append(character)
            isEscaped = false
        }
        if isEscaped { throw .badRequest("invalid field selector: invalid escape sequence: \\") }
        return result
    }
}
