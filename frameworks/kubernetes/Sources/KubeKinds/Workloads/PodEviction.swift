internal import ClusterBase
public import KubeModel

/// The polite deletion of a pod (spec `kubernetes/02` §2.16; upstream `pkg/registry/core/pod/storage/eviction.go`).
public enum PodEviction {
    /// More evictions than these may not be granted without their pods being seen to go.
    private static let mostDisrupted = 2_000

    /// The `DeleteOptions` with which an evicted pod is deleted.
    ///
    /// - Throws: 400 for another pod's eviction.
    public static func deleteOptions(of eviction: KubeObject, for pod: KubeObject) throws(APIError) -> KubeObject {
        guard eviction.name.isEmpty || eviction.name == pod.name else {
            throw .badRequest("name in URL does not match name in Eviction object")
        }
        return KubeObject(eviction["deleteOptions"]) ?? KubeObject()
    }

    /// Whether disruption budgets have a say: pods that go, have finished, or not yet started, are deleted anyway.
    ///
    /// - Note: 1.20 asks the budget again for pods that are going; later versions do not.
    public static func respectsBudgets(_ pod: KubeObject) -> Bool {
        !pod.isDeleting && !["Succeeded", "Failed", "Pending"].contains(pod.text("status", "phase"))
    }

    /// The budget that covers a pod, of those of its namespace; nil when none does.
    ///
    /// - Throws: 500 when several do.
    public static func budget(for pod: KubeObject, among budgets: [KubeObject]) throws(APIError) -> KubeObject? {
        if pod["metadata", "labels"]?.object?.isEmpty ?? true { return nil }
        let covering = budgets.filter { LabelSelector(ofBudget: $0).matches(pod) }
        guard covering.count <= 1 else {
            throw APIError(
                500, "",
                "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.")
        }
        return covering.first
    }

    /// Takes one eviction out of a budget: one less is allowed, and the pod is noted until it is seen to go.
    ///
    /// - Throws: 429 when the budget allows none now; 403 when it can grant none.
    public static func charge(_ budget: inout KubeObject, for pod: KubeObject, now: UnixTime) throws(APIError) {
        let allowed = budget.integer("status", "disruptionsAllowed") ?? 0
        guard budget.integer("status", "observedGeneration") ?? 0 >= budget.generation ?? 0 else {
            var error = refusal("The disruption budget \(budget.name) is still being processed by the server.")
            error.retryAfterSeconds = 10
            throw error
        }
        let resource = WorkloadKinds.podDisruptionBudget.resource
        guard allowed >= 0 else { throw .forbidden(resource, budget.name, "pdb disruptions allowed is negative") }
        guard budget["status", "disruptedPods"]?.object?.count ?? 0 <= mostDisrupted else {
            throw .forbidden(
                resource, budget.name,
                "DisruptedPods map too big - too many evictions not confirmed by PDB controller")
        }
        guard allowed > 0 else {
            let (desired, current) = (
                budget.integer("status", "desiredHealthy") ?? 0, budget.integer("status", "currentHealthy") ?? 0
            )
            throw refusal(
                "The disruption budget \(budget.name) needs \(desired) healthy pods and has \(current) currently")
        }
        budget["status", "disruptionsAllowed"] = .integer(allowed - 1)
        budget["status", "disruptedPods", pod.name] = .string(KubeTime.text(now))
    }

    /// 429 without a time to try again: clients that are told one do so by themselves, a few times only.
    private static func refusal(_ cause: String) -> APIError {
        var error = APIError(
            429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.")
        error.causes = [APIError.Cause(reason: "DisruptionBudget", message: cause)]
        return error
    }
}
