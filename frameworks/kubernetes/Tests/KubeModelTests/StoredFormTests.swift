internal import ClusterBase
internal import KubeModel
internal import Testing

/// Stored bytes: their beginning, the revision spliced in, and parts read without decoding.
struct StoredFormTests {
    private static let podFields: JSONObject = [
        "apiVersion": "v1", "spec": ["nodeName": "n"], "kind": "Pod",
        "metadata": [
            "name": "we\"b", "resourceVersion": "3", "annotations": ["a": "}]\\\",\"labels\":{\"x\":1}"],
            "labels": ["app": "web", "tier": "a"], "uid": "u",
        ],
    ]
    private static let pod = KubeObject(podFields)

    @Test func bytesBeginWithKindVersionAndMetadata() {
        let text = String(decoding: StoredForm.bytes(of: Self.pod), as: UTF8.self)
        #expect(text.hasPrefix(#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"we\"b","annotations""#))
        #expect(text.hasSuffix(#","spec":{"nodeName":"n"}}"#))
        #expect(!text.contains("resourceVersion"))
    }

    @Test func theRevisionIsSplicedIn() throws {
        let bytes = StoredForm.bytes(of: Self.pod)
        let served = StoredForm.served(bytes, revision: 42)
        #expect(
            String(decoding: served, as: UTF8.self)
                .hasPrefix(#"{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"42","name":"we\"b","#))
        let object = try StoredForm.object(bytes, revision: 42)
        #expect(object.resourceVersion == "42")
        #expect(try JSONValue(parsing: served) == object.value)
        #expect(StoredForm.bytes(of: object) == bytes)
        var output = Array("[".utf8)
        StoredForm.append(bytes, revision: 42, to: &output)
        #expect(output == Array("[".utf8) + served)
    }

    @Test func emptyMetadataTakesARevisionToo() throws {
        let fields: JSONObject = ["kind": "X", "apiVersion": "v1"]
        let bytes = StoredForm.bytes(of: KubeObject(fields))
        #expect(
            String(decoding: StoredForm.served(bytes, revision: 1), as: UTF8.self)
                == #"{"kind":"X","apiVersion":"v1","metadata":{"resourceVersion":"1"}}"#)
        #expect(StoredForm.metadata(bytes, revision: 1) == ["resourceVersion": "1"])
        #expect(StoredForm.labels(bytes).isEmpty)
    }

    @Test func partsAreReadWithoutTheRest() {
        var bytes = StoredForm.bytes(of: Self.pod)
        bytes.removeLast(4)
        let metadata = StoredForm.metadata(bytes, revision: 7)
        #expect(metadata?.keys == ["resourceVersion", "name", "annotations", "labels", "uid"])
        #expect(StoredForm.labels(bytes) == ["app": "web", "tier": "a"])
        #expect(StoredForm.metadata([], revision: 1) == nil)
        #expect(StoredForm.labels(Array(#"{"metadata":{"labels":{"a""#.utf8)).isEmpty)
    }

    @Test func successAndLists() {
        let status = StatusObject.success(GroupResource(group: "apps", "deployments"), name: "web", uid: "u")
        #expect(
            status.text
                == #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","#
                + #""details":{"name":"web","group":"apps","kind":"deployments","uid":"u"}}"#)
        #expect(
            StatusObject.success(code: 201).text
                == #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","code":201}"#)
        let list = ListEnvelope.opening(kind: "PodList", .v1, revision: 9, continueToken: "t", remaining: 3)
        #expect(
            String(decoding: list + ListEnvelope.closing, as: UTF8.self)
                == #"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"9","continue":"t","#
                + #""remainingItemCount":3},"items":[]}"#)
    }
}
