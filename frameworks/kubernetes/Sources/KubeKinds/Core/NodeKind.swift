internal import KubeModel

extension CoreKinds {
    /// A machine that runs pods.
    static let node: KindRow = {
        var row = coreRow("Node", plural: "nodes")
        row.shortNames = ["no"]
        row.isNamespaced = false
        row.subresources = [
            SubresourceRow("proxy", kind: GroupVersionKind(.v1, "NodeProxyOptions"), verbs: proxyVerbs, .connect),
            SubresourceRow("status", verbs: objectVerbs, .status(prepare: { _, _ in })),
        ]
        return row
    }()
}
