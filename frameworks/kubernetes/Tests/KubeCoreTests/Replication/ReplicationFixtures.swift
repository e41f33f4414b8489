import ClusterBase
import KubeCore
import KubeModel
import Testing

/// Objects that keep a number of pods.
enum Replicas {
    static func set(_ replicas: Int, name: String = "web", spec: String = "") -> KubeObject {
        object(
            #"""
            {"apiVersion":"apps/v1","kind":"ReplicaSet",
             "metadata":{"name":"\#(name)","namespace":"default","uid":"rs1","generation":1,"resourceVersion":"1"},
             "spec":{"replicas":\#(replicas),"selector":{"matchLabels":{"app":"web"}},\#(spec)
                     "template":{"metadata":{"labels":{"app":"web","tier":"front"},"annotations":{"note":"x"}},
                                 "spec":{"containers":[{"name":"c","image":"nginx"}]}}},
             "status":{"replicas":0,"observedGeneration":1}}
            """#)
    }

    static func controller(_ replicas: Int) -> KubeObject {
        var result = set(replicas)
        (result.apiVersion, result.kind) = ("v1", "ReplicationController")
        result["spec", "selector"] = ["app": "web"]
        return result
    }

    /// A pod of the set `rs1`, unless it says otherwise.
    static func pod(
        _ name: String, owner: String? = "rs1", ready: String? = "1970-01-01T00:10:00Z", node: String = "n1"
    )
        -> KubeObject
    {
        var pod = object(
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","#
                + #""labels":{"app":"web","tier":"front"}}}"#
        )
        (pod.name, pod.uid, pod.resourceVersion) = (name, "uid-" + name, "7")
        pod.creationTimestamp = "1970-01-01T00:05:00Z"
        if let owner { pod.ownerReferences = [reference(owner)] }
        if !node.isEmpty { pod["spec", "nodeName"] = .string(node) }
        pod["status", "phase"] = "Running"
        if let ready {
            pod["status", "conditions"] = [
                ["type": "Ready", "status": "True", "lastTransitionTime": .string(ready)]
            ]
        }
        return pod
    }

    static func reference(_ uid: String, name: String = "web") -> OwnerReference {
        OwnerReference(
            apiVersion: "apps/v1", kind: "ReplicaSet", name: name, uid: uid, isController: true,
            blocksOwnerDeletion: true)
    }

    /// The answers of a server that makes pods.
    static func made(_ names: String...) -> [Outcome.Answer] { names.map { .object(pod($0, ready: nil)) } }
}
