import ClusterBase
import KubeClient
import KubeModel
import KubeService
import Logging
import TestSupport
import Testing

@testable import KubeNode

/// Objects for pods, from a real API server.
struct ConfigSourceTests {
    private static let configMaps = ResourceKind(.v1, "ConfigMap", plural: "configmaps")

    private func configMap(_ value: String) -> KubeObject {
        VolumeRig.object(
            """
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m","namespace":"default"},
             "data":{"a":"\(value)"}}
            """)
    }

    @Test func answersAreAsFreshAsAsked() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var server = KubernetesConfiguration(workDirectory: nil)
        server.port = 0
        let service = KubernetesService(server, logger: logger)
        let client = try KubeClient(KubeClientConfiguration(server: "http://\(try await service.start())"))
        let serving = Task { try await service.run() }
        let source = ClientConfigSource(client, logger: logger)
        let following = Task { await source.run() }
        let key = ObjectKey(namespace: "default", "m")

        #expect(try await source.configMap(key, isFresh: false) == nil)
        _ = try await client.create(Self.configMaps, configMap("1"))
        let first = try await source.configMap(key, isFresh: false)
        #expect(first?.text("data", "a") == "1", "that it was not there is not remembered")
        _ = try await client.update(Self.configMaps, configMap("2"))
        #expect(try await source.configMap(key, isFresh: false)?.text("data", "a") == "1")
        #expect(try await source.configMap(key, isFresh: true)?.text("data", "a") == "2")
        #expect(try await source.configMap(key, isFresh: false)?.text("data", "a") == "2")

        #expect(try await source.claim(ObjectKey(namespace: "default", "x")) == nil)
        #expect(try await source.persistentVolume("x") == nil)
        #expect(await source.services(in: "default").map(\.name).contains("kubernetes"))
        #expect(await source.services(in: "none").isEmpty)

        serving.cancel()
        _ = await serving.result
        #expect(try await source.configMap(key, isFresh: true)?.text("data", "a") == "2")
        await #expect(throws: (any Error).self) {
            try await source.secret(ObjectKey(namespace: "default", "s"), isFresh: true)
        }
        following.cancel()
        await following.value
        await client.shutdown()
    }
}
