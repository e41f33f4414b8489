internal import ClusterBase
internal import KubeModel

/// Defaults of pods and pod templates that depend on other fields; the schema fills the constant ones.
///
/// Source: upstream `pkg/apis/core/v1/defaults.go` and `conversion.go`; spec `kubernetes/03` §3.2.
enum PodDefaults {
    /// Fills a pod.
    static func fillPod(_ pod: inout KubeObject) {
        pod.edit("spec") { spec in
            for list in containerLists { spec.editEach(list, requestLimits) }
            fillSpec(&spec)
        }
        alignAddresses(&pod)
    }

    /// Fills the pod template at `template` of a controller's `spec` or of a `PodTemplate`.
    ///
    /// Requests are not taken from limits here: that happens in the pods made from the template.
    static func fillTemplate(of owner: inout KubeObject) {
        guard owner["template"] != nil else { return }
        owner.edit("template") { template in template.edit("spec", fillSpec) }
    }

    private static let containerLists = ["containers", "initContainers"]

    private static func fillSpec(_ spec: inout KubeObject) {
        let usesHostNetwork = spec.flag("hostNetwork")
        for list in containerLists {
            spec.editEach(list) { container in
                fillPullPolicy(&container)
                if usesHostNetwork { container.editEach("ports", exposeOnHost) }
            }
        }
        spec.editEach("volumes") { volume in
            if volume.fields.allSatisfy({ $0.key == "name" }) { volume["emptyDir"] = .object(JSONObject()) }
        }
        let account = spec.text("serviceAccountName")
        let accountName = account.isEmpty ? spec.text("serviceAccount") : account
        if !accountName.isEmpty {
            spec["serviceAccountName"] = .string(accountName)
            spec["serviceAccount"] = .string(accountName)
        }
    }

    /// Pulls always what may change under the same name, else only what is absent.
    private static func fillPullPolicy(_ container: inout KubeObject) {
        guard container.text("imagePullPolicy").isEmpty else { return }
        let isMoving = imageTag(container.text("image")) == "latest"
        container["imagePullPolicy"] = isMoving ? "Always" : "IfNotPresent"
    }

    /// The tag of an image's name: `latest` when there is neither tag nor digest, nil for a digest or a malformed name.
    static func imageTag(_ image: String) -> String? {
        let parts = image.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let reference = parts.first, !reference.isEmpty else { return nil }
        let nameStart = reference.lastIndex(of: "/").map(reference.index(after:)) ?? reference.startIndex
        let colon = reference[nameStart...].firstIndex(of: ":")
        let path = reference[..<(colon ?? reference.endIndex)]
        if path.isEmpty || path.contains(where: { $0.isUppercase || $0.isWhitespace }) { return nil }
        if let colon { return String(reference[reference.index(after: colon)...]) }
        return parts.count == 2 ? nil : "latest"
    }

    private static func exposeOnHost(_ port: inout KubeObject) {
        if port.integer("hostPort") ?? 0 == 0, let number = port["containerPort"] { port["hostPort"] = number }
    }

    /// Requests every resource that is limited and not requested; names stay in byte order.
    private static func requestLimits(_ container: inout KubeObject) {
        guard let limits = container["resources", "limits"]?.object else { return }
        var requests = container["resources", "requests"]?.object ?? JSONObject()
        let missing = limits.filter { requests[$0.key] == nil }
        if missing.isEmpty { return }
        let all = (Array(requests) + missing).sorted { $0.key < $1.key }
        requests = JSONObject()
        for (name, quantity) in all { requests[name] = quantity }
        container["resources", "requests"] = .object(requests)
    }

    /// Keeps `podIP` the first of `podIPs`; nodes of any age write only one of them, and `podIP` wins.
    private static func alignAddresses(_ pod: inout KubeObject) {
        let address = pod.text("status", "podIP")
        let first = pod.list("status", "podIPs").first?["ip"]?.string ?? ""
        if !address.isEmpty, address != first {
            let entry: JSONObject = ["ip": .string(address)]
            pod["status", "podIPs"] = [.object(entry)]
        } else if address.isEmpty, !first.isEmpty {
            pod["status", "podIP"] = .string(first)
        }
    }
}
