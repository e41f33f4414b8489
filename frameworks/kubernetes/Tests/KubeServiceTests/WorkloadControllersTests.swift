import ClusterBase
import KubeClient
import KubeCore
import KubeModel
import KubeService
import TestSupport
import Testing

/// The workload controllers against a real API server; a simulated kubelet runs the pods.
@Suite(.timeLimit(.minutes(2))) struct WorkloadControllersTests {
    private static let key = ObjectKey(namespace: "default", "web")

    /// A cluster with one node.
    private func withNode(_ body: (TestCluster) async throws -> Void) async throws {
        try await TestCluster.with { (cluster) async throws in
            let kubelet = SimulatedKubelet(client: cluster.client, node: "n1")
            try await kubelet.register()
            let running = Task { await kubelet.run() }
            let result: Result<Void, any Error>
            do { result = .success(try await body(cluster)) } catch { result = .failure(error) }
            running.cancel()
            await running.value
            try result.get()
        }
    }

    private func pods(_ cluster: TestCluster) async throws -> [KubeObject] {
        try await cluster.client.list(.pods, ObjectSelection(namespace: "default")).objects
    }

    /// Waits until the status of an object says so many pods are ready.
    private func ready(_ cluster: TestCluster, _ kind: ResourceKind, _ count: Int64) async throws -> KubeObject {
        try await cluster.wait("\(count) pods", kind, Self.key) { object in
            object.integer("status", "readyReplicas") ?? 0 == count
                && object.integer("status", "replicas") ?? 0 == count
                && object.integer("status", "observedGeneration") == object.generation
        }
    }

    private func messages(_ cluster: TestCluster, _ reason: String) async throws -> [String] {
        try await eventually("events \(reason)", within: .seconds(20)) {
            let events = try await cluster.client.list(.events, ObjectSelection(namespace: "default")).objects
            let found = events.filter { $0.text("reason") == reason }.map { $0.text("message") }
            return found.isEmpty ? nil : found.sorted()
        }
    }

    private func scale(_ cluster: TestCluster, _ kind: ResourceKind, _ count: Int) async throws {
        _ = try await cluster.client.patch(
            kind, Self.key, .merge, ["spec": ["replicas": .integer(Int64(count))]])
    }

    @Test func replicationControllerKeepsItsNumber() async throws {
        try await withNode { (cluster) async throws in
            try await cluster.create(
                .replicationControllers,
                #"""
                {"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"web","namespace":"default"},
                 "spec":{"replicas":2,"template":{"metadata":{"labels":{"app":"web"}},
                     "spec":{"containers":[{"name":"c","image":"nginx"}]}}}}
                """#)
            _ = try await ready(cluster, .replicationControllers, 2)
            let first = try await pods(cluster)
            #expect(first.count == 2)
            #expect(first.allSatisfy { $0.name.hasPrefix("web-") && $0.name.count == 9 })
            #expect(first.allSatisfy { $0.controller?.kind == "ReplicationController" })
            // A pod that goes is replaced, and so is one whose label changes; that one runs on.
            try await cluster.client.delete(.pods, first[0].key)
            _ = try await cluster.client.patch(
                .pods, first[1].key, .merge, ["metadata": ["labels": ["app": "debug"]]])
            try await eventually("two others", within: .seconds(20)) {
                let now = try await pods(cluster)
                let own = now.filter { $0.controller != nil && !$0.isDeleting }
                return own.count == 2 && now.contains { $0.uid == first[1].uid && $0.controller == nil }
            }
            try await cluster.client.delete(.pods, first[1].key)
            // A pod that matches is one too many.
            try await cluster.createPod("guest", labels: #"{"app":"web"}"#)
            try await eventually("two pods", within: .seconds(20)) { try await pods(cluster).count == 2 }
            try await scale(cluster, .replicationControllers, 0)
            _ = try await ready(cluster, .replicationControllers, 0)
            #expect(try await messages(cluster, "SuccessfulCreate").allSatisfy { $0.hasPrefix("Created pod: web-") })
            #expect(try await messages(cluster, "SuccessfulDelete").allSatisfy { $0.hasPrefix("Deleted pod: ") })
        }
    }

    @Test func deploymentRollsOutAndBack() async throws {
        try await withNode { (cluster) async throws in
            try await cluster.create(
                .deployments,
                #"""
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"default"},
                 "spec":{"replicas":4,"selector":{"matchLabels":{"app":"web"}},
                         "template":{"metadata":{"labels":{"app":"web"}},
                                     "spec":{"containers":[{"name":"c","image":"nginx:1"}]}}}}
                """#)
            let first = try await ready(cluster, .deployments, 4)
            #expect(first.annotation("deployment.kubernetes.io/revision") == "1")
            #expect(first.generation == 1)
            _ = try await cluster.client.patch(
                .deployments, Self.key, .strategic,
                ["spec": ["template": ["spec": ["containers": [["name": "c", "image": "nginx:2"]]]]]])
            let isComplete = { (deployment: KubeObject) in
                let status = ["updatedReplicas", "replicas", "availableReplicas"]
                return status.allSatisfy { deployment.integer("status", $0) == 4 }
                    && deployment.integer("status", "observedGeneration") == deployment.generation
            }
            let second = try await cluster.wait("the rollout", .deployments, Self.key) {
                isComplete($0) && $0.annotation("deployment.kubernetes.io/revision") == "2"
            }
            let conditions = second.list("status", "conditions").compactMap { $0["reason"]?.string }
            #expect(Set(conditions) == ["MinimumReplicasAvailable", "NewReplicaSetAvailable"])
            let sets = try await cluster.client.list(.replicaSets, ObjectSelection(namespace: "default")).objects
            #expect(sets.map { $0.integer("spec", "replicas") ?? 0 }.sorted() == [0, 4])
            // The old template by the way of the first versions.
            _ = try await cluster.client.patch(
                .deployments, Self.key, .merge,
                ["metadata": ["annotations": ["deprecated.deployment.rollback.revision": "1"]]])
            let third = try await cluster.wait("the way back", .deployments, Self.key) {
                isComplete($0) && $0.annotation("deployment.kubernetes.io/revision") == "3"
            }
            #expect(third.list("spec", "template", "spec", "containers").first?["image"] == "nginx:1")
            #expect(
                try await messages(cluster, "DeploymentRollback") == [
                    "Rolled back deployment \"web\" to revision 1"
                ])
            #expect(try await messages(cluster, "ScalingReplicaSet").count >= 4)
        }
    }

    @Test func silentNodeIsToldAndTainted() async throws {
        try await TestCluster.with(controllers: false) { (cluster) async throws in
            for name in ["n1", "n2"] {
                try await SimulatedKubelet(client: cluster.client, node: name).register()
            }
            try await cluster.createPod("a", ip: "10.0.0.1")
            var settings = ControllerManagerConfiguration(server: cluster.url)
            settings.electsLeader = false
            settings.nodes.gracePeriod = .milliseconds(500)
            settings.nodes.podEvictionTimeout = .seconds(1)
            let manager = ControllerManager(settings, logger: .quiet)
            let running = Task { try await manager.run() }
            // Another node beats on.
            let beating = Task {
                for number in 0... {
                    _ = try? await cluster.client.patch(
                        .nodes, ObjectKey("n2"), .strategic,
                        [
                            "status": [
                                "conditions": [
                                    [
                                        "type": "Ready", "status": "True",
                                        "lastHeartbeatTime": .string(
                                            KubeTime.text(UnixTime(seconds: 1_800_000_000 + Int64(number)))),
                                    ]
                                ]
                            ]
                        ], subresource: "status")
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
            let node = try await cluster.wait("the taints of the node", .nodes, ObjectKey("n1")) {
                $0.list("spec", "taints").count == 2
            }
            let ready = node.list("status", "conditions").first { $0["type"]?.string == "Ready" }
            #expect(ready?["reason"] == "NodeStatusUnknown")
            let pod = try await cluster.wait("the pod to fail", .pods, ObjectKey(namespace: "default", "a")) {
                $0.text("status", "phase") == "Failed"
            }
            #expect(pod.text("status", "reason") == "NodeLost")
            #expect(pod.list("status", "conditions").contains { $0["status"]?.string == "False" })
            beating.cancel()
            running.cancel()
            _ = try? await beating.value
            try await running.value
        }
    }
}
