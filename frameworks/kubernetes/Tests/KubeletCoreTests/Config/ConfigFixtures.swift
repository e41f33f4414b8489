import ClusterBase
import KubeModel
import KubeletCore
import Testing

/// Pods, secrets and services for tests of configuration.
enum ConfigFixture {
    /// Reads an object from JSON text.
    static func object(_ json: String, _ location: SourceLocation = #_sourceLocation) -> KubeObject {
        guard let tree = try? JSONValue(parsing: json), let object = KubeObject(tree) else {
            Issue.record("no JSON object: \(json)", sourceLocation: location)
            return KubeObject()
        }
        return object
    }

    /// A pod `web` in `shop` with one container `c`, whose members and the pod's further ones are JSON members.
    static func pod(container: String = "", spec: String = "", metadata: String = "") -> KubeObject {
        let inner = ["\"name\":\"c\",\"image\":\"busybox\"", container].filter { !$0.isEmpty }.joined(separator: ",")
        let outer = ["\"containers\":[{\(inner)}]", spec].filter { !$0.isEmpty }.joined(separator: ",")
        let own = ["\"name\":\"web\",\"namespace\":\"shop\",\"uid\":\"u-1\"", metadata].filter { !$0.isEmpty }
            .joined(separator: ",")
        return object("{\"metadata\":{\(own)},\"spec\":{\(outer)}}")
    }

    /// A service.
    static func service(
        _ name: String, in namespace: String = "shop", address: String = "10.254.0.1", type: String = "ClusterIP",
        ports: String = #"[{"port":80}]"#
    ) -> KubeObject {
        object(
            """
            {"metadata":{"name":"\(name)","namespace":"\(namespace)"},
             "spec":{"clusterIP":"\(address)","type":"\(type)","ports":\(ports)}}
            """)
    }

    /// What a node tells.
    static let facts = PodFacts(
        nodeName: "node-1", hostAddress: "192.0.2.1", podAddresses: ["10.1.0.7", "fd00::7"], allocatableCPU: 3500,
        allocatableMemory: 8 << 30)

    /// The environment of a pod's container `c` as `NAME=value`, or the error's message.
    static func environment(_ pod: KubeObject, _ objects: ConfigObjects = ConfigObjects()) -> [String] {
        guard let container = PodView(pod).container("c") else { return ["no container"] }
        do throws(ConfigError) {
            let builder = EnvironmentBuilder(pod: pod, objects: objects, facts: facts)
            return try builder.build(container.object).variables.map { "\($0.name)=\($0.value)" }
        } catch {
            return ["error: \(error.message)"]
        }
    }
}
