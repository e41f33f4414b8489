internal import ClusterBase
internal import KubeModel
internal import KubeRegistry
internal import KubeStore
internal import Testing

@Suite struct UpdateTests {
    @Test func theRevisionDecidesWhetherAnUpdateIsTaken() async throws {
        let world = try await World()
        let first = try await world.create(widget: Widget.make("w1"))
        var second = first
        second["spec", "color"] = "red"
        let written = try await world.update("default/widgets/w1", second)
        #expect(written.text("spec", "color") == "red")
        #expect(Int64(written.resourceVersion) ?? 0 > Int64(first.resourceVersion) ?? 0)
        let stale = try await failure { try await world.update("default/widgets/w1", second) }
        #expect(stale.code == 409 && stale.reason == "Conflict")
        #expect(
            stale.message
                == "Operation cannot be fulfilled on widgets.example.org \"w1\": the object has been modified; "
                + "please apply your changes to the latest version and try again")
        var unconditional = second
        unconditional.resourceVersion = ""
        unconditional["spec", "color"] = "blue"
        #expect(try await world.update("default/widgets/w1", unconditional).text("spec", "color") == "blue")
    }

    @Test func whatTheServerSetStays() async throws {
        let world = try await World()
        let first = try await world.create(widget: Widget.make("w1"))
        var bare = Widget.make("w1", color: "red")
        bare["status"] = ["phase": "Faked"]
        let written = try await world.update("default/widgets/w1", bare)
        #expect(written.uid == first.uid && written.creationTimestamp == first.creationTimestamp)
        #expect(written.text("status", "phase") == "New")
        bare.deletionTimestamp = "2001-01-01T00:00:00Z"
        #expect(!(try await world.update("default/widgets/w1", bare)).isDeleting)
    }

    @Test func generationCountsChangesOfTheSpec() async throws {
        let world = try await World()
        var widget = try await world.create(widget: Widget.make("w1"))
        widget["metadata", "labels", "a"] = "b"
        widget.generation = 40
        widget = try await world.update("default/widgets/w1", widget)
        #expect(widget.generation == 1)
        widget["spec", "color"] = "red"
        widget = try await world.update("default/widgets/w1", widget)
        #expect(widget.generation == 2)
        widget["status", "phase"] = "Old"
        widget = try await world.update("default/widgets/w1/status", widget)
        #expect(widget.generation == 2 && widget.text("status", "phase") == "Old")
    }

    @Test func statusIsWrittenByItsSubresourceAlone() async throws {
        let world = try await World()
        var widget = try await world.create(widget: Widget.make("w1"))
        widget["spec", "color"] = "red"
        widget["status", "phase"] = "Old"
        widget["metadata", "labels", "a"] = "b"
        widget = try await world.update("default/widgets/w1/status", widget)
        #expect(widget.text("spec", "color") == "grey")
        #expect(widget.text("status", "phase") == "Old")
        #expect(widget.label("a") == "b", "labels may change through status")
    }

    @Test func anUpdateThatChangesNothingIsNone() async throws {
        let world = try await World()
        let first = try await world.create(widget: Widget.make("w1", color: "red"))
        let revision = try await world.store.revision
        let again = try await world.update("default/widgets/w1", Widget.make("w1", color: "red"))
        #expect(again == first)
        #expect(try await world.patch("default/widgets/w1", .merge(text: #"{"spec":{"color":"red"}}"#)) == first)
        #expect(try await world.update("default/widgets/w1/status", first) == first)
        #expect(try await world.store.revision == revision)
    }

    @Test(arguments: [
        ("other name", 400, "the name of the object (w2) does not match the name on the URL (w1)"),
        (
            "other uid", 409,
            "Operation cannot be fulfilled on widgets.example.org \"w1\": Precondition failed: UID in precondition: u, "
                + "UID in object meta: "
        ),
        (
            "bad colour", 422,
            "Widget.example.org \"w1\" is invalid: spec.color: Invalid value: \"bad\": must not be bad"
        ),
        ("bad revision", 422, "Widget.example.org \"w1\" is invalid: metadata.resourceVersion: Invalid value: \"x\""),
        ("missing", 404, "widgets.example.org \"w9\" not found"),
    ])
    func badUpdatesAreRefused(_ what: String, code: Int, message: String) async throws {
        let world = try await World()
        try await world.create(widget: Widget.make("w1"))
        var widget = Widget.make("w1")
        var path = "default/widgets/w1"
        switch what {
        case "other name": widget.name = "w2"
        case "other uid": widget.uid = "u"
        case "bad colour": widget["spec", "color"] = "bad"
        case "bad revision": widget.resourceVersion = "x"
        default: (path, widget.name) = ("default/widgets/w9", "w9")
        }
        let (body, target) = (widget, path)
        let error = try await failure { try await world.update(target, body) }
        #expect(error.code == code)
        #expect(error.message.hasPrefix(message))
    }

    @Test func leasesMustSayWhatTheyReplaceAndMayBeCreatedByPut() async throws {
        let world = try await World()
        let body = KubeObject(["metadata": ["name": "l1"], "spec": ["holderIdentity": "a"]])
        let created = try await world.registry.update(world.target("default/leases/l1"), body, WriteOptions())
        #expect(created.code == 201)
        let error = try await failure { try await world.update("default/leases/l1", body) }
        #expect(error.code == 422)
        #expect(
            error.message
                == "Lease.coordination.k8s.io \"l1\" is invalid: metadata.resourceVersion: Invalid value: 0x0: "
                + "must be specified for an update")
        var full = try await world.get("default/leases/l1")
        full["spec", "holderIdentity"] = "b"
        #expect(try await world.update("default/leases/l1", full).text("spec", "holderIdentity") == "b")
    }

    @Test func aDryRunOfAnUpdateWritesNothing() async throws {
        let world = try await World()
        let first = try await world.create(widget: Widget.make("w1"))
        let dry = try await world.update("default/widgets/w1", Widget.make("w1", color: "red"), dryRun: true)
        #expect(dry.text("spec", "color") == "red" && dry.resourceVersion == first.resourceVersion)
        let patched = try await world.patch(
            "default/widgets/w1", .merge(text: #"{"spec":{"color":"blue"}}"#), dryRun: true)
        #expect(patched.text("spec", "color") == "blue")
        #expect(try await world.get("default/widgets/w1") == first)
    }

    @Test func manyUnconditionalWritersAllSucceed() async throws {
        let world = try await World()
        try await world.create(widget: Widget.make("w1"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<40 {
                group.addTask {
                    try await world.patch(
                        "default/widgets/w1", .merge(text: #"{"metadata":{"labels":{"k\#(index)":"v"}}}"#))
                }
            }
            try await group.waitForAll()
        }
        #expect(try await world.get("default/widgets/w1").labels.count == 40, "no write was lost")
    }
}

@Suite struct PatchTests {
    static let patches: [(String, PatchBody)] = [
        ("json", .json([["op": "replace", "path": "/spec/color", "value": "red"]])),
        ("merge", .merge(["spec": ["color": "red"]])),
        ("strategic", .strategic(["spec": ["color": "red"]])),
    ]

    @Test(arguments: patches.map(\.0))
    func allTypesOfPatchesWork(_ name: String) async throws {
        let world = try await World()
        try await world.create(widget: Widget.make("w1", labels: ["a": "b"]))
        let patch = try #require(Self.patches.first { $0.0 == name }?.1)
        let patched = try await world.patch("default/widgets/w1", patch)
        #expect(patched.text("spec", "color") == "red" && patched.label("a") == "b" && patched.generation == 2)
    }

    @Test func strategicPatchesKnowMergeKeys() async throws {
        let world = try await World()
        var widget = Widget.make("w1")
        widget["spec", "parts"] = [["name": "a", "size": 1], ["name": "b", "size": 2]]
        try await world.create(widget: widget)
        let patched = try await world.patch(
            "default/widgets/w1", .strategic(["spec": ["parts": [["name": "b", "size": 3]]]]))
        #expect(patched["spec", "parts"] == [["name": "a", "size": 1], ["name": "b", "size": 3]])
    }

    @Test func patchesApplyToTheVersionOfThePath() async throws {
        let world = try await World()
        try await world.create(widget: Widget.make("w1", color: "red"))
        let patched = try await world.patch(
            "default/widgets/w1", .json([["op": "test", "path": "/spec/colour", "value": "red"]]),
            in: "example.org/v1beta1")
        #expect(patched.text("spec", "colour") == "red")
    }

    @Test func aRevisionOrUIDInAPatchIsAPrecondition() async throws {
        let world = try await World()
        let first = try await world.create(widget: Widget.make("w1"))
        for text in [#"{"metadata":{"resourceVersion":"1"}}"#, #"{"metadata":{"uid":"u"}}"#] {
            #expect(try await failure { try await world.patch("default/widgets/w1", .merge(text: text)) }.code == 409)
        }
        let good = #"{"metadata":{"resourceVersion":"\#(first.resourceVersion)"},"spec":{"color":"red"}}"#
        #expect(try await world.patch("default/widgets/w1", .merge(text: good)).text("spec", "color") == "red")
    }

    @Test func aPatchMayNotRenameTheObject() async throws {
        let world = try await World()
        try await world.create(widget: Widget.make("w1"))
        let error = try await failure {
            try await world.patch("default/widgets/w1", .merge(text: #"{"metadata":{"name":"w2"}}"#))
        }
        #expect(error.code == 422 && error.message.contains("field is immutable"))
        #expect(try await failure { try await world.patch("default/widgets/no", .merge([:])) }.code == 404)
    }

    @Test func immutabilityIsToldBeforeTheGeneralRules() async throws {
        let world = try await World()
        var secret = KubeObject(["metadata": ["name": "s"], "data": ["a": "YQ=="]])
        try await world.create("default/secrets", secret)
        secret["data"] = ["not a key": "YQ=="]
        secret["type"] = "other"
        let error = try await failure { try await world.update("default/secrets/s", secret) }
        #expect(error.causes.map(\.field) == ["type", "data[not a key]"])
    }
}
