import AccessControl
import ClusterBase
import Testing

/// Decisions of the access rules.
struct AccessRulesTests {
    private func rules(_ text: String) throws -> AccessRules { try AccessRules(document: JSONValue(parsing: text)) }

    private func object(_ action: AccessAction, _ text: String) -> AccessObject {
        switch action.objectField {
        case "roles": .role(text)
        case "users": .user(text)
        case "paths": .path(text)
        default: .principal(text)
        }
    }

    @Test(arguments: AccessAction.allCases)
    func everyActionIsDecidedByTheRulesOfItsOwnField(_ action: AccessAction) throws {
        let field = action.objectField
        let text = """
            {"permissive": false, "\(action.rawValue)": [
              {"principals": {"values": ["operator"]}, "\(field)": {"type": "ANY"}},
              {"principals": {"type": "ANY"}, "\(field)": {"type": "NONE"}}]}
            """
        let rules = try rules(text)
        #expect(rules.allows(Principal("operator"), action, .any))
        #expect(!rules.allows(Principal("other"), action, .any))
        #expect(!rules.allows(nil, action, .any))
        for other in AccessAction.allCases where other != action {
            #expect(!rules.allows(Principal("operator"), other, .any), "\(other)")
        }
    }

    @Test(arguments: AccessAction.allCases.filter { !$0.isAllOrNothing && $0 != .getEndpoint })
    func rulesAboutSingleObjectsConcernTheseAlone(_ action: AccessAction) throws {
        let text = """
            {"\(action.rawValue)": [
              {"principals": {"values": ["a", "b"]}, "\(action.objectField)": {"values": ["x", "y"]}},
              {"principals": {"type": "ANY"}, "\(action.objectField)": {"type": "NONE"}}]}
            """
        let rules = try rules(text)
        #expect(rules.allows(Principal("a"), action, object(action, "x")))
        #expect(rules.allows(Principal("b"), action, object(action, "y")))
        #expect(!rules.allows(Principal("b"), action, object(action, "z")))
        #expect(!rules.allows(Principal("c"), action, object(action, "x")))
        #expect(!rules.allows(nil, action, object(action, "x")))
        #expect(!rules.allows(Principal("a"), action, .any))
    }

    @Test func whereNoRuleMatchesPermissiveDecides() throws {
        let rule = #""run_tasks": [{"principals": {"values": ["a"]}, "users": {"values": ["root"]}}]"#
        for (document, isAllowed) in [("{\(rule)}", true), ("{\"permissive\": false, \(rule)}", false)] {
            let rules = try rules(document)
            #expect(rules.allows(Principal("b"), .runTask, .user("root")) == isAllowed)
            #expect(rules.allows(Principal("a"), .runTask, .user("guest")) == isAllowed)
            #expect(rules.allows(nil, .runTask, .user("root")) == isAllowed)
            #expect(rules.allows(Principal("a"), .runTask, .user("root")))
        }
    }

    @Test func theFirstRuleThatMatchesDecides() throws {
        let rules = try rules(
            """
            {"register_frameworks": [
              {"principals": {"values": ["a"]}, "roles": {"type": "NONE"}},
              {"principals": {"values": ["a"]}, "roles": {"type": "ANY"}}]}
            """)
        #expect(!rules.allows(Principal("a"), .registerFramework, .role("x")))
    }

