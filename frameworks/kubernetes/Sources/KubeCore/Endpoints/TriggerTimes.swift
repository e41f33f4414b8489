internal import KubeModel

/// When the oldest change happened that a service's endpoints do not show yet (for
/// `endpoints.kubernetes.io/last-change-trigger-time`).
///
/// Source: upstream `pkg/controller/util/endpoint/trigger_time_tracker.go`.
struct TriggerTimes: Sendable {
    private var service = ""
    private var pods: [String: String] = [:]

    /// Takes the state that endpoints are made from now; returns the oldest time that is new, or empty.
    ///
    /// All times are of one form (RFC 3339, seconds, UTC) and compare as text.
    mutating func update(service object: KubeObject, pods current: [KubeObject]) -> String {
        var oldest = ""
        func consider(_ time: String) { if !time.isEmpty, oldest.isEmpty || time < oldest { oldest = time } }
        var seen: [String: String] = [:]
        for pod in current {
            let time = PodEndpoint(pod).readySince
            seen[pod.uid] = time
            if time > pods[pod.uid] ?? "" { consider(time) }
        }
        if object.creationTimestamp > service { consider(object.creationTimestamp) }
        (service, pods) = (object.creationTimestamp, seen)
        return oldest
    }
}
