internal import KubeModel

/// The kinds of the core group that describe the cluster and the network, with the lease of the coordination group.
///
/// Each is a row with its strategy beside it (`ServiceKind.swift`, `NodeKind.swift`, …). Source: upstream 1.20's
/// `pkg/registry/core/*/strategy.go` and `pkg/apis/core/validation`; spec `kubernetes/02`, `kubernetes/03`.
public enum CoreKinds {
    /// The rows, in no particular order.
    public static let all: [KindRow] = [
        service, endpoints, node, namespace, event, secret, configMap, serviceAccount, binding, componentStatus, lease,
    ]

    /// A row of the core group served as `v1` only.
    static func coreRow(
        _ kind: String, plural: String, defaults: @escaping @Sendable (inout KubeObject) -> Void = { _ in }
    ) -> KindRow {
        KindRow(
            kind, plural: plural, hub: .v1,
            versions: [VersionRow(.v1, schema: "core.v1." + kind, defaults: defaults)])
    }

    /// A write of the status leaves the spec alone.
    static let keepSpec: @Sendable (inout KubeObject, KubeObject) -> Void = { new, old in
        new["spec"] = old["spec"]
    }
    /// The status subresource: it leaves the spec alone.
    static func statusRow(
        _ validate: @escaping @Sendable (_ new: KubeObject, _ old: KubeObject) -> [FieldError] = { _, _ in [] }
    ) -> SubresourceRow {
        var row = SubresourceRow("status", verbs: objectVerbs, .status(prepare: keepSpec))
        row.validateUpdate = validate
        return row
    }
    /// A write of the object leaves the status alone.
    static let keepStatus: @Sendable (inout KubeObject, KubeObject) -> Void = { new, old in
        new["status"] = old["status"]
    }

    /// The verbs discovery shows for a subresource that reads and writes the whole object.
    static let objectVerbs = ["get", "patch", "update"]
    /// The verbs discovery shows for a subresource that passes requests through.
    static let proxyVerbs = ["create", "delete", "get", "patch", "update"]
}
