/// A filter over labels: comma-separated terms that must all hold (spec `marathon` §1.4).
public struct LabelSelector: Hashable, Sendable {
    enum Term: Hashable, Sendable {
        case exists(String)
        case equals(String, String)
        case differs(String, String)
        case within(String, [String])
        case outside(String, [String])
    }
    let terms: [Term]

    /// Parses `a`, `a==b`, `a!=b`, `a in (b, c)`, `a notin (b, c)`; nil when the text is none of them.
    public init?(parsing text: String) {
        var scanner = SelectorScanner(text)
        var terms: [Term] = []
        repeat {
            guard let term = scanner.term() else { return nil }
            terms.append(term)
        } while scanner.skip(",")
        guard scanner.isAtEnd else { return nil }
        self.terms = terms
    }

    /// Whether labels satisfy every term; a term other than existence needs the key to be there.
    public func matches(_ labels: [String: String]) -> Bool {
        terms.allSatisfy { term in
            switch term {
            case .exists(let key): labels[key] != nil
            case .equals(let key, let value): labels[key] == value
            case .differs(let key, let value): labels[key].map { $0 != value } ?? false
            case .within(let key, let values): labels[key].map(values.contains) ?? false
            case .outside(let key, let values): labels[key].map { !values.contains($0) } ?? false
            }
        }
    }
}

private struct SelectorScanner {
    private var rest: Substring

    init(_ text: String) { rest = text[...] }

    var isAtEnd: Bool { rest.allSatisfy { $0 == " " } }

    mutating func skip(_ token: String) -> Bool {
        rest = rest.drop { $0 == " " }
        guard rest.hasPrefix(token) else { return false }
        rest = rest.dropFirst(token.count)
        return true
    }

    /// Letters, digits, `.`, `_`, `-`; any other character after a backslash.
    mutating func word() -> String? {
        rest = rest.drop { $0 == " " }
        var word = ""
        while let character = rest.first {
            if character == "\\", let escaped = rest.dropFirst().first {
                word.append(escaped)
                rest = rest.dropFirst(2)
            } else if character.isASCII, character.isLetter || character.isNumber || "._-".contains(character) {
                word.append(character)
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        return word.isEmpty ? nil : word
    }

    mutating func term() -> LabelSelector.Term? {
        guard let key = word() else { return nil }
        if skip("==") { return word().map { .equals(key, $0) } }
        if skip("!=") { return word().map { .differs(key, $0) } }
        if skip("in ") || skip("in(") { return list().map { .within(key, $0) } }
        if skip("notin ") || skip("notin(") { return list().map { .outside(key, $0) } }
        return .exists(key)
    }

    private mutating func list() -> [String]? {
        _ = skip("(")
        var values: [String] = []
        repeat {
            guard let value = word() else { return nil }
            values.append(value)
        } while skip(",")
        return skip(")") ? values : nil
    }
}
