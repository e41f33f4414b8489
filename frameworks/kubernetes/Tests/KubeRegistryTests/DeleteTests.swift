internal import ClusterBase
internal import KubeModel
internal import KubeRegistry
internal import KubeStore
internal import Testing

@Suite struct DeleteTests {
    @Test func anObjectGoesAtOnceAndAStatusSaysSo() async throws {
        let world = try await World()
        let widget = try await world.create(widget: Widget.make("w1"))
        let status = try await world.delete("default/widgets/w1")
        #expect(status.kind == "Status" && status.text("status") == "Success")
        #expect(status.text("details", "name") == "w1" && status.text("details", "uid") == widget.uid)
        #expect(status.text("details", "group") == "example.org" && status.text("details", "kind") == "widgets")
        #expect(try await failure { try await world.get("default/widgets/w1") }.code == 404)
        #expect(try await failure { try await world.delete("default/widgets/w1") }.code == 404)
    }

    @Test func somePreconditionsFail() async throws {
        let world = try await World()
        let widget = try await world.create(widget: Widget.make("w1"))
        #expect(try await failure { try await world.delete("default/widgets/w1") { $0.uid = "u" } }.code == 409)
        let stale = try await failure { try await world.delete("default/widgets/w1") { $0.resourceVersion = "1" } }
        #expect(stale.code == 409)
        try await world.delete("default/widgets/w1") {
            $0.uid = widget.uid
            $0.resourceVersion = widget.resourceVersion
        }
    }

