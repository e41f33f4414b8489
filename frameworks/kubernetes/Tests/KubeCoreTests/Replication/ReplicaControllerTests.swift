import ClusterBase
import KubeCore
import KubeModel
import Testing

@Suite struct ReplicaControllerTests {
    private static let key = ObjectKey(namespace: "default", "web")

    private func controller(_ set: KubeObject, _ pods: KubeObject...) -> ReplicaController {
        var controller = ReplicaController(.replicaSets)
        _ = controller.know([(.replicaSets, set)] + pods.map { (.pods, $0) })
        return controller
    }

    /// The plans until the work ends, every request being granted.
    private func run(_ controller: inout ReplicaController, at seconds: Int64 = 1_000) -> [Plan<ObjectKey>] {
        var plans = [controller.plan(Self.key, at: seconds)]
        var number = 0
        while case .resume? = plans.last?.next, let last = plans.last, plans.count < 20 {
            let answers = last.intents.map { intent -> Outcome.Answer in
                number += 1
                switch intent {
                case .create: return .object(Replicas.pod("made\(number)", ready: nil))
                case .update(_, let object, _): return .object(object)
                case .get: return .object(Replicas.set(1))
                default: return .done
                }
            }
            plans.append(controller.resume(Self.key, last, answers))
        }
        return plans
    }

