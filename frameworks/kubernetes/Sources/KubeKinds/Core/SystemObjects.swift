internal import ClusterBase
public import KubeModel

/// Objects that the API server makes and keeps by itself, in the hub version and without the server's metadata.
///
/// Source: upstream 1.20's `pkg/controlplane/{controller,instance}.go` and `reconcilers`; spec `kubernetes/06` §6.1.
public enum SystemObjects {
    /// The namespaces that are always there.
    public static let namespaceNames = ["default", "kube-system", "kube-public", "kube-node-lease"]

    /// The namespaces that are always there.
    public static var namespaces: [KubeObject] {
        namespaceNames.map { name in
            KubeObject([
                "kind": "Namespace", "apiVersion": "v1", "metadata": ["name": .string(name)],
                "spec": ["finalizers": [.string(CoreKinds.namespaceFinalizer)]], "status": ["phase": "Active"],
            ])
        }
    }

    /// The name of the Service and the Endpoints of the API server itself; both lie in `default`.
    public static let apiName = "kubernetes"
    /// The name of their port, which clients look for.
    public static let apiPortName = "https"

    /// The Service that leads to the API server.
    ///
    /// - Parameters:
    ///   - address: its cluster IP, `ServiceAddresses.first`.
    ///   - targetPort: the port API servers listen on.
    public static func apiService(address: String, targetPort: Int) -> KubeObject {
        let port: JSONValue = [
            "name": .string(apiPortName), "protocol": "TCP", "port": 443,
            "targetPort": .integer(Int64(targetPort)),
        ]
        return KubeObject([
            "kind": "Service", "apiVersion": "v1",
            "metadata": [
                "name": .string(apiName), "namespace": "default",
                "labels": ["component": "apiserver", "provider": "kubernetes"],
            ],
            "spec": [
                "ports": [port], "clusterIP": .string(address), "clusterIPs": [.string(address)],
                "type": "ClusterIP", "sessionAffinity": "None",
            ],
            "status": ["loadBalancer": [:]],
        ])
    }

    /// The Endpoints of that Service.
    ///
    /// - Parameters:
    ///   - addresses: of the API servers, none of them loopback; none at all leaves no subset.
    ///   - port: the port they listen on.
    public static func apiEndpoints(addresses: [String], port: Int) -> KubeObject {
        var endpoints = KubeObject([
            "kind": "Endpoints", "apiVersion": "v1",
            "metadata": [
                "name": .string(apiName), "namespace": "default",
                "labels": ["endpointslice.kubernetes.io/skip-mirror": "true"],
            ],
        ])
        guard !addresses.isEmpty else { return endpoints }
        let unique = Set(addresses.compactMap { IPAddress($0) }).sorted().map(\.description)
        endpoints["subsets"] = [
            [
                "addresses": .array(unique.map { ["ip": .string($0)] }),
                "ports": [["name": .string(apiPortName), "port": .integer(Int64(port)), "protocol": "TCP"]],
            ]
        ]
        return endpoints
    }

    /// The health of a component as `componentstatuses` shows it.
    public static func componentStatus(
        _ name: String, isHealthy: Bool, message: String, error: String = ""
    ) -> KubeObject {
        var condition: JSONObject = ["type": "Healthy", "status": isHealthy ? "True" : "False"]
        if !message.isEmpty { condition["message"] = .string(message) }
        if !error.isEmpty { condition["error"] = .string(error) }
        return KubeObject([
            "kind": "ComponentStatus", "apiVersion": "v1",
            "metadata": ["name": .string(name), "creationTimestamp": .null],
            "conditions": [.object(condition)],
        ])
    }
}
