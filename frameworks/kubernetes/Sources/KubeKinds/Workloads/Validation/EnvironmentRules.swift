internal import ClusterBase
internal import KubeModel

/// Rules of environment variables and of fields of the pod that containers may read (upstream `ValidateEnv` and kin).
enum EnvironmentRules {
    /// The variables of `env`.
    static func variables(_ list: FieldView) -> [FieldError] {
        list.elements.flatMap { variable in
            variable["name"].checkRequired(NameRules.environmentName) + valueFrom(variable)
        }
    }

    /// The objects of `envFrom`.
    static func sources(_ list: FieldView) -> [FieldError] {
        list.elements.flatMap { source in
            let given = [source["configMapRef"], source["secretRef"]].filter(\.isPresent)
            var errors = source["prefix"].checkOptional(NameRules.environmentName)
            errors += given.flatMap { reference in
                reference["name"].checkRequired { NameRule.subdomain.problems($0, isPrefix: true) }
            }
            if given.isEmpty {
                errors.append(.invalid(list.path, "", "must specify one of: `configMapRef` or `secretRef`"))
            } else if given.count > 1 {
                errors.append(.invalid(list.path, "", "may not have more than one field specified at a time"))
            }
            return errors
        }
    }

    private static let valueSources: [(name: String, check: @Sendable (FieldView) -> [FieldError])] = [
        ("fieldRef", { fieldRef($0, readable: variableFields) }),
        ("resourceFieldRef", { resourceFieldRef($0, needsContainer: false) }),
        ("configMapKeyRef", keySelector),
        ("secretKeyRef", keySelector),
    ]

    private static func valueFrom(_ variable: FieldView) -> [FieldError] {
        let source = variable["valueFrom"]
        guard source.isPresent else { return [] }
        let given = valueSources.filter { source[$0.name].isPresent }
        var errors = given.flatMap { $0.check(source[$0.name]) }
        if given.isEmpty {
            errors.append(
                .invalid(
                    source.path, "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"))
        } else if !variable["value"].isEmpty {
            errors.append(.invalid(source.path, "", "may not be specified when `value` is not empty"))
        } else if given.count > 1 {
            errors.append(.invalid(source.path, "", "may not have more than one field specified at a time"))
        }
        return errors
    }

    private static func keySelector(_ selector: FieldView) -> [FieldError] {
        selector["name"].check(NameRules.dns1123Subdomain) + selector["key"].checkRequired(NameRules.configMapKey)
    }
}

extension EnvironmentRules {
    /// Fields of a pod that variables may have, sorted.
    private static let variableFields = [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
        "status.hostIP", "status.podIP", "status.podIPs",
    ]

    /// Fields of a pod that files may have, sorted.
    static let fileFields = [
        "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid",
    ]

    /// Fields of a pod that exist at all.
    private static let podFields = Set(
        variableFields + fileFields + ["spec.restartPolicy", "spec.schedulerName", "status.phase"])

    /// A field of the pod, such as `metadata.name` or `metadata.labels['app']`.
    static func fieldRef(_ reference: FieldView, readable: [String]) -> [FieldError] {
        let (version, field) = (reference["apiVersion"], reference["fieldPath"])
        if version.isEmpty { return [version.required()] }
        if field.isEmpty { return [field.required()] }
        guard version.text == "v1" else {
            return [field.invalid("error converting fieldPath: unsupported pod version: \(version.text)")]
        }
        if let (path, key) = subscripted(field.text) {
            switch path {
            case "metadata.annotations": return subscriptErrors(reference, key, key.lowercased())
            case "metadata.labels": return subscriptErrors(reference, key, key)
            case let path where !podFields.contains(path): break
            default: return [.invalid(reference.path, .string(path), "does not support subscript")]
            }
        }
        let path = field.text == "spec.host" ? "spec.nodeName" : field.text
        guard podFields.contains(path) else {
            return [field.invalid("error converting fieldPath: field label not supported: \(path)")]
        }
        return readable.contains(path) ? [] : [.notSupported(field.path, .string(path), readable)]
    }

    private static func subscriptErrors(_ reference: FieldView, _ key: String, _ checked: String) -> [FieldError] {
        Validation.invalid(reference.path, key, NameRules.qualifiedName(checked))
    }

    /// Path and key of `path['key']`.
    private static func subscripted(_ text: String) -> (path: String, key: String)? {
        guard text.hasSuffix("']"), let open = text.firstIndex(of: "[") else { return nil }
        let inner = text[text.index(after: open)...].dropLast(2)
        guard inner.first == "'" else { return nil }
        return (String(text[..<open]), String(inner.dropFirst()))
    }
}

extension EnvironmentRules {
    private static let resourceFields = [
        "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage",
        "requests.memory",
    ]
    private static let sizeDivisors = [
        "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei",
    ]

    /// A resource of a container, such as `limits.cpu`.
    static func resourceFieldRef(_ reference: FieldView, needsContainer: Bool) -> [FieldError] {
        let (container, resource) = (reference["containerName"], reference["resource"])
        var errors: [FieldError] = []
        if needsContainer, container.isEmpty {
            errors.append(container.required())
        } else if resource.isEmpty {
            errors.append(resource.required())
        } else if !resourceFields.contains(resource.text) {
            errors.append(.notSupported(resource.path, .string(resource.text), resourceFields))
        }
        return errors + divisor(reference["divisor"], of: resource.text)
    }

    private static func divisor(_ divisor: FieldView, of resource: String) -> [FieldError] {
        guard let quantity = Quantity(divisor.json), quantity != .zero, resourceFields.contains(resource) else {
            return []
        }
        let isCPU = resource.hasSuffix(".cpu")
        let allowed = isCPU ? ["1m", "1"] : sizeDivisors
        if allowed.contains(quantity.description) { return [] }
        let kind = isCPU ? "cpu" : resource.hasSuffix(".memory") ? "memory" : "local ephemeral storage"
        let values = isCPU ? "1m and 1" : sizeDivisors.joined(separator: ", ")
        let detail = "only divisor's values \(values) are supported with the \(kind) resource"
        return [.invalid(divisor.path, .string(resource), detail)]
    }
}
