internal import ClusterBase
public import KubeModel

/// What upstream's default admission plugins do to pods: `DefaultTolerationSeconds` and `Priority`.
///
/// Priority classes other than the two of the system are not looked up; their pods have priority 0.
public enum PodAdmission {
    /// Completes a new pod.
    ///
    /// - Throws: 403 when the pod brings a priority or preemption policy other than the one it would get.
    public static func admitCreate(_ pod: inout KubeObject) throws(APIError) {
        tolerateLostNodes(&pod)
        let priority = systemPriorities[pod.text("spec", "priorityClassName")] ?? 0
        if let given = pod.integer("spec", "priority"), given != priority {
            throw refusal(pod, "integer value of priority (\(given))", "\(priority)")
        }
        let preemption = pod.text("spec", "preemptionPolicy")
        if !preemption.isEmpty, preemption != standardPreemption {
            throw refusal(pod, "string value of PreemptionPolicy (\(preemption))", standardPreemption)
        }
        pod["spec", "priority"] = .integer(priority)
        pod["spec", "preemptionPolicy"] = .string(standardPreemption)
    }

    /// Completes an update with what creation had added, for clients that send the pod as they first wrote it.
    public static func admitUpdate(_ pod: inout KubeObject, old: KubeObject) {
        tolerateLostNodes(&pod)
        for key in ["priority", "preemptionPolicy"] where pod["spec", key] == nil {
            pod["spec", key] = old["spec", key]
        }
    }

    private static let systemPriorities: [String: Int64] = [
        "system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000,
    ]
    private static let standardPreemption = "PreemptLowerPriority"
    private static let lostNodeTaints = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]
    private static let lostNodeSeconds: Int64 = 300

    /// Lets a pod stay on a lost node for five minutes unless it says otherwise.
    private static func tolerateLostNodes(_ pod: inout KubeObject) {
        let given = pod.list("spec", "tolerations").compactMap(KubeObject.init)
        let missing = lostNodeTaints.filter { taint in
            !given.contains { toleration in
                ["", taint].contains(toleration.text("key")) && ["", "NoExecute"].contains(toleration.text("effect"))
            }
        }
        if missing.isEmpty { return }
        let added = missing.map { taint in
            let toleration: JSONObject = [
                "key": .string(taint), "operator": "Exists", "effect": "NoExecute",
                "tolerationSeconds": .integer(lostNodeSeconds),
            ]
            return JSONValue.object(toleration)
        }
        pod["spec", "tolerations"] = .array(given.map(\.value) + added)
    }

    private static func refusal(_ pod: KubeObject, _ given: String, _ computed: String) -> APIError {
        .forbidden(
            GroupResource("pods"), pod.name,
            "the \(given) must not be provided in pod spec; priority admission controller computed \(computed) "
                + "from the given PriorityClass name")
    }
}
