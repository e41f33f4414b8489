internal import ClusterBase
internal import KubeKinds
internal import KubeModel
internal import KubeRegistry
internal import KubeStore
internal import Testing

@Suite struct ListTests {
    private func filled() async throws -> World {
        let world = try await World()
        try await world.create("/namespaces", KubeObject(["metadata": ["name": "other"]]))
        for (name, color) in [("d", "red"), ("b", "blue"), ("a", "red"), ("c", "blue")] {
            try await world.create(widget: Widget.make(name, color: color, labels: ["color": color]))
        }
        try await world.create("other/widgets", Widget.make("a", color: "red"))
        return world
    }

    struct Query: Sendable {
        var path = "default/widgets"
        var labels = ""
        var fields = ""
        var names: [String]
    }

    @Test(arguments: [
        Query(names: ["a", "b", "c", "d"]),
        Query(path: "widgets", names: ["a", "b", "c", "d", "a"]),
        Query(labels: "color=red", names: ["a", "d"]),
        Query(labels: "color notin (red)", names: ["b", "c"]),
        Query(path: "widgets", labels: "color!=red", names: ["b", "c", "a"]),
        Query(labels: "!color", names: []),
        Query(fields: "metadata.name=b", names: ["b"]),
        Query(fields: "metadata.name=b,metadata.name=b", names: ["b"]),
        Query(fields: "metadata.name=b,metadata.name=c", names: []),
        Query(fields: "metadata.name!=b", names: ["a", "c", "d"]),
        Query(path: "widgets", fields: "metadata.name=a", names: ["a", "a"]),
        Query(path: "widgets", fields: "metadata.namespace=other", names: ["a"]),
        Query(fields: "metadata.namespace=other", names: []),
        Query(fields: "spec.color=red", names: ["a", "d"]),
        Query(labels: "color=red", fields: "spec.color=blue", names: []),
        Query(fields: "metadata.name=z", names: []),
    ])
    func selectorsChoose(_ query: Query) async throws {
        let world = try await filled()
        for limit in [0, 1, 2, 50] {
            var options = ListOptions()
            (options.labelSelector, options.fieldSelector, options.limit) = (query.labels, query.fields, limit)
            var names: [String] = []
            repeat {
                let part = try await world.registry.list(world.target(query.path), options)
                #expect(limit == 0 || part.items.count <= limit)
                names += try part.items.map { try $0.tree().name }
                options.continueToken = part.continueToken
            } while !options.continueToken.isEmpty
            #expect(names == query.names, "limit \(limit)")
        }
    }

    @Test func pagesShowOneRevision() async throws {
        let world = try await filled()
        let first = try await world.list("default/widgets") { $0.limit = 2 }
        #expect(first.remaining == 2 && !first.continueToken.isEmpty)
        try await world.delete("default/widgets/d")
        try await world.create(widget: Widget.make("bb"))
        let second = try await world.list("default/widgets") { $0.continueToken = first.continueToken }
        #expect(try second.items.map { try $0.tree().name } == ["c", "d"])
        #expect(second.revision == first.revision && second.continueToken.isEmpty && second.remaining == nil)
        let selected = try await world.list("default/widgets") {
            $0.limit = 1; $0.labelSelector = "color=blue"
        }
        #expect(selected.remaining == nil, "unknown behind a selector")
    }

    @Test func anExpiredTokenComesWithAFreshOne() async throws {
        let world = try await filled()
        let first = try await world.list("default/widgets") { $0.limit = 2 }
        try await world.create(widget: Widget.make("e"))
        try await world.store.compact(before: world.store.revision)
        let token = first.continueToken
        let error = try await failure { try await world.list("default/widgets") { $0.continueToken = token } }
        #expect(error.code == 410 && error.reason == "Expired" && !error.continueToken.isEmpty)
        #expect(
            error.message.hasPrefix("The provided continue parameter is too old to display a consistent list result."))
        #expect(try await world.names("default/widgets") { $0.continueToken = error.continueToken } == ["c", "d", "e"])
    }

    @Test func revisionsChooseTheState() async throws {
        let world = try await filled()
        let before = try await world.list("default/widgets").revision
        try await world.delete("default/widgets/a")
        #expect(
            try await world.names("default/widgets") {
                ($0.resourceVersion, $0.resourceVersionMatch) = ("\(before)", "Exact")
            } == ["a", "b", "c", "d"])
        for text in ["0", "\(before)"] {
            #expect(try await world.names("default/widgets") { $0.resourceVersion = text } == ["b", "c", "d"])
        }
        #expect(
            try await world.names("default/widgets") { ($0.resourceVersion, $0.limit) = ("\(before)", 1) } == ["a"],
            "with a limit the version is meant exactly")
    }

    @Test func aRevisionToComeIsWaitedForBriefly() async throws {
        let world = try await filled()
        let now = try await world.store.revision
        async let listed = world.names("default/widgets") { $0.resourceVersion = "\(now + 1)" }
        try await world.create(widget: Widget.make("e"))
        #expect(try await listed == ["a", "b", "c", "d", "e"])
        let error = try await failure { try await world.list("default/widgets") { $0.resourceVersion = "999999" } }
        #expect(error.code == 504 && error.retryAfterSeconds == 1)
        #expect(error.causes.first?.reason == "ResourceVersionTooLarge")
        #expect(error.message.hasPrefix("Timeout: Too large resource version: 999999, current: "))
    }

    static let badOptions: [(Int, String, @Sendable (inout ListOptions) -> Void)] = [
        (400, "invalid resource version \"x\"", { $0.resourceVersion = "x" }),
        (400, "continue key is not valid", { $0.continueToken = "!" }),
        (400, "field label not supported: spec.size", { $0.fieldSelector = "spec.size=1" }),
        (400, "", { $0.labelSelector = "a=(" }),
        (
            422,
            "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is "
                + "forbidden unless resourceVersion is provided", { $0.resourceVersionMatch = "Exact" }
        ),
        (422, "", { ($0.resourceVersionMatch, $0.resourceVersion) = ("Exact", "0") }),
        (422, "", { ($0.resourceVersionMatch, $0.resourceVersion) = ("Never", "1") }),
        (504, "", { ($0.resourceVersionMatch, $0.resourceVersion) = ("Exact", "99999") }),
    ]

    @Test(arguments: badOptions.indices)
    func badOptionsAreRefused(_ index: Int) async throws {
        let world = try await filled()
        let (code, message, set) = Self.badOptions[index]
        let error = try await failure { try await world.list("default/widgets", set) }
        #expect(error.code == code)
        #expect(error.message.hasPrefix(message))
    }

    @Test func aTokenMayNotGoWithARevision() async throws {
        let world = try await filled()
        let token = try await world.list("default/widgets") { $0.limit = 1 }.continueToken
        let error = try await failure {
            try await world.list("default/widgets") { ($0.continueToken, $0.resourceVersion) = (token, "5") }
        }
        #expect(error.code == 400)
        #expect(error.message == "specifying resource version is not allowed when using continue")
    }
}
