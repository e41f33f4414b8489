internal import KubeModel
internal import Testing

/// Names, keys and values: what is good, and upstream's words for what is not.
struct NameRulesTests {
    private static let long64 = String(repeating: "a", count: 64)
    private static let long254 = String(repeating: "a", count: 254)

    private static let rules: [(name: String, check: @Sendable (String) -> [String], good: [String], bad: [String])] = [
        ("label", NameRules.dns1123Label, ["a", "0", "a-b", "9-z"], ["", "A", "-a", "a-", "a.b", "a_b", "ä", long64]),
        (
            "subdomain", NameRules.dns1123Subdomain, ["a", "a.b-c.0", long64],
            ["", ".", "a..b", "a.", "A.b", "a.-b", long254]
        ),
        ("wildcard", { NameRules.wildcardSubdomain($0) }, ["*.a.b"], ["*", "*.", "*a.b", "*.*.b", "a.b"]),
        ("label1035", NameRules.dns1035Label, ["a", "a-1"], ["", "1a", "a-", "a.b", long64]),
        ("path", { NameRules.pathSegment($0) }, ["system:node", "", "a b"], [".", "..", "a/b", "a%b", "/\u{301}"]),
        (
            "key", NameRules.qualifiedName, ["a", "A_b.c-D", "ex.com/A"],
            ["", "/a", "a/", "a/b/c", "-a", "EX.com/a", long64]
        ),
        ("value", NameRules.labelValue, ["", "a", "1.2_3"], ["-", "a ", "a/b", long64]),
        (
            "port name", NameRules.portName, ["http", "a-1", "123456789012345".replacingLast("a")],
            ["", "80", "a--b", "-a", "A", "abcdefghijklmnop"]
        ),
        ("env", NameRules.environmentName, ["A", "_", ".a-b"], ["", "1A", "a=b", ".", "..", "..a"]),
        ("C", NameRules.cIdentifier, ["_a1"], ["", "1", "a-b"]),
        ("config key", NameRules.configMapKey, ["a", ".dockercfg", "A_-"], ["", ".", "..", "..a", "a/b", long254]),
        ("percent", NameRules.percent, ["0%", "120%"], ["", "%", "1", "-1%", "1.5%"]),
        ("header", NameRules.headerName, ["X-A"], ["", "X_A"]),
    ]

    @Test func grammars() {
        for rule in Self.rules {
            for text in rule.good { #expect(rule.check(text).isEmpty, "\(rule.name) \(text)") }
            for text in rule.bad { #expect(!rule.check(text).isEmpty, "\(rule.name) \(text)") }
        }
    }

    @Test func messagesAreUpstreams() {
        let subdomain =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
            + "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
            + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
        #expect(NameRules.dns1123Subdomain("A") == [subdomain])
        #expect(NameRules.dns1123Label(Self.long64) == ["must be no more than 63 characters"])
        let name =
            "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
            + "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
            + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
        #expect(NameRules.qualifiedName("/") == ["prefix part must be non-empty", "name part must be non-empty", name])
        #expect(NameRules.portNumber(0) == ["must be between 1 and 65535, inclusive"])
        #expect(NameRules.pathSegment("a/b%") == ["may not contain '/'", "may not contain '%'"])
        #expect(NameRules.pathSegment("..") == ["may not be '..'"])
        #expect(NameRules.configMapKey("..a") == ["must not start with '..'"])
    }

    @Test func prefixesMayEndInADash() {
        #expect(NameRule.subdomain.problems("web-", isPrefix: true).isEmpty)
        #expect(!NameRule.subdomain.problems("web-").isEmpty)
        #expect(!NameRule.label1035.problems("1web-", isPrefix: true).isEmpty)
        #expect(NameRule.label.problems("-", isPrefix: true).isEmpty)
        #expect(NameRule.pathSegment.problems("..", isPrefix: true).isEmpty)
    }
}

extension String {
    /// The text with another last character.
    fileprivate func replacingLast(_ character: Character) -> String { String(dropLast()) + String(character) }
}
