import ClusterBase
import KubeCore
import KubeModel
import Testing

@Suite struct DisruptionControllerTests {
    private static let key = ObjectKey(namespace: "default", "web")

    private static func budget(_ spec: String, status: JSONObject = [:]) -> KubeObject {
        var budget = object(
            #"""
            {"apiVersion":"policy/v1beta1","kind":"PodDisruptionBudget",
             "metadata":{"name":"web","namespace":"default","uid":"b1","generation":3,"resourceVersion":"5"},
             "spec":{"selector":{"matchLabels":{"app":"web"}}\#(spec.isEmpty ? "" : "," + spec)}}
            """#)
        if !status.isEmpty { budget["status"] = .object(status) }
        return budget
    }

    /// Pods of the replica set `rs1`, of which the first few are ready.
    private static func pods(_ count: Int, ready: Int, owner: String? = "rs1") -> [KubeObject] {
        (0..<count).map { Replicas.pod("p\($0)", owner: owner, ready: $0 < ready ? "1970-01-01T00:10:00Z" : nil) }
    }

    private static func know(
        _ budget: KubeObject, _ pods: [KubeObject], _ owners: [(ResourceKind, KubeObject)]
    ) -> DisruptionController {
        var controller = DisruptionController()
        _ = controller.know(owners + pods.map { (.pods, $0) } + [(.podDisruptionBudgets, budget)])
        return controller
    }

    /// Allowed, healthy, desired and expected pods of the status that a plan writes.
    private static func numbers(_ plan: Plan<ObjectKey>) -> [Int64]? {
        guard case .update(.podDisruptionBudgets, let budget, "status") = plan.intents.first else { return nil }
        return ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"].compactMap {
            budget.integer("status", $0)
        }
    }

    // MARK: Numbers

    /// Limit, wanted pods, pods, ready ones, and the four numbers.
    static let reckonings: [(String, Int, Int, Int, [Int64])] = [
        (#""minAvailable":2"#, 9, 3, 3, [1, 3, 2, 3]),
        (#""minAvailable":2"#, 9, 3, 1, [0, 1, 2, 3]),
        (#""minAvailable":0"#, 9, 2, 2, [2, 2, 0, 2]),
        (#""minAvailable":"50%""#, 5, 5, 5, [2, 5, 3, 5]),
        (#""minAvailable":"100%""#, 4, 4, 4, [0, 4, 4, 4]),
        (#""maxUnavailable":1"#, 4, 4, 4, [1, 4, 3, 4]),
        (#""maxUnavailable":1"#, 4, 4, 3, [0, 3, 3, 4]),
        (#""maxUnavailable":"30%""#, 4, 4, 4, [2, 4, 2, 4]),
        (#""maxUnavailable":7"#, 4, 4, 4, [4, 4, 0, 4]),
        // Pods that have not been made yet count.
        (#""maxUnavailable":1"#, 6, 4, 4, [0, 4, 5, 6]),
        ("", 4, 4, 4, [0, 4, 0, 0]),
        (#""minAvailable":0"#, 4, 0, 0, [0, 0, 0, 0]),
    ]

    @Test(arguments: reckonings)
    func disruptionsAreReckoned(
        _ spec: String, _ wanted: Int, _ count: Int, _ ready: Int, _ numbers: [Int64]
    ) throws {
        let owner = (ResourceKind.replicaSets, Replicas.set(wanted))
        var controller = Self.know(Self.budget(spec), Self.pods(count, ready: ready), [owner])
        let plan = controller.plan(Self.key)
        #expect(Self.numbers(plan) == numbers)
        guard case .update(_, let written, _) = plan.intents.first else { return }
        #expect(written.integer("status", "observedGeneration") == 3 && written.resourceVersion == "5")
        #expect(plan.events.map(\.reason) == (count == 0 ? ["NoPods"] : []))
        // What is written needs no second writing.
        var seen = written
        seen.resourceVersion = "6"
        _ = controller.observe(.changed(seen, from: Self.budget(spec)), of: .podDisruptionBudgets)
        #expect(controller.plan(Self.key).intents.isEmpty)
    }

    @Test func aSetOfADeploymentCountsAsTheDeployment() {
        var old = Deployments.set("nginx:1", 1, revision: 1)
        var new = Deployments.set("nginx:2", 3, revision: 2)
        let pods = Self.pods(4, ready: 4).enumerated().map { place, pod in
            var pod = pod
            let set = place == 0 ? old : new
            pod.ownerReferences = [Replicas.reference(set.uid, name: set.name)]
            return pod
        }
        let deployment = (ResourceKind.deployments, Deployments.deployment(4))
        let budget = Self.budget(#""maxUnavailable":1"#)
        var controller = Self.know(budget, pods, [(.replicaSets, old), (.replicaSets, new), deployment])
        #expect(Self.numbers(controller.plan(Self.key)) == [1, 4, 3, 4])
        // Without deployment each set counts for itself.
        (old.ownerReferences, new.ownerReferences) = ([], [])
        var alone = Self.know(budget, pods, [(.replicaSets, old), (.replicaSets, new)])
        #expect(Self.numbers(alone.plan(Self.key)) == [1, 4, 3, 4])
    }

    @Test func podsOfReplicationControllersCountToo() {
        var reference = Replicas.reference("rs1")
        reference.kind = "ReplicationController"
        reference.apiVersion = "v1"
        let pods = Self.pods(2, ready: 2).map { pod in
            var pod = pod
            pod.ownerReferences = [reference]
            return pod
        }
        let owner = (ResourceKind.replicationControllers, Replicas.controller(2))
        var controller = Self.know(Self.budget(#""maxUnavailable":"50%""#), pods, [owner])
        #expect(Self.numbers(controller.plan(Self.key)) == [1, 2, 1, 2])
    }

    @Test(arguments: [nil, "another"] as [String?])
    func podsWithoutAKnownControllerForbidEverything(owner: String?) {
        let budget = Self.budget(
            #""maxUnavailable":1"#, status: ["disruptionsAllowed": 2, "currentHealthy": 2, "observedGeneration": 2])
        var controller = Self.know(
            budget, Self.pods(2, ready: 2, owner: owner), [(.replicaSets, Replicas.set(2))])
        let plan = controller.plan(Self.key)
        guard case .update(_, let written, "status") = plan.intents.first else {
            Issue.record("no status is written: \(plan)")
            return
        }
        #expect(written.integer("status", "disruptionsAllowed") == 0)
        #expect(written.integer("status", "observedGeneration") == 2, "it was not reckoned")
        #expect(plan.events.map(\.reason) == ["CalculateExpectedPodCountFailed"])
        let words = owner == nil ? "found no controller ref for pod \"p0\"" : "found no controllers for pod \"p0\""
        #expect(plan.events.first?.message == "Failed to calculate the number of expected pods: " + words)
        // A plain number that must stay needs no controllers.
        var plain = Self.know(Self.budget(#""minAvailable":1"#), Self.pods(2, ready: 2, owner: owner), [])
        #expect(Self.numbers(plain.plan(Self.key)) == [1, 2, 1, 2])
    }

    @Test func anEmptySelectorCoversNothing() {
        for selector in [json("{}"), json("null")] {
            var budget = Self.budget(#""minAvailable":1"#)
            budget["spec", "selector"] = selector
            var controller = Self.know(budget, Self.pods(3, ready: 3), [])
            #expect(Self.numbers(controller.plan(Self.key)) == [0, 0, 1, 0])
        }
    }

    // MARK: Evictions under way

    @Test func grantedEvictionsCountUntilTheirTimeIsUp() throws {
        let granted: JSONObject = [
            "observedGeneration": 3, "disruptedPods": ["p0": "1970-01-01T00:16:00Z", "gone": "1970-01-01T00:16:00Z"],
            "disruptionsAllowed": 0, "currentHealthy": 3, "desiredHealthy": 1, "expectedPods": 3,
        ]
        let budget = Self.budget(#""minAvailable":1"#, status: granted)
        var controller = Self.know(budget, Self.pods(3, ready: 3), [])
        // 00:16:00 is second 960: in force at 1000, over after 1080.
        let plan = controller.plan(Self.key, at: 1_000)
        #expect(Self.numbers(plan) == [1, 2, 1, 3])
        guard case .update(_, var seen, _) = plan.intents.first else { return }
        #expect(seen["status", "disruptedPods"] == ["p0": "1970-01-01T00:16:00Z"])
        seen.resourceVersion = "6"
        _ = controller.observe(.changed(seen, from: budget), of: .podDisruptionBudgets)
        #expect(controller.plan(Self.key, at: 1_000) == Plan(then: .again(after: .seconds(81))))
        #expect(controller.plan(Self.key, at: 1_080).intents.isEmpty)
        let late = controller.plan(Self.key, at: 1_081)
        #expect(Self.numbers(late) == [2, 3, 1, 3])
        #expect(late.events.map(\.reason) == ["NotDeleted"])
        #expect(late.events.first?.message == "Pod was expected by PDB default/web to be deleted but it wasn't")
    }

    @Test func podsThatGoAreNeitherHealthyNorNoted() {
        var pods = Self.pods(3, ready: 3)
        pods[0].deletionTimestamp = "1970-01-01T00:20:00Z"
        let budget = Self.budget(
            #""minAvailable":1"#, status: ["disruptedPods": ["p0": "1970-01-01T00:16:00Z"], "disruptionsAllowed": 1])
        var controller = Self.know(budget, pods, [])
        let plan = controller.plan(Self.key)
        #expect(Self.numbers(plan) == [1, 2, 1, 3])
        guard case .update(_, let written, _) = plan.intents.first else { return }
        #expect(written["status", "disruptedPods"] == nil)
    }

    // MARK: News

    @Test func budgetsAreLookedAtWhenTheirPodsOrControllersChange() {
        let pod = Self.pods(1, ready: 1)[0]
        let set = Replicas.set(1)
        var controller = Self.know(Self.budget(#""maxUnavailable":1"#), [pod], [(.replicaSets, set)])
        let due = [Trigger(Self.key)]
        var other = pod
        other["metadata", "labels"] = ["app": "db"]
        #expect(controller.observe(.changed(other, from: pod), of: .pods) == due, "it was covered before")
        #expect(controller.observe(.changed(other, from: other), of: .pods) == [])
        #expect(controller.observe(.changed(set, from: set), of: .replicaSets) == [])
        #expect(controller.observe(.changed(Replicas.set(2), from: set), of: .replicaSets) == due)
        #expect(controller.allKeys == [Self.key])
        #expect(controller.observe(.deleted(Self.budget("")), of: .podDisruptionBudgets) == [])
        #expect(controller.plan(Self.key) == .nothing)
    }
}
