import ClusterBase
import KubeModel
import KubeNetwork
import KubeNetworkCore
import Logging
import TestSupport

/// A proxy on a host of a test's own, told of services by the test.
struct ProxyUnderTest {
    let proxy: ServiceProxy
    private let mode: ProxyMode
    let task: Task<Void, any Error>

    static func configuration(_ mode: ProxyMode, _ lab: NetworkLab) -> ServiceProxyConfiguration {
        let address = IPAddress(NetworkLab.bridgeAddress) ?? IPAddress(v4: 0)
        var configuration = ServiceProxyConfiguration(nodeName: "n1", nodeAddress: address)
        configuration.mode = mode
        configuration.lockDirectory = lab.scope.directory.path + "/locks"
        return configuration
    }

    init(_ configuration: ServiceProxyConfiguration, _ lab: NetworkLab) throws {
        let proxy = try ServiceProxy(configuration, logger: Logger(label: "proxy"))
        (self.proxy, mode) = (proxy, configuration.mode)
        task = Task { try await proxy.run() }
        lab.scope.onExit { await proxy.close(removing: false) }
    }

    init(_ mode: ProxyMode, _ lab: NetworkLab) throws { try self.init(Self.configuration(mode, lab), lab) }

    /// Tells of services with the addresses behind them, and waits until the rules say so.
    func tell(_ services: [(KubeObject, [String])]) async throws {
        let before = await proxy.figures
        await proxy.take(services: services.map { .added($0.0) })
        await proxy.take(endpoints: services.map { .added(Self.endpoints($0.0, $0.1)) })
        await proxy.synchronised()
        try await written(since: before)
    }

    /// Tells of the addresses behind a service, and waits until the rules say so.
    func move(_ service: KubeObject, to addresses: [String]) async throws {
        let before = await proxy.figures
        let object = Self.endpoints(service, addresses)
        await proxy.take(endpoints: [.changed(object, from: object)])
        // In userspace mode rules need no change for that.
        if mode == .iptables { try await written(since: before) }
    }

    private func written(since before: ProxyFigures) async throws {
        try await eventually("rules written") {
            let now = await proxy.figures
            if let failure = now.lastFailure { throw TestError(failure) }
            return now.changes + now.resyncs > before.changes + before.resyncs
        }
    }

    static func service(
        _ name: String, ip: String, port: Int64 = 80, protocol transport: String = "TCP", nodePort: Int64? = nil,
        spec: [(String, JSONValue)] = []
    ) -> KubeObject {
        var object = KubeObject(["apiVersion": "v1", "kind": "Service"])
        object["metadata"] = ["namespace": "default", "name": .string(name)]
        var entry: JSONValue = ["port": .integer(port), "protocol": .string(transport)]
        if let nodePort {
            entry = ["port": .integer(port), "protocol": .string(transport), "nodePort": .integer(nodePort)]
        }
        object["spec"] = [
            "type": nodePort == nil ? "ClusterIP" : "NodePort", "clusterIP": .string(ip), "ports": [entry],
        ]
        for (field, value) in spec { object["spec", field] = value }
        return object
    }

    static func endpoints(_ service: KubeObject, _ addresses: [String], port: Int64 = 8080) -> KubeObject {
        var object = KubeObject(["apiVersion": "v1", "kind": "Endpoints"])
        object["metadata"] = ["namespace": "default", "name": .string(service.name)]
        let entries = addresses.map { address -> JSONValue in ["ip": .string(address), "nodeName": "n1"] }
        if !entries.isEmpty {
            object["subsets"] = [["addresses": .array(entries), "ports": [["port": .integer(port)]]]]
        }
        return object
    }
}
