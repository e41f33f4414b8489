internal import KubeModel

extension CoreKinds {
    /// An identity for pods.
    static let serviceAccount: KindRow = {
        var row = coreRow("ServiceAccount", plural: "serviceaccounts")
        row.shortNames = ["sa"]
        row.returnsObjectOnDelete = true
        return row
    }()

    /// The assignment of a pod to a node; never stored.
    static let binding: KindRow = {
        var row = coreRow("Binding", plural: "bindings")
        row.verbs = .create
        return row
    }()

    /// The health of a component of the cluster; computed, never stored.
    static let componentStatus: KindRow = {
        var row = coreRow("ComponentStatus", plural: "componentstatuses")
        row.shortNames = ["cs"]
        row.isNamespaced = false
        row.verbs = [.get, .list]
        return row
    }()
}
