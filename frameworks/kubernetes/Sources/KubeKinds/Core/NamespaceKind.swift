internal import KubeModel

extension CoreKinds {
    /// A room for names.
    static let namespace: KindRow = {
        var row = coreRow("Namespace", plural: "namespaces")
        row.shortNames = ["ns"]
        row.isNamespaced = false
        row.verbs = .standard.subtracting(.deleteCollection)
        row.nameRule = .label
        row.returnsObjectOnDelete = true
        row.subresources = [
            SubresourceRow("finalize", verbs: ["update"], .finalize),
            SubresourceRow("status", verbs: objectVerbs, .status(prepare: { _, _ in })),
        ]
        return row
    }()
}
