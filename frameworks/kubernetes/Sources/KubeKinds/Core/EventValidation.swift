internal import ClusterBase
internal import KubeModel

/// What is wrong with an event written through the core group (upstream 1.20's `legacyValidateEvent`).
enum EventValidation {
    private static let limits: [(field: String, limit: Int)] = [
        ("reportingInstance", 128), ("action", 128), ("reason", 128),
    ]
    private static let longestMessage = 1_024

    static func validate(_ event: KubeObject) -> [FieldError] {
        let isNew = !event.text("eventTime").isEmpty
        let errors = namespaceErrors(event, isNew: isNew) + (isNew ? reportErrors(event) : [])
        return errors + FieldRules.subdomain(event.namespace, "namespace")
    }

    /// An event lies in its object's namespace; those of cluster objects lie in `default`.
    private static func namespaceErrors(_ event: KubeObject, isNew: Bool) -> [FieldError] {
        let involved = event.text("involvedObject", "namespace")
        let isRight: Bool
        if isNew {
            isRight = !involved.isEmpty || ["default", "kube-system"].contains(event.namespace)
        } else {
            isRight = involved.isEmpty ? ["", "default"].contains(event.namespace) : involved == event.namespace
        }
        if isRight { return [] }
        return [.invalid("involvedObject.namespace", .string(involved), "does not match event.namespace")]
    }

    private static func reportErrors(_ event: KubeObject) -> [FieldError] {
        let reporter = event.text("reportingComponent")
        var errors: [FieldError] = reporter.isEmpty ? [.required("reportingComponent")] : []
        errors += FieldRules.qualifiedName(reporter, "reportingComponent")
        for (field, limit) in limits {
            let text = event.text(field)
            if text.isEmpty { errors.append(.required(FieldPath(field))) }
            if text.utf8.count > limit { errors.append(tooLong(field, limit)) }
        }
        if event.text("message").utf8.count > longestMessage { errors.append(tooLong("message", longestMessage)) }
        return errors
    }

    private static func tooLong(_ field: String, _ limit: Int) -> FieldError {
        .invalid(FieldPath(field), "", "can have at most \(limit) characters")
    }
}
