internal import ClusterBase
internal import KubeModel

extension WorkloadKinds {
    /// `Pod`.
    static let pod: KindRow = {
        var row = KindRow("Pod", plural: "pods", hub: .v1, versions: [VersionRow(.v1, schema: "core.v1.Pod")])
        row.shortNames = ["po"]
        row.categories = ["all"]
        row.returnsObjectOnDelete = true
        row.subresources = [
            SubresourceRow(
                "attach", kind: GroupVersionKind(.v1, "PodAttachOptions"), verbs: ["create", "get"], .connect),
            SubresourceRow("binding", kind: GroupVersionKind(.v1, "Binding"), verbs: ["create"], .binding),
            SubresourceRow(
                "eviction", kind: GroupVersionKind(GroupVersion(group: "policy", "v1beta1"), "Eviction"),
                verbs: ["create"], .eviction),
            SubresourceRow(
                "exec", kind: GroupVersionKind(.v1, "PodExecOptions"), verbs: ["create", "get"], .connect),
            SubresourceRow("log", kind: GroupVersionKind(.v1, "Pod"), verbs: ["get"], .connect),
            SubresourceRow(
                "portforward", kind: GroupVersionKind(.v1, "PodPortForwardOptions"), verbs: ["create", "get"],
                .connect),
            SubresourceRow(
                "proxy", kind: GroupVersionKind(.v1, "PodProxyOptions"),
                verbs: ["create", "delete", "get", "patch", "update"], .connect),
            SubresourceRow("status", verbs: readWrite, .status(prepare: { _, _ in })),
        ]
        return row
    }()

    /// `PodTemplate`.
    static let podTemplate = KindRow(
        "PodTemplate", plural: "podtemplates", hub: .v1, versions: [VersionRow(.v1, schema: "core.v1.PodTemplate")])
}
