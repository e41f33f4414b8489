internal import ClusterBase
internal import KubeModel

/// What `apps/v1` keeps in an annotation and the older versions in a field: the revision to roll back to.
///
/// Source: upstream `pkg/apis/apps/v1/conversion.go`; spec `kubernetes/08` §8.7.
enum DeploymentConversion {
    /// The annotation of `apps/v1`.
    static let rollbackAnnotation = "deprecated.deployment.rollback.revision"

    /// Turns `spec.rollbackTo` into the annotation; without it the annotation goes.
    static func toHub(_ object: inout KubeObject) {
        let revision = object["spec", "rollbackTo"].map { $0["revision"]?.integer ?? 0 }
        if revision != nil { object["spec", "rollbackTo"] = nil }
        if revision != nil || object.annotation(rollbackAnnotation) != nil {
            object.setAnnotation(rollbackAnnotation, revision.map(String.init))
        }
    }

    /// Turns the annotation into `spec.rollbackTo`; one that is no number stays.
    static func fromHub(_ object: inout KubeObject) {
        guard let text = object.annotation(rollbackAnnotation), let revision = Int64(text) else { return }
        object.setAnnotation(rollbackAnnotation, nil)
        let target: JSONObject = revision == 0 ? [:] : ["revision": .integer(revision)]
        object["spec", "rollbackTo"] = .object(target)
    }
}
