internal import ClusterBase
public import KubeModel

/// The polite deletion of a pod (spec `kubernetes/02` §2.16; upstream `pkg/registry/core/pod/storage/eviction.go`).
public enum PodEviction {
    /// The `DeleteOptions` with which an evicted pod is deleted.
    ///
    /// - Throws: 400 for another pod's eviction.
    public static func deleteOptions(of eviction: KubeObject, for pod: KubeObject) throws(APIError) -> KubeObject {
        guard eviction.name.isEmpty || eviction.name == pod.name else {
            throw .badRequest("name in URL does not match name in Eviction object")
        }
        return KubeObject(eviction["deleteOptions"]) ?? KubeObject()
    }

    /// Whether disruption budgets have a say: pods that have finished, or not yet started, are deleted anyway.
    public static func respectsBudgets(_ pod: KubeObject) -> Bool {
        !["Succeeded", "Failed", "Pending"].contains(pod.text("status", "phase"))
    }
}
