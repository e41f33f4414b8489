import ClusterBase
import KubeCore
import KubeModel
import Testing

/// Deployments and their replica sets.
enum Deployments {
    static let key = ObjectKey(namespace: "default", "web")

    static func deployment(_ replicas: Int, image: String = "nginx:1", spec: String = "") -> KubeObject {
        object(
            #"""
            {"apiVersion":"apps/v1","kind":"Deployment",
             "metadata":{"name":"web","namespace":"default","uid":"d1","generation":1,"resourceVersion":"1",
                         "annotations":{"kubernetes.io/change-cause":"first"}},
             "spec":{"replicas":\#(replicas),"selector":{"matchLabels":{"app":"web"}},
                     "strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"25%","maxUnavailable":"25%"}},
                     \#(spec)"progressDeadlineSeconds":600,"revisionHistoryLimit":2,
                     "template":{"metadata":{"labels":{"app":"web"}},
                                 "spec":{"containers":[{"name":"c","image":"\#(image)"}]}}}}
            """#)
    }

    static func recreating(_ deployment: KubeObject) -> KubeObject {
        var deployment = deployment
        deployment["spec", "strategy"] = ["type": "Recreate"]
        return deployment
    }

    /// A replica set of the deployment for an image; `available` of its pods are there, ready and available.
    static func set(
        _ image: String, _ size: Int, available: Int? = nil, revision: Int, of desired: Int = 4, age: Int = 0
    ) -> KubeObject {
        let hash = "h\(revision)"
        var set = object(
            #"""
            {"apiVersion":"apps/v1","kind":"ReplicaSet",
             "metadata":{"name":"web-\#(hash)","namespace":"default","uid":"set\#(revision)","generation":1,
                         "resourceVersion":"1","labels":{"app":"web","pod-template-hash":"\#(hash)"},
                         "annotations":{"kubernetes.io/change-cause":"first",
                             "deployment.kubernetes.io/revision":"\#(revision)",
                             "deployment.kubernetes.io/desired-replicas":"\#(desired)",
                             "deployment.kubernetes.io/max-replicas":"\#(desired + 1)"}},
             "spec":{"replicas":\#(size),
                     "selector":{"matchLabels":{"app":"web","pod-template-hash":"\#(hash)"}},
                     "template":{"metadata":{"labels":{"app":"web","pod-template-hash":"\#(hash)"}},
                                 "spec":{"containers":[{"name":"c","image":"\#(image)"}]}}},
             "status":{"replicas":\#(size),"observedGeneration":1}}
            """#)
        set.ownerReferences = [
            OwnerReference(
                apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "d1", isController: true,
                blocksOwnerDeletion: true)
        ]
        set.creationTimestamp = KubeTime.text(UnixTime(seconds: Int64(100 + revision * 10 - age)))
        let count = available ?? size
        if count > 0 {
            set["status", "readyReplicas"] = .integer(Int64(count))
            set["status", "availableReplicas"] = .integer(Int64(count))
        }
        return set
    }

    /// A condition's status and reason.
    static func condition(_ type: String, _ deployment: KubeObject) -> String {
        let all = deployment.list("status", "conditions").compactMap { KubeObject($0) }
        return all.first { $0.text("type") == type }.map { $0.text("status") + " " + $0.text("reason") } ?? "none"
    }
}

/// What became of a deployment in one look, every request being granted by a server that keeps what is written.
struct DeploymentRound {
    var sizes: [String] = []
    var events: [String] = []
    var intents: [Intent] = []
    var next = Plan<ObjectKey>.Next.finished
    /// The deployment as it was written last.
    var deployment: KubeObject
    /// What the deployment was given by a write that was no status.
    var spec: KubeObject?

    init(
        _ deployment: KubeObject, _ sets: [KubeObject], pods: [KubeObject] = [], at seconds: Int64 = 1_000,
        refusing: (Intent) -> APIError? = { _ in nil }
    ) {
        self.deployment = deployment
        var controller = DeploymentController()
        _ = controller.know(
            [(.deployments, deployment)] + sets.map { (.replicaSets, $0) } + pods.map { (.pods, $0) })
        var plan = controller.plan(Deployments.key, at: seconds)
        for _ in 0..<20 {
            take(plan)
            guard case .resume(let stage) = plan.next else { return }
            let outcomes = plan.intents.map { intent in
                Outcome(intent, refusing(intent).map { .failed($0) } ?? answer(intent, sets))
            }
            plan = controller.plan(
                Deployments.key, after: Progress(stage: stage, outcomes), now: UnixTime(seconds: seconds))
        }
        Issue.record("the work does not end")
    }

    private mutating func take(_ plan: Plan<ObjectKey>) {
        events += plan.events.map { "\($0.reason) \($0.message)" }
        intents += plan.intents
        next = plan.next
        for intent in plan.intents {
            switch intent {
            case .create(.replicaSets, let set), .update(.replicaSets, let set, _):
                sizes.append("\(set.name) \(set.integer("spec", "replicas") ?? -1)")
            case .update(.deployments, let written, "status"): deployment = written
            case .update(.deployments, let written, _): spec = written
            default: break
            }
        }
    }

    private func answer(_ intent: Intent, _ sets: [KubeObject]) -> Outcome.Answer {
        switch intent {
        case .create(_, var object):
            object.uid = "made"
            object.creationTimestamp = "1970-01-01T00:16:40Z"
            return .object(object)
        case .update(_, let object, _): return .object(object)
        case .get(.replicaSets, let key):
            return sets.first { $0.key == key }.map { .object($0) } ?? .failed(.notFound(GroupResource("x"), key.name))
        case .get: return .object(deployment)
        default: return .done
        }
    }

    /// The replica set that was made.
    var made: KubeObject? {
        intents.lazy.compactMap { if case .create(_, let set) = $0 { set } else { nil } }.first
    }
    /// The names of what was deleted.
    var deleted: [String] {
        intents.compactMap { if case .delete(_, let key, _) = $0 { key.name } else { nil } }
    }
    /// A condition's status and reason.
    func condition(_ type: String) -> String { Deployments.condition(type, deployment) }
}
