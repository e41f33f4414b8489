internal import KubeModel

extension GroupVersion {
    /// Whether it is one of the two first versions, which take the namespace from the query.
    ///
    /// Source: spec `kubernetes/08` §8.1.
    var isFlat: Bool { group.isEmpty && (version == "v1beta1" || version == "v1beta2") }
}
