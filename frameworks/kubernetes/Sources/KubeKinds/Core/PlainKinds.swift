internal import ClusterBase
internal import KubeModel

/// Kinds with little behaviour of their own.
extension CoreKinds {
    /// An identity for pods.
    static let serviceAccount: KindRow = {
        var row = coreRow("ServiceAccount", plural: "serviceaccounts")
        row.shortNames = ["sa"]
        row.returnsObjectOnDelete = true
        row.columns = [
            .name, .count("Secrets", "The number of secrets pods of the account may use.") { $0.list("secrets").count },
            .age,
        ]
        row.prepareForCreate = keepSecretNames
        row.prepareForUpdate = { new, _ in keepSecretNames(&new) }
        return row
    }()

    /// References to secrets say a name and nothing else.
    private static func keepSecretNames(_ account: inout KubeObject) {
        let secrets = account.list("secrets")
        guard !secrets.isEmpty else { return }
        account["secrets"] = .array(
            secrets.map { secret in
                var reference = JSONObject()
                reference["name"] = secret["name"]
                return .object(reference)
            })
    }

    /// The assignment of a pod to a node; never stored.
    static let binding: KindRow = {
        var row = coreRow("Binding", plural: "bindings")
        row.verbs = .create
        row.validate = PodBinding.validate
        return row
    }()

    /// The health of a component of the cluster; computed, never stored.
    static let componentStatus: KindRow = {
        var row = coreRow("ComponentStatus", plural: "componentstatuses")
        row.shortNames = ["cs"]
        row.isNamespaced = false
        row.verbs = [.get, .list]
        row.columns = [
            .name,
            .text("Status", "Healthy, Unhealthy or Unknown.") { component in
                guard let health = health(of: component) else { return "Unknown" }
                return health["status"] == "True" ? "Healthy" : "Unhealthy"
            },
            .text("Message", "What the component said.") { health(of: $0)?["message"]?.string ?? "" },
            .text("Error", "Why it could not be asked.") { health(of: $0)?["error"]?.string ?? "" },
        ]
        return row
    }()

    private static func health(of component: KubeObject) -> JSONValue? {
        component.list("conditions").first { $0["type"] == "Healthy" }
    }
}
