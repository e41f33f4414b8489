internal import ClusterBase
internal import KubeModel

extension CoreKinds {
    /// The addresses behind a service.
    static let endpoints: KindRow = {
        var row = coreRow("Endpoints", plural: "endpoints")
        row.shortNames = ["ep"]
        row.createsOnUpdate = true
        row.columns = [
            .name,
            .text("Endpoints", "The ready addresses with their ports.", endpointText),
            .age,
        ]
        row.validate = validateEndpoints
        return row
    }()

    /// So many addresses are shown in a table; the rest is counted.
    private static let shownEndpoints = 3

    private static func endpointText(_ endpoints: KubeObject) -> String {
        let subsets = endpoints.list("subsets").compactMap { KubeObject($0) }
        guard !subsets.isEmpty else { return "<none>" }
        let texts = subsets.flatMap { subset -> [String] in
            let addresses = subset.list("addresses").compactMap { $0["ip"]?.string }
            let ports = subset.list("ports").map { $0["port"]?.integer ?? 0 }
            if ports.isEmpty { return addresses }
            return ports.flatMap { port in
                addresses.map { $0.contains(":") ? "[\($0)]:\(port)" : "\($0):\(port)" }
            }
        }
        let shown = texts.prefix(shownEndpoints).joined(separator: ",")
        let hidden = texts.count - shownEndpoints
        return hidden > 0 ? "\(shown) + \(hidden) more..." : shown
    }

    /// Source: upstream 1.20's `validateEndpointSubsets`.
    private static func validateEndpoints(_ endpoints: KubeObject) -> [FieldError] {
        endpoints.list("subsets").enumerated().flatMap { index, value -> [FieldError] in
            let subset = KubeObject(value) ?? KubeObject()
            let path = FieldPath("subsets").index(index)
            let lists = ["addresses", "notReadyAddresses"].map { (name: $0, addresses: subset.list($0)) }
            var errors: [FieldError] = []
            if lists.allSatisfy(\.addresses.isEmpty) {
                errors.append(.required(path, "must specify `addresses` or `notReadyAddresses`"))
            }
            for (name, addresses) in lists {
                for (position, address) in addresses.enumerated() {
                    errors += addressErrors(KubeObject(address), path.child(name).index(position))
                }
            }
            let ports = subset.list("ports")
            for (position, port) in ports.enumerated() {
                let field = path.child("ports").index(position)
                errors += endpointPortErrors(KubeObject(port), field, needsName: ports.count > 1)
            }
            return errors
        }
    }

    private static func addressErrors(_ address: KubeObject?, _ path: FieldPath) -> [FieldError] {
        let text = address?.text("ip") ?? ""
        var errors = Validation.ip(path.child("ip"), text)
        if let host = address?.text("hostname"), !host.isEmpty {
            errors += FieldRules.label(host, path.child("hostname"))
        }
        if let node = address?["nodeName"]?.string { errors += FieldRules.subdomain(node, path.child("nodeName")) }
        return errors + FieldRules.ordinaryAddress(text, path.child("ip"))
    }

    private static func endpointPortErrors(
        _ port: KubeObject?, _ path: FieldPath, needsName: Bool
    ) -> [FieldError] {
        guard let port else { return [] }
        let name = port.text("name")
        var errors: [FieldError] = []
        if !name.isEmpty {
            errors += FieldRules.label(name, path.child("name"))
        } else if needsName {
            errors.append(.required(path.child("name")))
        }
        errors += FieldRules.portNumber(port.integer("port") ?? 0, path.child("port"))
        errors += FieldRules.transport(port.text("protocol"), path.child("protocol"))
        if let appProtocol = port["appProtocol"]?.string {
            errors += FieldRules.qualifiedName(appProtocol, path.child("appProtocol"))
        }
        return errors
    }
}