    @Test func contradictingOptionsAreRefused() async throws {
        let world = try await World()
        try await world.create(widget: Widget.make("w1"))
        let both = try await failure {
            try await world.delete("default/widgets/w1") {
                $0.orphanDependents = true
                $0.propagationPolicy = "Orphan"
            }
        }
        #expect(both.code == 422)
        #expect(
            both.message == "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Invalid value: \"Orphan\": "
                + "orphanDependents and deletionPropagation cannot be both set")
        let unknown = try await failure { try await world.delete("default/widgets/w1") { $0.propagationPolicy = "X" } }
        #expect(unknown.code == 422)
    }

    @Test func optionsAreReadFromABody() throws {
        let options = try DeleteOptions(
            KubeObject([
                "gracePeriodSeconds": 5, "propagationPolicy": "Foreground", "dryRun": ["All"],
                "preconditions": ["uid": "u", "resourceVersion": "7"],
            ]))
        #expect(options.gracePeriodSeconds == 5 && options.propagationPolicy == "Foreground" && options.isDryRun)
        #expect(options.uid == "u" && options.resourceVersion == "7" && options.orphanDependents == nil)
        #expect(throws: APIError.self) { try DeleteOptions(KubeObject(["gracePeriodSeconds": "5"])) }
        #expect(throws: APIError.self) { try DeleteOptions(KubeObject(["dryRun": ["Some"]])) }
    }

    @Test func finalizersHoldAnObjectUntilTheLastIsGone() async throws {
        let world = try await World()
        try await world.create(widget: Widget.make("w1", finalizers: ["example.org/a", "example.org/b"]))
        var marked = try await world.delete("default/widgets/w1")
        #expect(marked.isDeleting && marked.deletionGracePeriodSeconds == 0 && marked.generation == 2)
        let revision = try await world.store.revision
        #expect(try await world.delete("default/widgets/w1") == marked, "asking again changes nothing")
        #expect(try await world.store.revision == revision)
        marked.finalizers = ["example.org/a"]
        #expect(try await world.update("default/widgets/w1", marked).finalizers == ["example.org/a"])
        let added = try await failure {
            try await world.patch(
                "default/widgets/w1", .merge(text: #"{"metadata":{"finalizers":["example.org/a","example.org/c"]}}"#))
        }
        #expect(added.code == 422 && added.message.contains("no new finalizers can be added"))
        try await world.patch("default/widgets/w1", .merge(text: #"{"metadata":{"finalizers":null}}"#))
        #expect(try await failure { try await world.get("default/widgets/w1") }.code == 404)
    }

    struct Propagation: Sendable {
        var version = "example.org/v1"
        var policy: String?
        var orphan: Bool?
        var carried: [String] = []
        /// What the object carries afterwards; nil when it is gone.
        var expected: [String]?
    }

    @Test(arguments: [
        Propagation(expected: nil),
        Propagation(policy: "Background", expected: nil),
        Propagation(policy: "Foreground", expected: ["foregroundDeletion"]),
        Propagation(policy: "Orphan", expected: ["orphan"]),
        Propagation(orphan: true, expected: ["orphan"]),
        Propagation(orphan: false, expected: nil),
        Propagation(version: "example.org/v1beta1", expected: ["orphan"]),
        Propagation(version: "example.org/v1beta1", policy: "Background", expected: nil),
        Propagation(carried: ["orphan"], expected: ["orphan"]),
        Propagation(policy: "Background", carried: ["orphan"], expected: nil),
        Propagation(
            policy: "Foreground", carried: ["orphan", "example.org/x"],
            expected: ["example.org/x", "foregroundDeletion"]),
    ])
    func propagationDecidesWhatIsLeftToDo(_ row: Propagation) async throws {
        let world = try await World()
        try await world.create(widget: Widget.make("w1", finalizers: row.carried))
        try await world.delete("default/widgets/w1", in: row.version) {
            $0.propagationPolicy = row.policy
            $0.orphanDependents = row.orphan
        }
        let left = try? await world.get("default/widgets/w1")
        #expect(left?.finalizers == row.expected)
        #expect(left?.isDeleting == (row.expected == nil ? nil : true))
    }

    @Test func deletionIsAcceptedOnlyForThoseWhoWait() async throws {
        let world = try await World()
        try await world.create(widget: Widget.make("w1", finalizers: ["example.org/a"]))
        var options = DeleteOptions()
        #expect(try await world.registry.delete(world.target("default/widgets/w1"), options).code == 200)
        options.orphanDependents = false
        #expect(try await world.registry.delete(world.target("default/widgets/w1"), options).code == 202)
    }

    @Test func aDryRunDeletesNothing() async throws {
        let world = try await World()
        let widget = try await world.create(widget: Widget.make("w1"))
        try await world.delete("default/widgets/w1") { $0.isDryRun = true }
        try await world.delete("default/widgets/w1") {
            $0.isDryRun = true
            $0.propagationPolicy = "Foreground"
        }
        #expect(try await world.get("default/widgets/w1") == widget)
    }

    @Test func aCollectionIsDeletedBySelector() async throws {
        let world = try await World()
        for (name, color) in [("a", "red"), ("b", "blue"), ("c", "red")] {
            try await world.create(widget: Widget.make(name, color: color, labels: ["color": color]))
        }
        var selection = ListOptions()
        selection.labelSelector = "color=red"
        let gone = try await world.registry.deleteCollection(
            world.target("default/widgets"), selection, DeleteOptions())
        #expect(try gone.items.map { try $0.tree().name } == ["a", "c"])
        #expect(try await world.names("default/widgets") == ["b"])
        let error = try await failure {
            try await world.registry.deleteCollection(world.target("default/services"), ListOptions(), DeleteOptions())
        }
        #expect(error.code == 405)
    }
}

@Suite struct PodDeletionTests {
    static func pod(_ name: String, node: String = "") -> KubeObject {
        var pod = KubeObject([
            "metadata": ["name": .string(name)],
            "spec": ["containers": [["name": "c", "image": "busybox"]]],
        ])
        if !node.isEmpty { pod["spec", "nodeName"] = .string(node) }
        return pod
    }

    @Test func aRunningPodIsGivenGraceThatOnlyShrinks() async throws {
        let world = try await World()
        try await world.create("default/pods", Self.pod("p", node: "n1"))
        var pod = try await world.delete("default/pods/p")
        #expect(pod.deletionTimestamp == "2023-11-14T22:13:50Z" && pod.deletionGracePeriodSeconds == 30)
        let revision = try await world.store.revision
        for grace in [nil, 30, 60] as [Int64?] {
            #expect(try await world.delete("default/pods/p") { $0.gracePeriodSeconds = grace } == pod)
        }
        #expect(try await world.store.revision == revision, "equal and longer grace change nothing")
        world.clock.advance(seconds: 7)
        pod = try await world.delete("default/pods/p") { $0.gracePeriodSeconds = 10 }
        #expect(pod.deletionTimestamp == "2023-11-14T22:13:30Z" && pod.deletionGracePeriodSeconds == 10)
        pod = try await world.delete("default/pods/p") { $0.gracePeriodSeconds = 0 }
        #expect(pod.kind == "Pod", "the object is the answer")
        #expect(try await failure { try await world.get("default/pods/p") }.code == 404)
    }

    @Test(arguments: [Int64.max, Int64.max / 1_000_000, .min, Int64(Int32.max) + 1])
    func anyNumberOfSecondsOfGraceIsBorne(seconds: Int64) async throws {
        let world = try await World()
        try await world.create("default/pods", Self.pod("p", node: "n1"))
        let asked = try await world.delete("default/pods/p") { $0.gracePeriodSeconds = seconds }
        #expect(asked.deletionGracePeriodSeconds == (seconds < 0 ? 30 : Int64(Int32.max)))
        let shortened = try await world.delete("default/pods/p") { $0.gracePeriodSeconds = 10 }
        #expect(shortened.deletionTimestamp == "2023-11-14T22:13:30Z" && shortened.deletionGracePeriodSeconds == 10)
    }

    @Test func aPodThatNoNodeRunsGoesAtOnce() async throws {
        let world = try await World()
        try await world.create("default/pods", Self.pod("p"))
        let pod = try await world.delete("default/pods/p")
        #expect(pod.kind == "Pod")
        #expect(try await failure { try await world.get("default/pods/p") }.code == 404)
    }

    @Test func graceAndFinalizersBothHoldAPod() async throws {
        let world = try await World()
        var pod = Self.pod("p", node: "n1")
        pod.finalizers = ["example.org/a"]
        try await world.create("default/pods", pod)
        try await world.delete("default/pods/p")
        try await world.patch("default/pods/p", .merge(text: #"{"metadata":{"finalizers":null}}"#))
        #expect(try await world.get("default/pods/p").isDeleting, "the grace is not over")
        try await world.delete("default/pods/p") { $0.gracePeriodSeconds = 0 }
        #expect(try await failure { try await world.get("default/pods/p") }.code == 404)
    }
}
