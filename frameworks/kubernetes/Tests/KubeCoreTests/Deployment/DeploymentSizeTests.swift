import ClusterBase
import KubeCore
import KubeModel
import Testing

/// What one look at replica sets of given sizes does.
@Suite struct DeploymentSizeTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        var replicas = 4
        var surge: JSONValue = "25%"
        var unavailable: JSONValue = "25%"
        /// Sizes and available pods of the old and the new replica set.
        let old: (Int, Int)
        let new: (Int, Int)
        /// The sizes written.
        let written: [String]
    }

    static let rolling = [
        Case(
            testDescription: "the new one grows by the surge and what is missing", old: (4, 4), new: (0, 0),
            written: ["web-h2 1"]),
        Case(
            testDescription: "the old one shrinks when there is no room", old: (4, 4), new: (1, 0),
            written: ["web-h1 3"]),
        Case(testDescription: "nothing to spare", old: (3, 3), new: (1, 0), written: ["web-h2 2"]),
        Case(testDescription: "waits for the new pods", old: (3, 3), new: (2, 0), written: []),
        Case(testDescription: "goes on when they are there", old: (3, 3), new: (2, 1), written: ["web-h1 2"]),
        Case(testDescription: "all new ones are there", old: (1, 1), new: (4, 4), written: ["web-h1 0"]),
        Case(testDescription: "pods that are not available go first", old: (4, 2), new: (1, 1), written: ["web-h1 2"]),
        Case(testDescription: "a broken rollout leaves enough", old: (3, 3), new: (2, 0), written: []),
        Case(testDescription: "too many new ones", replicas: 2, old: (0, 0), new: (4, 4), written: ["web-h2 2"]),
        Case(
            testDescription: "without surge the old one shrinks first", surge: 0, unavailable: 1, old: (4, 4),
            new: (0, 0),
            written: ["web-h1 3"]),
        Case(
            testDescription: "neither given means one may be missing", surge: 0, unavailable: "1%", old: (4, 4),
            new: (0, 0), written: ["web-h1 3"]),
        Case(
            testDescription: "surge rounds up and unavailable down", replicas: 10, surge: "25%", unavailable: "25%",
            old: (10, 10), new: (3, 0), written: ["web-h1 8"]),
        Case(
            testDescription: "a full surge", surge: "100%", unavailable: 0, old: (4, 4), new: (0, 0),
            written: ["web-h2 4"]),
    ]

    private func sets(_ one: Case) -> [KubeObject] {
        [
            Deployments.set("nginx:1", one.old.0, available: one.old.1, revision: 1, of: one.replicas),
            Deployments.set("nginx:2", one.new.0, available: one.new.1, revision: 2, of: one.replicas),
        ]
    }

    @Test(arguments: rolling) func rollingUpdate(one: Case) {
        var deployment = Deployments.deployment(one.replicas, image: "nginx:2")
        deployment["spec", "strategy", "rollingUpdate"] = ["maxSurge": one.surge, "maxUnavailable": one.unavailable]
        let round = DeploymentRound(deployment, sets(one))
        #expect(round.sizes == one.written)
        let words = one.written.map { text in
            let before = text.hasPrefix("web-h1") ? one.old.0 : one.new.0
            let (name, size) = (text.split(separator: " ")[0], Int(text.split(separator: " ")[1]) ?? 0)
            return "ScalingReplicaSet Scaled \(size > before ? "up" : "down") replica set \(name) to \(size)"
        }
        #expect(round.events == words)
    }

    /// More than what is asked for is about to go and is not counted on.
    @Test func podsThatAreAboutToGoAreNotCountedOn() {
        let deployment = Deployments.deployment(10, image: "nginx:2")
        let old = Deployments.set("nginx:1", 8, available: 10, revision: 1, of: 10)
        let new = Deployments.set("nginx:2", 5, available: 2, revision: 2, of: 10)
        #expect(DeploymentRound(deployment, [old, new]).sizes == ["web-h1 6"])
    }

    @Test func recreatingEndsTheOldOnesFirst() {
        let deployment = Deployments.recreating(Deployments.deployment(4, image: "nginx:2"))
        let first = DeploymentRound(deployment, [Deployments.set("nginx:1", 4, revision: 1)])
        #expect(first.sizes == ["web-h1 0"])
        // Replicas of the status, then pods that are still there, hold the new ones up.
        var old = Deployments.set("nginx:1", 0, revision: 1)
        old["status", "replicas"] = 1
        #expect(DeploymentRound(deployment, [old]).sizes.isEmpty)
        old["status", "replicas"] = 0
        var pod = Replicas.pod("a", owner: "set1")
        #expect(DeploymentRound(deployment, [old], pods: [pod]).sizes.isEmpty)
        pod["status", "phase"] = "Succeeded"
        #expect(DeploymentRound(deployment, [old], pods: [pod]).made?.integer("spec", "replicas") == 4)
    }

    @Test func lastOldPodWakesADeploymentThatRecreates() {
        var controller = DeploymentController()
        let pod = Replicas.pod("a", owner: "set1")
        var owned = pod
        owned.ownerReferences = [Replicas.reference("set1", name: "web-h1")]
        _ = controller.know([
            (.deployments, Deployments.recreating(Deployments.deployment(1, image: "nginx:2"))),
            (.replicaSets, Deployments.set("nginx:1", 0, revision: 1)), (.pods, owned),
        ])
        #expect(controller.observe(.deleted(owned), of: .pods) == [Trigger(Deployments.key)])
    }

    @Test func pausedDeploymentFollowsItsNumberOnly() {
        var deployment = Deployments.deployment(6, image: "nginx:2")
        deployment["spec", "paused"] = true
        let one = Deployments.set("nginx:1", 4, revision: 1)
        let round = DeploymentRound(deployment, [one])
        #expect(round.sizes == ["web-h1 6"])
        #expect(round.made == nil)
        #expect(round.condition("Progressing") == "Unknown DeploymentPaused")
        var resumed = round.deployment
        resumed["spec", "paused"] = nil
        let grown = Deployments.set("nginx:1", 6, revision: 1, of: 6)
        #expect(DeploymentRound(resumed, [grown]).made != nil)
    }

    /// 10 pods with 8 old and 5 new of at most 13 become 30 with at most 38.
    @Test(arguments: [
        (30, ["web-h1 23", "web-h2 15"]), (5, ["web-h1 4", "web-h2 3"]), (0, ["web-h1 0", "web-h2 0"]),
    ])
    func sizesFollowInProportion(replicas: Int, written: [String]) {
        let deployment = Deployments.deployment(replicas, image: "nginx:2")
        var sets = [
            Deployments.set("nginx:1", 8, revision: 1, of: 10),
            Deployments.set("nginx:2", 5, available: 1, revision: 2, of: 10),
        ]
        for index in sets.indices { sets[index].setAnnotation("deployment.kubernetes.io/max-replicas", "13") }
        let round = DeploymentRound(deployment, sets)
        #expect(round.sizes == written)
        for case .update(.replicaSets, let set, _) in round.intents {
            #expect(set.annotation("deployment.kubernetes.io/desired-replicas") == "\(replicas)")
        }
    }

    @Test func refusedSizeIsTriedAgain() {
        let deployment = Deployments.deployment(4, image: "nginx:2")
        let sets = [Deployments.set("nginx:1", 4, revision: 1), Deployments.set("nginx:2", 0, revision: 2)]
        let round = DeploymentRound(deployment, sets) { intent in
            if case .update(.replicaSets, let set, _) = intent { .modified(GroupResource("x"), set.name) } else { nil }
        }
        #expect(round.next == .retry)
        #expect(round.events.isEmpty)
        #expect(round.deployment == deployment)
    }
}
