internal import ClusterBase
internal import KubeModel

/// What is wrong with a Service (upstream 1.20's `ValidateService`), in upstream's order.
enum ServiceValidation {
    private static let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]
    private static let longestAffinity: Int64 = 86_400
    /// The port of node agents, which a balancer must not open to the world.
    private static let kubeletPort: Int64 = 10_250
    private static let sourceRanges = "service.beta.kubernetes.io/load-balancer-source-ranges"

    static func validate(_ service: KubeObject) -> [FieldError] {
        let errors =
            typeErrors(service) + portErrors(service)
            + Validation.labels("spec.selector", service["spec", "selector"]) + affinityErrors(service)
            + clusterIPErrors(service) + externalIPErrors(service) + typeNameErrors(service)
            + balancerErrors(service) + nodePortErrors(service) + sourceRangeErrors(service)
            + trafficErrors(service)
        return errors.isEmpty ? trafficCombinationErrors(service) : errors
    }

    /// What the type asks of the address and the name.
    private static func typeErrors(_ service: KubeObject) -> [FieldError] {
        var errors: [FieldError] = []
        let ports = service.list("spec", "ports")
        if ports.isEmpty && !service.isHeadless && service.serviceType != "ExternalName" {
            errors.append(.required("spec.ports"))
        }
        switch service.serviceType {
        case "LoadBalancer":
            for (index, port) in ports.enumerated() where port["port"]?.integer == kubeletPort {
                errors.append(
                    .invalid(
                        FieldPath("spec.ports").index(index), .integer(kubeletPort),
                        "may not expose port \(kubeletPort) externally since it is used by kubelet"))
            }
            errors += headlessErrors(service)
        case "NodePort": errors += headlessErrors(service)
        case "ExternalName":
            if !service.list("spec", "clusterIPs").isEmpty {
                errors.append(.forbidden("spec.clusterIPs", "may not be set for ExternalName services"))
            }
            var name = service.text("spec", "externalName")
            if name.hasSuffix(".") { name.removeLast() }
            errors += name.isEmpty
                ? [.required("spec.externalName")] : FieldRules.subdomain(name, "spec.externalName")
        default: break
        }
        return errors
    }

    private static func headlessErrors(_ service: KubeObject) -> [FieldError] {
        guard service.isHeadless else { return [] }
        let words = "may not be set to 'None' for \(service.serviceType) services"
        return [.invalid("spec.clusterIPs[0]", "None", words)]
    }

    private static func portErrors(_ service: KubeObject) -> [FieldError] {
        var errors: [FieldError] = []
        var names: Set<String> = []
        let ports = service.list("spec", "ports")
        for (index, value) in ports.enumerated() {
            guard let port = KubeObject(value) else { continue }
            let path = FieldPath("spec.ports").index(index)
            let name = port.text("name")
            if !name.isEmpty {
                errors += FieldRules.label(name, path.child("name"))
                if !names.insert(name).inserted { errors.append(.duplicate(path.child("name"), .string(name))) }
            } else if ports.count > 1 {
                errors.append(.required(path.child("name")))
            }
            errors += FieldRules.portNumber(port.integer("port") ?? 0, path.child("port"))
            errors += FieldRules.transport(port.text("protocol"), path.child("protocol"))
            errors += FieldRules.portNumberOrName(port["targetPort"], path.child("targetPort"))
            if let appProtocol = port["appProtocol"]?.string {
                errors += FieldRules.qualifiedName(appProtocol, path.child("appProtocol"))
            }
        }
        return errors
    }

    private static func affinityErrors(_ service: KubeObject) -> [FieldError] {
        let affinity = service.text("spec", "sessionAffinity")
        let path: FieldPath = "spec.sessionAffinityConfig"
        switch affinity {
        case "": return [.required("spec.sessionAffinity")]
        case "ClientIP":
            let timeoutPath = path.child("clientIP").child("timeoutSeconds")
            guard let seconds = service.integer("spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds") else {
                return [.required(timeoutPath, "when session affinity type is ClientIP")]
            }
            if (1...longestAffinity).contains(seconds) { return [] }
            let words = "must be greater than 0 and less than \(longestAffinity)"
            return [.invalid(timeoutPath, .integer(seconds), words)]
        case "None":
            guard service["spec", "sessionAffinityConfig"] != nil else { return [] }
            return [.forbidden(path, "must not be set when session affinity is None")]
        default: return [.notSupported("spec.sessionAffinity", .string(affinity), ["ClientIP", "None"])]
        }
    }

    private static func clusterIPErrors(_ service: KubeObject) -> [FieldError] {
        guard service.serviceType != "ExternalName" else { return [] }
        let path: FieldPath = "spec.clusterIPs"
        let (address, addresses) = (service.text("spec", "clusterIP"), service.list("spec", "clusterIPs"))
        let shown = ServiceText.strings(addresses)
        var errors: [FieldError] = []
        if address.isEmpty {
            if !addresses.isEmpty {
                errors.append(.invalid(path, shown: shown, "must be empty when `clusterIP` is not specified"))
            }
        } else if addresses.isEmpty {
            errors.append(.required(path))
        } else if addresses[0].string != address {
            errors.append(.invalid(path, shown: shown, "first value must match `clusterIP`"))
        }
        for (index, value) in addresses.enumerated() where value != "None" {
            errors += Validation.ip(path.index(index), value.string ?? "")
        }
        return errors
    }

    private static func externalIPErrors(_ service: KubeObject) -> [FieldError] {
        service.list("spec", "externalIPs").enumerated().flatMap { index, value -> [FieldError] in
            let path = FieldPath("spec.externalIPs").index(index)
            let problems = Validation.ip(path, value.string ?? "")
            return problems.isEmpty ? FieldRules.ordinaryAddress(value.string ?? "", path) : problems
        }
    }

    private static func typeNameErrors(_ service: KubeObject) -> [FieldError] {
        Validation.oneOf("spec.type", service.serviceType, types)
    }

    private static func balancerErrors(_ service: KubeObject) -> [FieldError] {
        guard service.serviceType == "LoadBalancer" else { return [] }
        let ports = service.list("spec", "ports")
        var errors: [FieldError] = []
        for (index, port) in ports.enumerated() where !FieldRules.transports.contains(port["protocol"]?.string ?? "") {
            errors.append(
                .invalid(
                    FieldPath("spec.ports").index(index).child("protocol"), port["protocol"] ?? "",
                    "cannot create an external load balancer with non-TCP/UDP/SCTP ports"))
        }
        if Set(ports.compactMap { $0["protocol"]?.string }.filter(FieldRules.transports.contains)).count > 1 {
            errors.append(
                .invalid(
                    "spec.ports", shown: ServiceText.ports(ports),
                    "cannot create an external load balancer with mix protocols"))
        }
        return errors
    }

    private static func nodePortErrors(_ service: KubeObject) -> [FieldError] {
        let ports = service.list("spec", "ports").enumerated().map { index, value in
            (path: FieldPath("spec.ports").index(index), port: KubeObject(value) ?? KubeObject())
        }
        var errors: [FieldError] = []
        if service.serviceType == "ClusterIP" {
            for (path, port) in ports where port.value.nodePort != 0 {
                errors.append(.forbidden(path.child("nodePort"), "may not be used when `type` is 'ClusterIP'"))
            }
        }
        var nodePorts: Set<String> = []
        for (path, port) in ports where port.value.nodePort != 0 {
            let number = port.value.nodePort
            if !nodePorts.insert("\(port.text("protocol"))/\(number)").inserted {
                errors.append(.duplicate(path.child("nodePort"), .integer(Int64(number))))
            }
        }
        var numbers: Set<String> = []
        for (path, port) in ports {
            let number = port.integer("port") ?? 0
            if !numbers.insert("\(port.text("protocol"))/\(number)").inserted {
                let key: JSONValue = ["protocol": .string(port.text("protocol")), "port": .integer(number)]
                errors.append(.duplicate(path, shown: ServiceText.port(key)))
            }
        }
        return errors
    }

    private static func sourceRangeErrors(_ service: KubeObject) -> [FieldError] {
        let ranges = service.list("spec", "loadBalancerSourceRanges").compactMap(\.string)
        let annotation = service.annotation(sourceRanges)
        guard !ranges.isEmpty || annotation != nil else { return [] }
        let words = (annotation ?? "").trimmed
        let listed = words.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let given = ranges.isEmpty ? listed : ranges
        let path: FieldPath =
            ranges.isEmpty ? FieldPath("metadata.annotations").key(sourceRanges) : "spec.LoadBalancerSourceRanges"
        var errors: [FieldError] = []
        if service.serviceType != "LoadBalancer" {
            errors.append(.forbidden(path, "may only be used when `type` is 'LoadBalancer'"))
        }
        if (!ranges.isEmpty || !words.isEmpty) && !given.allSatisfy({ CIDR($0.trimmed) != nil }) {
            let shown = ranges.isEmpty ? annotation ?? "" : "[\(ranges.joined(separator: " "))]"
            errors.append(
                .invalid(
                    path, .string(shown),
                    "must be a list of IP ranges. For example, 10.240.0.0/24,10.250.0.0/24 "))
        }
        return errors
    }

    private static func trafficErrors(_ service: KubeObject) -> [FieldError] {
        var errors: [FieldError] = []
        let policy = service.text("spec", "externalTrafficPolicy")
        if !["", "Cluster", "Local"].contains(policy) {
            errors.append(
                .invalid(
                    "spec.externalTrafficPolicy", .string(policy),
                    "ExternalTrafficPolicy must be empty, Cluster or Local"))
        }
        if service.healthCheckNodePort < 0 {
            errors.append(
                .invalid(
                    "spec.healthCheckNodePort", .integer(Int64(service.healthCheckNodePort)),
                    "HealthCheckNodePort must be not less than 0"))
        }
        return errors
    }

    private static func trafficCombinationErrors(_ service: KubeObject) -> [FieldError] {
        var errors: [FieldError] = []
        let policy = service.text("spec", "externalTrafficPolicy")
        if !service.usesNodePorts && !policy.isEmpty {
            errors.append(
                .invalid(
                    "spec.externalTrafficPolicy", .string(policy),
                    "ExternalTrafficPolicy can only be set on NodePort and LoadBalancer service"))
        }
        if !service.needsHealthCheck && service.healthCheckNodePort != 0 {
            errors.append(
                .invalid(
                    "spec.healthCheckNodePort", .integer(Int64(service.healthCheckNodePort)),
                    "HealthCheckNodePort can only be set on LoadBalancer service with ExternalTrafficPolicy=Local"))
        }
        return errors
    }
}
