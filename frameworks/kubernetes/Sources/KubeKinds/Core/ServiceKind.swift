internal import KubeModel

extension CoreKinds {
    /// A name and an address for a set of pods.
    static let service: KindRow = {
        var row = coreRow("Service", plural: "services")
        row.shortNames = ["svc"]
        row.categories = ["all"]
        row.verbs = .standard.subtracting(.deleteCollection)
        row.nameRule = .label1035
        row.createsOnUpdate = true
        row.returnsObjectOnDelete = true
        row.subresources = [
            SubresourceRow(
                "proxy", kind: GroupVersionKind(.v1, "ServiceProxyOptions"), verbs: proxyVerbs, .connect),
            SubresourceRow("status", verbs: objectVerbs, .status(prepare: { _, _ in })),
        ]
        return row
    }()
}
