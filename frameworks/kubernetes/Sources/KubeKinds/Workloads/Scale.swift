internal import ClusterBase
public import KubeModel

/// `Scale`, the view of a controller that only shows how many copies it keeps (spec `kubernetes/02` §2.14).
///
/// `autoscaling/v1` writes `status.selector` as text. The older groups write it as a map, which is absent when the
/// selector has expressions, and add the text as `status.targetSelector`.
public enum Scale {
    /// The version used unless a version row names another.
    public static let autoscaling = GroupVersion(group: "autoscaling", "v1")

    /// The scale of a controller.
    ///
    /// - Parameters:
    ///   - object: the controller, in its hub version, with its `resourceVersion`.
    ///   - selector: the text of its label selector.
    ///   - version: `VersionRow.scaleVersion` of the version asked for.
    public static func scale(of object: KubeObject, selector: String, in version: GroupVersion) -> KubeObject {
        var scale = KubeObject(["kind": "Scale", "apiVersion": .string(version.description)])
        for key in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
            scale["metadata", key] = object["metadata", key]
        }
        scale["spec"] = .object(JSONObject())
        scale["spec", "replicas"] = object["spec", "replicas"].flatMap { $0.integer == 0 ? nil : $0 }
        scale["status", "replicas"] = object["status", "replicas"] ?? 0
        if selector.isEmpty { return scale }
        if version == autoscaling {
            scale["status", "selector"] = .string(selector)
        } else {
            scale["status", "selector"] = selectorMap(object)
            scale["status", "targetSelector"] = .string(selector)
        }
        return scale
    }

    /// The copies a scale asks for; absent means none, as upstream's zero value does.
    public static func replicas(of scale: KubeObject) -> Int64 { scale.integer("spec", "replicas") ?? 0 }

    /// What is wrong with a scale.
    public static func validate(_ scale: KubeObject) -> [FieldError] {
        let replicas = replicas(of: scale)
        return replicas >= 0
            ? [] : [.invalid("spec.replicas", .integer(replicas), "must be greater than or equal to 0")]
    }

    private static func selectorMap(_ object: KubeObject) -> JSONValue? {
        guard let selector = KubeObject(object["spec", "selector"]) else { return nil }
        let isStructured = selector["matchLabels"]?.object != nil || selector["matchExpressions"] != nil
        guard isStructured else { return selector.value }
        return selector.list("matchExpressions").isEmpty ? selector["matchLabels"] : nil
    }
}
