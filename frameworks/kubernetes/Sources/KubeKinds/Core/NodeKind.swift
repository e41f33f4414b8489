internal import ClusterBase
internal import KubeModel

extension CoreKinds {
    /// A machine that runs pods.
    static let node: KindRow = {
        var row = coreRow("Node", plural: "nodes", defaults: fillNodeDefaults)
        row.shortNames = ["no"]
        row.isNamespaced = false
        var status = SubresourceRow("status", verbs: objectVerbs, .status(prepare: keepSpec))
        status.validateUpdate = NodeValidation.validateUpdate
        row.subresources = [
            SubresourceRow("proxy", kind: GroupVersionKind(.v1, "NodeProxyOptions"), verbs: proxyVerbs, .connect),
            status,
        ]
        row.columns = NodeColumns.all
        row.selectableFields = ["spec.unschedulable": { $0.flag("spec", "unschedulable") ? "true" : "false" }]
        row.prepareForUpdate = keepStatus
        row.validate = NodeValidation.validate
        row.validateUpdate = NodeValidation.validateUpdate
        return row
    }()

    /// A node that does not say what of it is for pods gives all; the older field for addresses of pods is the first
    /// of the newer one.
    private static func fillNodeDefaults(_ node: inout KubeObject) {
        if node["status", "allocatable"] == nil, let capacity = node["status", "capacity"] {
            node["status", "allocatable"] = capacity
        }
        let (block, blocks) = (node.text("spec", "podCIDR"), node.list("spec", "podCIDRs"))
        if block.isEmpty, let first = blocks.first {
            node["spec", "podCIDR"] = first
        } else if !block.isEmpty, blocks.first != .string(block) {
            node["spec", "podCIDRs"] = [.string(block)]
        }
    }
}
