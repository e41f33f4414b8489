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
