import Testing

@testable import AllocatorCore

/// RE2's syntax (`doc/syntax.txt` of RE2); all of a text is to match.
@Suite struct RegularExpressionTests {
    private func matches(_ pattern: String, _ text: String) throws -> Bool {
        try RegularExpression(pattern, maxProgramSize: 1_000, maxMemory: 1 << 20).matches(text)
    }

    /// Pattern, what it matches, what it does not.
    static let cases: [(pattern: String, yes: [String], no: [String])] = [
        ("", [""], ["a"]),
        ("abc", ["abc"], ["ab", "abcd", "xabc", "ABC"]), (".", ["a", "ü", "😀"], ["", "ab", "\n"]),
        ("a|bc|", ["a", "bc", ""], ["abc", "b"]), ("(a|b)*c", ["c", "abac"], ["ab", "cc"]),
        ("a*", ["", "aaa"], ["b"]), ("a+?", ["a", "aa"], [""]), ("ab?c", ["ac", "abc"], ["abbc"]),
        ("a{2}", ["aa"], ["a", "aaa"]), ("a{2,}", ["aa", "aaaa"], ["a"]), ("a{1,3}", ["a", "aaa"], ["", "aaaa"]),
        ("a{,2}", ["a{,2}"], ["a"]), ("a{x", ["a{x"], ["a"]), ("(?:ab){2}", ["abab"], ["ab"]),
        ("[a-c]x", ["ax", "cx"], ["dx"]), ("[^a-c]", ["d", "ü"], ["a"]), ("[]a]", ["]", "a"], ["b"]),
        ("[a-]", ["a", "-"], ["b"]), ("[^]]", ["a"], ["]"]), ("[\\d_]+", ["1_2"], ["a"]), ("[^\\D]", ["1"], ["a"]),
        ("[[:alpha:]]+", ["aZ"], ["1"]), ("[[:^digit:]]", ["a"], ["1"]), ("\\d+", ["123"], ["a", ""]),
        ("\\D\\s\\S\\w\\W", ["a ba-"], ["1 ba-"]), ("\\.", ["."], ["a"]), ("\\x41\\x{1F600}\\101", ["A😀A"], ["a"]),
        ("\\pL+", ["aü"], ["1"]), ("\\p{Lu}\\P{Lu}", ["Aa"], ["aA"]), ("\\p{^Nd}", ["a"], ["1"]),
        ("(?i)abc[x-z]", ["aBCY", "abcx"], ["abcw"]), ("a(?i:b)c", ["aBc", "abc"], ["Abc", "aBC"]),
        ("(?s).", ["\n"], [""]), ("(?s-s:.)", ["a"], ["\n"]), ("^a$", ["a"], ["a\n"]),
        ("(?m)a$\n^b", ["a\nb"], ["ab"]), ("a$b", [], ["ab", "a"]), ("\\Aa\\z", ["a"], [""]),
        ("\\bfoo\\b.*", ["foo", "foo bar"], ["food"]), ("a\\Bb", ["ab"], ["a b"]),
        ("\\Qa.b\\E+", ["a.b", "a.bb"], ["axb"]),
        ("(?P<name>a)(?<other>b)", ["ab"], ["a"]), ("(|a)+", ["", "aa"], ["b"]), ("(a*)*b", ["aab", "b"], ["a"]),
        ("(a+)+$", ["aaaa"], ["aaab"]),
        ("host-[0-9]{3}\\.(east|west)\\.example", ["host-001.east.example"], ["host-1.east.example"]),
    ]

    @Test(arguments: cases.indices) func matching(_ number: Int) throws {
        let one = Self.cases[number]
        for text in one.yes { #expect(try matches(one.pattern, text), "'\(one.pattern)' should match '\(text)'") }
        for text in one.no { #expect(try !matches(one.pattern, text), "'\(one.pattern)' should not match '\(text)'") }
    }

    static let bad = [
        "(", ")", "a)", "(a", "[a", "[", "[]", "a**", "a+*", "*", "+a", "?", "|*", "a{2}{3}", "a{1001}", "a{3,2}",
        "[z-a]", "\\", "\\1", "\\8", "\\q", "[\\q]", "\\x", "\\xg", "\\x{}", "\\x{110000}", "(?=a)", "(?!a)", "(?<=a)",
        "(?<n", "(?P<>a)", "(?P<a-b>c)", "(?z)", "(?i", "(?", "[[:what:]]", "\\p{Greek}", "\\pX", "\\p{L", "\\C",
    ]

    @Test(arguments: bad) func malformedPatterns(_ pattern: String) {
        let problem = #expect(throws: RegularExpression.Problem.self) { try matches(pattern, "") }
        #expect(problem?.message.hasPrefix("The regular expression '\(pattern)' cannot be used: ") == true)
    }

    @Test func sizesAreLimited() throws {
        #expect(try RegularExpression("a{99}", maxProgramSize: 100, maxMemory: 4_096).programSize == 100)
        let size = #expect(throws: RegularExpression.Problem.self) {
            try RegularExpression("a{100}", maxProgramSize: 100, maxMemory: 1 << 20)
        }
        #expect(size?.message.hasSuffix("its program has more than 100 instructions") == true)
        let memory = #expect(throws: RegularExpression.Problem.self) {
            try RegularExpression("a{90}", maxProgramSize: 100, maxMemory: 1_024)
        }
        #expect(memory?.message.hasSuffix("its program needs more than 1024 bytes") == true)
        let nested = String(repeating: "(", count: 10_000) + String(repeating: ")", count: 10_000)
        #expect(throws: RegularExpression.Problem.self) { try matches(nested, "") }
        #expect(throws: RegularExpression.Problem.self) { try matches(String(repeating: "a", count: 100_000), "") }
        #expect(throws: RegularExpression.Problem.self) { try matches("((a{1000}){1000}){1000}", "") }
    }

    /// A limit of the program's size never ends repetitions of what has none.
    @Test(.timeLimit(.minutes(1))) func nothingRepeatedVeryOftenIsNothing() throws {
        let nothing = "((((((){1000}){1000}){1000}){1000}){1000}){1000}"
        #expect(try matches(nothing, "") && !matches(nothing, "a"))
        #expect(
            try RegularExpression("(" + nothing + "a{2}){3}", maxProgramSize: 7, maxMemory: 4_096).matches("aaaaaa"))
        #expect(throws: RegularExpression.Problem.self) { try matches("(a{0}){1001}", "") }
    }

    /// What takes a backtracking matcher 2^n steps takes this one n.
    @Test func timeIsLinear() throws {
        let text = String(repeating: "a", count: 20_000)
        #expect(try matches("(a|a)*(a|a)*(a*)*", text))
        #expect(try !matches("(a|aa)+b", text))
    }
}
