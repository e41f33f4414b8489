internal import ClusterBase
internal import KubeModel
internal import Testing

/// Label and field selectors: grammar, words of refusal, matching and text form.
struct SelectorTests {
    private static let labels: JSONObject = ["app": "web", "tier": "a", "n": "7", "empty": ""]

    @Test(arguments: [
        ("", true, ""), ("app=web", true, "app=web"), ("app==web", true, "app==web"), ("app!=web", false, "app!=web"),
        ("app != db", true, "app!=db"), ("gone!=x", true, "gone!=x"), ("app", true, "app"), ("!app", false, "!app"),
        ("! gone", true, "!gone"), ("tier in (b,a)", true, "tier in (a,b)"), ("tier in(b)", false, "tier in (b)"),
        ("tier notin (a)", false, "tier notin (a)"), ("gone notin (a)", true, "gone notin (a)"),
        ("n>5", true, "n>5"), ("n>7", false, "n>7"), ("n<8", true, "n<8"), ("app<8", false, "app<8"),
        ("gone>1", false, "gone>1"), ("empty=", true, "empty="), ("app=", false, "app="),
        ("empty in ()", true, "empty in ()"),
        ("empty in (,x)", true, "empty in (,x)"), ("x in (a,,b),app", false, "app,x in (,a,b)"),
        ("in in (in)", false, "in in (in)"), ("tier=a,app=web", true, "app=web,tier=a"),
        ("tier=a,app=db", false, "app=db,tier=a"),
        ("app=in", false, "app=in"), (" app = web , !gone ", true, "app=web,!gone"),
    ])
    func labelSelectors(text: String, chosen: Bool, written: String) throws {
        let selector = try LabelSelector(parsing: text)
        #expect(selector.matches(Self.labels) == chosen)
        #expect(selector.matches(Self.labels.map { ($0.key, $0.value.string ?? "") }) == chosen)
        #expect(selector.description == written)
        #expect(try LabelSelector(parsing: written) == selector)
    }

    @Test(arguments: [
        ("x=a||y=b", "unable to parse requirement: invalid label value: \"a||y\": at key: \"x\": "),
        ("x==a==b", "found '==', expected: ',' or 'end of string'"),
        ("!x=a", "found '=', expected: ',' or 'end of string'"),
        ("x<a", "unable to parse requirement: for 'Gt', 'Lt' operators, the value must be an integer"),
        ("x a", "unable to parse requirement: found 'a', expected: '=', '!=', '==', 'in', notin'"),
        ("x in a", "unable to parse requirement: found 'a' expected: '('"),
        ("x in (a", "unable to parse requirement: found '', expected: ',' or ')'"),
        ("=a", "found '=', expected: !, identifier, or 'end of string'"),
        ("a,", "found '', expected: identifier after ','"),
        ("!", "unable to parse requirement: found '', expected: identifier"),
        ("a b", "unable to parse requirement: found 'b', expected: '=', '!=', '==', 'in', notin'"),
        ("a=b c", "found 'c', expected: ',' or 'end of string'"),
        ("a=(", "unable to parse requirement: found '(', expected: identifier"),
        ("_=a", "unable to parse requirement: invalid label key \"_\": name part must consist"),
    ])
    func faultyLabelSelectors(text: String, message: String) {
        #expect { try LabelSelector(parsing: text) } throws: { error in
            guard let error = error as? APIError else { return false }
            return error.code == 400 && error.message.hasPrefix(message)
        }
    }

    @Test func absentMatchesNothingAndEmptyEverything() throws {
        #expect(try !LabelSelector(object: nil).matches(Self.labels))
        #expect(try !LabelSelector(object: .null).matches(JSONObject?.none))
        #expect(try LabelSelector(object: [:]).matches(JSONObject?.none))
        #expect(LabelSelector(map: nil).isEverything)
        let object = try JSONValue(
            parsing:
                #"{"matchLabels":{"app":"web"},"matchExpressions":[{"key":"tier","operator":"NotIn","values":["b"]}]}"#)
        let selector = try LabelSelector(object: object)
        #expect(selector.description == "app=web,tier notin (b)")
        #expect(selector.matches(Self.labels))
        let fields: JSONObject = ["metadata": ["labels": .object(Self.labels)]]
        #expect(selector.matches(KubeObject(fields)))
        #expect(throws: APIError.badRequest("\"Is\" is not a valid pod selector operator")) {
            try LabelSelector(object: ["matchExpressions": [["key": "a", "operator": "Is"]]])
        }
    }

    @Test(
        arguments: [
            ("", [], ""), ("a=1,b!=2", [("a", "1", true), ("b", "2", false)], "a=1,b!=2"),
            ("b==2,a=", [("a", "", true), ("b", "2", true)], "a=,b=2"),
            (#"a=x\,y\=\\z"#, [("a", #"x,y=\z"#, true)], #"a=x\,y\=\\z"#), (",,a=1,", [("a", "1", true)], "a=1"),
            (
                "metadata.name=p1,metadata.name=p1", [("metadata.name", "p1", true), ("metadata.name", "p1", true)],
                "metadata.name=p1,metadata.name=p1"
            ),
        ] as [(String, [(String, String, Bool)], String)])
    func fieldSelectors(text: String, terms: [(String, String, Bool)], written: String) throws {
        let selector = try FieldSelector(parsing: text)
        #expect(selector.requirements == terms.map { FieldSelector.Requirement($0.0, $0.1, mustEqual: $0.2) })
        #expect(selector.description == written)
    }

    @Test(arguments: [
        ("abc", "invalid selector: 'abc'; can't understand 'abc'"),
        (#"a=\x"#, #"invalid field selector: invalid escape sequence: \x"#),
        ("a=b=c", "invalid field selector: unescaped character in value: 61"),
        (#"a=b\"#, #"invalid field selector: invalid escape sequence: \"#),
    ])
    func faultyFieldSelectors(text: String, message: String) {
        #expect(throws: APIError.badRequest(message)) { try FieldSelector(parsing: text) }
    }

    @Test func fieldsAreComparedAsText() throws {
        let fields = ["a": "1", "b": "2"]
        for (text, chosen) in [
            ("a=1", true), ("a=1,b=3", false), ("b!=3", true), ("c=", true), ("c!=x", true), ("c=x", false),
        ] {
            #expect(try FieldSelector(parsing: text).matches { fields[$0] } == chosen)
        }
        #expect(try FieldSelector(parsing: "a=1,b!=2").requiredValue(of: "a") == "1")
        #expect(try FieldSelector(parsing: "a=1,b!=2").requiredValue(of: "b") == nil)
    }
}
