internal import ClusterBase
internal import KubeModel
internal import KubeRegistry
internal import KubeStore
internal import Testing

@Suite struct CreateTests {
    @Test func theServerSetsItsMetadata() async throws {
        let world = try await World()
        var widget = Widget.make("w1", labels: ["a": "b"])
        widget.uid = "mine"
        widget.creationTimestamp = "2001-01-01T00:00:00Z"
        widget.deletionTimestamp = "2001-01-01T00:00:00Z"
        widget.generation = 17
        widget["metadata", "selfLink"] = "/x"
        widget["metadata", "managedFields"] = [["manager": "m"]]
        let made = try await world.create(widget: widget)
        #expect(made.uid.count == 36 && made.uid != "mine")
        #expect(made.creationTimestamp == "2023-11-14T22:13:20Z")
        #expect(made.namespace == "default")
        #expect(!made.isDeleting)
        #expect(made.generation == 1)
        #expect(made["metadata", "selfLink"] == nil && made["metadata", "managedFields"] == nil)
        #expect(made.label("a") == "b")
        #expect(made.text("spec", "color") == "grey", "defaults are filled in")
        #expect(made.text("status", "phase") == "New", "status is the server's")
        #expect(try await world.get("default/widgets/w1") == made)
        #expect(Int64(made.resourceVersion) == (try await world.store.revision))
    }

    @Test func kindsWithoutGenerationHaveNone() async throws {
        let world = try await World()
        let made = try await world.create(
            "default/configmaps", KubeObject(["metadata": ["name": "c", "generation": 4]]))
        #expect(made.generation == nil)
        #expect(made.kind == "ConfigMap" && made.apiVersion == "v1", "taken from the path")
    }

    struct Refusal: Sendable, CustomStringConvertible {
        var description: String
        var code: Int
        var reason: String
        var message: String
        var change: @Sendable (inout KubeObject) -> Void
    }

    static let refusals: [Refusal] = [
        Refusal(
            description: "resourceVersion", code: 500, reason: "",
            message: "resourceVersion should not be set on objects to be created"
        ) { $0.resourceVersion = "5" },
        Refusal(
            description: "other namespace", code: 400, reason: "BadRequest",
            message: "the namespace of the provided object does not match the namespace sent on the request"
        ) { $0.namespace = "other" },
        Refusal(
            description: "other version", code: 400, reason: "BadRequest",
            message: "the API version in the data (v1) does not match the expected API version (example.org/v1)"
        ) { $0.apiVersion = "v1" },
        Refusal(
            description: "other kind", code: 400, reason: "BadRequest",
            message: "Pod in version \"example.org/v1\" cannot be handled as a Widget: the kinds differ"
        ) { $0.kind = "Pod" },
        Refusal(
            description: "no name", code: 422, reason: "Invalid",
            message:
                "Widget.example.org \"\" is invalid: metadata.name: Required value: name or generateName is required"
        ) { $0.name = "" },
        Refusal(
            description: "invalid", code: 422, reason: "Invalid",
            message: "Widget.example.org \"w1\" is invalid: spec.color: Invalid value: \"bad\": must not be bad"
        ) { $0["spec", "color"] = "bad" },
        Refusal(
            description: "exists", code: 409, reason: "AlreadyExists",
            message: "widgets.example.org \"there\" already exists"
        ) { $0.name = "there" },
    ]

    @Test(arguments: refusals)
    func badObjectsAreRefused(_ refusal: Refusal) async throws {
        let world = try await World()
        try await world.create(widget: Widget.make("there"))
        let revision = try await world.store.revision
        var widget = Widget.make("w1")
        refusal.change(&widget)
        let body = widget
        for dryRun in [false, true] {
            let error = try await failure { try await world.create("default/widgets", body, dryRun: dryRun) }
            #expect(error.code == refusal.code)
            #expect(error.reason == refusal.reason)
            #expect(error.message == refusal.message)
        }
        #expect(try await world.store.revision == revision, "nothing was written")
    }

