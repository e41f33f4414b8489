internal import ClusterBase
internal import KubeModel

extension WorkloadKinds {
    /// `ReplicationController`.
    static let replicationController: KindRow = {
        let versions = [
            early(
                VersionRow(
                    .v1, schema: "core.v1.ReplicationController",
                    defaults: ControllerDefaults.fillReplicationController))
        ]
        var row = controller(
            "ReplicationController", plural: "replicationcontrollers", shortName: "rc", hub: .v1, versions: versions,
            status: ReplicaStatusRules.copies, zeroStatus: ["replicas": 0])
        row.columns = ControllerColumns.replicas
        row.selectableFields = ["status.replicas": { "\($0.integer("status", "replicas") ?? 0)" }]
        row.validate = { ControllerRules.replicationController(FieldView($0)) }
        return row
    }()

    /// `ReplicaSet`.
    static let replicaSet: KindRow = {
        let versions = [
            selectorFixed(
                VersionRow(apps, schema: "apps.v1.ReplicaSet", defaults: ControllerDefaults.fillReplicaSet)),
            early(
                VersionRow(
                    extensions, schema: "extensions.v1beta1.ReplicaSet",
                    defaults: ControllerDefaults.fillEarlyReplicaSet, deprecation: deprecation("ReplicaSet")),
                scale: extensions),
        ]
        var row = controller(
            "ReplicaSet", plural: "replicasets", shortName: "rs", hub: apps, versions: versions,
            status: ReplicaStatusRules.copies, zeroStatus: ["replicas": 0])
        row.columns = ControllerColumns.replicas
        row.validate = { ControllerRules.replicaSet(FieldView($0)) }
        return row
    }()

    /// `Deployment`.
    static let deployment: KindRow = {
        let versions = [
            selectorFixed(
                VersionRow(apps, schema: "apps.v1.Deployment", defaults: ControllerDefaults.fillDeployment(.quarter))),
            early(
                VersionRow(
                    extensions, schema: "extensions.v1beta1.Deployment",
                    defaults: ControllerDefaults.fillEarlyDeployment(.one), toHub: DeploymentConversion.toHub,
                    fromHub: DeploymentConversion.fromHub, deprecation: deprecation("Deployment")),
                scale: extensions),
        ]
        var row = controller(
            "Deployment", plural: "deployments", shortName: "deploy", hub: apps, versions: versions,
            status: ReplicaStatusRules.deployment, zeroStatus: [:], keepsLabelsOnStatus: true)
        row.generationRule = .specAndAnnotations
        row.columns = ControllerColumns.deployment
        row.validate = { ControllerRules.deployment(FieldView($0)) }
        return row
    }()

    private static func controller(
        _ kind: String, plural: String, shortName: String, hub: GroupVersion, versions: [VersionRow],
        status rules: ReplicaStatusRules, zeroStatus: JSONObject, keepsLabelsOnStatus: Bool = false
    ) -> KindRow {
        var row = KindRow(kind, group: hub.group, plural: plural, hub: hub, versions: versions)
        row.shortNames = [shortName]
        row.categories = ["all"]
        row.generationRule = .spec
        row.prepareForCreate = { $0["status"] = .object(zeroStatus) }
        row.prepareForUpdate = { new, old in new["status"] = old["status"] }
        var status = SubresourceRow(
            "status", verbs: readWrite,
            .status { new, old in
                new["spec"] = old["spec"]
                if keepsLabelsOnStatus { new["metadata", "labels"] = old["metadata", "labels"] }
            })
        status.validateUpdate = { rules.check(FieldView($0)["status"], old: FieldView($1)["status"]) }
        row.subresources = [
            SubresourceRow(
                "scale", kind: GroupVersionKind(Scale.autoscaling, "Scale"), verbs: readWrite,
                .scale { WorkloadSelector.of($0).description }),
            status,
        ]
        return row
    }

    /// A version from the time before garbage collection: its deletions leave dependents alone unless told otherwise.
    private static func early(_ version: VersionRow, scale: GroupVersion = Scale.autoscaling) -> VersionRow {
        var version = version
        version.defaultPropagation = .orphan
        version.scaleVersion = scale
        return version
    }

    /// A version whose objects keep the selector they were created with.
    private static func selectorFixed(_ version: VersionRow) -> VersionRow {
        var version = version
        version.validateUpdate = { ControllerRules.fixedSelector(FieldView($0), old: FieldView($1)) }
        return version
    }

    private static func deprecation(_ kind: String) -> String {
        "extensions/v1beta1 \(kind) is deprecated in v1.9+, unavailable in v1.16+; use apps/v1 \(kind)"
    }
}
