internal import ClusterBase
internal import KubeModel

/// Defaults of controllers that depend on other fields; the schema fills the constant ones.
///
/// Source: upstream `pkg/apis/core/v1/defaults.go`, `pkg/apis/apps/*/defaults.go` and
/// `pkg/apis/extensions/v1beta1/defaults.go`; spec `kubernetes/03` §3.2.
enum ControllerDefaults {
    /// How far a rolling update may stray from the number of copies when it does not say.
    struct RollingUpdate: Sendable {
        /// Copies that may be missing.
        let maxUnavailable: JSONValue
        /// Copies that may be too many.
        let maxSurge: JSONValue

        /// A quarter each, since `apps/v1beta1`.
        static let quarter = RollingUpdate(maxUnavailable: "25%", maxSurge: "25%")
        /// One copy each, in `extensions/v1beta1`.
        static let one = RollingUpdate(maxUnavailable: 1, maxSurge: 1)
    }

    /// Fills a replication controller.
    static func fillReplicationController(_ object: inout KubeObject) {
        object.edit("spec", PodDefaults.fillTemplate)
        takeTemplateLabels(&object) { $0 }
    }

    /// Fills a replica set of a version that demands a selector.
    static func fillReplicaSet(_ object: inout KubeObject) { object.edit("spec", PodDefaults.fillTemplate) }

    /// Fills a replica set of a version that takes the selector from the template.
    static func fillEarlyReplicaSet(_ object: inout KubeObject) {
        fillReplicaSet(&object)
        takeTemplateLabels(&object, selector: matching)
    }

    /// Fills a deployment of a version that demands a selector.
    static func fillDeployment(_ rollingUpdate: RollingUpdate) -> @Sendable (inout KubeObject) -> Void {
        { object in
            object.edit("spec") { spec in
                PodDefaults.fillTemplate(of: &spec)
                fillStrategy(&spec, rollingUpdate)
            }
        }
    }

    /// Fills a deployment of a version that takes the selector from the template.
    static func fillEarlyDeployment(_ rollingUpdate: RollingUpdate) -> @Sendable (inout KubeObject) -> Void {
        { object in
            fillDeployment(rollingUpdate)(&object)
            takeTemplateLabels(&object, selector: matching)
        }
    }

    private static func matching(_ labels: JSONValue) -> JSONValue {
        let selector: JSONObject = ["matchLabels": labels]
        return .object(selector)
    }

    /// Selector and labels are the template's labels unless given.
    private static func takeTemplateLabels(_ object: inout KubeObject, selector: (JSONValue) -> JSONValue) {
        guard let labels = object["spec", "template", "metadata", "labels"] else { return }
        if object["spec", "selector"]?.object?.isEmpty ?? true { object["spec", "selector"] = selector(labels) }
        if object.labels.isEmpty { object["metadata", "labels"] = labels }
    }

    /// A strategy that says nothing of its numbers gets them; one that says a part is completed by the schema.
    private static func fillStrategy(_ spec: inout KubeObject, _ numbers: RollingUpdate) {
        spec.edit("strategy") { strategy in
            guard strategy.text("type") == "RollingUpdate" else { return }
            let update: JSONObject = ["maxUnavailable": numbers.maxUnavailable, "maxSurge": numbers.maxSurge]
            strategy.fill("rollingUpdate", .object(update))
        }
    }
}
