import ClusterBase
import KubeCore
import KubeModel
import Testing

@Suite struct PodCleanupControllerTests {
    private static let node = object(#"{"apiVersion":"v1","kind":"Node","metadata":{"name":"n1","uid":"n"}}"#)

    private static func pod(_ name: String, phase: JSONValue = "Running", node: String = "n1", made: String = "00")
        -> KubeObject
    {
        var pod = Replicas.pod(name, owner: nil, node: node)
        pod["status", "phase"] = phase
        pod.creationTimestamp = "1970-01-01T00:00:\(made)Z"
        return pod
    }

    private static func deletion(_ pod: KubeObject) -> Intent {
        .delete(.pods, pod.key, DeletionRequest(gracePeriodSeconds: 0, uid: pod.uid))
    }

    private func controller(_ threshold: Int, _ pods: [KubeObject]) -> PodCleanupController {
        var controller = PodCleanupController(threshold: threshold)
        #expect(controller.know([(.nodes, Self.node)] + pods.map { (.pods, $0) }).last == Trigger(.pods))
        return controller
    }

    @Test func nothingIsDoneUntilSomethingIsToBeCleaned() {
        var controller = controller(1, [Self.pod("a"), Self.pod("b", phase: "Succeeded")])
        #expect(controller.plan(.pods) == .nothing)
        #expect(controller.observe(.added(Self.pod("c")), of: .pods) == [])
        let later = [Trigger(PodCleanupController.Key.pods, after: .seconds(20))]
        #expect(controller.observe(.added(Self.pod("d", phase: "Failed")), of: .pods) == later)
        #expect(controller.observe(.added(Self.pod("e", node: "lost")), of: .pods) == later)
        var going = Self.pod("f", node: "")
        #expect(controller.observe(.added(going), of: .pods) == [])
        (going.deletionTimestamp, going.resourceVersion) = ("1970-01-01T00:10:00Z", "8")
        #expect(controller.observe(.changed(going, from: going), of: .pods) == later)
        #expect(controller.observe(.deleted(Self.node), of: .nodes) == later)
    }

    @Test func oldestFinishedPodsGoBeyondTheThreshold() {
        let pods = [
            Self.pod("new", phase: "Succeeded", made: "30"), Self.pod("old", phase: "Failed", made: "10"),
            Self.pod("mid", phase: "Succeeded", made: "20"), Self.pod("runs", made: "00"),
            Self.pod("waits", phase: "Pending", made: "00"),
        ]
        var controller = controller(1, pods)
        let plan = controller.plan(.pods)
        #expect(plan.intents == [Self.deletion(pods[1]), Self.deletion(pods[2])])
        #expect(controller.resume(.pods, plan, [.done, .done]) == Plan(then: .again(after: .seconds(20))))
        var unbounded = self.controller(0, pods)
        #expect(unbounded.plan(.pods).intents.isEmpty)
    }

    @Test func podsOfAMissingNodeGoAfterItsQuarantine() {
        let pods = [Self.pod("a", node: "lost"), Self.pod("b")]
        var controller = controller(12_500, pods)
        #expect(controller.plan(.pods, at: 1_000).intents.isEmpty)
        #expect(controller.plan(.pods, at: 1_039).intents.isEmpty)
        let asked = controller.plan(.pods, at: 1_040)
        #expect(asked.intents == [.get(.nodes, ObjectKey("lost"))])
        let missing = APIError.notFound(GroupResource("nodes"), "lost")
        #expect(controller.resume(.pods, asked, [.failed(missing)]).intents == [Self.deletion(pods[0])])
        // The server knows the node, or does not answer: nothing goes.
        #expect(controller.resume(.pods, asked, [.object(Self.node)]).intents.isEmpty)
        #expect(controller.resume(.pods, asked, [.failed(.unavailable("no"))]).intents.isEmpty)
    }

    @Test func nodeThatComesBackEndsTheQuarantine() {
        var controller = controller(12_500, [Self.pod("a", node: "lost")])
        _ = controller.plan(.pods, at: 1_000)
        var node = Self.node
        (node.name, node.uid) = ("lost", "l")
        _ = controller.observe(.added(node), of: .nodes)
        _ = controller.plan(.pods, at: 1_020)
        _ = controller.observe(.deleted(node), of: .nodes)
        #expect(controller.plan(.pods, at: 1_041).intents.isEmpty)
        #expect(controller.plan(.pods, at: 1_081).intents == [.get(.nodes, ObjectKey("lost"))])
    }

    @Test func unboundPodsThatWereDeletedGo() {
        var going = Self.pod("a", node: "")
        going.deletionTimestamp = "1970-01-01T00:10:00Z"
        var bound = Self.pod("b")
        bound.deletionTimestamp = "1970-01-01T00:10:00Z"
        var controller = controller(12_500, [going, bound, Self.pod("c", phase: "Pending", node: "")])
        #expect(controller.plan(.pods).intents == [Self.deletion(going)])
    }

    @Test func podIsDeletedOnceThoughItIsDueTwice() {
        let pod = Self.pod("a", phase: "Failed", node: "lost")
        var controller = controller(1, [pod, Self.pod("z", phase: "Failed", made: "40")])
        _ = controller.plan(.pods, at: 1_000)
        let asked = controller.plan(.pods, at: 1_040)
        let missing = APIError.notFound(GroupResource("nodes"), "lost")
        #expect(controller.resume(.pods, asked, [.failed(missing)]).intents == [Self.deletion(pod)])
    }
}
