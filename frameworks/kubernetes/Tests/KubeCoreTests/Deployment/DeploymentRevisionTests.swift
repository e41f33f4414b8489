import ClusterBase
import KubeCore
import KubeModel
import Testing

@Suite struct DeploymentRevisionTests {
    @Test func firstReplicaSetIsMade() {
        let round = DeploymentRound(Deployments.deployment(4), [])
        guard let set = round.made, let hash = set.label("pod-template-hash") else {
            Issue.record("no replica set is made")
            return
        }
        #expect(set.name == "web-" + hash)
        #expect(hash.allSatisfy { "bcdfghjklmnpqrstvwxz2456789".contains($0) })
        #expect(
            set.value == [
                "apiVersion": "apps/v1", "kind": "ReplicaSet",
                "metadata": [
                    "name": .string(set.name), "namespace": "default",
                    "labels": ["app": "web", "pod-template-hash": .string(hash)],
                    "annotations": [
                        "kubernetes.io/change-cause": "first", "deployment.kubernetes.io/revision": "1",
                        "deployment.kubernetes.io/desired-replicas": "4",
                        "deployment.kubernetes.io/max-replicas": "5",
                    ],
                    "ownerReferences": [
                        [
                            "apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "d1",
                            "controller": true, "blockOwnerDeletion": true,
                        ]
                    ],
                ],
                "spec": [
                    "replicas": 4,
                    "selector": ["matchLabels": ["app": "web", "pod-template-hash": .string(hash)]],
                    "template": [
                        "metadata": ["labels": ["app": "web", "pod-template-hash": .string(hash)]],
                        "spec": ["containers": [["name": "c", "image": "nginx:1"]]],
                    ],
                ],
            ])
        #expect(round.events == ["ScalingReplicaSet Scaled up replica set \(set.name) to 4"])
        #expect(round.deployment.annotation("deployment.kubernetes.io/revision") == "1")
        #expect(round.condition("Progressing") == "True NewReplicaSetCreated")
        #expect(round.condition("Available") == "False MinimumReplicasUnavailable")
        #expect(round.deployment.integer("status", "unavailableReplicas") == 4)
        #expect(round.next == .again(after: .seconds(601)))
    }

    @Test func hashDependsOnTheContentAlone() {
        let first = DeploymentRound(Deployments.deployment(4), []).made
        var reordered = Deployments.deployment(2)
        reordered["spec", "template"] = json(
            #"{"spec":{"containers":[{"image":"nginx:1","name":"c"}]},"metadata":{"labels":{"app":"web"}}}"#)
        #expect(DeploymentRound(reordered, []).made?.name == first?.name)
        #expect(DeploymentRound(Deployments.deployment(4, image: "nginx:2"), []).made?.name != first?.name)
        var collided = Deployments.deployment(4)
        collided["status", "collisionCount"] = 1
        #expect(DeploymentRound(collided, []).made?.name != first?.name)
    }

    @Test func nameTakenByOthersCountsAsCollision() {
        let wanted = DeploymentRound(Deployments.deployment(4), []).made ?? KubeObject()
        var taken = Deployments.set("other", 1, revision: 1)
        (taken.name, taken.ownerReferences) = (wanted.name, [])
        taken["metadata", "labels"] = [:]
        let round = DeploymentRound(Deployments.deployment(4), [taken]) { intent in
            intent.isCreation ? .alreadyExists(GroupResource(group: "apps", "replicasets"), wanted.name) : nil
        }
        #expect(round.deployment.integer("status", "collisionCount") == 1)
        #expect(round.next == .retry)
        #expect(round.events.isEmpty)
    }

    /// The controller did not see the replica set that it made itself a moment ago.
    @Test func ownReplicaSetUnderTheNameIsUsed() {
        let wanted = DeploymentRound(Deployments.deployment(4), []).made ?? KubeObject()
        var own = Deployments.set("nginx:1", 4, available: 0, revision: 1)
        own.name = wanted.name
        var unseen = own
        unseen.ownerReferences = []
        var controller = DeploymentController()
        _ = controller.know([(.deployments, Deployments.deployment(4))])
        let plan = controller.plan(Deployments.key)
        let collision = controller.resume(
            Deployments.key, plan, [.failed(.alreadyExists(GroupResource(group: "apps", "replicasets"), own.name))])
        #expect(collision.intents == [.get(.replicaSets, own.key)])
        let status = controller.resume(Deployments.key, collision, [.object(own)])
        guard case .update(.deployments, let deployment, "status")? = status.intents.first else {
            Issue.record("no status is written: \(status)")
            return
        }
        #expect(deployment["status", "collisionCount"] == nil)
        #expect(deployment.integer("status", "updatedReplicas") == 4)
    }

    @Test func refusedReplicaSetIsTold() {
        let refusal = APIError.forbidden(GroupResource(group: "apps", "replicasets"), "x", "no")
        let round = DeploymentRound(Deployments.deployment(4), []) { $0.isCreation ? refusal : nil }
        #expect(round.condition("Progressing") == "False ReplicaSetCreateError")
        #expect(round.events.count == 1)
        #expect(round.events.first?.hasPrefix("ReplicaSetCreateError Failed to create new replica set \"web-") == true)
        #expect(round.next == .retry)
    }

    @Test func annotationsFollowTheDeploymentsAndReturningKeepsTheHistory() {
        var deployment = Deployments.deployment(4)
        deployment.setAnnotation("kubernetes.io/change-cause", "back to one")
        deployment.setAnnotation("kubectl.kubernetes.io/last-applied-configuration", "{}")
        let sets = [
            Deployments.set("nginx:1", 0, revision: 1), Deployments.set("nginx:2", 4, revision: 2),
        ]
        let round = DeploymentRound(deployment, sets)
        guard case .update(.replicaSets, let set, "")? = round.intents.first else {
            Issue.record("the replica set is not brought up to date: \(round.intents)")
            return
        }
        #expect(set.name == "web-h1")
        #expect(set.annotation("kubernetes.io/change-cause") == "back to one")
        #expect(set.annotation("deployment.kubernetes.io/revision") == "3")
        #expect(set.annotation("deployment.kubernetes.io/revision-history") == "1")
        #expect(set.annotation("kubectl.kubernetes.io/last-applied-configuration") == nil)
        #expect(round.deployment.annotation("deployment.kubernetes.io/revision") == "3")
    }

    @Test func revisionThatCannotGrowStays() {
        var old = Deployments.set("nginx:1", 0, revision: 1)
        old.setAnnotation("deployment.kubernetes.io/revision", "\(Int64.max)")
        let round = DeploymentRound(Deployments.deployment(4), [old, Deployments.set("nginx:2", 4, revision: 2)])
        #expect(round.deployment.annotation("deployment.kubernetes.io/revision") == "\(Int64.max)")
    }

    @Test func replicaSetThatWasThereIsFound() {
        let round = DeploymentRound(
            Deployments.deployment(4), [Deployments.set("nginx:1", 4, available: 4, revision: 1)])
        #expect(round.made == nil)
        #expect(round.sizes.isEmpty)
        #expect(round.condition("Available") == "True MinimumReplicasAvailable")
        #expect(round.condition("Progressing") == "True NewReplicaSetAvailable")
        #expect(round.next == .finished)
    }

    @Test(arguments: [("0", "nginx:1"), ("1", "nginx:1"), ("2", "nginx:2")])
    func rollbackBringsATemplateBack(revision: String, image: String) {
        var deployment = Deployments.deployment(4, image: "nginx:3")
        deployment.setAnnotation("deprecated.deployment.rollback.revision", revision)
        let sets = [
            Deployments.set("nginx:2", 0, revision: 2), Deployments.set("nginx:1", 0, revision: 4),
            Deployments.set("nginx:3", 4, revision: 5),
        ]
        var one = sets[1]
        one.setAnnotation("deployment.kubernetes.io/revision", revision == "0" ? "4" : "1")
        let round = DeploymentRound(deployment, [sets[0], one, sets[2]])
        #expect(
            round.spec?["spec", "template"] == [
                "metadata": ["labels": ["app": "web"]],
                "spec": ["containers": [["name": "c", "image": .string(image)]]],
            ])
        #expect(round.spec?.annotation("deprecated.deployment.rollback.revision") == nil)
        let target = revision == "0" ? "4" : revision
        #expect(round.events == ["DeploymentRollback Rolled back deployment \"web\" to revision \(target)"])
    }

    @Test(arguments: [
        ("7", "DeploymentRollbackRevisionNotFound Unable to find the revision to rollback to."),
        ("0", "DeploymentRollbackRevisionNotFound Unable to find last revision."),
        (
            "1",
            "DeploymentRollbackTemplateUnchanged The rollback revision contains the same template as current "
                + "deployment \"web\""
        ),
    ])
    func rollbackThatCannotBeIsGivenUp(revision: String, event: String) {
        var deployment = Deployments.deployment(4)
        deployment.setAnnotation("deprecated.deployment.rollback.revision", revision)
        let round = DeploymentRound(deployment, [Deployments.set("nginx:1", 4, revision: 1)])
        #expect(round.events == [event])
        #expect(round.spec?["spec"] == deployment["spec"])
        #expect(round.spec?.annotation("deprecated.deployment.rollback.revision") == nil)
    }

    @Test func oldReplicaSetsBeyondTheLimitGo() {
        var deployment = Deployments.deployment(4, image: "nginx:5")
        deployment["status"] = [
            "replicas": 4, "updatedReplicas": 4, "readyReplicas": 4, "availableReplicas": 4, "observedGeneration": 1,
        ]
        let sets = (1...4).map { Deployments.set("nginx:\($0)", 0, revision: $0) }
        let current = Deployments.set("nginx:5", 4, revision: 5)
        #expect(DeploymentRound(deployment, sets + [current]).deleted == ["web-h1", "web-h2"])
        // One that still has pods stays.
        var busy = sets
        busy[0]["status", "replicas"] = 1
        #expect(DeploymentRound(deployment, busy + [current]).deleted == ["web-h2"])
    }

    @Test func emptySelectorIsRefused() {
        var deployment = Deployments.deployment(4)
        deployment["spec", "selector"] = [:]
        let round = DeploymentRound(deployment, [])
        #expect(
            round.events == [
                "SelectingAll This deployment is selecting all pods. A non-empty selector is required."
            ])
        #expect(round.deployment.integer("status", "observedGeneration") == 1)
        #expect(round.made == nil)
    }

    @Test func orphanedReplicaSetIsTakenBack() {
        var orphan = Deployments.set("nginx:1", 4, revision: 1)
        orphan.ownerReferences = []
        let round = DeploymentRound(Deployments.deployment(4), [orphan])
        guard case .patch(.replicaSets, orphan.key, let patch, "")? = round.intents.dropFirst().first else {
            Issue.record("it is not taken: \(round.intents)")
            return
        }
        #expect(patch["metadata"]?["ownerReferences"]?[0]?["uid"] == "d1")
    }
}
