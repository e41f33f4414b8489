internal import ClusterBase
internal import KubeModel

extension WorkloadKinds {
    /// `PodDisruptionBudget`.
    static let podDisruptionBudget: KindRow = {
        var row = KindRow(
            "PodDisruptionBudget", group: policy.group, plural: "poddisruptionbudgets", hub: policy,
            versions: [VersionRow(policy, schema: "policy.v1beta1.PodDisruptionBudget")])
        row.shortNames = ["pdb"]
        row.generationRule = .spec
        row.requiresResourceVersionOnUpdate = true
        row.columns = [
            .name,
            limit("Min Available", "Pods that must stay.", "minAvailable"),
            limit("Max Unavailable", "Pods that may be missing.", "maxUnavailable"),
            ColumnRow("Allowed Disruptions", type: "integer", "Pods that may be evicted now.") { budget, _ in
                .integer(budget.integer("status", "disruptionsAllowed") ?? 0)
            },
            .age,
        ]
        row.prepareForCreate = { budget in
            let status: JSONObject = [
                "disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0,
            ]
            budget["status"] = .object(status)
        }
        row.prepareForUpdate = CoreKinds.keepStatus
        row.validate = { DisruptionBudgetRules.budget(FieldView($0)) }
        row.subresources = [
            CoreKinds.statusRow { new, _ in DisruptionBudgetRules.status(FieldView(new)["status"]) }
        ]
        return row
    }()

    private static func limit(_ name: String, _ description: String, _ field: String) -> ColumnRow {
        ColumnRow(name, description) { budget, _ in
            guard let limit = IntOrString(budget["spec", field]) else { return "N/A" }
            return .string(limit.value.string ?? limit.value.text)
        }
    }
}
