internal import ClusterBase
internal import KubeModel

/// Rules of where a pod may run: tolerations, affinities, spread (upstream `ValidateTolerations`, `validateAffinity`).
enum SchedulingRules {
    /// The taints a pod puts up with.
    static func tolerations(_ list: FieldView) -> [FieldError] {
        list.elements.flatMap { toleration in
            let (key, op, effect) = (toleration["key"], toleration["operator"], toleration["effect"])
            var errors = key.isEmpty ? [] : Validation.labelName(key.path, key.text)
            if key.isEmpty, op.text != "Exists" {
                let detail =
                    "operator must be Exists when `key` is empty, which means \"match all values and all keys\""
                errors.append(.invalid(op.path, .string(op.text), detail))
            }
            if toleration["tolerationSeconds"].isPresent, effect.text != "NoExecute" {
                let detail = "effect must be 'NoExecute' when `tolerationSeconds` is set"
                errors.append(.invalid(effect.path, .string(effect.text), detail))
            }
            return errors + operation(toleration)
                + (effect.isEmpty ? [] : effect.oneOf(["NoSchedule", "PreferNoSchedule", "NoExecute"]))
        }
    }

    private static func operation(_ toleration: FieldView) -> [FieldError] {
        let (op, value) = (toleration["operator"], toleration["value"])
        switch op.text {
        case "Equal", "":
            let problems = NameRules.labelValue(value.text)
            return problems.isEmpty
                ? [] : [.invalid(op.path, .string(value.text), problems.joined(separator: ";"))]
        case "Exists":
            let detail = "value must be empty when `operator` is 'Exists'"
            return value.isEmpty ? [] : [.invalid(op.path, shown: GoText.toleration(toleration), detail)]
        default: return [.notSupported(op.path, .string(op.text), ["Equal", "Exists"])]
        }
    }

    /// How a pod's like are spread over parts of the cluster.
    static func topologySpread(_ list: FieldView) -> [FieldError] {
        let constraints = list.elements
        let claims = constraints.map { "{\($0["topologyKey"].text), \($0["whenUnsatisfiable"].text)}" }
        return constraints.enumerated().flatMap { position, constraint in
            let skew = constraint["maxSkew"]
            var errors: [FieldError] = []
            if skew.integer ?? 0 <= 0 {
                errors.append(.invalid(skew.path, .integer(skew.integer ?? 0), "must be greater than zero"))
            }
            if constraint["topologyKey"].isEmpty {
                errors.append(constraint["topologyKey"].required("can not be empty"))
            }
            let action = constraint["whenUnsatisfiable"]
            let actions = ["DoNotSchedule", "ScheduleAnyway"]
            if !actions.contains(action.text) {
                errors.append(.notSupported(action.path, .string(action.text), actions))
            }
            if claims[(position + 1)...].contains(claims[position]) {
                let path = constraint.path.child("{topologyKey, whenUnsatisfiable}")
                errors.append(.duplicate(path, .string(claims[position])))
            }
            return errors
        }
    }

    /// The nodes and pods a pod wants to be near to, or far from.
    static func affinity(_ affinity: FieldView) -> [FieldError] {
        nodeAffinity(affinity["nodeAffinity"])
            + ["podAffinity", "podAntiAffinity"].flatMap { podAffinity(affinity[$0]) }
    }

    private static let required = "requiredDuringSchedulingIgnoredDuringExecution"
    private static let preferred = "preferredDuringSchedulingIgnoredDuringExecution"

    private static func podAffinity(_ affinity: FieldView) -> [FieldError] {
        affinity[required].elements.flatMap(podTerm)
            + affinity[preferred].elements.flatMap { weight($0["weight"]) + podTerm($0["podAffinityTerm"]) }
    }

    private static func podTerm(_ term: FieldView) -> [FieldError] {
        let topology = term["topologyKey"]
        var errors = Validation.labelSelector(term.path.child("matchExpressions"), term["labelSelector"].json)
        errors += term["namespaces"].elements.flatMap {
            $0.at(term.path.child("namespace")).check(NameRules.dns1123Label)
        }
        if topology.isEmpty { errors.append(topology.required("can not be empty")) }
        return errors + Validation.labelName(topology.path, topology.text)
    }

    private static func weight(_ weight: FieldView) -> [FieldError] {
        let number = weight.integer ?? 0
        return (1...100).contains(number)
            ? [] : [.invalid(weight.path, .integer(number), "must be in the range 1-100")]
    }
}

extension SchedulingRules {
    private static func nodeAffinity(_ affinity: FieldView) -> [FieldError] {
        let selector = affinity[required]
        let terms = selector["nodeSelectorTerms"]
        var errors = terms.elements.flatMap(nodeTerm)
        if selector.isPresent, terms.elements.isEmpty {
            errors.append(terms.required("must have at least one node selector term"))
        }
        return errors + affinity[preferred].elements.flatMap { weight($0["weight"]) + nodeTerm($0["preference"]) }
    }

    private static func nodeTerm(_ term: FieldView) -> [FieldError] {
        term["matchExpressions"].elements.flatMap(labelRequirement)
            + term["matchFields"].elements.flatMap(fieldRequirement)
    }

    private static func labelRequirement(_ requirement: FieldView) -> [FieldError] {
        let (op, values) = (requirement["operator"], requirement["values"])
        var errors: [FieldError] = []
        switch op.text {
        case "In", "NotIn":
            if values.texts.isEmpty {
                errors.append(values.required("must be specified when `operator` is 'In' or 'NotIn'"))
            }
        case "Exists", "DoesNotExist":
            if !values.texts.isEmpty {
                errors.append(values.forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
            }
        case "Gt", "Lt":
            if values.texts.count != 1 {
                errors.append(values.required("must be specified single value when `operator` is 'Lt' or 'Gt'"))
            }
        default: errors.append(.invalid(op.path, .string(op.text), "not a valid selector operator"))
        }
        return errors + Validation.labelName(requirement["key"].path, requirement["key"].text)
    }

    private static func fieldRequirement(_ requirement: FieldView) -> [FieldError] {
        let (key, op, values) = (requirement["key"], requirement["operator"], requirement["values"])
        var errors: [FieldError] = []
        if !["In", "NotIn"].contains(op.text) {
            errors.append(.invalid(op.path, .string(op.text), "not a valid selector operator"))
        } else if values.texts.count != 1 {
            let detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
            errors.append(values.required(detail))
        }
        guard key.text == "metadata.name" else {
            return errors + [.invalid(key.path, .string(key.text), "not a valid field selector key")]
        }
        return errors + values.elements.flatMap { $0.check(NameRules.dns1123Subdomain) }
    }
}
