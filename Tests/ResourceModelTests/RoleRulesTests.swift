internal import ResourceModel
internal import Testing

@Suite struct RoleRulesTests {
    static let problems: [(role: String, problem: String)] = [
        ("", "Role names cannot be the empty string"), ("/a", "Role '/a' cannot start with a slash"),
        ("a/", "Role 'a/' cannot end with a slash"), ("-a//b", "Role '-a//b' cannot contain two adjacent slashes"),
        ("a/./b", "Role 'a/./b' cannot include '.' as a component"),
        ("a/..", "Role 'a/..' cannot include '..' as a component"),
        ("a/*", "Role 'a/*' cannot include '*' as a component"),
        ("a/-b", "Role component '-b' is invalid because it starts with a dash"),
        ("a/b c", "Role component 'b c' is invalid because it contains backspace or whitespace"),
        ("a\u{7f}", "Role component 'a\u{7f}' is invalid because it contains backspace or whitespace"),
        ("\u{b}", "Role component '\u{b}' is invalid because it contains backspace or whitespace"),
    ]

    @Test(arguments: problems) func everyForbiddenFormHasItsWords(role: String, problem: String) {
        #expect(RoleRules.problem(role) == problem)
    }

    @Test(arguments: ["*", "a", "a/b", "a-b/c.d", "...", "**", "a*"]) func othersAreAllowed(role: String) {
        #expect(RoleRules.problem(role) == nil)
    }

    @Test func rolesAreWithinTheirAncestors() {
        #expect(RoleRules.isWithin("a/b", "a") && RoleRules.isWithin("a", "a"))
        #expect(!RoleRules.isWithin("ab", "a") && !RoleRules.isWithin("a", "a/b"))
    }
}
