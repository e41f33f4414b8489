import ClusterBase
import KubeClient
import KubeModel
import Testing

@Suite(.timeLimit(.minutes(1))) struct ComponentHealthTests {
    private static let kind = ResourceKind(
        .v1, "ComponentStatus", plural: "componentstatuses", isNamespaced: false)

    private func health(_ cluster: TestCluster) async throws -> [String: String] {
        let statuses = try await cluster.client.list(Self.kind).objects
        return Dictionary(
            uniqueKeysWithValues: statuses.map { status in
                let condition = KubeObject(status.list("conditions").first) ?? KubeObject()
                return (status.name, condition.text("status") + " " + condition.text("message"))
            })
    }

    @Test func controllersAreHealthyWhileSomebodyHoldsTheLease() async throws {
        try await TestCluster.with { (cluster) async throws in
            let health = try await health(cluster)
            #expect(health == ["controller-manager": "True ok", "etcd-0": #"True {"health":"true"}"#])
        }
        try await TestCluster.with(controllers: false) { (cluster) async throws in
            let health = try await health(cluster)
            #expect(health["controller-manager"] == "False nobody holds the lease")
        }
    }
}
