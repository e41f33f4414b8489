internal import ClusterBase
internal import KubeModel
internal import KubeRegistry
internal import KubeStore
internal import Testing

@Suite struct NamespaceTests {
    private func worldWith(namespace name: String) async throws -> World {
        let world = try await World()
        try await world.create("/namespaces", KubeObject(["metadata": ["name": .string(name)]]))
        return world
    }

    @Test func theSystemsNamespacesAreThereAndStay() async throws {
        let world = try await World()
        #expect(try await world.names("namespaces") == ["default", "kube-node-lease", "kube-public", "kube-system"])
        for name in ["default", "kube-public", "kube-system"] {
            let error = try await failure { try await world.delete("/namespaces/\(name)") }
            #expect(error.code == 403)
            #expect(error.message == "namespaces \"\(name)\" is forbidden: this namespace may not be deleted")
        }
        let again = try await World(store: world.store)
        #expect(try await again.names("namespaces").count == 4, "a second start changes nothing")
    }

    @Test func nothingIsCreatedWhereThereIsNoNamespace() async throws {
        let world = try await World()
        let error = try await failure { try await world.create("nowhere/widgets", Widget.make("w1")) }
        #expect(error.code == 404 && error.message == "namespaces \"nowhere\" not found")
    }

    @Test func aDeletedNamespaceTerminatesAndTakesNothingNew() async throws {
        let world = try await worldWith(namespace: "a")
        try await world.create("a/widgets", Widget.make("w1"))
        try await world.create("a/pods", PodDeletionTests.pod("p"))
        let namespace = try await world.delete("/namespaces/a")
        #expect(namespace.isDeleting && namespace.text("status", "phase") == "Terminating")
        #expect(namespace.list("spec", "finalizers") == ["kubernetes"])
        let error = try await failure { try await world.create("a/widgets", Widget.make("w2")) }
        #expect(error.code == 403)
        #expect(
            error.message == "widgets.example.org \"w2\" is forbidden: unable to create new content in namespace a "
                + "because it is being terminated")
        #expect(error.causes.first?.reason == "NamespaceTerminating")
        let eviction = try await failure {
            try await world.create("a/pods/p/eviction", KubeObject(["metadata": ["name": "p"]]))
        }
        #expect(eviction.code == 403)
        let again = try await failure { try await world.delete("/namespaces/a") }
        #expect(again.code == 409)
        #expect(try await world.update("a/widgets/w1", Widget.make("w1", color: "red")).text("spec", "color") == "red")
        try await world.delete("a/widgets/w1")
    }

    @Test func finalizingRemovesATerminatingNamespace() async throws {
        let world = try await worldWith(namespace: "a")
        var namespace = try await world.get("/namespaces/a")
        namespace["spec", "finalizers"] = []
        namespace["metadata", "labels", "x"] = "y"
        namespace = try await world.update("/namespaces/a/finalize", namespace)
        #expect(namespace.label("x") == nil, "only finalizers are stored")
        #expect(try await world.get("/namespaces/a").list("spec", "finalizers").isEmpty)
        namespace["spec", "finalizers"] = ["kubernetes"]
        try await world.update("/namespaces/a/finalize", namespace.without(revision: true))
        try await world.delete("/namespaces/a")
        var last = try await world.get("/namespaces/a")
        last["spec", "finalizers"] = []
        try await world.update("/namespaces/a/finalize", last)
        #expect(try await failure { try await world.get("/namespaces/a") }.code == 404)
    }

    @Test func finalizersMustBeQualified() async throws {
        let world = try await worldWith(namespace: "a")
        var namespace = try await world.get("/namespaces/a")
        namespace["spec", "finalizers"] = ["kubernetes", "UPPER CASE"]
        let error = try await failure { try await world.update("/namespaces/a/finalize", namespace) }
        #expect(error.code == 422 && error.causes.allSatisfy { $0.field == "spec.finalizers[1]" })
        #expect(try await world.get("/namespaces/a").list("spec", "finalizers") == ["kubernetes"])
    }

    @Test func noCreationSlipsInBehindADeletion() async throws {
        for seed in 0..<20 {
            let world = try await worldWith(namespace: "a")
            async let deleted: KubeObject = world.delete("/namespaces/a")
            async let created = (0..<8).asyncCompact { index in
                try? await world.create("a/widgets", Widget.make("w\(seed)-\(index)"))
            }
            let marked = try await deleted
            for widget in await created {
                #expect(
                    Int64(widget.resourceVersion) ?? 0 < Int64(marked.resourceVersion) ?? 0,
                    "everything was made before the namespace began to terminate")
            }
        }
    }
}

extension KubeObject {
    func without(revision: Bool) -> KubeObject {
        var copy = self
        copy.resourceVersion = ""
        return copy
    }
}

extension Sequence where Element: Sendable {
    /// What a task per element leaves, without nils, in no order.
    func asyncCompact<Value: Sendable>(_ body: @escaping @Sendable (Element) async -> Value?) async -> [Value] {
        await withTaskGroup(of: Value?.self) { group in
            for element in self { group.addTask { await body(element) } }
            return await group.reduce(into: []) { if let value = $1 { $0.append(value) } }
        }
    }
}
