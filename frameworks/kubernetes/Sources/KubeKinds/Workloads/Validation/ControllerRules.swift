internal import ClusterBase
internal import KubeModel

/// Rules of the controllers that keep copies of a pod template.
///
/// Source: upstream 1.20 `pkg/apis/core/validation/validation.go` and `pkg/apis/apps/validation/validation.go`.
enum ControllerRules {
    /// What is wrong with a replication controller.
    static func replicationController(_ object: FieldView) -> [FieldError] {
        let (spec, selector) = (object["spec"], object["spec"]["selector"])
        let pods = LabelSelector(map: selector.json)
        var errors = spec["minReadySeconds"].notNegative + selector.requiredErrors + spec["replicas"].notNegative
        guard spec["template"].isPresent else { return errors + [spec["template"].required()] }
        errors += template(of: spec, selector: pods, kind: "ReplicationController")
        return errors
    }

    /// What is wrong with a replica set.
    static func replicaSet(_ object: FieldView) -> [FieldError] {
        let spec = object["spec"]
        return spec["replicas"].notNegative + spec["minReadySeconds"].notNegative + selectorAndTemplate(spec)
    }

    /// What is wrong with a deployment.
    static func deployment(_ object: FieldView) -> [FieldError] {
        let (spec, deadline) = (object["spec"], object["spec"]["progressDeadlineSeconds"])
        var errors = spec["replicas"].notNegative + selectorAndTemplate(spec) + strategy(spec["strategy"])
        errors += spec["minReadySeconds"].notNegative + spec["revisionHistoryLimit"].notNegative
        errors += rollback(object["metadata"]["annotations"], spec)
        errors += deadline.notNegative
        if let seconds = deadline.integer, seconds <= spec["minReadySeconds"].integer ?? 0 {
            errors.append(deadline.invalid("must be greater than minReadySeconds"))
        }
        return errors
    }

    /// The selector of an object stays the one it was created with.
    static func fixedSelector(_ new: FieldView, old: FieldView) -> [FieldError] {
        let (selector, before) = (new["spec"]["selector"], old["spec"]["selector"])
        if selector.json == before.json { return [] }
        return [
            .invalid(selector.path, shown: GoText.labelSelector(selector.json), Validation.immutableMessage)
        ]
    }

    private static func selectorAndTemplate(_ spec: FieldView) -> [FieldError] {
        let selector = spec["selector"]
        var errors: [FieldError] = []
        if !selector.isPresent {
            errors.append(selector.required())
        } else {
            errors += Validation.labelSelector(selector.path, selector.json)
            if selector["matchLabels"].isEmpty, selector["matchExpressions"].isEmpty {
                let shown = GoText.labelSelector(selector.json)
                errors.append(
                    .invalid(selector.path, shown: shown, "empty selector is invalid for deployment"))
            }
        }
        do throws(APIError) {
            let pods = try LabelSelector(object: selector.json)
            return errors + template(of: spec, selector: pods, kind: "ReplicaSet")
        } catch {
            let shown = GoText.labelSelector(selector.json)
            return errors + [.invalid(selector.path, shown: shown, "invalid label selector")]
        }
    }

    private static func template(of spec: FieldView, selector: LabelSelector, kind: String) -> [FieldError] {
        let template = spec["template"]
        let (labels, pod) = (template["metadata"]["labels"], template["spec"])
        var errors: [FieldError] = []
        if !selector.isEverything, !selector.matches(labels.json?.object) {
            let detail = "`selector` does not match template `labels`"
            errors.append(.invalid(labels.path, shown: GoText.map(labels.json), detail))
        }
        errors += PodRules.template(template)
        if spec["replicas"].integer ?? 0 > 1 { errors += sharedDisks(pod["volumes"]) }
        let policy = pod["restartPolicy"]
        if policy.text != "Always" { errors.append(.notSupported(policy.path, .string(policy.text), ["Always"])) }
        if pod["activeDeadlineSeconds"].isPresent {
            let deadline = pod["activeDeadlineSeconds"]
            errors.append(deadline.forbidden("activeDeadlineSeconds in \(kind) is not Supported"))
        }
        return errors
    }

    private static func sharedDisks(_ volumes: FieldView) -> [FieldError] {
        volumes.elements.map { $0["gcePersistentDisk"] }.filter { $0.isPresent && !$0["readOnly"].flag }.map { disk in
            .invalid(
                disk["readOnly"].path, false,
                "must be true for replicated pods > 1; GCE PD can only be mounted on multiple machines if it is "
                    + "read-only")
        }
    }
}

extension ControllerRules {
    private static func strategy(_ strategy: FieldView) -> [FieldError] {
        let (type, update) = (strategy["type"].text, strategy["rollingUpdate"])
        switch type {
        case "Recreate":
            let detail = "may not be specified when strategy `type` is 'Recreate'"
            return update.isPresent ? [update.forbidden(detail)] : []
        case "RollingUpdate":
            return update.isPresent
                ? rollingUpdate(update) : [update.required("this should be defaulted and never be nil")]
        default:
            var error = FieldError.notSupported(strategy.path, .null, ["Recreate", "RollingUpdate"])
            let shownType = JSONValue.string(type).text
            let shownUpdate = "(*apps.RollingUpdateDeployment)(nil)"
            error.shown = "apps.DeploymentStrategy{Type:\(shownType), RollingUpdate:\(shownUpdate)}"
            return [error]
        }
    }

    private static func rollingUpdate(_ update: FieldView) -> [FieldError] {
        let (unavailable, surge) = (update["maxUnavailable"], update["maxSurge"])
        var errors = [unavailable, surge].flatMap(notNegativeOrPercent)
        if amount(unavailable) == 0, amount(surge) == 0 {
            errors.append(invalid(unavailable, "may not be 0 when `maxSurge` is 0"))
        }
        return errors + notMoreThanAll(unavailable)
    }

    /// Complains about a percentage beyond 100.
    static func notMoreThanAll(_ value: FieldView) -> [FieldError] {
        guard let percent = IntOrString(value.json)?.percent, percent > 100 else { return [] }
        return [invalid(value, "must not be greater than 100%")]
    }

    /// Complains about a number that is negative, and text that is no percentage.
    static func notNegativeOrPercent(_ value: FieldView) -> [FieldError] {
        guard let text = value.json?.string else { return value.notNegative }
        return NameRules.percent(text).map { invalid(value, $0) }
    }

    /// The number or percentage; text that is neither counts as 0.
    private static func amount(_ value: FieldView) -> Int64 {
        IntOrString(value.json)?.percent.map(Int64.init) ?? value.integer ?? 0
    }

    private static func invalid(_ value: FieldView, _ detail: String) -> FieldError {
        .invalid(value.path, shown: GoText.intOrString(value.json), detail)
    }

    private static func rollback(_ annotations: FieldView, _ spec: FieldView) -> [FieldError] {
        guard let revision = Int64(annotations[DeploymentConversion.rollbackAnnotation].text) else { return [] }
        return Validation.notNegative(spec.path.child("rollback").child("version"), revision)
    }
}
