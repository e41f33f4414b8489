internal import ClusterBase
internal import KubeModel
internal import Testing

/// Strategic merges: lists by key, sets, order, directives, and upstream's refusals.
struct StrategicMergeTests {
    /// A type in which `maps` merges by `name`, `ports` by `port`, `set` is a set, `keep` retains keys, and parts nest.
    private struct Sample: MergeSchema {
        func mergeRule(of field: String) -> MergeRule? {
            switch field {
            case "maps": MergeRule(mergesLists: true, mergeKey: "name", element: Sample())
            case "ports": MergeRule(mergesLists: true, mergeKey: "port", element: Sample())
            case "set": MergeRule(mergesLists: true)
            case "keep": MergeRule(retainsKeys: true, element: Sample())
            case "part": MergeRule(element: Sample())
            default: MergeRule()
            }
        }
    }

    private func merge(_ document: String, _ patch: String) throws -> String {
        try StrategicMergePatch.apply(
            JSONValue(parsing: patch), to: JSONValue(parsing: document), schema: Sample()
        ).text
    }

    @Test(arguments: [
        // Scalars, maps and lists without a strategy.
        (#"{"a":1,"b":{"x":1}}"#, #"{"a":2,"b":{"y":2},"c":3}"#, #"{"a":2,"b":{"x":1,"y":2},"c":3}"#),
        (#"{"a":1,"b":2}"#, #"{"a":null,"gone":null}"#, #"{"b":2}"#),
        (#"{"list":[1,2]}"#, #"{"list":[3]}"#, #"{"list":[3]}"#),
        (#"{"a":[1]}"#, #"{"a":{"x":null,"y":1}}"#, #"{"a":{"y":1}}"#),
        ("{}", #"{"part":{"x":null,"part":{"$patch":"replace","y":1}}}"#, #"{"part":{"part":{"y":1}}}"#),
        // Lists of maps by key, in the patch's order; what only the document has stands before what followed it.
        (
            #"{"maps":[{"name":"1","v":1},{"name":"2","v":2}]}"#, #"{"maps":[{"name":"2","v":3},{"name":"3"}]}"#,
            #"{"maps":[{"name":"1","v":1},{"name":"2","v":3},{"name":"3"}]}"#
        ),
        (
            #"{"maps":[{"name":"1"},{"name":"2"},{"name":"3"}]}"#, #"{"maps":[{"name":"3","x":1},{"name":"1","x":1}]}"#,
            #"{"maps":[{"name":"2"},{"name":"3","x":1},{"name":"1","x":1}]}"#
        ),
        (
            #"{"maps":[{"name":"1","maps":[{"name":"a"}]}]}"#, #"{"maps":[{"name":"1","maps":[{"name":"b"}]}]}"#,
            #"{"maps":[{"name":"1","maps":[{"name":"b"},{"name":"a"}]}]}"#
        ),
        (
            #"{"ports":[{"port":53,"p":"UDP"}]}"#, #"{"ports":[{"port":80}]}"#,
            #"{"ports":[{"port":80},{"port":53,"p":"UDP"}]}"#
        ),
        (
            "{}", #"{"ports":[{"port":53,"p":"UDP"},{"port":53,"p":"TCP"}]}"#,
            #"{"ports":[{"port":53,"p":"UDP"},{"port":53,"p":"TCP"}]}"#
        ),
        (#"{"maps":[{"name":"1"}]}"#, #"{"maps":[]}"#, #"{"maps":[{"name":"1"}]}"#),
        // Directives in lists and maps.
        (
            #"{"maps":[{"name":"1"},{"name":"2"}]}"#, #"{"maps":[{"name":"1","$patch":"delete"},{"name":"3"}]}"#,
            #"{"maps":[{"name":"3"},{"name":"2"}]}"#
        ),
        ("{}", #"{"maps":[{"name":"1","$patch":"delete"},{"name":"3","x":null}]}"#, #"{"maps":[{"name":"3"}]}"#),
        (
            #"{"maps":[{"name":"1"},{"name":"2"}]}"#, #"{"maps":[{"name":"3"},{"$patch":"replace"}]}"#,
            #"{"maps":[{"name":"3"}]}"#
        ),
        (#"{"part":{"a":1,"b":2}}"#, #"{"part":{"$patch":"replace","c":3}}"#, #"{"part":{"c":3}}"#),
        (#"{"part":{"a":1}}"#, #"{"part":{"$patch":"delete"}}"#, #"{"part":{}}"#),
        ("{}", #"{"part":{"$patch":"delete"}}"#, "{}"),
        (#"{"a":1}"#, #"{"$patch":"replace","b":2}"#, #"{"b":2}"#),
        (
            #"{"maps":[{"name":"1","a":1,"b":2}]}"#, #"{"maps":[{"name":"1","$patch":"replace"},{"name":"9"}]}"#,
            #"{"maps":[{"name":"9"}]}"#
        ),
        // Sets of scalars.
        (#"{"set":["a","b"]}"#, #"{"set":["c","b"]}"#, #"{"set":["c","a","b"]}"#),
        (#"{"set":["a","b","c"]}"#, #"{"$deleteFromPrimitiveList/set":["b","x"]}"#, #"{"set":["a","c"]}"#),
        (#"{"set":["a","b"]}"#, #"{"set":["c"],"$deleteFromPrimitiveList/set":["a"]}"#, #"{"set":["c","b"]}"#),
        ("{}", #"{"$deleteFromPrimitiveList/set":["b"]}"#, "{}"),
        // Order.
        (#"{"set":["a","b","c"]}"#, #"{"$setElementOrder/set":["c","a","b"]}"#, #"{"set":["c","a","b"]}"#),
        (
            #"{"maps":[{"name":"1"},{"name":"s"},{"name":"2"}]}"#,
            #"{"$setElementOrder/maps":[{"name":"2"},{"name":"3"},{"name":"1"}],"maps":[{"name":"3","x":1}]}"#,
            #"{"maps":[{"name":"s"},{"name":"2"},{"name":"3","x":1},{"name":"1"}]}"#
        ),
        (
            #"{"maps":[{"name":"1"},{"name":"2"},{"name":"3"}]}"#,
            #"{"$setElementOrder/maps":[{"name":"3"},{"name":"1"}],"maps":[{"name":"2","$patch":"delete"}]}"#,
            #"{"maps":[{"name":"3"},{"name":"1"}]}"#
        ),
        (
            "{}", #"{"$setElementOrder/maps":[{"name":"b"},{"name":"a"}],"maps":[{"name":"b"},{"name":"a"}]}"#,
            #"{"maps":[{"name":"b"},{"name":"a"}]}"#
        ),
        ("{}", #"{"$setElementOrder/maps":[{"name":"b"}]}"#, "{}"),
        // Keys to retain.
        (
            #"{"keep":{"type":"RollingUpdate","rollingUpdate":{"x":1}}}"#,
            #"{"keep":{"$retainKeys":["type"],"type":"Recreate"}}"#,
            #"{"keep":{"type":"Recreate"}}"#
        ),
        (#"{"keep":{"a":1,"b":2}}"#, #"{"keep":{"$retainKeys":["b","c"],"c":3,"a":null}}"#, #"{"keep":{"b":2,"c":3}}"#),
    ])
    func merges(document: String, patch: String, result: String) throws {
        #expect(try merge(document, patch) == result)
    }

    @Test(arguments: [
        (#"{"maps":[{"v":1}]}"#, 500, "map: map[v:1] does not contain declared merge key: name"),
        (#"{"maps":[{"$patch":"delete"}]}"#, 500, "map: map[$patch:delete] does not contain declared merge key: name"),
        (#"{"maps":[{"name":"1","$patch":"merge"}]}"#, 500, "merging lists cannot yet be specified in the patch"),
        (#"{"maps":[{"name":"1","$patch":"x"}]}"#, 500, "unknown patch type: x in map: map[$patch:x name:1]"),
        (#"{"part":{"$patch":"x"}}"#, 500, "unknown patch type: x in map: map[$patch:x]"),
        (#"{"maps":[[1]]}"#, 500, "list element types are not identical: [map[name:1] [1]]"),
        (#"{"lists":[1],"set":[[1]]}"#, 422, "the server rejected our request due to an error in our request"),
        (#"{"maps":["a"]}"#, 500, "list element types are not identical: [map[name:1] a]"),
        (#"{"$deleteFromPrimitiveList":["a"]}"#, 400, "invalid patch format of primitive list"),
        (#"{"$deleteFromPrimitiveList/maps":["a"]}"#, 400, "invalid patch format of primitive list"),
        (#"{"$setElementOrder":["a"]}"#, 400, "invalid patch format of setElementOrder list"),
        (#"{"$setElementOrder/maps":"a"}"#, 500, "expected a []interface {}, but received a string"),
        (
            #"{"$setElementOrder/maps":[{"name":"2"}],"maps":[{"name":"1"}]}"#, 500,
            "The order in patch list:\n[map[name:1]]\n doesn't match $setElementOrder list:\n[map[name:2]]\n"
        ),
        (#"{"keep":{"$retainKeys":"a"}}"#, 400, "invalid patch format of retainKeys"),
        (#"{"keep":{"$retainKeys":["a"],"b":1}}"#, 400, "invalid patch format of retainKeys"),
    ])
    func refusals(patch: String, code: Int, message: String) throws {
        let document = #"{"maps":[{"name":"1"}],"set":[],"part":{"a":1},"keep":{"a":1}}"#
        let change = try JSONValue(parsing: patch)
        let original = try JSONValue(parsing: document)
        #expect { try StrategicMergePatch.apply(change, to: original, schema: Sample()) } throws: { error in
            guard let error = error as? APIError else { return false }
            #expect(error.message == message)
            return error.code == code
        }
    }

    @Test func patchesAreObjectsOfBoundedDepth() {
        #expect(throws: APIError.badRequest("invalid JSON document")) {
            try StrategicMergePatch.apply([1], to: [:], schema: Sample())
        }
        let deep = (0..<1000).reduce(JSONValue.null) { inner, _ in ["a": inner] }
        #expect(throws: APIError.badRequest("invalid JSON document")) {
            try StrategicMergePatch.apply(deep, to: [:], schema: Sample())
        }
    }
}
