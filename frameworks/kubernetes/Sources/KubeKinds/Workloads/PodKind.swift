internal import ClusterBase
internal import KubeModel

extension WorkloadKinds {
    /// `Pod`.
    static let pod: KindRow = {
        var row = KindRow(
            "Pod", plural: "pods", hub: .v1,
            versions: [VersionRow(.v1, schema: "core.v1.Pod", defaults: PodDefaults.fillPod)])
        row.shortNames = ["po"]
        row.categories = ["all"]
        row.returnsObjectOnDelete = true
        row.subresources = podSubresources
        row.columns = PodColumns.all
        row.rowConditions = PodColumns.conditions
        row.selectableFields = podFields
        row.prepareForCreate = { pod in
            let quality = PodQuality.ofService(spec: KubeObject(pod["spec"]) ?? KubeObject())
            let status: JSONObject = ["phase": "Pending", "qosClass": .string(quality)]
            pod["status"] = .object(status)
        }
        row.prepareForUpdate = { new, old in new["status"] = old["status"] }
        row.validate = { PodRules.pod(FieldView($0)) }
        row.validateUpdate = { PodUpdateRules.update(FieldView($0), old: FieldView($1)) }
        row.gracePeriod = gracePeriod
        return row
    }()

    /// `PodTemplate`.
    static let podTemplate: KindRow = {
        var row = KindRow(
            "PodTemplate", plural: "podtemplates", hub: .v1,
            versions: [VersionRow(.v1, schema: "core.v1.PodTemplate", defaults: PodDefaults.fillTemplate)])
        row.returnsObjectOnDelete = true
        row.columns = ControllerColumns.podTemplate
        row.validate = { PodRules.template(FieldView($0)["template"]) }
        return row
    }()

    /// Seconds of grace: those asked for, else the pod's own; none for pods that no node runs.
    private static let gracePeriod: @Sendable (KubeObject, Int64?) -> Int64? = { pod, requested in
        let isRunning = !["Failed", "Succeeded"].contains(pod.text("status", "phase"))
        guard isRunning, !pod.text("spec", "nodeName").isEmpty else { return 0 }
        if let requested, requested >= 0 { return requested }
        return max(0, pod.integer("spec", "terminationGracePeriodSeconds") ?? 0)
    }

    private static let podFields: [String: @Sendable (KubeObject) -> String] = [
        "spec.nodeName": { $0.text("spec", "nodeName") },
        "spec.host": { $0.text("spec", "nodeName") },
        "spec.restartPolicy": { $0.text("spec", "restartPolicy") },
        "spec.schedulerName": { $0.text("spec", "schedulerName") },
        "spec.serviceAccountName": { $0.text("spec", "serviceAccountName") },
        "status.phase": { $0.text("status", "phase") },
        "status.podIP": { $0.text("status", "podIP") },
        "status.podIPs": { pod in
            pod.list("status", "podIPs").compactMap { $0["ip"]?.string }.joined(separator: ",")
        },
        "status.nominatedNodeName": { $0.text("status", "nominatedNodeName") },
    ]

    private static let podSubresources: [SubresourceRow] = {
        var status = SubresourceRow(
            "status", verbs: readWrite,
            .status { new, old in
                new["spec"] = old["spec"]
                for key in ["ownerReferences", "deletionTimestamp", "deletionGracePeriodSeconds"] {
                    new["metadata", key] = old["metadata", key]
                }
            })
        status.validateUpdate = { PodUpdateRules.statusUpdate(FieldView($0), old: FieldView($1)) }
        return [
            connection("attach", "PodAttachOptions", ["create", "get"]),
            SubresourceRow("binding", kind: GroupVersionKind(.v1, "Binding"), verbs: ["create"], .binding),
            SubresourceRow("eviction", kind: GroupVersionKind(policy, "Eviction"), verbs: ["create"], .eviction),
            connection("exec", "PodExecOptions", ["create", "get"]),
            connection("log", "Pod", ["get"]),
            connection("portforward", "PodPortForwardOptions", ["create", "get"]),
            connection("proxy", "PodProxyOptions", ["create", "delete", "get", "patch", "update"]),
            status,
        ]
    }()

    private static func connection(_ name: String, _ kind: String, _ verbs: [String]) -> SubresourceRow {
        SubresourceRow(name, kind: GroupVersionKind(.v1, kind), verbs: verbs, .connect)
    }
}
