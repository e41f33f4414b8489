internal import KubeModel

extension CoreKinds {
    /// Who leads, and until when; also a node's sign of life.
    static let lease: KindRow = {
        let group = "coordination.k8s.io"
        let hub = GroupVersion(group: group, "v1")
        var row = KindRow(
            "Lease", group: group, plural: "leases", hub: hub,
            versions: [
                VersionRow(hub, schema: "coordination.v1.Lease"),
                VersionRow(GroupVersion(group: group, "v1beta1"), schema: "coordination.v1beta1.Lease"),
            ])
        row.createsOnUpdate = true
        row.requiresResourceVersionOnUpdate = true
        return row
    }()
}
