import ClusterBase
import KubeModel
import KubeNetworkCore

/// Services and endpoints for tests.
enum ServiceObjects {
    static func service(
        _ name: String, ip: String = "10.254.0.10", ports: [JSONValue] = [["port": 80, "protocol": "TCP"]],
        spec: [(String, JSONValue)] = []
    ) -> KubeObject {
        var object = KubeObject(["apiVersion": "v1", "kind": "Service"])
        object["metadata"] = ["namespace": "default", "name": .string(name)]
        object["spec"] = ["clusterIP": .string(ip), "ports": .array(ports)]
        for (field, value) in spec { object["spec", field] = value }
        return object
    }

    /// Endpoints at addresses, each `IP` or `IP@NODE`, with ports by name.
    static func endpoints(_ name: String, _ addresses: [String], ports: [(String, Int64)] = [("", 80)]) -> KubeObject {
        var object = KubeObject(["apiVersion": "v1", "kind": "Endpoints"])
        object["metadata"] = ["namespace": "default", "name": .string(name)]
        let entries = addresses.map { text -> JSONValue in
            let parts = text.split(separator: "@").map(String.init)
            return parts.count == 1
                ? ["ip": .string(parts[0])] : ["ip": .string(parts[0]), "nodeName": .string(parts[1])]
        }
        let numbers = ports.map { name, number -> JSONValue in
            name.isEmpty ? ["port": .integer(number)] : ["name": .string(name), "port": .integer(number)]
        }
        object["subsets"] = [["addresses": .array(entries), "ports": .array(numbers)]]
        return object
    }

    static func ip(_ text: String) -> IPAddress { IPAddress(text) ?? IPAddress(v4: 0) }

    static func address(_ text: String) -> EndpointAddress {
        let parts = text.split(separator: ":")
        return EndpointAddress(ip(String(parts[0])), port: Int(parts[1]) ?? 0)
    }

    static func name(_ service: String, _ port: String = "") -> ServicePortName {
        ServicePortName(ObjectKey(namespace: "default", service), port: port)
    }
}
