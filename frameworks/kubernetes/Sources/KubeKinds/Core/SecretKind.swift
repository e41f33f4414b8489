internal import ClusterBase
internal import KubeModel

extension CoreKinds {
    /// Bytes that few may read.
    static let secret: KindRow = {
        var row = coreRow("Secret", plural: "secrets", defaults: SecretRules.takeInTexts)
        row.columns = [
            .name,
            .text("Type", "What the secret is for.") { $0.text("type") },
            .count("Data", "The number of values.") { $0["data"]?.object?.count ?? 0 },
            .age,
        ]
        row.selectableFields = ["type": { $0.text("type") }]
        row.validate = SecretRules.validate
        row.checksChangesFirst = true
        row.validateUpdate = { new, old in
            Validation.immutable("type", new["type"], old["type"])
                + DataRules.immutabilityErrors(new, old, fields: ["data"])
        }
        return row
    }()
}
