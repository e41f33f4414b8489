internal import ClusterBase
internal import KubeModel

/// What a pod means to services: the parts of it that endpoints depend on.
///
/// Source: upstream `pkg/controller/util/endpoint` and `pkg/controller/endpoint` (1.20).
struct PodEndpoint {
    let pod: KubeObject

    init(_ pod: KubeObject) { self.pod = pod }

    /// Whether the condition `Ready` holds.
    var isReady: Bool { readyCondition?["status"]?.string == "True" }

    /// When the condition `Ready` last changed; empty when it is absent.
    var readySince: String { readyCondition?["lastTransitionTime"]?.string ?? "" }

    private var readyCondition: JSONValue? {
        pod.list("status", "conditions").first { $0["type"]?.string == "Ready" }
    }

    /// Whether a pod that is not ready may become so: one that ended and is not started again may not.
    var mayBecomeReady: Bool {
        switch pod.text("spec", "restartPolicy") {
        case "Never": !["Failed", "Succeeded"].contains(pod.text("status", "phase"))
        case "OnFailure": pod.text("status", "phase") != "Succeeded"
        default: true
        }
    }

    /// The address of the family a service has; nil when the pod has none.
    func ip(of service: KubeObject) -> String? {
        let first = pod.text("status", "podIP")
        let all = [first] + pod.list("status", "podIPs").compactMap { $0["ip"]?.string }
        let family = service.list("spec", "ipFamilies").first?.string ?? ""
        let clusterIP = service.text("spec", "clusterIP")
        let wantsV6 = family.isEmpty ? clusterIP.contains(":") : family == "IPv6"
        let knowsFamily = !family.isEmpty || !["", "None"].contains(clusterIP)
        return all.first { !$0.isEmpty && (!knowsFamily || $0.contains(":") == wantsV6) }
    }

    /// The `EndpointAddress` behind a service at an address.
    func address(_ ip: String, for service: KubeObject) -> KubeObject {
        var address = KubeObject(["ip": .string(ip)])
        let hostname = pod.text("spec", "hostname")
        if !hostname.isEmpty, pod.text("spec", "subdomain") == service.name, pod.namespace == service.namespace {
            address["hostname"] = .string(hostname)
        }
        let node = pod.text("spec", "nodeName")
        if !node.isEmpty { address["nodeName"] = .string(node) }
        address["targetRef"] = [
            "kind": "Pod", "namespace": .string(pod.namespace), "name": .string(pod.name), "uid": .string(pod.uid),
            "resourceVersion": .string(pod.resourceVersion),
        ]
        return address
    }

    /// The number behind a service's port; nil when the pod has no container port of the name it asks for.
    func number(of port: KubeObject) -> Int64? {
        guard let name = port["targetPort"]?.string else {
            let target = port.integer("targetPort") ?? 0
            return target == 0 ? port.integer("port") : target
        }
        let containers = pod.list("spec", "containers").compactMap { KubeObject($0) }
        for candidate in containers.flatMap({ $0.list("ports") }).compactMap({ KubeObject($0) })
        where candidate.text("name") == name && candidate.transport == port.transport {
            return candidate.integer("containerPort")
        }
        return nil
    }

    /// Whether endpoints that hold the pod must be looked at again after a change.
    static func differ(_ old: KubeObject, _ new: KubeObject) -> Bool {
        let (before, after) = (PodEndpoint(old), PodEndpoint(new))
        if old.uid != new.uid || old.isDeleting != new.isDeleting { return true }
        if before.isReady != after.isReady || before.mayBecomeReady != after.mayBecomeReady { return true }
        let paths = [["status", "podIP"], ["spec", "nodeName"], ["spec", "hostname"], ["spec", "subdomain"]]
        return paths.contains { old[$0[0], $0[1]] != new[$0[0], $0[1]] }
            || old["status", "podIPs"] != new["status", "podIPs"]
            || old["metadata", "labels"] != new["metadata", "labels"]
    }
}

extension KubeObject {
    /// `protocol` of a port, `TCP` when it says none.
    var transport: String {
        let text = text("protocol")
        return text.isEmpty ? "TCP" : text
    }
}
