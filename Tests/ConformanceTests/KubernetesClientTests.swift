import ClusterBase
import TestSupport
import Testing

/// Python's Kubernetes clients, whose models refuse answers that lack what the API promises.
@Suite(.serialized) struct KubernetesClients {
    private func events(_ process: ChildProcess, _ name: String) -> [JSONValue] {
        process.output().split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
            .filter { $0["event"]?.string == name }
    }

    private func run(_ environment: String, _ script: String, _ scope: TestScope) async throws -> ChildProcess {
        let server = try await KubernetesServer.start(in: scope)
        let client = try scope.start(
            try Roost.python(environment), [Roost.client(script), server.url], name: environment)
        #expect(try await client.waitForExit(within: .seconds(120)) == .exited(0), "\(client.tails)")
        return client
    }

    @Test func theKubernetesClientParsesEveryAnswer() async throws {
        try await withTestScope("python") { scope in
            let client = try await run("kubernetes", "kubernetes_client.py", scope)
            let kinds = events(client, "kind")
            #expect(kinds.count == 11)
            for kind in kinds { #expect(kind["watched"]?.array?.last == "DELETED", "\(kind)") }
            for error in events(client, "error") { #expect(error["got"] == error["expected"], "\(error)") }
            #expect(events(client, "error").map { $0["reason"]?.string } == ["NotFound", "AlreadyExists", "Invalid"])
            #expect(events(client, "done").first?["left"]?.integer == 0)
        }
    }

    @Test func kr8sCreatesWatchesPatchesAndDeletes() async throws {
        try await withTestScope("kr8s") { scope in
            let client = try await run("kr8s", "kr8s_client.py", scope)
            let kinds = events(client, "kind")
            #expect(kinds.map { $0["name"]?.string } == ["Pod", "Service", "ConfigMap", "Deployment"])
            for kind in kinds { #expect(kind["watched"]?.array?.last == "DELETED", "\(kind)") }
            #expect(events(client, "done").count == 1)
        }
    }
}
