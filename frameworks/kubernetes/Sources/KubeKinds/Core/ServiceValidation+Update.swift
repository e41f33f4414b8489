internal import ClusterBase
internal import KubeModel

extension ServiceValidation {
    /// What a changed Service may not change: its cluster IP while it has one, and its health check's port.
    static func validateUpdate(_ new: KubeObject, _ old: KubeObject) -> [FieldError] {
        clusterIPChangeErrors(new, old) + healthCheckChangeErrors(new, old)
    }

    private static func clusterIPChangeErrors(_ new: KubeObject, _ old: KubeObject) -> [FieldError] {
        guard new.serviceType != "ExternalName", old.serviceType != "ExternalName" else { return [] }
        if new.isHeadless && old.isHeadless { return [] }
        let (addresses, oldAddresses) = (new.list("spec", "clusterIPs"), old.list("spec", "clusterIPs"))
        guard let before = oldAddresses.first else { return [] }
        let shown = ServiceText.strings(addresses)
        guard let now = addresses.first else {
            return [.invalid("spec.clusterIPs[0]", shown: shown, "primary clusterIP can not be unset")]
        }
        return now == before ? [] : [.invalid("spec.clusterIPs[0]", shown: shown, "may not change once set")]
    }

    private static func healthCheckChangeErrors(_ new: KubeObject, _ old: KubeObject) -> [FieldError] {
        guard new.needsHealthCheck, old.needsHealthCheck, new.healthCheckNodePort != old.healthCheckNodePort else {
            return []
        }
        return [
            .invalid(
                "spec.healthCheckNodePort", .integer(Int64(new.healthCheckNodePort)),
                "cannot change healthCheckNodePort on loadBalancer service with externalTraffic=Local during update")
        ]
    }

    /// What is wrong with the addresses a balancer reported.
    static func validateStatus(_ new: KubeObject, _ old: KubeObject) -> [FieldError] {
        var errors: [FieldError] = []
        for (index, ingress) in new.list("status", "loadBalancer", "ingress").enumerated() {
            let path = FieldPath("status.loadBalancer.ingress").index(index)
            if let address = ingress["ip"]?.string, !address.isEmpty, IPAddress(address) == nil {
                errors.append(.invalid(path.child("ip"), .string(address), "must be a valid IP address"))
            }
            guard let host = ingress["hostname"]?.string, !host.isEmpty else { continue }
            errors += FieldRules.subdomain(host, path.child("hostname"))
            if IPAddress(host) != nil {
                let words = "must be a DNS name, not an IP address"
                errors.append(.invalid(path.child("hostname"), .string(host), words))
            }
        }
        return errors
    }
}