    @Test func podsAreMadeFromTheTemplate() {
        var controller = controller(Replicas.set(1))
        let plan = controller.plan(Self.key)
        #expect(
            plan.intents == [
                .create(
                    .pods,
                    KubeObject([
                        "apiVersion": "v1", "kind": "Pod",
                        "metadata": [
                            "generateName": "web-", "namespace": "default",
                            "labels": ["app": "web", "tier": "front"], "annotations": ["note": "x"],
                            "ownerReferences": [Replicas.reference("rs1").value],
                        ],
                        "spec": ["containers": [["name": "c", "image": "nginx"]]],
                    ]))
            ])
        let next = controller.resume(Self.key, plan, Replicas.made("web-abcde"))
        #expect(next.events.map(\.reason) == ["SuccessfulCreate"])
        #expect(next.events.map(\.message) == ["Created pod: web-abcde"])
    }

    @Test func controllersOfTheFirstVersionDoTheSame() {
        var controller = ReplicaController(.replicationControllers)
        _ = controller.know([(.replicationControllers, Replicas.controller(1))])
        guard case .create(.pods, let pod)? = controller.plan(Self.key).intents.first else {
            Issue.record("no pod is made")
            return
        }
        #expect(pod.generateName == "web-")
        #expect(pod.controller?.kind == "ReplicationController")
        #expect(pod.controller?.apiVersion == "v1")
    }

    @Test func batchesDoubleUntilOneFails() {
        var controller = controller(Replicas.set(20))
        #expect(run(&controller).map(\.intents.count) == [1, 2, 4, 8, 5, 0])
        var failing = self.controller(Replicas.set(20))
        let first = failing.plan(Self.key)
        let second = failing.resume(Self.key, first, Replicas.made("a"))
        let refusal = APIError.forbidden(GroupResource("pods"), "", "exceeded quota")
        let third = failing.resume(Self.key, second, Replicas.made("b") + [.failed(refusal)])
        #expect(third.events.map(\.message) == ["Created pod: b", "Error creating: \(refusal.message)"])
        #expect(third.events.map(\.reason) == ["SuccessfulCreate", "FailedCreate"])
        guard case .update(.replicaSets, let set, "status")? = third.intents.first else {
            Issue.record("no status is written: \(third)")
            return
        }
        #expect(
            set["status", "conditions"] == [
                [
                    "type": "ReplicaFailure", "status": "True", "lastTransitionTime": "1970-01-01T00:16:40Z",
                    "reason": "FailedCreate", "message": .string(refusal.message),
                ]
            ])
        #expect(failing.resume(Self.key, third, [.object(set)]).next == .retry)
    }

    @Test func noMoreThanTheBurstIsMadeAtOnce() {
        var controller = controller(Replicas.set(520))
        func created() -> Int { run(&controller).reduce(0) { $0 + $1.intents.count { $0.isCreation } } }
        #expect(created() == 500)
        // The others wait until all of these were heard of.
        for number in 1...499 { _ = controller.observe(.added(Replicas.pod("made\(number)", ready: nil)), of: .pods) }
        #expect(created() == 0)
        _ = controller.observe(.added(Replicas.pod("made500", ready: nil)), of: .pods)
        #expect(created() == 20)
    }

    @Test func staleViewDoesNotMakePodsTwice() {
        var controller = controller(Replicas.set(1))
        let plan = controller.plan(Self.key)
        let status = controller.resume(Self.key, plan, Replicas.made("web-1"))
        #expect(status.next == .again(after: .seconds(301)))
        let stale = controller.plan(Self.key)
        #expect(stale.intents.isEmpty)
        // News that is told twice does not count twice, and after five minutes nothing is waited for.
        #expect(controller.plan(Self.key, at: 1_302).intents.count == 1)
        var other = self.controller(Replicas.set(2))
        let plans = run(&other)
        #expect(plans.map(\.intents.count) == [1, 1, 0])
        let pod = Replicas.pod("made1", ready: nil)
        _ = other.observe(.added(pod), of: .pods)
        _ = other.observe(.added(pod), of: .pods)
        #expect(!other.plan(Self.key).intents.contains { $0.isCreation })
    }

    @Test func newsThatComesBeforeTheAnswerIsNotWaitedFor() {
        var controller = controller(Replicas.set(1))
        let plan = controller.plan(Self.key)
        let pod = Replicas.pod("web-1", ready: nil)
        #expect(controller.observe(.added(pod), of: .pods) == [Trigger(Self.key)])
        _ = controller.observe(.deleted(pod), of: .pods)
        _ = controller.resume(Self.key, plan, Replicas.made("web-1"))
        #expect(controller.plan(Self.key).intents.contains { $0.isCreation })
    }

    @Test func statusIsWrittenOnlyWhenItChanged() {
        var controller = controller(Replicas.set(2), Replicas.pod("a"), Replicas.pod("b", ready: nil))
        let plan = controller.plan(Self.key)
        guard case .update(.replicaSets, let set, "status")? = plan.intents.first else {
            Issue.record("no status is written: \(plan)")
            return
        }
        #expect(
            set["status"] == [
                "replicas": 2, "fullyLabeledReplicas": 2, "readyReplicas": 1, "availableReplicas": 1,
                "observedGeneration": 1,
            ])
        _ = controller.observe(.changed(set, from: set), of: .replicaSets)
        var same = set
        same.resourceVersion = "2"
        _ = controller.observe(.changed(same, from: set), of: .replicaSets)
        #expect(controller.plan(Self.key) == .nothing)
    }

    @Test func podsCountAsAvailableAfterTheirTime() {
        var controller = controller(
            Replicas.set(1, spec: #""minReadySeconds":30,"#), Replicas.pod("a", ready: "1970-01-01T00:16:30Z"))
        let plan = controller.plan(Self.key, at: 1_000)
        guard case .update(_, let set, _)? = plan.intents.first else {
            Issue.record("no status is written: \(plan)")
            return
        }
        #expect(set["status", "availableReplicas"] == nil)
        #expect(controller.resume(Self.key, plan, [.object(set)]).next == .again(after: .seconds(20)))
        guard case .update(_, let later, _)? = controller.plan(Self.key, at: 1_020).intents.first else {
            Issue.record("no status is written")
            return
        }
        #expect(later["status", "availableReplicas"] == 1)
    }

    @Test func matchingPodsAreTakenIfTheOwnerIsStillThere() {
        let orphan = Replicas.pod("orphan", owner: nil)
        var controller = controller(Replicas.set(1), orphan)
        let plan = controller.plan(Self.key)
        #expect(plan.intents == [.get(.replicaSets, Self.key)])
        var refused = controller
        var other = Replicas.set(1)
        other.uid = "rs2"
        #expect(refused.resume(Self.key, plan, [.object(other)]) == Plan(then: .retry))
        let next = controller.resume(Self.key, plan, [.object(Replicas.set(1))])
        #expect(
            next.intents == [
                .patch(
                    .pods, orphan.key,
                    [
                        "metadata": [
                            "uid": "uid-orphan", "resourceVersion": "7",
                            "ownerReferences": [Replicas.reference("rs1").value],
                        ]
                    ])
            ])
        // It counts at once: no pod is made.
        let status = controller.resume(Self.key, next, [.object(Replicas.pod("orphan"))])
        #expect(!status.intents.contains { $0.isCreation })
    }

    @Test func podsThatDoNotMatchAnyMoreAreLetGoAndReplaced() {
        var debug = Replicas.pod("a")
        debug["metadata", "labels", "app"] = "debug"
        var controller = controller(Replicas.set(1), debug)
        let plan = controller.plan(Self.key)
        #expect(
            plan.intents == [
                .patch(
                    .pods, debug.key,
                    ["metadata": ["uid": "uid-a", "resourceVersion": "7", "ownerReferences": .null]])
            ])
        var free = debug
        free.ownerReferences = []
        #expect(controller.resume(Self.key, plan, [.object(free)]).intents.count { $0.isCreation } == 1)
    }

    @Test func podsOfOthersAndOwnersThatGoAreLeftAlone() {
        var going = Replicas.set(3)
        going.deletionTimestamp = "1970-01-01T00:16:00Z"
        var controller = controller(going, Replicas.pod("orphan", owner: nil), Replicas.pod("other", owner: "rs9"))
        #expect(controller.plan(Self.key) == .nothing)
    }

    @Test func newsOfOrphansWakesWhoeverSelectsThem() {
        var controller = controller(Replicas.set(1))
        #expect(controller.observe(.added(Replicas.pod("a", owner: nil)), of: .pods) == [Trigger(Self.key)])
        #expect(controller.observe(.added(Replicas.pod("b", owner: "rs9")), of: .pods) == [])
    }

    @Test func surplusPodsAreDeletedWithTheirUID() {
        var controller = controller(
            Replicas.set(1), Replicas.pod("a"), Replicas.pod("b", ready: nil), Replicas.pod("c", node: ""))
        let plan = controller.plan(Self.key)
        #expect(
            plan.intents
                == ["c", "b"].map { name in
                    .delete(
                        .pods, ObjectKey(namespace: "default", name), DeletionRequest(uid: "uid-" + name))
                })
        let gone = APIError.notFound(GroupResource("pods"), "b")
        let next = controller.resume(Self.key, plan, [.done, .failed(gone)])
        #expect(next.events.map(\.message) == ["Deleted pod: c"])
        // Until it is heard that `c` is going, no other is deleted in its place.
        #expect(!controller.plan(Self.key).intents.contains { $0.isDeletion })
    }
}

extension Intent {
    var isCreation: Bool { if case .create = self { true } else { false } }
    var isDeletion: Bool { if case .delete = self { true } else { false } }
}
