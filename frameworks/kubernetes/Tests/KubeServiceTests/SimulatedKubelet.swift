import ClusterBase
import KubeClient
import KubeModel

/// A node of a test cluster: it takes every pod that is bound to none, says that it runs, and ends those that must go.
struct SimulatedKubelet {
    let client: KubeClient
    let node: String

    /// Registers the node.
    func register() async throws {
        var object = KubeObject(["apiVersion": "v1", "kind": "Node"])
        object.name = node
        let made = try await client.create(.nodes, object)
        try await beat(made)
    }

    /// Says that the node is ready.
    private func beat(_ object: KubeObject) async throws {
        var object = object
        object["status", "conditions"] = [
            [
                "type": "Ready", "status": "True", "lastHeartbeatTime": "2026-01-02T03:04:05Z",
                "lastTransitionTime": "2026-01-02T03:04:05Z",
            ]
        ]
        _ = try await client.update(.nodes, object, subresource: "status")
    }

    /// Works until cancelled; what is refused is done at the next look.
    func run() async {
        while !Task.isCancelled {
            let pods = (try? await client.list(.pods, ObjectSelection(namespace: "default")).objects) ?? []
            for pod in pods { try? await look(at: pod) }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    private func look(at pod: KubeObject) async throws {
        if pod.isDeleting {
            try await client.delete(.pods, pod.key, DeletionRequest(gracePeriodSeconds: 0, uid: pod.uid))
        } else if pod.text("spec", "nodeName").isEmpty {
            var binding = KubeObject(["apiVersion": "v1", "kind": "Binding"])
            (binding.name, binding.namespace) = (pod.name, pod.namespace)
            binding["target"] = ["kind": "Node", "name": .string(node)]
            _ = try await client.create(.pods, binding, subresource: "binding")
        } else if pod.text("status", "phase") == "Pending" {
            var running = pod
            running["status", "phase"] = "Running"
            let others = pod.list("status", "conditions").filter { $0["type"]?.string != "Ready" }
            running["status", "conditions"] = .array(
                others + [["type": "Ready", "status": "True", "lastTransitionTime": "2026-01-02T03:04:05Z"]])
            _ = try await client.update(.pods, running, subresource: "status")
        }
    }
}