    @Test func namesAreGenerated() async throws {
        let world = try await World()
        var widget = Widget.make("")
        widget.generateName = "web-"
        let made = try await world.create(widget: widget)
        #expect(made.name.hasPrefix("web-") && made.name.count == 9)
        #expect(made.generateName == "web-")
    }

    @Test func aGeneratedNameThatIsTakenAsksToTryAgain() async throws {
        let world = try await World { $0.random = { 7 } }
        var widget = Widget.make("")
        widget.generateName = "web-"
        let body = widget
        try await world.create(widget: body)
        let error = try await failure { try await world.create(widget: body) }
        #expect(error.code == 500 && error.reason == "ServerTimeout")
        #expect(
            error.message == "The POST operation against Widget.example.org could not be completed at this time, "
                + "please try again.")
    }

    @Test func objectsOfTheClusterHaveNoNamespace() async throws {
        let world = try await World()
        let made = try await world.create("/namespaces", KubeObject(["metadata": ["name": "a", "namespace": "x"]]))
        #expect(made.namespace.isEmpty)
    }

    @Test func unknownFieldsAreDroppedNamedOrRefused() async throws {
        let world = try await World()
        var widget = Widget.make("w1")
        widget["spec", "bogus"] = 1
        var options = WriteOptions()
        options.fieldValidation = .warn
        let warned = try await world.registry.create(world.target("default/widgets"), widget, options)
        #expect(warned.warnings == ["unknown field \"spec.bogus\""])
        #expect(warned.code == 201)
        #expect(try await world.get("default/widgets/w1")["spec", "bogus"] == nil)
        options.fieldValidation = .strict
        let (body, strict) = (widget, options)
        let error = try await failure {
            try await world.registry.create(world.target("default/widgets"), body, strict)
        }
        #expect(error.code == 400 && error.message == "strict decoding error: unknown field \"spec.bogus\"")
    }

    @Test func aDryRunLooksLikeTheRealThingAndWritesNothing() async throws {
        let world = try await World()
        let revision = try await world.store.revision
        let made = try await world.create("default/widgets", Widget.make("w1"), dryRun: true)
        #expect(made.uid.count == 36 && !made.creationTimestamp.isEmpty)
        #expect(made.resourceVersion.isEmpty)
        #expect(try await world.store.revision == revision)
        #expect(try await failure { try await world.get("default/widgets/w1") }.code == 404)
    }

    @Test func anOldVersionIsConvertedAndReadBackInAll() async throws {
        let world = try await World()
        let old = KubeObject(["metadata": ["name": "w1"], "spec": ["colour": "red"]])
        let made = try await world.create("default/widgets", old, in: "example.org/v1beta1")
        #expect(made.apiVersion == "example.org/v1beta1" && made.text("spec", "colour") == "red")
        let hub = try await world.get("default/widgets/w1")
        #expect(hub.apiVersion == "example.org/v1" && hub.text("spec", "color") == "red")
        #expect(hub.uid == made.uid && hub.resourceVersion == made.resourceVersion)
        let defaulted = try await world.create(
            "default/widgets", KubeObject(["metadata": ["name": "w2"]]), in: "example.org/v1beta1")
        #expect(defaulted.text("spec", "colour") == "black", "each version has its own defaults")
    }

    @Test func servedBytesAreTheStoredOnesWithTheRevision() async throws {
        let world = try await World()
        try await world.create(widget: Widget.make("w1"))
        let target = try world.target("default/widgets/w1")
        guard case .found(let object) = world.registry.getNow(target) else {
            throw Unexpected(description: "memory knows what it was just given")
        }
        var bytes: [UInt8] = []
        try object.appendJSON(in: target.kind, to: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        let start =
            #"{"kind":"Widget","apiVersion":"example.org/v1","metadata":{"resourceVersion":"\#(object.revision)","#
        #expect(text.hasPrefix(start))
        #expect(KubeObject(try JSONValue(parsing: bytes)) == (try await world.get("default/widgets/w1")))
        guard case .absent(let error) = world.registry.getNow(try world.target("default/widgets/none")) else {
            throw Unexpected(description: "memory knows what it does not hold")
        }
        #expect(error.message == "widgets.example.org \"none\" not found")
    }
}
