internal import ClusterBase
internal import KubeModel

/// Rules of the resources that containers request (upstream `ValidateResourceRequirements`).
enum ResourceRules {
    /// Requests and limits of a container, at its `resources`.
    static func requirements(_ resources: FieldView) -> [FieldError] {
        let (limits, requests) = (resources["limits"], resources["requests"])
        var errors: [FieldError] = []
        for (name, limit) in limits.entries { errors += amount(name, limit) }
        for (name, request) in requests.entries {
            errors += amount(name, request)
            errors += comparison(name, request: request, limit: limits[key: name], requests.path, limits.path)
        }
        let names = Set((limits.entries + requests.entries).map(\.key))
        if names.isDisjoint(with: ["cpu", "memory"]), names.contains(where: isHugePage) {
            errors.append(resources.forbidden("HugePages require cpu or memory"))
        }
        return errors
    }

    /// Amounts by name, such as a pod's `overhead`.
    static func overhead(_ overhead: FieldView) -> [FieldError] {
        overhead.entries.flatMap { amount($0.key, FieldView($0.value.json, overhead.path.child("limits").key($0.key))) }
    }

    /// The name of a resource that containers may have.
    static func containerName(_ name: String, _ path: FieldPath) -> [FieldError] {
        let malformed = Validation.invalid(path, name, NameRules.qualifiedName(name))
        if !malformed.isEmpty { return malformed }
        if !name.contains("/") {
            var errors: [FieldError] = []
            if !isStandard(name) {
                errors.append(
                    .invalid(path, .string(name), "must be a standard resource type or fully qualified"))
            }
            if !isStandardForContainers(name) {
                errors.append(.invalid(path, .string(name), "must be a standard resource for containers"))
            }
            return errors
        }
        return isNative(name) || isExtended(name)
            ? [] : [.invalid(path, .string(name), "doesn't follow extended resource name standard")]
    }

    private static func amount(_ name: String, _ value: FieldView) -> [FieldError] {
        var errors = containerName(name, value.path)
        guard let quantity = Quantity(value.json) else { return errors }
        if quantity < .zero { errors.append(value.invalid(Validation.notNegativeMessage)) }
        if countsWhole(name), quantity.milliValue % 1000 != 0 { errors.append(value.invalid("must be an integer")) }
        return errors
    }

    private static func comparison(
        _ name: String, request: FieldView, limit: FieldView, _ requestsPath: FieldPath, _ limitsPath: FieldPath
    ) -> [FieldError] {
        guard let amount = Quantity(request.json) else { return [] }
        let shown = request.at(requestsPath)
        guard let bound = Quantity(limit.json) else {
            return allowsOvercommit(name)
                ? [] : [.required(limitsPath, "Limit must be set for non overcommitable resources")]
        }
        if amount != bound, !allowsOvercommit(name) { return [shown.invalid("must be equal to \(name) limit")] }
        return amount > bound ? [shown.invalid("must be less than or equal to \(name) limit")] : []
    }
}

extension ResourceRules {
    private static let standardForContainers: Set<String> = ["cpu", "memory", "ephemeral-storage"]
    private static let standard: Set<String> = standardForContainers.union([
        "storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage", "limits.cpu", "limits.memory",
        "limits.ephemeral-storage", "pods", "resourcequotas", "services", "replicationcontrollers", "secrets",
        "configmaps", "persistentvolumeclaims", "requests.storage", "services.nodeports", "services.loadbalancers",
    ])
    /// Things that are counted, not measured.
    private static let counted: Set<String> = [
        "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps",
        "persistentvolumeclaims", "services.nodeports", "services.loadbalancers",
    ]
    private static let hugePagePrefix = "hugepages-"
    private static let nativeDomain = "kubernetes.io/"
    private static let requestPrefix = "requests."

    static func isHugePage(_ name: String) -> Bool { name.hasPrefix(hugePagePrefix) }

    private static func isStandard(_ name: String) -> Bool {
        standard.contains(name) || isHugePage(name) || name.hasPrefix(requestPrefix + hugePagePrefix)
    }

    private static func isStandardForContainers(_ name: String) -> Bool {
        standardForContainers.contains(name) || isHugePage(name)
    }

    /// Whether a name is upstream's own: without a domain, or in one of `kubernetes.io`.
    private static func isNative(_ name: String) -> Bool { !name.contains("/") || name.contains(nativeDomain) }

    /// Whether a name belongs to a vendor's resource, such as `example.com/gpu`.
    private static func isExtended(_ name: String) -> Bool {
        !isNative(name) && !name.hasPrefix(requestPrefix) && NameRules.qualifiedName(requestPrefix + name).isEmpty
    }

    private static func countsWhole(_ name: String) -> Bool { counted.contains(name) || isExtended(name) }

    /// Whether more may be promised than there is: of what upstream manages itself, but not of huge pages.
    private static func allowsOvercommit(_ name: String) -> Bool { isNative(name) && !isHugePage(name) }
}
