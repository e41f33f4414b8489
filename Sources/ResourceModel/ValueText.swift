public import ClusterBase

/// The value syntax shared by resources and attributes (spec `mesos/09` §9.1).
public enum ValueText {
    /// What a text stands for.
    public enum Parsed: Hashable, Sendable {
        /// A number, ranges or a set.
        case resource(Resource.Value)
        /// Anything else.
        case text(String)
    }

    /// Reads `[b-e,…]`, `{a,b}`, a number, or else text; all blanks are ignored.
    ///
    /// Numbers that are negative, infinite or none are text. Ranges may overlap; they are merged. `bad` makes the error
    /// of a problem, which has upstream's words. Source: mesos `src/common/values.cpp` (`parse`).
    public static func parse(_ text: String, bad: (String) -> ClusterError) throws(ClusterError) -> Parsed {
        let token = text.filter { !$0.isWhitespace }
        guard let first = token.first else { throw bad("Expecting non-empty string") }
        guard [("{", "}"), ("[", "]"), ("(", ")")].allSatisfy({ areMatching($0, $1, in: token) }) else {
            throw bad("Mismatched brackets")
        }
        switch first {
        case "[": return .resource(.ranges(try ranges(token, bad: bad)))
        case "{":
            if token.contains("[") { throw bad("Unexpected '[' found") }
            return .resource(.set(try items(token, bad: bad)))
        default: break
        }
        for bracket in "[{" where token.contains(bracket) { throw bad("Unexpected '\(bracket)' found") }
        guard let number = number(token) else { return .text(token) }
        if number.isSubnormal { throw bad("Subnormal values not supported") }
        guard number.isFinite, number >= 0 else { return .text(token) }
        return .resource(.scalar(Scalar(number)))
    }

    private static func areMatching(_ open: Character, _ close: Character, in token: String) -> Bool {
        var depth = 0
        for character in token {
            if character == open { depth += 1 }
            if character == close { depth -= 1 }
            if depth < 0 { return false }
        }
        return depth == 0
    }

    /// A decimal number, or a whole hexadecimal one.
    static func number(_ token: String) -> Double? {
        if token.lowercased().contains("0x"), token.contains(where: { ".pP".contains($0) }) { return nil }
        return Double(token)
    }

    private static func items(_ token: String, bad: (String) -> ClusterError) throws(ClusterError) -> [String] {
        let inside = token.dropFirst().dropLast()
        guard !inside.contains(where: { $0 == "{" || $0 == "}" }) else { throw bad("Unexpected '{' found") }
        let items = inside.split(separator: ",").map(String.init).sorted()
        if zip(items, items.dropFirst()).contains(where: ==) {
            throw bad("Invalid set resource: duplicated elements")
        }
        return items
    }

    private static func ranges(_ token: String, bad: (String) -> ClusterError) throws(ClusterError) -> ValueRanges {
        var result: [ClosedRange<UInt64>] = []
        for part in token.dropFirst().dropLast().split(separator: ",") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2 else { throw bad("Expecting one or more \"ranges\"") }
            guard let low = UInt64(ends[0]), let high = UInt64(ends[1]) else {
                throw bad("Expecting non-negative integers in '\(part)'")
            }
            guard low <= high else { throw bad("Invalid ranges resource: begin > end") }
            result.append(low...high)
        }
        return ValueRanges(result)
    }
}
