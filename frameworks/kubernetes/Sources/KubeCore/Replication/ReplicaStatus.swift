internal import ClusterBase
internal import KubeModel

/// The status of an object that keeps a number of pods.
///
/// Source: upstream `pkg/controller/replicaset/replica_set_utils.go` (1.20).
enum ReplicaStatus {
    /// The status that its active pods mean; `failure` is why some could not be made or deleted.
    static func status(of owner: KubeObject, pods: [KubeObject], failure: APIError?, now: UnixTime) -> JSONObject {
        let template = LabelSelector(map: owner["spec", "template", "metadata", "labels"])
        let minimum = owner.integer("spec", "minReadySeconds") ?? 0
        var (labelled, ready, available) = (0, 0, 0)
        for pod in pods {
            if template.matches(pod) { labelled += 1 }
            let state = PodState(pod)
            if state.isReady { ready += 1 }
            if let time = state.available(after: minimum), time <= now { available += 1 }
        }
        var status = owner["status"]?.object ?? JSONObject()
        status["replicas"] = .integer(Int64(pods.count))
        let counts = [
            ("fullyLabeledReplicas", labelled), ("readyReplicas", ready), ("availableReplicas", available),
        ]
        for (member, count) in counts { status[member] = count == 0 ? nil : .integer(Int64(count)) }
        status["observedGeneration"] = owner.generation.map { .integer($0) }
        let conditions = conditions(of: owner, count: pods.count, failure, now)
        status["conditions"] = conditions.isEmpty ? nil : .array(conditions)
        return status
    }

    private static func conditions(
        of owner: KubeObject, count: Int, _ failure: APIError?, _ now: UnixTime
    ) -> [JSONValue] {
        let type: JSONValue = "ReplicaFailure"
        let others = owner.list("status", "conditions").filter { $0["type"] != type }
        guard let failure else { return others }
        if others.count < owner.list("status", "conditions").count { return owner.list("status", "conditions") }
        let isShort = Int64(count) < owner.integer("spec", "replicas") ?? 1
        return others + [
            [
                "type": type, "status": "True", "lastTransitionTime": .string(KubeTime.text(now)),
                "reason": isShort ? "FailedCreate" : "FailedDelete", "message": .string(failure.message),
            ]
        ]
    }

    /// How long until the next of the pods becomes available by waiting; nil when none does.
    static func nextChange(of owner: KubeObject, pods: [KubeObject], now: UnixTime) -> Duration? {
        let minimum = owner.integer("spec", "minReadySeconds") ?? 0
        return pods.compactMap { PodState($0).available(after: minimum) }.filter { $0 > now }.min()
            .map { now.duration(until: $0) }
    }
}
