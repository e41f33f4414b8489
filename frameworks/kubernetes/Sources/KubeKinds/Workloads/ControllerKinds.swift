internal import ClusterBase
internal import KubeModel

extension WorkloadKinds {
    /// `ReplicationController`.
    static let replicationController = controller(
        "ReplicationController", plural: "replicationcontrollers", shortName: "rc", hub: .v1,
        versions: [orphaning(VersionRow(.v1, schema: "core.v1.ReplicationController"))])

    /// `ReplicaSet`.
    static let replicaSet = controller(
        "ReplicaSet", plural: "replicasets", shortName: "rs", hub: apps,
        versions: [
            VersionRow(apps, schema: "apps.v1.ReplicaSet"),
            orphaning(VersionRow(extensions, schema: "extensions.v1beta1.ReplicaSet")),
        ])

    /// `Deployment`.
    static let deployment = controller(
        "Deployment", plural: "deployments", shortName: "deploy", hub: apps,
        versions: [
            VersionRow(apps, schema: "apps.v1.Deployment"),
            orphaning(VersionRow(extensions, schema: "extensions.v1beta1.Deployment")),
        ])

    private static func controller(
        _ kind: String, plural: String, shortName: String, hub: GroupVersion, versions: [VersionRow]
    ) -> KindRow {
        var row = KindRow(kind, group: hub.group, plural: plural, hub: hub, versions: versions)
        row.shortNames = [shortName]
        row.categories = ["all"]
        row.generationRule = .spec
        row.subresources = [
            SubresourceRow(
                "scale", kind: GroupVersionKind(Scale.autoscaling, "Scale"), verbs: readWrite,
                .scale(selector: { _ in "" })),
            SubresourceRow("status", verbs: readWrite, .status(prepare: { _, _ in })),
        ]
        return row
    }

    /// A version whose deletions leave dependents alone unless told otherwise.
    private static func orphaning(_ version: VersionRow) -> VersionRow {
        var version = version
        version.defaultPropagation = .orphan
        return version
    }
}
