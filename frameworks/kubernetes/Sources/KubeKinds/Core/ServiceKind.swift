internal import ClusterBase
internal import KubeModel

extension CoreKinds {
    /// A name and an address for a set of pods.
    static let service: KindRow = {
        var row = coreRow("Service", plural: "services", defaults: ServiceStrategy.fillDefaults)
        row.shortNames = ["svc"]
        row.categories = ["all"]
        row.verbs = .standard.subtracting(.deleteCollection)
        row.nameRule = .label1035
        row.createsOnUpdate = true
        row.returnsObjectOnDelete = true
        row.subresources = [
            SubresourceRow("proxy", kind: GroupVersionKind(.v1, "ServiceProxyOptions"), verbs: proxyVerbs, .connect),
            statusRow(ServiceValidation.validateStatus),
        ]
        row.columns = serviceColumns
        row.prepareForCreate = ServiceStrategy.prepareForCreate
        row.prepareForUpdate = ServiceStrategy.prepareForUpdate
        row.validate = ServiceValidation.validate
        row.checksChangesFirst = true
        row.validateUpdate = ServiceValidation.validateUpdate
        return row
    }()

    private static let serviceColumns: [ColumnRow] = [
        .name,
        .text("Type", "How the service can be reached.") { $0.serviceType },
        .text("Cluster-IP", "The address inside the cluster; None for headless services.") {
            CellText.orNone($0.text("spec", "clusterIP"))
        },
        .text("External-IP", "Addresses that lead to the service from outside.", externalAddress),
        .text("Port(s)", "The ports of the service, with their node ports.") { service in
            CellText.joined(service.list("spec", "ports").map(portText))
        },
        .age,
        .text("Selector", priority: 1, "The labels of the pods behind the service.") {
            CellText.labels($0.strings("spec", "selector"))
        },
    ]

    private static func portText(_ port: JSONValue) -> String {
        let number = port["port"]?.integer ?? 0
        let outside = port.nodePort == 0 ? "" : ":\(port.nodePort)"
        return "\(number)\(outside)/\(port["protocol"]?.string ?? "")"
    }

    private static func externalAddress(_ service: KubeObject) -> String {
        let external = service.list("spec", "externalIPs").compactMap(\.string)
        switch service.serviceType {
        case "ClusterIP", "NodePort": return CellText.joined(external)
        case "LoadBalancer":
            let balancers = service.list("status", "loadBalancer", "ingress").compactMap { ingress in
                [ingress["ip"]?.string ?? "", ingress["hostname"]?.string ?? ""].first { !$0.isEmpty }
            }
            return CellText.joined(Set(balancers).sorted() + external, orElse: "<pending>")
        case "ExternalName": return service.text("spec", "externalName")
        default: return "<unknown>"
        }
    }
}
