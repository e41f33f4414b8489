public import KubeModel

/// The variables by which containers learn of services, in Kubernetes' form and in that of Docker's links.
///
/// Source: spec `kubernetes/04` §4.7.
public enum ServiceVariables {
    /// The name of the service by which pods reach the API, told to every pod.
    public static let master = "kubernetes"

    /// The variables of the services that a pod is told of.
    ///
    /// - Parameters:
    ///   - services: those of the pod's namespace and of the master's namespace; others are left out.
    ///   - linksServices: whether more than the master service is told (`spec.enableServiceLinks`).
    public static func variables(
        _ services: [KubeObject], namespace: String, masterNamespace: String, linksServices: Bool
    ) -> [(name: String, value: String)] {
        let own = services.filter { linksServices && $0.namespace == namespace && hasAddress($0) }
        // A service of the same name in the pod's own namespace comes before the master's.
        let masters = services.filter {
            $0.namespace == masterNamespace && $0.name == master && hasAddress($0)
                && !own.contains { $0.name == master }
        }
        return (masters + own).flatMap(variables)
    }

    /// The variables of one service.
    public static func variables(_ service: KubeObject) -> [(name: String, value: String)] {
        let address = service.text("spec", "clusterIP")
        let ports = service.list("spec", "ports").compactMap { KubeObject($0) }
        guard let first = ports.first else { return [] }
        let prefix = variableName(service.name)
        var result = [
            (name: prefix + "_SERVICE_HOST", value: address),
            (name: prefix + "_SERVICE_PORT", value: number(first)),
        ]
        for port in ports where !port.text("name").isEmpty {
            result.append((prefix + "_SERVICE_PORT_" + variableName(port.text("name")), number(port)))
        }
        result.append((prefix + "_PORT", url(first, address)))
        for port in ports {
            let link = "\(prefix)_PORT_\(number(port))_\(transport(port).uppercased())"
            result.append((link, url(port, address)))
            result.append((link + "_PROTO", transport(port)))
            result.append((link + "_PORT", number(port)))
            result.append((link + "_ADDR", address))
        }
        return result
    }

    /// A service's or port's name as a part of a variable's.
    static func variableName(_ name: String) -> String {
        String(name.uppercased().map { $0 == "-" ? "_" : $0 })
    }

    private static func hasAddress(_ service: KubeObject) -> Bool {
        let address = service.text("spec", "clusterIP")
        return !address.isEmpty && address != "None" && service.text("spec", "type") != "ExternalName"
    }

    private static func number(_ port: KubeObject) -> String { "\(port.integer("port") ?? 0)" }

    private static func transport(_ port: KubeObject) -> String {
        let transport = port.text("protocol")
        return transport.isEmpty ? "tcp" : transport.lowercased()
    }

    private static func url(_ port: KubeObject, _ address: String) -> String {
        let host = address.contains(":") ? "[\(address)]" : address
        return "\(transport(port))://\(host):\(number(port))"
    }
}
