internal import ClusterBase
internal import KubeModel

extension CoreKinds {
    /// Who leads, and until when; also a node's sign of life.
    static let lease: KindRow = {
        let group = "coordination.k8s.io"
        let hub = GroupVersion(group: group, "v1")
        let schema = "coordination.v1.Lease"
        var row = KindRow(
            "Lease", group: group, plural: "leases", hub: hub,
            versions: [
                VersionRow(hub, schema: schema),
                VersionRow(GroupVersion(group: group, "v1beta1"), schema: schema),
            ])
        row.createsOnUpdate = true
        row.requiresResourceVersionOnUpdate = true
        row.columns = [
            .name,
            .text("Holder", "Who holds the lease.") { $0.text("spec", "holderIdentity") },
            .age,
        ]
        row.validate = validateLease
        return row
    }()

    /// Source: upstream 1.20's `pkg/apis/coordination/validation`.
    private static func validateLease(_ lease: KubeObject) -> [FieldError] {
        var errors: [FieldError] = []
        if let seconds = lease.integer("spec", "leaseDurationSeconds"), seconds <= 0 {
            errors.append(.invalid("spec.leaseDurationSeconds", .integer(seconds), "must be greater than 0"))
        }
        if let changes = lease.integer("spec", "leaseTransitions"), changes < 0 {
            errors.append(.invalid("spec.leaseTransitions", .integer(changes), "must be greater or equal than 0"))
        }
        return errors
    }
}
