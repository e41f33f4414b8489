import ClusterBase
import KubeClient
import KubeModel
import Testing

@Suite(.timeLimit(.minutes(1))) struct NamespaceDeletionTests {
    private let dev = ObjectKey("dev")

    @Test func namespaceTakesItsContentAlong() async throws {
        try await TestCluster.with { (cluster) async throws in
            try await cluster.create(.namespaces, #"{"metadata":{"name":"dev"}}"#)
            for number in 0..<3 { try await cluster.createMap("m\(number)", in: "dev") }
            try await cluster.create(
                .services, #"{"metadata":{"name":"web","namespace":"dev"},"spec":{"ports":[{"port":80}]}}"#)
            try await cluster.createMap("other")
            try await cluster.client.delete(.namespaces, dev)
            try await cluster.waitForEnd(.namespaces, dev)
            #expect(try await cluster.client.list(.configMaps, ObjectSelection(namespace: "dev")).objects.isEmpty)
            #expect(try await cluster.find(.services, ObjectKey(namespace: "dev", "web")) == nil)
            #expect(try await cluster.find(.configMaps, ObjectKey(namespace: "default", "other")) != nil)
        }
    }

    @Test func podsEndGracefullyBeforeTheirNamespace() async throws {
        try await TestCluster.with { (cluster) async throws in
            try await cluster.create(.namespaces, #"{"metadata":{"name":"dev"}}"#)
            try await cluster.createPod("web", in: "dev", ip: "10.0.0.1")
            try await cluster.client.delete(.namespaces, dev)
            let pod = try await cluster.wait("the pod to be told to end", .pods, ObjectKey(namespace: "dev", "web")) {
                $0.isDeleting
            }
            #expect(pod.deletionGracePeriodSeconds == 30)
            let waiting = try await cluster.wait("the condition", .namespaces, dev) { namespace in
                namespace.list("status", "conditions").contains {
                    $0["type"] == "NamespaceContentRemaining" && $0["status"] == "True"
                }
            }
            #expect(waiting.text("status", "phase") == "Terminating")
            await #expect {
                try await cluster.createMap("late", in: "dev")
            } throws: { ($0 as? APIError)?.code == 403 }
            // As a kubelet does once the containers have ended; nobody waits for the next look at the clock.
            try await cluster.client.delete(.pods, pod.key, DeletionRequest(gracePeriodSeconds: 0))
            try await cluster.waitForEnd(.namespaces, dev)
        }
    }
}
