internal import ClusterBase
internal import Testing

@testable internal import KubeModel

/// JSON patches (the cases of RFC 6902, appendix A) and merge patches (the table of RFC 7386).
struct PatchTests {
    @Test(arguments: [
        (#"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#, #"{"foo":"bar","baz":"qux"}"#),
        (#"{"foo":["bar","baz"]}"#, #"[{"op":"add","path":"/foo/1","value":"qux"}]"#, #"{"foo":["bar","qux","baz"]}"#),
        (#"{"baz":"qux","foo":"bar"}"#, #"[{"op":"remove","path":"/baz"}]"#, #"{"foo":"bar"}"#),
        (#"{"foo":["bar","qux","baz"]}"#, #"[{"op":"remove","path":"/foo/1"}]"#, #"{"foo":["bar","baz"]}"#),
        (
            #"{"baz":"qux","foo":"bar"}"#, #"[{"op":"replace","path":"/baz","value":"boo"}]"#,
            #"{"baz":"boo","foo":"bar"}"#
        ),
        (
            #"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
            #"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
            #"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#
        ),
        (
            #"{"foo":["all","grass","cows","eat"]}"#, #"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
            #"{"foo":["all","cows","eat","grass"]}"#
        ),
        (
            #"{"baz":"qux","foo":["a",2,"c"]}"#,
            #"[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]"#,
            #"{"baz":"qux","foo":["a",2,"c"]}"#
        ),
        (
            #"{"foo":"bar"}"#, #"[{"op":"add","path":"/child","value":{"grandchild":{}}}]"#,
            #"{"foo":"bar","child":{"grandchild":{}}}"#
        ),
        (#"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux","xyz":123}]"#, #"{"foo":"bar","baz":"qux"}"#),
        (#"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":10}]"#, #"{"/":9,"~1":10}"#),
        (
            #"{"foo":["bar"]}"#, #"[{"op":"add","path":"/foo/-","value":["abc","def"]}]"#,
            #"{"foo":["bar",["abc","def"]]}"#
        ),
        (#"{"a":{"b":1}}"#, #"[{"op":"copy","from":"/a","path":"/c"}]"#, #"{"a":{"b":1},"c":{"b":1}}"#),
        (
            #"{"a":1}"#, #"[{"op":"test","path":"/gone","value":null},{"op":"test","path":"/a","value":1.0}]"#,
            #"{"a":1}"#
        ),
        (#"{"a":1}"#, #"[{"op":"replace","path":"","value":{"b":2}}]"#, #"{"b":2}"#),
    ])
    func jsonPatches(document: String, patch: String, result: String) throws {
        let patched = try JSONPatch(JSONValue(parsing: patch)).applied(to: JSONValue(parsing: document))
        #expect(patched == (try JSONValue(parsing: result)))
    }

    @Test(arguments: [
        #"[{"op":"test","path":"/a","value":"1"}]"#, #"[{"op":"add","path":"/baz/bat","value":1}]"#,
        #"[{"op":"add","path":"a","value":1}]"#, #"[{"op":"remove","path":"/gone"}]"#, #"[{"op":"add","path":"/b"}]"#,
        #"[{"op":"replace","path":"/gone","value":1}]"#, #"[{"op":"add","path":"/l/3","value":1}]"#,
        #"[{"op":"add","path":"/l/01","value":1}]"#, #"[{"op":"remove","path":"/l/-"}]"#,
        #"[{"op":"jump","path":"/a"}]"#,
        #"[{"op":"move","from":"/o","path":"/o/x"}]"#, #"[{"op":"copy","from":"/gone","path":"/b"}]"#,
        #"[{"op":"test","path":"/l/9","value":null}]"#, #"[{"op":"add","path":"/a~2","value":1}]"#, #"[{"path":"/a"}]"#,
        #"[{"op":"remove","path":""}]"#,
    ])
    func operationsThatDoNotFitAre422(patch: String) throws {
        let document = try JSONValue(parsing: #"{"a":1,"l":[1,2],"o":{}}"#)
        let expected = APIError(422, "Invalid", "the server rejected our request due to an error in our request")
        #expect(throws: expected) { try JSONPatch(JSONValue(parsing: patch)).applied(to: document) }
    }

    @Test func patchesThatAreNoneAre400AndHugeOnes413() throws {
        #expect(throws: APIError.self) { try JSONPatch(["op": "add"]) }
        #expect(throws: APIError.badRequest("json: cannot unmarshal number into Go value of type jsonpatch.Operation"))
        {
            try JSONPatch([1])
        }
        let operation: JSONValue = ["op": "test", "path": "/a", "value": 1]
        let many = JSONValue.array(Array(repeating: operation, count: 10_001))
        #expect { try JSONPatch(many) } throws: { ($0 as? APIError)?.code == 413 }
    }

    @Test func copiesThatDoubleAreStopped() throws {
        let copy: JSONValue = ["op": "copy", "from": "", "path": "/a"]
        let nest: JSONValue = ["op": "copy", "from": "/l", "path": "/l/-"]
        for operation in [copy, nest] {
            let patch = try JSONPatch(.array(Array(repeating: operation, count: 200)))
            #expect { try patch.applied(to: ["l": ["x"]]) } throws: { ($0 as? APIError)?.code == 422 }
        }
    }

    @Test(arguments: [
        (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
        (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
        (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
        (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
        (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
        (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"a":"foo"}"#, "null", "null"),
        (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
        (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#), ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
        ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
    ])
    func mergePatches(document: String, patch: String, result: String) throws {
        let merged = try MergePatch.merged(JSONValue(parsing: patch), into: JSONValue(parsing: document))
        #expect(merged == (try JSONValue(parsing: result)))
    }

    @Test func mergePatchesAreObjects() {
        #expect(
            throws: APIError.badRequest(
                "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}")
        ) { try MergePatch.apply([], to: [:]) }
    }
}
