internal import ClusterBase
internal import KubeModel

/// The pods a controller counts: `spec.selector`, a plain map of labels or (in the apps group) a `LabelSelector`.
enum WorkloadSelector {
    /// The selector of a controller in its hub version; a malformed one matches nothing.
    static func of(_ object: KubeObject) -> LabelSelector {
        let selector = object["spec", "selector"]
        if object.kind == "ReplicationController" { return LabelSelector(map: selector) }
        do throws(APIError) { return try LabelSelector(object: selector) } catch { return .nothing }
    }
}
