internal import ClusterBase
internal import KubeModel

/// Where objects of a kind are found in an old version.
struct LegacyPlace: Sendable {
    /// The version, such as `v1beta1`.
    let version: String
    /// The resource in paths, such as `minions`.
    let plural: String
    /// Whether `v1beta1`'s paths are meant, which take the namespace from the query.
    let isFlat: Bool

    /// The path of the collection of all namespaces.
    var path: String { "/api/\(version)/\(plural)" }

    /// Writes the path of each object into its metadata, as versions before 1.20 did.
    var selfLink: ShapeRule {
        ShapeRule(fromHub: { object in
            guard !object.name.isEmpty else { return }
            let namespace = object.namespace
            let link =
                if namespace.isEmpty {
                    "\(path)/\(object.name)"
                } else if isFlat {
                    "\(path)/\(object.name)?namespace=\(namespace)"
                } else {
                    "/api/\(version)/namespaces/\(namespace)/\(plural)/\(object.name)"
                }
            object["metadata", "selfLink"] = .string(link)
        })
    }
}
