internal import ClusterBase
internal import KubeModel

extension CoreKinds {
    /// Settings as texts.
    static let configMap: KindRow = {
        var row = coreRow("ConfigMap", plural: "configmaps")
        row.shortNames = ["cm"]
        row.columns = [
            .name,
            .count("Data", "The number of values.") { map in
                (map["data"]?.object?.count ?? 0) + (map["binaryData"]?.object?.count ?? 0)
            },
            .age,
        ]
        row.validate = validateConfigMap
        row.checksChangesFirst = true
        row.validateUpdate = { new, old in DataRules.immutabilityErrors(new, old, fields: ["data", "binaryData"]) }
        return row
    }()

    /// Source: upstream 1.20's `ValidateConfigMap`.
    private static func validateConfigMap(_ map: KubeObject) -> [FieldError] {
        let texts = map["data"]?.object ?? JSONObject()
        let bytes = map["binaryData"]?.object ?? JSONObject()
        var errors: [FieldError] = []
        var size = 0
        for (key, value) in texts {
            errors += DataRules.keyErrors(key, "data")
            if bytes[key] != nil {
                let words = "duplicate of key present in binaryData"
                errors.append(.invalid(FieldPath("data").key(key), .string(key), words))
            }
            size += value.string?.utf8.count ?? 0
        }
        for (key, value) in bytes {
            errors += DataRules.keyErrors(key, "binaryData")
            size += DataRules.size(value.string ?? "")
        }
        // The whole object is meant; upstream's path without a name reads so.
        if size > DataRules.limit { errors.append(.tooLong("[]", "", limit: DataRules.limit)) }
        return errors
    }
}
