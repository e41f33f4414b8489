internal import ClusterBase
public import KubeModel

/// The assignment of a pod to a node (spec `kubernetes/02` §2.15; upstream `pkg/registry/core/pod/storage`).
public enum PodBinding {
    /// The pod as the binding leaves it: its node, the binding's annotations, and the condition `PodScheduled`.
    ///
    /// - Parameters:
    ///   - pod: the stored pod.
    ///   - binding: the `Binding` in version `v1`.
    ///   - now: the time of the condition's transition.
    /// - Throws: 400 for another pod's binding, 409 when the pod is another one by now, is being deleted or has a
    ///   node, 422 for a malformed binding.
    public static func bind(pod: KubeObject, binding: KubeObject, at now: UnixTime) throws(APIError) -> KubeObject {
        guard binding.name.isEmpty || binding.name == pod.name else {
            throw .badRequest("name in URL does not match name in Binding object")
        }
        let errors = validate(binding)
        if !errors.isEmpty { throw .invalid(GroupVersionKind(.v1, "Binding"), binding.name, errors) }
        try checkState(of: pod, uid: binding.uid)
        var bound = pod
        bound["spec", "nodeName"] = binding["target", "name"]
        for (key, value) in binding.annotations { bound.setAnnotation(key, value) }
        schedule(&bound, at: now)
        return bound
    }

    /// What is wrong with a binding by itself.
    ///
    /// Source: upstream 1.20's `ValidatePodBinding`; `Minion` is the older word of spec `kubernetes/02` §2.15.
    public static func validate(_ binding: KubeObject) -> [FieldError] {
        var errors: [FieldError] = []
        let kind = binding.text("target", "kind")
        if !["", "Node", "Minion"].contains(kind) {
            errors.append(.notSupported("target.kind", .string(kind), ["Node", "<empty>"]))
        }
        if binding.text("target", "name").isEmpty { errors.append(.required("target.name")) }
        return errors
    }

    private static let resource = GroupResource("pods/binding")

    private static func checkState(of pod: KubeObject, uid: String) throws(APIError) {
        if !uid.isEmpty, uid != pod.uid {
            throw .conflict(
                resource, pod.name,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: \(pod.uid)")
        }
        if pod.isDeleting {
            throw .conflict(
                resource, pod.name, "pod \(pod.name) is being deleted, cannot be assigned to a host")
        }
        let node = pod.text("spec", "nodeName")
        if !node.isEmpty {
            throw .conflict(resource, pod.name, "pod \(pod.name) is already assigned to node \"\(node)\"")
        }
    }

    private static func schedule(_ pod: inout KubeObject, at now: UnixTime) {
        var conditions = pod.list("status", "conditions").filter { $0["type"]?.string != "PodScheduled" }
        let condition: JSONObject = [
            "type": "PodScheduled", "status": "True", "lastProbeTime": .null,
            "lastTransitionTime": .string(KubeTime.text(now)),
        ]
        conditions.append(.object(condition))
        pod["status", "conditions"] = .array(conditions)
    }
}
