internal import ClusterBase
internal import KubeModel

/// The tables of controllers and pod templates (spec `kubernetes/03` §3.3).
enum ControllerColumns {
    /// The columns of replication controllers and replica sets.
    static let replicas: [ColumnRow] =
        [
            .name,
            number("Desired", "Copies asked for.", "spec", "replicas"),
            number("Current", "Copies there are.", "status", "replicas"),
            number("Ready", "Copies that are ready.", "status", "readyReplicas"),
            .age,
        ] + template(selector: "<none>")

    /// The columns of deployments.
    static let deployment: [ColumnRow] =
        [
            .name,
            ColumnRow("Ready", "Copies that are ready, of those asked for.") { object, _ in
                let ready = object.integer("status", "readyReplicas") ?? 0
                return .string("\(ready)/\(object.integer("spec", "replicas") ?? 0)")
            },
            number("Up-to-date", type: "string", "Copies made from the present template.", "status", "updatedReplicas"),
            number(
                "Available", type: "string", "Copies that have been ready long enough.", "status", "availableReplicas"),
            .age,
        ] + template(selector: "")

    /// The columns of pod templates.
    static let podTemplate: [ColumnRow] = [
        .name,
        ColumnRow("Containers", "Names of the containers.") { object, _ in
            containers(object["template", "spec", "containers"], "name")
        },
        ColumnRow("Images", "Images of the containers.") { object, _ in
            containers(object["template", "spec", "containers"], "image")
        },
        ColumnRow("Pod Labels", "Labels of the pods.") { object, _ in
            let pairs = object.strings("template", "metadata", "labels")
            let text = pairs.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: ",")
            return .string(text.isEmpty ? "<none>" : text)
        },
    ]

    private static func number(
        _ name: String, type: String = "integer", _ description: String, _ part: String, _ field: String
    ) -> ColumnRow {
        ColumnRow(name, type: type, description) { object, _ in .integer(object.integer(part, field) ?? 0) }
    }

    /// The columns that `-o wide` adds; `none` is what an empty selector shows as.
    private static func template(selector none: String) -> [ColumnRow] {
        [
            ColumnRow("Containers", priority: 1, "Names of the template's containers.") { object, _ in
                containers(object["spec", "template", "spec", "containers"], "name")
            },
            ColumnRow("Images", priority: 1, "Images of the template's containers.") { object, _ in
                containers(object["spec", "template", "spec", "containers"], "image")
            },
            ColumnRow("Selector", priority: 1, "Labels of the pods it counts.") { object, _ in
                let text = WorkloadSelector.of(object).description
                return .string(text.isEmpty ? none : text)
            },
        ]
    }

    private static func containers(_ list: JSONValue?, _ field: String) -> JSONValue {
        .string((list?.array ?? []).map { $0[field]?.string ?? "" }.joined(separator: ","))
    }
}
