internal import ClusterBase
internal import KubeClient
internal import KubeModel

/// Renews the node's lease, its sign of life.
struct NodeLease: Sendable {
    private static let namespace = "kube-node-lease"

    private let configuration: KubeletConfiguration
    private let client: KubeClient
    private let clock: KubeletClock

    init(_ configuration: KubeletConfiguration, _ client: KubeClient, _ clock: KubeletClock) {
        (self.configuration, self.client, self.clock) = (configuration, client, clock)
    }

    /// The lease of a node.
    static func key(_ node: String) -> ObjectKey { ObjectKey(namespace: namespace, node) }

    /// Works until cancelled, as long as there is a Node.
    func run(_ node: @Sendable () -> KubeObject?) async {
        var known: KubeObject?
        var failures = 0
        while !Task.isCancelled {
            var pause = configuration.heartbeat.leasePeriod
            if let owner = node() {
                do {
                    known = try await renew(known, owner)
                    failures = 0
                } catch {
                    known = nil
                    failures += 1
                    pause = min(pause, .milliseconds(200) * (1 << min(failures, 5)))
                }
            } else {
                pause = min(pause, .milliseconds(200))
            }
            guard (try? await clock.sleep(pause)) != nil else { return }
        }
    }

    private func renew(_ known: KubeObject?, _ owner: KubeObject) async throws -> KubeObject {
        let key = Self.key(configuration.nodeName)
        let time = JSONValue.string(KubeTime.microText(clock.time()))
        var found = known
        if found == nil {
            do { found = try await client.get(.leases, key) } catch let error as APIError where error.code == 404 {}
        }
        guard var lease = found else {
            var lease = KubeObject(["apiVersion": "coordination.k8s.io/v1", "kind": "Lease"])
            (lease.name, lease.namespace) = (key.name, key.namespace)
            lease.ownerReferences = [
                OwnerReference(apiVersion: "v1", kind: "Node", name: owner.name, uid: owner.uid)
            ]
            lease["spec"] = [
                "holderIdentity": .string(configuration.nodeName),
                "leaseDurationSeconds": .integer(configuration.heartbeat.leaseSeconds), "renewTime": time,
            ]
            return try await client.create(.leases, lease)
        }
        if lease.ownerReferences.first?.uid != owner.uid {
            lease.ownerReferences = [
                OwnerReference(apiVersion: "v1", kind: "Node", name: owner.name, uid: owner.uid)
            ]
        }
        lease["spec", "holderIdentity"] = .string(configuration.nodeName)
        lease["spec", "leaseDurationSeconds"] = .integer(configuration.heartbeat.leaseSeconds)
        lease["spec", "renewTime"] = time
        return try await client.update(.leases, lease)
    }
}
