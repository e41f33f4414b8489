/// Reads the text form of label selectors, refusing with upstream's words (apimachinery `pkg/labels/selector.go`).
struct LabelSelectorParser {
    private typealias Requirement = LabelSelector.Requirement

    /// A word or sign; words that are also operators are told apart where they stand.
    private enum Token: Equatable {
        case word(String)
        case sign(String)
        case end

        var text: String {
            switch self {
            case .word(let text), .sign(let text): text
            case .end: ""
            }
        }
    }

    private let tokens: [Token]
    private var at = 0

    init(_ text: String) { tokens = Self.scan(Array(text.utf8)) }

    mutating func requirements() throws(APIError) -> [LabelSelector.Requirement] {
        var requirements: [Requirement] = []
        while true {
            switch next {
            case .word, .sign("!"): break
            case .end: return requirements
            case .sign(let text): throw Self.unexpected(text, ", expected: !, identifier, or 'end of string'")
            }
            do throws(APIError) {
                requirements.append(try requirement())
            } catch {
                throw .badRequest("unable to parse requirement: " + error.message)
            }
            switch take() {
            case .end: return requirements
            case .sign(","):
                switch next {
                case .word, .sign("!"): break
                default: throw Self.unexpected(next.text, ", expected: identifier after ','")
                }
            case let other: throw Self.unexpected(other.text, ", expected: ',' or 'end of string'")
            }
        }
    }

    private static func unexpected(_ text: String, _ why: String) -> APIError { .badRequest("found '\(text)'\(why)") }

    private var next: Token { at < tokens.count ? tokens[at] : .end }

    private mutating func take() -> Token {
        defer { at += 1 }
        return next
    }

    private mutating func requirement() throws(APIError) -> LabelSelector.Requirement {
        var token = take()
        let isNegated = token == .sign("!")
        if isNegated { token = take() }
        guard case .word(let key) = token else { throw Self.unexpected(token.text, ", expected: identifier") }
        try Requirement.checkKey(key)
        if isNegated { return try Requirement(validating: key, .doesNotExist, []) }
        if next == .end || next == .sign(",") { return try Requirement(validating: key, .exists, []) }
        let word = take().text
        guard let op = Requirement.Operator(rawValue: word), op != .exists, op != .doesNotExist else {
            throw Self.unexpected(word, ", expected: '=', '!=', '==', 'in', notin'")
        }
        let values = op == .isIn || op == .notIn ? try set() : [try exactValue()]
        return try Requirement(validating: key, op, values)
    }

    private mutating func exactValue() throws(APIError) -> String {
        if next == .end || next == .sign(",") { return "" }
        let token = take()
        guard case .word(let value) = token else { throw Self.unexpected(token.text, ", expected: identifier") }
        return value
    }

    /// The values in parentheses; missing ones are empty texts.
    private mutating func set() throws(APIError) -> [String] {
        let opening = take()
        guard opening == .sign("(") else { throw Self.unexpected(opening.text, " expected: '('") }
        switch next {
        case .word, .sign(","), .sign(")"): break
        default: throw Self.unexpected(next.text, ", expected: ',', ')' or identifier")
        }
        var values: Set<String> = []
        while true {
            if case .word(let value) = next {
                values.insert(value)
                at += 1
            } else {
                values.insert("")
            }
            switch take() {
            case .sign(")"): return values.sorted()
            case .sign(","):
                switch next {
                case .word, .sign(","), .sign(")"): break
                default: throw Self.unexpected(next.text, ", expected: ',', or identifier")
                }
            case let other: throw Self.unexpected(other.text, ", expected: ',' or ')'")
            }
        }
    }

    private static func scan(_ bytes: [UInt8]) -> [Token] {
        let signs = ASCIISet(others: "=!(),><")
        let blanks = ASCIISet(others: " \t\r\n")
        var tokens: [Token] = []
        var at = 0
        while at < bytes.count {
            let start = at
            if blanks.contains(bytes[at]) {
                at += 1
            } else if signs.contains(bytes[at]) {
                let isDouble = bytes[at] == UInt8(ascii: "=") || bytes[at] == UInt8(ascii: "!")
                at += isDouble && at + 1 < bytes.count && bytes[at + 1] == UInt8(ascii: "=") ? 2 : 1
                tokens.append(.sign(String(decoding: bytes[start..<at], as: UTF8.self)))
            } else {
                while at < bytes.count, !signs.contains(bytes[at]), !blanks.contains(bytes[at]) { at += 1 }
                tokens.append(.word(String(decoding: bytes[start..<at], as: UTF8.self)))
            }
        }
        return tokens
    }
}
