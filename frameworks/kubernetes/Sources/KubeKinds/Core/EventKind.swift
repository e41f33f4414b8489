internal import ClusterBase
internal import KubeModel

extension CoreKinds {
    /// Something that happened to an object.
    static let event: KindRow = {
        var row = coreRow("Event", plural: "events")
        row.shortNames = ["ev"]
        row.nameRule = .pathSegment
        row.createsOnUpdate = true
        row.timeToLive = 3_600
        row.columns = EventColumns.all
        row.selectableFields = selectableEventFields
        row.validate = EventValidation.validate
        return row
    }()

    private static let selectableEventFields: [String: @Sendable (KubeObject) -> String] = {
        var fields: [String: @Sendable (KubeObject) -> String] = [
            "reason": { $0.text("reason") },
            "type": { $0.text("type") },
            "reportingComponent": { $0.text("reportingComponent") },
            "source": { event in
                let component = event.text("source", "component")
                return component.isEmpty ? event.text("reportingComponent") : component
            },
        ]
        for name in ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"] {
            fields["involvedObject." + name] = { $0.text("involvedObject", name) }
        }
        return fields
    }()
}

/// The table of events.
enum EventColumns {
    static let all: [ColumnRow] = [
        ColumnRow("Last Seen", "When it was last seen.") { .string(lastSeen($0, $1)) },
        .text("Type", "Normal or Warning.") { $0.text("type") },
        .text("Reason", "What happened, in a word.") { $0.text("reason") },
        .text("Object", "The object it happened to.", subject),
        .text("Subobject", priority: 1, "The part of the object it happened to.") {
            $0.text("involvedObject", "fieldPath")
        },
        .text("Source", priority: 1, "Who reported it.", source),
        .text("Message", "What happened.") { $0.text("message").trimmed },
        ColumnRow("First Seen", priority: 1, "When it was first seen.") { .string(firstSeen($0, $1)) },
        ColumnRow("Count", priority: 1, "How often it was seen.") { event, _ in .integer(count(event)) },
        ColumnRow("Name", format: "name", priority: 1, "Name of the object within its namespace.") { event, _ in
            .string(event.name)
        },
    ]

    private static func firstSeen(_ event: KubeObject, _ now: UnixTime) -> String {
        let first = event.text("firstTimestamp")
        return KubeTime.age(of: first.isEmpty ? event.text("eventTime") : first, at: now)
    }

    private static func lastSeen(_ event: KubeObject, _ now: UnixTime) -> String {
        if event["series"] != nil { return KubeTime.age(of: event.text("series", "lastObservedTime"), at: now) }
        let last = event.text("lastTimestamp")
        return last.isEmpty ? firstSeen(event, now) : KubeTime.age(of: last, at: now)
    }

    private static func count(_ event: KubeObject) -> Int64 {
        if event["series"] != nil { return event.integer("series", "count") ?? 0 }
        let count = event.integer("count") ?? 0
        return count == 0 ? 1 : count
    }

    private static func subject(_ event: KubeObject) -> String {
        let (kind, name) = (event.text("involvedObject", "kind").lowercased(), event.text("involvedObject", "name"))
        return name.isEmpty ? kind : kind + "/" + name
    }

    private static func source(_ event: KubeObject) -> String {
        let (component, host) = (event.text("source", "component"), event.text("source", "host"))
        return host.isEmpty ? component : component + ", " + host
    }
}

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
