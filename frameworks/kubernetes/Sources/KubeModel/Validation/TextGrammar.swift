/// A set of ASCII characters.
struct ASCIISet: Sendable {
    private var bits: UInt128 = 0

    init(_ ranges: ClosedRange<Unicode.Scalar>..., others: String = "") {
        for range in ranges {
            for code in range.lowerBound.value...range.upperBound.value { bits |= 1 << UInt128(code) }
        }
        for byte in others.utf8 { bits |= 1 << UInt128(byte) }
    }

    func contains(_ byte: UInt8) -> Bool { byte < 128 && bits >> UInt128(byte) & 1 == 1 }

    static let lower = ASCIISet("a"..."z")
    static let lowerAndDigits = ASCIISet("a"..."z", "0"..."9")
    static let lowerDigitsDash = ASCIISet("a"..."z", "0"..."9", others: "-")
    static let alphanumeric = ASCIISet("a"..."z", "A"..."Z", "0"..."9")
    static let alphanumericDash = ASCIISet("a"..."z", "A"..."Z", "0"..."9", others: "-")
    static let nameCharacters = ASCIISet("a"..."z", "A"..."Z", "0"..."9", others: "-_.")
    static let nameNoDigits = ASCIISet("a"..."z", "A"..."Z", others: "-_.")
    static let identifierStart = ASCIISet("a"..."z", "A"..."Z", others: "_")
    static let identifier = ASCIISet("a"..."z", "A"..."Z", "0"..."9", others: "_")
    static let digits = ASCIISet("0"..."9")
}

/// A grammar of texts by what may stand first, within and last, with the words upstream refuses others with.
struct TextGrammar: Sendable {
    let first: ASCIISet
    let inner: ASCIISet
    let last: ASCIISet
    /// The words, without examples.
    let words: String
    /// Upstream's regular expression, which messages quote.
    let pattern: String
    /// Examples messages give.
    let examples: [String]

    /// Whether bytes are one or more characters of the grammar.
    func matches(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        guard let head = bytes.first, let tail = bytes.last else { return false }
        return first.contains(head) && last.contains(tail) && bytes.allSatisfy { inner.contains($0) }
    }

    /// Whether bytes are texts of the grammar joined by dots.
    func matchesDotted(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { matches($0) }
    }

    /// The message for a text that does not match.
    var message: String {
        let shown = examples.map { "'\($0)', " }.joined(separator: " or ")
        return "\(words) (\(shown.isEmpty ? "" : "e.g. " + shown)regex used for validation is '\(pattern)')"
    }

    static let label1123 = TextGrammar(
        first: .lowerAndDigits, inner: .lowerDigitsDash, last: .lowerAndDigits,
        words: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
            + "and must start and end with an alphanumeric character",
        pattern: "[a-z0-9]([-a-z0-9]*[a-z0-9])?", examples: ["my-name", "123-abc"])

    /// Of one label; subdomains are labels joined by dots.
    static let subdomain = TextGrammar(
        first: .lowerAndDigits, inner: .lowerDigitsDash, last: .lowerAndDigits,
        words: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
            + "and must start and end with an alphanumeric character",
        pattern: "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", examples: ["example.com"])

    /// Of one label behind the `*.`.
    static let wildcard = TextGrammar(
        first: .lowerAndDigits, inner: .lowerDigitsDash, last: .lowerAndDigits,
        words: "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must "
            + "consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
        pattern: "\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*",
        examples: ["*.example.com"])

    static let label1035 = TextGrammar(
        first: .lower, inner: .lowerDigitsDash, last: .lowerAndDigits,
        words: "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
            + "start with an alphabetic character, and end with an alphanumeric character",
        pattern: "[a-z]([-a-z0-9]*[a-z0-9])?", examples: ["my-name", "abc-123"])

    static let qualifiedName = TextGrammar(
        first: .alphanumeric, inner: .nameCharacters, last: .alphanumeric,
        words: "must consist of alphanumeric characters, '-', '_' or '.', "
            + "and must start and end with an alphanumeric character",
        pattern: "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]", examples: ["MyName", "my.name", "123-abc"])

    static let labelValue = TextGrammar(
        first: .alphanumeric, inner: .nameCharacters, last: .alphanumeric,
        words: "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
            + "and must start and end with an alphanumeric character",
        pattern: "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?", examples: ["MyValue", "my_value", "12345"])

    static let environmentName = TextGrammar(
        first: .nameNoDigits, inner: .nameCharacters, last: .nameCharacters,
        words: "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', "
            + "and must not start with a digit",
        pattern: "[-._a-zA-Z][-._a-zA-Z0-9]*", examples: ["my.env-name", "MY_ENV.NAME", "MyEnvName1"])

    static let cIdentifier = TextGrammar(
        first: .identifierStart, inner: .identifier, last: .identifier,
        words: "a valid C identifier must start with alphabetic character or '_', "
            + "followed by a string of alphanumeric characters or '_'",
        pattern: "[A-Za-z_][A-Za-z0-9_]*", examples: ["my_name", "MY_NAME", "MyName"])

    static let configMapKey = TextGrammar(
        first: .nameCharacters, inner: .nameCharacters, last: .nameCharacters,
        words: "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        pattern: "[-._a-zA-Z0-9]+", examples: ["key.name", "KEY_NAME", "key-name"])

    /// Of the digits before the sign.
    static let percent = TextGrammar(
        first: .digits, inner: .digits, last: .digits,
        words: "a valid percent string must be a numeric string followed by an ending '%'",
        pattern: "[0-9]+%", examples: ["1%", "93%"])

    static let headerName = TextGrammar(
        first: .alphanumericDash, inner: .alphanumericDash, last: .alphanumericDash,
        words: "a valid HTTP header must consist of alphanumeric characters or '-'",
        pattern: "[-A-Za-z0-9]+", examples: ["X-Header-Name"])
}
