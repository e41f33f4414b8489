internal import ClusterBase
internal import KubeModel

extension ServicePort {
    private static let proxyNameLabel = "service.kubernetes.io/service-proxy-name"
    private static let sourceRangesAnnotation = "service.beta.kubernetes.io/load-balancer-source-ranges"
    private static let externalTrafficAnnotation = "service.beta.kubernetes.io/external-traffic"
    private static let usualAffinitySeconds = 10_800

    /// The ports of a service that are to be proxied, in the object's order; none for a headless one, an external name,
    /// one of IP version 6 only, or one that names another proxy.
    static func ports(of service: KubeObject) -> [ServicePort] {
        guard service.text("spec", "type") != "ExternalName", let clusterIP = clusterIP(of: service),
            service["metadata", "labels", proxyNameLabel] == nil
        else { return [] }
        let externalIPs = addresses(service.list("spec", "externalIPs").compactMap(\.string))
        let ingressIPs = addresses(service.list("status", "loadBalancer", "ingress").compactMap { $0["ip"]?.string })
        return service.list("spec", "ports").compactMap { entry -> ServicePort? in
            guard let port = entry["port"]?.integer,
                let transport = TransportProtocol(field: entry["protocol"]?.string ?? "")
            else { return nil }
            let name = ServicePortName(service.key, port: entry["name"]?.string ?? "")
            var result = ServicePort(name, transport, clusterIP: clusterIP, port: Int(port))
            result.nodePort = entry["nodePort"]?.integer.flatMap { $0 > 0 ? Int($0) : nil }
            (result.externalIPs, result.ingressIPs) = (externalIPs, ingressIPs)
            result.sourceRanges = sourceRanges(of: service)
            result.affinitySeconds = affinitySeconds(of: service)
            result.isLocalOnly = isLocalOnly(service)
            return result
        }
    }

    private static func clusterIP(of service: KubeObject) -> IPAddress? {
        let texts = [service.text("spec", "clusterIP")] + service.list("spec", "clusterIPs").compactMap(\.string)
        return addresses(texts).first
    }

    /// The addresses of version 4 among texts, without repetition.
    private static func addresses(_ texts: [String]) -> [IPAddress] {
        var result: [IPAddress] = []
        for text in texts {
            guard let address = IPAddress(text), !address.isV6, !result.contains(address) else { continue }
            result.append(address)
        }
        return result
    }

    private static func sourceRanges(of service: KubeObject) -> [CIDR] {
        var texts = service.list("spec", "loadBalancerSourceRanges").compactMap(\.string)
        if texts.isEmpty {
            let annotation = service.text("metadata", "annotations", sourceRangesAnnotation)
            texts = annotation.split(separator: ",").map { String($0.filter { $0 != " " }) }
        }
        return texts.compactMap { CIDR($0) }.filter { !$0.base.isV6 }
    }

    private static func affinitySeconds(of service: KubeObject) -> Int? {
        guard service.text("spec", "sessionAffinity") == "ClientIP" else { return nil }
        let seconds = service.integer("spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds")
        return seconds.map { Int($0) } ?? usualAffinitySeconds
    }

    private static func isLocalOnly(_ service: KubeObject) -> Bool {
        guard ["NodePort", "LoadBalancer"].contains(service.text("spec", "type")) else { return false }
        return service.text("spec", "externalTrafficPolicy") == "Local"
            || service.text("metadata", "annotations", externalTrafficAnnotation) == "OnlyLocal"
    }
}
