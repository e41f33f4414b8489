import ClusterBase
import KubeClient
import KubeCore
import KubeModel
import KubeService
import Logging
import TestSupport

/// A control plane of its own in this process, and a client of it.
struct TestCluster {
    let service: KubernetesService
    let client: KubeClient
    let url: String

    /// Runs a test on a cluster without nodes; with `controllers`, they have the lease when the test begins.
    static func with(
        workDirectory: String? = nil, port: Int = 0, controllers: Bool = true, serviceRange: String? = nil,
        _ body: (TestCluster) async throws -> Void
    ) async throws {
        var configuration = KubernetesConfiguration(workDirectory: workDirectory)
        configuration.port = port
        if let serviceRange { configuration.serviceRange = serviceRange }
        configuration.controllers = controllers ? ControllerManagerConfiguration() : nil
        let service = KubernetesService(configuration, logger: .quiet)
        let url = "http://\(try await service.start())"
        let running = Task { try await service.run() }
        let client = try KubeClient(KubeClientConfiguration(server: url))
        let cluster = TestCluster(service: service, client: client, url: url)
        let result: Result<Void, any Error>
        do {
            if controllers { try await cluster.waitForLease() }
            result = .success(try await body(cluster))
        } catch {
            result = .failure(error)
        }
        await client.shutdown()
        running.cancel()
        let end = await running.result
        try result.get()
        try end.get()
    }

    static let lease = ObjectKey(namespace: "kube-system", "kube-controller-manager")

    private func waitForLease() async throws {
        _ = try await holder("")
    }

    /// Waits for a holder of the lease other than one; returns it.
    func holder(_ other: String) async throws -> String {
        try await eventually("a leader", within: .seconds(60)) {
            guard let lease = try await find(.leases, Self.lease) else { return nil }
            let holder = lease.text("spec", "holderIdentity")
            return holder.isEmpty || holder == other ? nil : holder
        }
    }

    /// The object, or nil when there is none.
    func find(_ kind: ResourceKind, _ key: ObjectKey) async throws -> KubeObject? {
        do { return try await client.get(kind, key) } catch let error as APIError where error.code == 404 {
            return nil
        }
    }

    /// Waits until an object is as wanted.
    @discardableResult
    func wait(
        _ what: String, _ kind: ResourceKind, _ key: ObjectKey, until condition: (KubeObject) -> Bool
    ) async throws -> KubeObject {
        try await eventually(what, within: .seconds(60)) {
            try await find(kind, key).flatMap { condition($0) ? $0 : nil }
        }
    }

    /// Waits until an object is gone.
    func waitForEnd(_ kind: ResourceKind, _ key: ObjectKey) async throws {
        try await eventually("the end of \(kind.plural) \(key)", within: .seconds(60)) {
            try await find(kind, key) == nil
        }
    }

    /// Creates an object from JSON.
    @discardableResult
    func create(_ kind: ResourceKind, _ json: String) async throws -> KubeObject {
        guard let object = KubeObject(try JSONValue(parsing: json)) else { throw TestError("no object: \(json)") }
        return try await client.create(kind, object)
    }

    /// Creates a config map, perhaps with an owner.
    @discardableResult
    func createMap(
        _ name: String, in namespace: String = "default", owner: KubeObject? = nil, blocks: Bool = false
    ) async throws -> KubeObject {
        var map = KubeObject(["apiVersion": "v1", "kind": "ConfigMap"])
        (map.name, map.namespace) = (name, namespace)
        if let owner {
            map.ownerReferences = [
                OwnerReference(
                    apiVersion: owner.apiVersion, kind: owner.kind, name: owner.name, uid: owner.uid,
                    blocksOwnerDeletion: blocks)
            ]
        }
        return try await client.create(.configMaps, map)
    }

    /// Creates a pod on a node, and says what a kubelet would say of it.
    @discardableResult
    func createPod(
        _ name: String, in namespace: String = "default", labels: String = "{}", ip: String? = nil, ready: Bool = true
    ) async throws -> KubeObject {
        var pod = try await create(
            .pods,
            #"""
            {"apiVersion":"v1","kind":"Pod",
             "metadata":{"name":"\#(name)","namespace":"\#(namespace)","labels":\#(labels)},
             "spec":{"nodeName":"n1","containers":[{"name":"c","image":"busybox",
                     "ports":[{"name":"http","containerPort":8080}]}]}}
            """#)
        guard let ip else { return pod }
        pod["status"] = [
            "phase": "Running", "podIP": .string(ip), "podIPs": [["ip": .string(ip)]],
            "conditions": [
                [
                    "type": "Ready", "status": ready ? "True" : "False",
                    "lastTransitionTime": "2026-01-02T03:04:05Z",
                ]
            ],
        ]
        return try await client.update(.pods, pod, subresource: "status")
    }
}

extension ResourceKind {
    static let configMaps = ResourceKind(.v1, "ConfigMap", plural: "configmaps")
}
