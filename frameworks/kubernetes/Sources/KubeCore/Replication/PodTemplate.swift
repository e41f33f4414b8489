internal import ClusterBase
internal import KubeModel

/// Pods from a template (`spec.template`).
enum PodTemplate {
    /// A pod for the server to name, with its owner as controller.
    static func pod(of owner: KubeObject, _ kind: ResourceKind) -> KubeObject {
        let template = KubeObject(owner["spec", "template"]) ?? KubeObject()
        var pod = KubeObject(["apiVersion": "v1", "kind": "Pod"])
        // Owners made through the first API versions may have capitals, which names of pods may not.
        pod.generateName = owner.name.lowercased() + "-"
        pod.namespace = owner.namespace
        for member in ["labels", "annotations", "finalizers"] {
            guard let value = template["metadata", member] else { continue }
            pod["metadata", member] = value
        }
        pod.ownerReferences = [owner.controllerReference(kind)]
        pod["spec"] = template["spec"]
        return pod
    }
}
