internal import ClusterBase
internal import KubeModel

/// The two sources of a launched pod made one (decision D19).
enum PodCopy {
    /// What the task decided for each container, whatever the API says: it is what the agent was charged for.
    private static let decided = ["resources", "ports"]

    /// The API's pod with what the task's copy decided.
    static func merged(_ pod: KubeObject, copy: KubeObject) -> KubeObject {
        var pod = pod
        for list in ["initContainers", "containers"] {
            let copies = copy.list("spec", list)
            guard !copies.isEmpty, pod["spec", list] != nil else { continue }
            pod["spec", list] = .array(
                pod.list("spec", list).map { container in
                    guard var tree = KubeObject(container),
                        let twin = copies.first(where: { $0["name"]?.string == tree.text("name") })
                    else { return container }
                    for member in decided where twin[member] != nil { tree[member] = twin[member] }
                    return tree.value
                })
        }
        return pod
    }

    /// The pod with what a kill asks for beyond the pod's own: it is to go, within a grace period.
    static func ending(_ pod: KubeObject, within grace: Duration, now: UnixTime) -> KubeObject {
        var pod = pod
        let seconds = Int64(grace.totalSeconds.rounded(.up))
        if let own = pod.deletionGracePeriodSeconds, pod.isDeleting, own <= seconds { return pod }
        let end = UnixTime(microseconds: now.microseconds + seconds * 1_000_000)
        pod.deletionTimestamp = KubeTime.text(end)
        pod.deletionGracePeriodSeconds = seconds
        return pod
    }

    /// A static pod with the status that its mirror has.
    static func mirrored(_ pod: KubeObject, mirror: KubeObject?) -> KubeObject {
        guard let mirror else { return pod }
        var pod = pod
        pod["status"] = mirror["status"]
        pod.resourceVersion = mirror.resourceVersion
        return pod
    }
}
