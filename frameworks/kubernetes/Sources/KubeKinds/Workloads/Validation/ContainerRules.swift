internal import ClusterBase
internal import KubeModel

/// Rules of containers (upstream `validateContainers`, `validateInitContainers`).
enum ContainerRules {
    /// The containers that run as long as the pod.
    static func containers(_ list: FieldView, volumes: [String: FieldView]) -> [FieldError] {
        if list.elements.isEmpty { return [list.required()] }
        return each(list, volumes: volumes) + NetworkRules.hostPortConflicts(list.elements)
    }

    /// The containers that run to their end before the others; they share the names of the `others`.
    static func initContainers(
        _ list: FieldView, beside others: FieldView, volumes: [String: FieldView]
    ) -> [FieldError] {
        let containers = list.elements
        var errors = each(list, volumes: volumes)
        errors += containers.flatMap { NetworkRules.hostPortConflicts([$0]) }
        var names = Set(others.elements.map { $0["name"].text })
        for container in containers {
            let name = container["name"]
            if !names.insert(name.text).inserted, !name.isEmpty { errors.append(name.duplicate()) }
            for member in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] {
                let value = container[member]
                if value.isPresent { errors.append(value.invalid("must not be set for init containers")) }
            }
        }
        return errors
    }

    private static func each(_ list: FieldView, volumes: [String: FieldView]) -> [FieldError] {
        var names: Set<String> = []
        return list.elements.flatMap { container in
            let name = container["name"]
            var errors = name.checkRequired(NameRules.dns1123Label)
            if !names.insert(name.text).inserted { errors.append(name.duplicate()) }
            errors += parts.flatMap { $0(container) }
            errors += MountRules.check(container, volumes: volumes)
            return errors + lastParts.flatMap { $0(container) }
        }
    }

    private static let parts: [@Sendable (FieldView) -> [FieldError]] = [
        { $0["image"].requiredErrors },
        { ProbeRules.lifecycle($0["lifecycle"]) },
        { ProbeRules.decisiveProbe($0["livenessProbe"]) },
        { ProbeRules.decisiveProbe($0["startupProbe"]) },
        { terminationMessagePolicy($0["terminationMessagePolicy"]) },
        { ProbeRules.probe($0["readinessProbe"]) },
        { NetworkRules.containerPorts($0["ports"]) },
        { EnvironmentRules.variables($0["env"]) },
        { EnvironmentRules.sources($0["envFrom"]) },
    ]

    private static let lastParts: [@Sendable (FieldView) -> [FieldError]] = [
        { $0["imagePullPolicy"].oneOf(["Always", "IfNotPresent", "Never"]) },
        { ResourceRules.requirements($0["resources"]) },
        { SecurityRules.container($0["securityContext"]) },
    ]

    private static func terminationMessagePolicy(_ policy: FieldView) -> [FieldError] {
        let expected = "must be 'File' or 'FallbackToLogsOnError'"
        switch policy.text {
        case "File", "FallbackToLogsOnError": return []
        case "": return [policy.required(expected)]
        default: return [policy.invalid(expected)]
        }
    }
}
