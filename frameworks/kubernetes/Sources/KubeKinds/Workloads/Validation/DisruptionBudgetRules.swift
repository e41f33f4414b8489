internal import ClusterBase
internal import KubeModel

/// Rules of disruption budgets.
///
/// Source: upstream 1.20 `pkg/apis/policy/validation/validation.go`.
enum DisruptionBudgetRules {
    /// What is wrong with a budget.
    static func budget(_ object: FieldView) -> [FieldError] {
        let spec = object["spec"]
        let limits = [spec["minAvailable"], spec["maxUnavailable"]]
        var errors: [FieldError] = []
        if limits.allSatisfy(\.isPresent) {
            errors.append(spec.invalid("minAvailable and maxUnavailable cannot be both set"))
        }
        errors += limits.filter(\.isPresent).flatMap {
            ControllerRules.notNegativeOrPercent($0) + ControllerRules.notMoreThanAll($0)
        }
        return errors + Validation.labelSelector(spec["selector"].path, spec["selector"].json)
    }

    /// What is wrong with a new status.
    static func status(_ status: FieldView) -> [FieldError] {
        ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"].flatMap { status[$0].notNegative }
    }
}