    @Test func aRuleAboutNoPrincipalDeniesEverybody() throws {
        let rules = try rules(#"{"register_agents": [{"principals": {"type": "NONE"}, "agents": {"type": "ANY"}}]}"#)
        #expect(!rules.allows(Principal("a"), .registerAgent, .any))
        #expect(!rules.allows(nil, .registerAgent, .any))
    }

    @Test func aRoleWithPercentSignStandsForAllRolesBelowItAndNotForItself() throws {
        let rules = try rules(
            """
            {"permissive": false, "update_quotas": [
              {"principals": {"values": ["a"]}, "roles": {"values": ["eng/%", "ops"]}}]}
            """)
        #expect(rules.allows(Principal("a"), .updateQuota, .role("eng/dev")))
        #expect(rules.allows(Principal("a"), .updateQuota, .role("eng/dev/ci")))
        #expect(rules.allows(Principal("a"), .updateQuota, .role("ops")))
        #expect(!rules.allows(Principal("a"), .updateQuota, .role("eng")))
        #expect(!rules.allows(Principal("a"), .updateQuota, .role("engine/dev")))
        #expect(!rules.allows(Principal("a"), .updateQuota, .role("ops/night")))
    }

    @Test func aUserNamedWithPercentSignIsOnlyItself() throws {
        let rules = try rules(
            #"{"permissive": false, "run_tasks": [{"principals": {"type": "ANY"}, "users": {"values": ["a/%"]}}]}"#)
        #expect(!rules.allows(nil, .runTask, .user("a/b")))
    }

    @Test func aTokenOfAnExecutorHasNoneOfTheRightsOfPrincipals() throws {
        let rules = try rules(#"{"view_flags": [{"principals": {"type": "ANY"}, "flags": {"type": "ANY"}}]}"#)
        #expect(!rules.allows(Principal(nil, claims: ["cid": "c"]), .viewFlags, .any))
    }

    @Test func anApproverKnowsWhenItAllowsEverything() throws {
        let rules = try rules(
            """
            {"view_roles": [
              {"principals": {"values": ["admin"]}, "roles": {"type": "ANY"}},
              {"principals": {"values": ["a"]}, "roles": {"values": ["x"]}},
              {"principals": {"type": "ANY"}, "roles": {"type": "NONE"}}]}
            """)
        #expect(rules.approver(of: Principal("admin"), .viewRole).allowsEverything)
        #expect(!rules.approver(of: Principal("a"), .viewRole).allowsEverything)
        #expect(rules.approver(of: nil, .viewTask).allowsEverything)
    }

    @Test(arguments: [
        ("[]", "acls"), (#"{"permissive": 1}"#, "acls.permissive"), (#"{"run_task": []}"#, "acls.run_task"),
        (#"{"run_tasks": {}}"#, "acls.run_tasks"), (#"{"run_tasks": [1]}"#, "acls.run_tasks[0]"),
        (#"{"run_tasks": [{"users": {}}]}"#, "acls.run_tasks[0].principals"),
        (#"{"run_tasks": [{"principals": {}, "roles": {}}]}"#, "acls.run_tasks[0].roles"),
        (#"{"run_tasks": [{"principals": {"type": "ALL"}, "users": {}}]}"#, "acls.run_tasks[0].principals.type"),
        (#"{"run_tasks": [{"principals": {"values": [1]}, "users": {}}]}"#, "acls.run_tasks[0].principals.values[0]"),
        (#"{"run_tasks": [{"principals": {"value": []}, "users": {}}]}"#, "acls.run_tasks[0].principals.value"),
        (
            #"{"register_agents": [{"principals": {}, "agents": {"values": ["a"]}}]}"#,
            "acls.register_agents[0].agents"
        ),
        (
            #"{"get_endpoints": [{"principals": {}, "paths": {"values": ["/state"]}}]}"#,
            "acls.get_endpoints[0].paths"
        ),
        (#"{"view_roles": [{"principals": {}, "roles": {"values": ["a//b"]}}]}"#, "acls.view_roles[0].roles"),
        (#"{"view_roles": [{"principals": {}, "roles": {"values": ["a/%/b"]}}]}"#, "acls.view_roles[0].roles"),
        (#"{"view_roles": [{"principals": {}, "roles": {"values": ["%"]}}]}"#, "acls.view_roles[0].roles"),
    ])
    func aDocumentThatIsWrongIsRefusedWithTheFieldNamed(_ text: String, _ field: String) throws {
        let tree = try JSONValue(parsing: text)
        let error = #expect(throws: ClusterError.self) { try AccessRules(document: tree) }
        #expect(error?.field == field)
    }
}
