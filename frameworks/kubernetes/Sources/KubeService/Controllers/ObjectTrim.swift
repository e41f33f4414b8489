internal import ClusterBase
internal import KubeModel

/// What the manager's caches keep of an object: as much as its controllers read.
enum ObjectTrim {
    private static let whole: Set<ResourceKind> = [.services, .endpoints, .namespaces]
    private static let metadata = [
        "name", "namespace", "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp",
        "deletionGracePeriodSeconds", "ownerReferences", "finalizers",
    ]
    private static let podSpec = ["restartPolicy", "nodeName", "hostname", "subdomain"]
    private static let podStatus = ["phase", "podIP", "podIPs", "conditions"]

    /// The trimming of a kind.
    static func trim(_ kind: ResourceKind) -> @Sendable (inout KubeObject) -> Void {
        if whole.contains(kind) { return { _ in } }
        if kind == .pods { return { pod in pod = Self.pod(pod) } }
        return { object in
            object = KubeObject([
                "apiVersion": .string(object.apiVersion), "kind": .string(object.kind),
                "metadata": .object(Self.members(metadata, of: object.metadata)),
            ])
        }
    }

    private static func pod(_ pod: KubeObject) -> KubeObject {
        var kept = KubeObject(["apiVersion": .string(pod.apiVersion), "kind": .string(pod.kind)])
        kept.metadata = members(metadata + ["labels"], of: pod.metadata)
        var spec = members(podSpec, of: pod["spec"]?.object ?? [:])
        spec["containers"] = .array(
            pod.list("spec", "containers").map { container in
                .object(members(["name", "ports"], of: container.object ?? [:]))
            })
        kept["spec"] = .object(spec)
        kept["status"] = .object(members(podStatus, of: pod["status"]?.object ?? [:]))
        return kept
    }

    private static func members(_ names: [String], of object: JSONObject) -> JSONObject {
        var kept = JSONObject()
        for name in names { kept[name] = object[name] }
        return kept
    }
}
