internal import ClusterBase
internal import KubeModel
internal import Testing

/// Metadata of new and updated objects: every fault by field, with upstream's words.
struct MetadataValidationTests {
    private func object(_ metadata: String) throws -> KubeObject {
        try #require(KubeObject(try JSONValue(parsing: "{\"metadata\":\(metadata)}")))
    }

    private func creating(_ metadata: String, namespaced: Bool = true) throws -> [String] {
        Validation.metadata(try object(metadata), namespaced: namespaced, nameRule: .label).map(\.description)
    }

    @Test func aGoodObjectPasses() throws {
        let text = #"""
            {"name":"web","generateName":"web-","namespace":"default","labels":{"a":"b"},"annotations":{"X/y":"z"},
             "finalizers":["orphan","example.com/f"],"generation":1,
             "ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u","controller":true}]}
            """#
        #expect(try creating(text) == [])
    }

    @Test(arguments: [
        (#"{"namespace":"d"}"#, "metadata.name: Required value: name or generateName is required"),
        (#"{"name":"a"}"#, "metadata.namespace: Required value"),
        (
            #"{"name":"a","namespace":"d","generation":-1}"#,
            "metadata.generation: Invalid value: -1: must be greater than or equal to 0"
        ),
        (
            #"{"name":"a","namespace":"d","ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"p"}]}"#,
            "metadata.ownerReferences.uid: Invalid value: \"\": uid must not be empty"
        ),
        (
            #"{"name":"a","namespace":"d","finalizers":["orphan","foregroundDeletion"]}"#,
            "metadata.finalizers: Invalid value: [\"orphan\",\"foregroundDeletion\"]: "
                + "finalizer orphan and foregroundDeletion cannot be both set"
        ),
        (
            #"{"name":"a","namespace":"d","finalizers":["example.com/f","mine"]}"#,
            "metadata.finalizers[1]: Invalid value: \"mine\": "
                + "name is neither a standard finalizer name nor is it fully qualified"
        ),
        (
            #"{"name":"a","namespace":"d","managedFields":[{"operation":"Patch"}]}"#,
            "metadata.managedFields.operation: Invalid value: \"Patch\": must be `Apply` or `Update`"
        ),
    ])
    func faultsOfNewObjects(metadata: String, message: String) throws {
        #expect(try creating(metadata) == [message])
    }

    @Test func objectsOfTheClusterHaveNoNamespace() throws {
        #expect(
            try creating(#"{"name":"a","namespace":"d"}"#, namespaced: false) == [
                "metadata.namespace: Forbidden: not allowed on this type"
            ])
    }

    @Test func twoControllersAreRefused() throws {
        let owner = #"{"apiVersion":"v1","kind":"Pod","name":"NAME","uid":"u","controller":true}"#
        let (first, second) = (owner.replacing("NAME", with: "p"), owner.replacing("NAME", with: "q"))
        let errors = try creating(#"{"name":"a","namespace":"d","ownerReferences":[\#(first),\#(second)]}"#)
        #expect(errors.count == 1)
        #expect(errors.first?.hasSuffix("Found \"true\" in references for p and q") == true)
    }

    @Test func annotationsHaveATotalSize() throws {
        let large = String(repeating: "x", count: 256 * 1024)
        #expect(
            try creating(#"{"name":"a","namespace":"d","annotations":{"k":"\#(large)"}}"#) == [
                "metadata.annotations: Too long: must have at most 262144 bytes"
            ])
    }

    @Test func updatesKeepWhatTheServerSet() throws {
        let old = try object(#"{"name":"a","namespace":"d","uid":"u","resourceVersion":"5","generation":2}"#)
        let new = try object(#"{"name":"b","namespace":"d","uid":"v","generation":1,"deletionTimestamp":"x"}"#)
        #expect(
            Validation.metadataUpdate(new, old: old).map(\.description) == [
                "metadata.resourceVersion: Invalid value: \"\": must be specified for an update",
                "metadata.generation: Invalid value: 1: must not be decremented",
                "metadata.name: Invalid value: \"b\": field is immutable",
                "metadata.uid: Invalid value: \"v\": field is immutable",
                "metadata.deletionTimestamp: Invalid value: \"x\": field is immutable",
            ])
        #expect(Validation.metadataUpdate(old, old: old).isEmpty)
    }

    @Test func deletedObjectsTakeNoNewFinalizers() throws {
        let old = try object(#"{"name":"a","resourceVersion":"1","deletionTimestamp":"t","finalizers":["x/a"]}"#)
        var new = old
        new.finalizers = ["x/a", "x/c", "x/b"]
        #expect(
            Validation.metadataUpdate(new, old: old).map(\.body) == [
                "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers "
                    + "[]string{\"x/b\", \"x/c\"}"
            ])
    }

    @Test func selectorsInObjectForm() throws {
        let selector = try JSONValue(
            parsing: #"""
                {"matchLabels":{"a":"b"},"matchExpressions":[{"key":"k","operator":"In"},
                 {"key":"k","operator":"Exists","values":["v"]},{"key":"k","operator":"Maybe"},
                 {"key":"k","operator":"NotIn","values":["v"]}]}
                """#)
        #expect(
            Validation.labelSelector("spec.selector", selector).map(\.description) == [
                "spec.selector.matchExpressions[0].values: Required value: "
                    + "must be specified when `operator` is 'In' or 'NotIn'",
                "spec.selector.matchExpressions[1].values: Forbidden: "
                    + "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                "spec.selector.matchExpressions[2].operator: Invalid value: \"Maybe\": not a valid selector operator",
            ])
        #expect(Validation.labelSelector("s", nil).isEmpty)
    }
}
