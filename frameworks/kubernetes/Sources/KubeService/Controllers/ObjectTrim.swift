internal import ClusterBase
internal import KubeModel

/// What the manager's caches keep of an object: as much as its controllers read.
enum ObjectTrim {
    private static let whole: Set<ResourceKind> = [
        .services, .endpoints, .namespaces, .replicationControllers, .replicaSets, .deployments,
        .podDisruptionBudgets,
    ]
    private static let metadata = [
        "name", "namespace", "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp",
        "deletionGracePeriodSeconds", "ownerReferences", "finalizers",
    ]
    private static let podSpec = ["restartPolicy", "nodeName", "hostname", "subdomain", "tolerations"]
    private static let podStatus = ["phase", "podIP", "podIPs", "conditions"]

    /// The trimming of a kind.
    static func trim(_ kind: ResourceKind) -> @Sendable (inout KubeObject) -> Void {
        if whole.contains(kind) { return { _ in } }
        if kind == .pods { return { pod in pod = Self.pod(pod) } }
        if kind == .nodes { return { node in node = Self.node(node) } }
        if kind == .leases { return { lease in lease = Self.lease(lease) } }
        return { object in
            object = Self.bare(object, metadata)
        }
    }

    private static func bare(_ object: KubeObject, _ metadata: [String]) -> KubeObject {
        KubeObject([
            "apiVersion": .string(object.apiVersion), "kind": .string(object.kind),
            "metadata": .object(members(metadata, of: object.metadata)),
        ])
    }

    private static func node(_ node: KubeObject) -> KubeObject {
        var kept = bare(node, metadata + ["labels"])
        kept["spec"] = .object(members(["taints", "unschedulable"], of: node["spec"]?.object ?? [:]))
        kept["status"] = .object(members(["conditions"], of: node["status"]?.object ?? [:]))
        return kept
    }

    private static func lease(_ lease: KubeObject) -> KubeObject {
        var kept = bare(lease, metadata)
        kept["spec"] = .object(members(["renewTime"], of: lease["spec"]?.object ?? [:]))
        return kept
    }

    private static func pod(_ pod: KubeObject) -> KubeObject {
        var kept = bare(pod, metadata + ["labels"])
        var spec = members(podSpec, of: pod["spec"]?.object ?? [:])
        spec["containers"] = .array(
            pod.list("spec", "containers").map { container in
                .object(members(["name", "ports"], of: container.object ?? [:]))
            })
        kept["spec"] = .object(spec)
        kept["status"] = .object(members(podStatus, of: pod["status"]?.object ?? [:]))
        let containers = pod.list("status", "containerStatuses")
        if !containers.isEmpty {
            kept["status", "containerStatuses"] = .array(
                containers.map { .object(members(["restartCount"], of: $0.object ?? [:])) })
        }
        return kept
    }

    private static func members(_ names: [String], of object: JSONObject) -> JSONObject {
        var kept = JSONObject()
        for name in names { kept[name] = object[name] }
        return kept
    }
}
