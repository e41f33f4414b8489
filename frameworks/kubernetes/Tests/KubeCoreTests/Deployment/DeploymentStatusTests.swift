import ClusterBase
import KubeCore
import KubeModel
import Testing

@Suite struct DeploymentStatusTests {
    private static func progressing(_ reason: String, status: String = "True", updated: Int64 = 900) -> JSONValue {
        let time = JSONValue.string(KubeTime.text(UnixTime(seconds: updated)))
        return [
            "type": "Progressing", "status": .string(status), "lastUpdateTime": time, "lastTransitionTime": time,
            "reason": .string(reason), "message": "",
        ]
    }

    private static func deployment(_ condition: JSONValue, replicas: Int = 5, updated: Int = 2) -> KubeObject {
        var deployment = Deployments.deployment(4, image: "nginx:2")
        deployment.setAnnotation("deployment.kubernetes.io/revision", "2")
        deployment["status"] = [
            "observedGeneration": 1, "replicas": .integer(Int64(replicas)),
            "updatedReplicas": .integer(Int64(updated)), "readyReplicas": 3, "availableReplicas": 3,
            "unavailableReplicas": 2, "conditions": [condition],
        ]
        return deployment
    }

    private static let stuck = [
        Deployments.set("nginx:1", 3, revision: 1), Deployments.set("nginx:2", 2, available: 0, revision: 2),
    ]

    private func message(_ type: String, _ round: DeploymentRound) -> String {
        let all = round.deployment.list("status", "conditions").compactMap { KubeObject($0) }
        return all.first { $0.text("type") == type }?.text("message") ?? ""
    }

    @Test func countsAndConditionsAreWritten() {
        let sets = [
            Deployments.set("nginx:1", 2, revision: 1), Deployments.set("nginx:2", 3, available: 1, revision: 2),
        ]
        let round = DeploymentRound(Deployments.deployment(4, image: "nginx:2"), sets)
        var status = round.deployment["status"]?.object ?? [:]
        status["conditions"] = nil
        #expect(
            status == [
                "observedGeneration": 1, "replicas": 5, "updatedReplicas": 3, "readyReplicas": 3,
                "availableReplicas": 3, "unavailableReplicas": 2,
            ])
        #expect(message("Available", round) == "Deployment has minimum availability.")
        #expect(round.condition("Progressing") == "True ReplicaSetUpdated")
        #expect(message("Progressing", round) == "ReplicaSet \"web-h2\" is progressing.")
    }

    @Test func progressRefreshesTheTimeOfUpdateOnly() {
        let before = Self.deployment(Self.progressing("ReplicaSetUpdated"), replicas: 5, updated: 1)
        let round = DeploymentRound(before, Self.stuck)
        let all = round.deployment.list("status", "conditions").compactMap { KubeObject($0) }
        let condition = all.first { $0.text("type") == "Progressing" }
        #expect(condition?.text("lastUpdateTime") == "1970-01-01T00:16:40Z")
        #expect(condition?.text("lastTransitionTime") == "1970-01-01T00:15:00Z")
        #expect(round.next == .again(after: .seconds(601)))
    }

    @Test func rolloutWithoutProgressTimesOut() {
        let before = Self.deployment(Self.progressing("ReplicaSetUpdated"))
        #expect(DeploymentRound(before, Self.stuck, at: 1_500).condition("Progressing") == "True ReplicaSetUpdated")
        let round = DeploymentRound(before, Self.stuck, at: 1_501)
        #expect(round.condition("Progressing") == "False ProgressDeadlineExceeded")
        #expect(message("Progressing", round) == "ReplicaSet \"web-h2\" has timed out progressing.")
        #expect(round.next == .finished)
    }

    @Test func rolloutWithoutADeadlineNeverDoes() {
        var before = Self.deployment(Self.progressing("ReplicaSetUpdated"))
        before["spec", "progressDeadlineSeconds"] = .integer(Int64(Int32.max))
        #expect(DeploymentRound(before, Self.stuck, at: 1_000_000).condition("Progressing") == "none")
    }

    @Test func rolloutThatIsOverIsToldOnce() {
        let sets = [Deployments.set("nginx:1", 0, revision: 1), Deployments.set("nginx:2", 4, revision: 2)]
        let before = Self.deployment(Self.progressing("ReplicaSetUpdated"))
        let round = DeploymentRound(before, sets)
        #expect(round.condition("Progressing") == "True NewReplicaSetAvailable")
        #expect(message("Progressing", round) == "ReplicaSet \"web-h2\" has successfully progressed.")
        #expect(DeploymentRound(round.deployment, sets, at: 9_000).intents.isEmpty)
        // Pods that are lost later start no deadline.
        var poorer = sets
        poorer[1]["status", "availableReplicas"] = 2
        let later = DeploymentRound(round.deployment, poorer, at: 9_000)
        #expect(later.condition("Progressing") == "True NewReplicaSetAvailable")
        #expect(later.condition("Available") == "False MinimumReplicasUnavailable")
    }

    @Test func failureOfAReplicaSetIsTheDeployments() {
        var sets = Self.stuck
        sets[1]["status", "conditions"] = [
            [
                "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "quota",
                "lastTransitionTime": "1970-01-01T00:10:00Z",
            ]
        ]
        let before = Self.deployment(Self.progressing("ReplicaSetUpdated"))
        let round = DeploymentRound(before, sets)
        #expect(round.condition("ReplicaFailure") == "True FailedCreate")
        #expect(message("ReplicaFailure", round) == "quota")
        #expect(DeploymentRound(round.deployment, Self.stuck).condition("ReplicaFailure") == "none")
    }

    @Test func deploymentThatGoesOnlyHasItsStatusWritten() {
        var going = Deployments.deployment(4, image: "nginx:2")
        going.deletionTimestamp = "1970-01-01T00:10:00Z"
        let round = DeploymentRound(going, [Deployments.set("nginx:1", 4, revision: 1)])
        #expect(round.intents.count == 1)
        #expect(round.deployment.integer("status", "replicas") == 4)
    }
}
