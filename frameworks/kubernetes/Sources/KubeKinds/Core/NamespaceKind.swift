internal import ClusterBase
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
        var finalize = SubresourceRow("finalize", verbs: ["update"], .finalize)
        finalize.validateUpdate = { new, _ in validateFinalizers(new, indexed: true) }
        row.subresources = [finalize, statusRow(validateNamespaceStatus)]
        row.columns = [
            .name, .text("Status", "Active, or Terminating while it is emptied.") { $0.text("status", "phase") }, .age,
        ]
        row.selectableFields = ["status.phase": { $0.text("status", "phase") }]
        row.prepareForCreate = prepareNamespace
        row.prepareForUpdate = { new, old in
            new["spec"] = old["spec"]
            new["status"] = old["status"]
        }
        row.validate = { validateFinalizers($0, indexed: false) }
        return row
    }()

    /// The finalizer of the namespace controller, which empties the namespace.
    static let namespaceFinalizer = "kubernetes"

    private static func prepareNamespace(_ namespace: inout KubeObject) {
        namespace["status"] = ["phase": "Active"]
        let finalizers = namespace.list("spec", "finalizers")
        if !finalizers.contains(.string(namespaceFinalizer)) {
            namespace["spec", "finalizers"] = .array(finalizers + [.string(namespaceFinalizer)])
        }
    }

    /// Upstream names the list on creation and the place in it on finalization.
    private static func validateFinalizers(_ namespace: KubeObject, indexed: Bool) -> [FieldError] {
        namespace.list("spec", "finalizers").enumerated().flatMap { index, name in
            let path: FieldPath = "spec.finalizers"
            return FieldRules.finalizer(name.string ?? "", indexed ? path.index(index) : path)
        }
    }

    private static func validateNamespaceStatus(_ new: KubeObject, _ old: KubeObject) -> [FieldError] {
        let phase = new.text("status", "phase")
        let (expected, words) = new.isDeleting ? ("Terminating", "is not empty") : ("Active", "is empty")
        if phase == expected { return [] }
        return [
            .invalid("status.Phase", .string(phase), "may only be '\(expected)' if `deletionTimestamp` \(words)")
        ]
    }
}
