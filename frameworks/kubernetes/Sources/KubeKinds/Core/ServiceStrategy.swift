internal import ClusterBase
internal import KubeModel

/// What the server decides about a Service (upstream 1.20's `pkg/apis/core/v1/defaults.go`,
/// `pkg/registry/core/service/{strategy,storage/rest}.go`; one address family).
enum ServiceStrategy {
    /// How long a client stays with a pod when nothing else is said, in seconds.
    private static let affinitySeconds: Int64 = 10_800
    /// Fields of two address families and of features that 1.20 keeps switched off: read, and dropped.
    private static let droppedFields = [
        "ipFamilies", "ipFamilyPolicy", "ipFamily", "topologyKeys", "allocateLoadBalancerNodePorts",
    ]

    static func fillDefaults(_ service: inout KubeObject) {
        switch service.text("spec", "sessionAffinity") {
        case "ClientIP":
            if service["spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds"] == nil {
                service["spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds"] = .integer(affinitySeconds)
            }
        case "None": service["spec", "sessionAffinityConfig"] = nil
        default: break
        }
        let ports = service.list("spec", "ports").map { port -> JSONValue in
            guard var fields = port.object else { return port }
            if [nil, 0, ""].contains(fields["targetPort"]) { fields["targetPort"] = fields["port"] }
            return .object(fields)
        }
        if !ports.isEmpty { service["spec", "ports"] = .array(ports) }
        if service.usesNodePorts, service.text("spec", "externalTrafficPolicy").isEmpty {
            service["spec", "externalTrafficPolicy"] = "Cluster"
        }
    }

    static func prepareForCreate(_ service: inout KubeObject) {
        service["status"] = ["loadBalancer": [:]]
        dropUnusedFields(&service)
        let address = service.text("spec", "clusterIP")
        if !address.isEmpty, service.list("spec", "clusterIPs").isEmpty {
            service["spec", "clusterIPs"] = [.string(address)]
        }
    }

    static func prepareForUpdate(_ new: inout KubeObject, _ old: KubeObject) {
        new["status"] = old["status"]
        if new.serviceType != "LoadBalancer" { new["status", "loadBalancer"] = [:] }
        keepAllocated(&new, old)
        followClusterIP(&new, old)
        dropUnusedFields(&new)
        dropFieldsOfOldType(&new, old)
    }

    private static func dropUnusedFields(_ service: inout KubeObject) {
        for field in droppedFields where service["spec", field] != nil { service["spec", field] = nil }
        let addresses = service.list("spec", "clusterIPs")
        if addresses.count > 1 { service["spec", "clusterIPs"] = .array([addresses[0]]) }
    }

    /// Fills what the server had allotted and the client left out.
    private static func keepAllocated(_ new: inout KubeObject, _ old: KubeObject) {
        if old.hasClusterIPType && new.hasClusterIPType {
            for field in ["clusterIP", "clusterIPs"] where isEmpty(new["spec", field]) {
                new["spec", field] = old["spec", field]
            }
        }
        if old.usesNodePorts && new.usesNodePorts { keepNodePorts(&new, old) }
        if old.needsHealthCheck && new.needsHealthCheck && new.healthCheckNodePort == 0 {
            new["spec", "healthCheckNodePort"] = old["spec", "healthCheckNodePort"]
        }
    }

    /// A port of the same name keeps its node port, unless the client gave that to another one.
    private static func keepNodePorts(_ new: inout KubeObject, _ old: KubeObject) {
        let oldPorts = old.list("spec", "ports")
        var ports = new.list("spec", "ports")
        let given = Set(ports.map(\.nodePort))
        for index in ports.indices where ports[index].nodePort == 0 {
            let name = ports[index]["name"]?.string ?? ""
            let same = oldPorts.last { ($0["name"]?.string ?? "") == name }
            guard let nodePort = same?.nodePort, nodePort != 0, !given.contains(nodePort) else { continue }
            var port = ports[index].object ?? JSONObject()
            port["nodePort"] = .integer(Int64(nodePort))
            ports[index] = .object(port)
        }
        if !ports.isEmpty { new["spec", "ports"] = .array(ports) }
    }

    /// A client that knows only `clusterIP` changed it: `clusterIPs`, which it sent back unchanged, follows.
    private static func followClusterIP(_ new: inout KubeObject, _ old: KubeObject) {
        let address = new.text("spec", "clusterIP")
        guard address != old.text("spec", "clusterIP"), sameAddresses(new, old) else { return }
        new["spec", "clusterIPs"] = address.isEmpty ? nil : [.string(address)]
    }

    /// Fields that only the old type has go away with it, if the client left them as they were.
    private static func dropFieldsOfOldType(_ new: inout KubeObject, _ old: KubeObject) {
        if old.hasClusterIPType && !new.hasClusterIPType && sameAddresses(new, old) {
            new["spec", "clusterIP"] = nil
            new["spec", "clusterIPs"] = nil
        }
        if old.usesNodePorts && !new.usesNodePorts {
            new["spec", "externalTrafficPolicy"] = nil
            let ports = new.list("spec", "ports")
            if Set(ports.map(\.nodePort)) == Set(old.list("spec", "ports").map(\.nodePort)) {
                new["spec", "ports"] = .array(ports.map(withoutNodePort))
            }
        }
        if old.needsHealthCheck && !new.needsHealthCheck { new["spec", "healthCheckNodePort"] = nil }
    }

    private static func withoutNodePort(_ port: JSONValue) -> JSONValue {
        guard var fields = port.object else { return port }
        fields["nodePort"] = nil
        return .object(fields)
    }

    private static func sameAddresses(_ new: KubeObject, _ old: KubeObject) -> Bool {
        new.list("spec", "clusterIPs") == old.list("spec", "clusterIPs")
    }

    private static func isEmpty(_ value: JSONValue?) -> Bool {
        value == nil || value == "" || value == []
    }
}
