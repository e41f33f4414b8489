import ClusterBase
import KubeCore
import KubeModel
import Testing

/// Which of two pods goes when one is too many.
@Suite struct SurplusOrderTests {
    struct Pair: CustomTestStringConvertible {
        let testDescription: String
        let goes: KubeObject
        let stays: KubeObject
    }

    private static func pod(
        _ name: String, _ change: (inout KubeObject) -> Void = { _ in }
    ) -> KubeObject {
        var pod = Replicas.pod(name)
        change(&pod)
        return pod
    }

    private static func phase(_ phase: JSONValue) -> (inout KubeObject) -> Void {
        { $0["status", "phase"] = phase }
    }
    private static func restarts(_ count: Int64) -> (inout KubeObject) -> Void {
        { $0["status", "containerStatuses"] = [["restartCount": .integer(count)]] }
    }

    static let pairs = [
        Pair(
            testDescription: "unassigned before assigned", goes: pod("z") { $0["spec", "nodeName"] = nil },
            stays: pod("a", phase("Pending"))),
        Pair(
            testDescription: "pending before unknown", goes: pod("z", phase("Pending")),
            stays: pod("a", phase("Unknown"))),
        Pair(
            testDescription: "unknown before running", goes: pod("z", phase("Unknown")),
            stays: pod("a", restarts(9))),
        Pair(
            testDescription: "not ready before ready", goes: Replicas.pod("z", ready: nil),
            stays: pod("a", restarts(9))),
        Pair(
            testDescription: "ready for a shorter time first", goes: Replicas.pod("z", ready: "1970-01-01T00:12:00Z"),
            stays: pod("a", restarts(9))),
        Pair(
            testDescription: "more restarts first", goes: pod("z", restarts(2)),
            stays: pod("a") { $0.creationTimestamp = "1970-01-01T00:06:00Z" }),
        Pair(
            testDescription: "younger first", goes: pod("z") { $0.creationTimestamp = "1970-01-01T00:06:00Z" },
            stays: pod("a")),
        Pair(testDescription: "names decide in the end", goes: pod("a"), stays: pod("z")),
    ]

    @Test(arguments: pairs) func one(pair: Pair) {
        for pods in [[pair.goes, pair.stays], [pair.stays, pair.goes]] {
            var controller = ReplicaController(.replicaSets)
            _ = controller.know([(.replicaSets, Replicas.set(1))] + pods.map { (.pods, $0) })
            let plan = controller.plan(ObjectKey(namespace: "default", "web"))
            #expect(
                plan.intents == [.delete(.pods, pair.goes.key, DeletionRequest(uid: pair.goes.uid))])
        }
    }

    /// Pods leave the node first that has most pods of the same deployment.
    @Test func kinOnTheSameNodeGoesFirst() {
        let deployment = OwnerReference(
            apiVersion: "apps/v1", kind: "Deployment", name: "d", uid: "d1", isController: true)
        var (old, new) = (Replicas.set(1), Replicas.set(1, name: "new"))
        (old.ownerReferences, new.ownerReferences, new.uid) = ([deployment], [deployment], "rs2")
        var kin = Replicas.pod("kin", owner: nil, node: "n2")
        kin.ownerReferences = [Replicas.reference("rs2", name: "new")]
        let pods = [Replicas.pod("a", node: "n1"), Replicas.pod("z", node: "n2"), kin]
        var controller = ReplicaController(.replicaSets)
        _ = controller.know([(.replicaSets, old), (.replicaSets, new)] + pods.map { (.pods, $0) })
        let plan = controller.plan(ObjectKey(namespace: "default", "web"))
        #expect(plan.intents == [.delete(.pods, pods[1].key, DeletionRequest(uid: "uid-z"))])
    }
}
