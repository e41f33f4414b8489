internal import ClusterBase
internal import KubeModel
internal import KubeRegistry
internal import KubeStore
internal import Testing

/// Evictions under disruption budgets.
@Suite struct EvictionTests {
    private static let eviction = KubeObject(["metadata": [:]])

    /// A world with running pods of the label `app=web`.
    private func world(pods: [String]) async throws -> World {
        let world = try await World()
        for name in pods {
            var pod = PodDeletionTests.pod(name, node: "n1")
            pod["metadata", "labels"] = ["app": "web"]
            try await world.create("default/pods", pod)
            try await phase("Running", of: name, in: world)
        }
        return world
    }

    private func phase(_ phase: String, of pod: String, in world: World) async throws {
        try await world.patch("default/pods/\(pod)/status", .merge(["status": ["phase": .string(phase)]]))
    }

    /// Makes a budget, and lets it allow a number of evictions.
    private func budget(_ name: String, allows: Int64, in world: World) async throws {
        try await world.create(
            "default/poddisruptionbudgets",
            KubeObject([
                "metadata": ["name": .string(name)],
                "spec": ["minAvailable": 1, "selector": ["matchLabels": ["app": "web"]]],
            ]))
        let status: JSONValue = [
            "observedGeneration": 1, "disruptionsAllowed": .integer(allows), "currentHealthy": 2, "desiredHealthy": 1,
            "expectedPods": 2,
        ]
        try await world.patch("default/poddisruptionbudgets/\(name)/status", .merge(["status": status]))
    }

    @Test func anEvictionTakesFromTheBudgetAlongWithThePod() async throws {
        let world = try await world(pods: ["a", "b"])
        try await budget("web", allows: 1, in: world)
        let revision = try await world.store.revision
        try await world.create("default/pods/a/eviction", Self.eviction)
        #expect(try await world.store.revision == revision + 1, "one transaction")
        #expect(try await world.get("default/pods/a").isDeleting)
        var budget = try await world.get("default/poddisruptionbudgets/web")
        #expect(budget.integer("status", "disruptionsAllowed") == 0)
        #expect(budget["status", "disruptedPods"] == ["a": "2023-11-14T22:13:20Z"])
        let refused = try await failure { try await world.create("default/pods/b/eviction", Self.eviction) }
        #expect(refused.code == 429)
        #expect(refused.message == "Cannot evict pod as it would violate the pod's disruption budget.")
        #expect(refused.causes.map(\.reason) == ["DisruptionBudget"])
        #expect(
            refused.causes.map(\.message) == ["The disruption budget web needs 1 healthy pods and has 2 currently"])
        #expect(!(try await world.get("default/pods/b").isDeleting))
        // A pod on its way is not charged again.
        try await world.create("default/pods/a/eviction", Self.eviction)
        budget = try await world.get("default/poddisruptionbudgets/web")
        #expect(budget.integer("status", "disruptionsAllowed") == 0)
    }

    @Test func aDryRunAsksTheBudgetAndTakesNothing() async throws {
        let world = try await world(pods: ["a"])
        try await budget("web", allows: 1, in: world)
        let revision = try await world.store.revision
        try await world.create("default/pods/a/eviction", Self.eviction, dryRun: true)
        #expect(try await world.store.revision == revision)
        try await world.create("default/pods/a/eviction", Self.eviction)
        let other = try await self.world(pods: ["a"])
        try await budget("web", allows: 0, in: other)
        let refused = try await failure {
            try await other.create("default/pods/a/eviction", Self.eviction, dryRun: true)
        }
        #expect(refused.code == 429)
    }

    @Test func twoBudgetsAreTooMany() async throws {
        let world = try await world(pods: ["a"])
        for name in ["one", "two"] { try await budget(name, allows: 5, in: world) }
        let refused = try await failure { try await world.create("default/pods/a/eviction", Self.eviction) }
        #expect(refused.code == 500 && refused.message.hasPrefix("This pod has more than one PodDisruptionBudget"))
    }

    @Test(arguments: ["Pending", "Succeeded", "Failed"])
    func podsThatDoNotRunGoWithoutAsking(phase: String) async throws {
        let world = try await world(pods: ["a"])
        try await budget("web", allows: 0, in: world)
        try await self.phase(phase, of: "a", in: world)
        try await world.create("default/pods/a/eviction", Self.eviction)
        let left = try? await world.get("default/pods/a")
        #expect(left?.isDeleting ?? true)
    }

    @Test func aBudgetThatWasNotLookedAtYetAllowsNothing() async throws {
        let world = try await world(pods: ["a"])
        try await budget("web", allows: 5, in: world)
        try await world.patch("default/poddisruptionbudgets/web", .merge(["spec": ["minAvailable": 2]]))
        let refused = try await failure { try await world.create("default/pods/a/eviction", Self.eviction) }
        #expect(refused.code == 429 && refused.retryAfterSeconds == 10)
        // Budgets of other namespaces, and those of other pods, have no say.
        var stray = PodDeletionTests.pod("stray", node: "n1")
        stray["metadata", "labels"] = ["app": "db"]
        try await world.create("default/pods", stray)
        try await phase("Running", of: "stray", in: world)
        try await world.create("default/pods/stray/eviction", Self.eviction)
    }

    @Test func simultaneousEvictionsNeverOverdrawTheBudget() async throws {
        let names = (0..<12).map { "p\($0)" }
        let world = try await world(pods: names)
        try await budget("web", allows: 5, in: world)
        let evicted = await names.asyncCompact { name in
            try? await world.create("default/pods/\(name)/eviction", Self.eviction)
        }
        #expect(evicted.count == 5)
        let budget = try await world.get("default/poddisruptionbudgets/web")
        #expect(budget.integer("status", "disruptionsAllowed") == 0)
        #expect(budget["status", "disruptedPods"]?.object?.count == 5)
        let going = try await world.list("default/pods").items.map { try $0.tree() }.filter(\.isDeleting)
        #expect(going.count == 5)
    }
}
