internal import ClusterBase
internal import HTTPTransport
internal import KubeClient
internal import KubeModel

// Verbs on replication controllers.

extension Kubecfg {
    /// Sets how many pods a controller keeps.
    func resize(_ name: String, to count: String) async throws {
        let replicas = try Self.replicas(count)
        let resized = try await rewrite(controllerPath(name)) { controller in
            controller.changing(["desiredState"]) { $0.with("replicas", .integer(replicas)) }
        }
        showWhole(resized)
    }

    /// Changes a stored object, again when somebody else was faster; returns what is stored then.
    private func rewrite(_ path: String, _ change: (JSONValue) -> JSONValue) async throws -> JSONValue {
        var attempts = 5
        while true {
            attempts -= 1
            do {
                return try await client.send(.put, path, body: change(try await client.send(.get, path)))
            } catch let error as APIError where error.code == 409 && attempts > 0 {
                // The server's own controllers write the state of the object too.
            }
        }
    }

    /// Deletes a controller that keeps no pods any more.
    func remove(_ name: String) async throws {
        let path = controllerPath(name)
        let replicas = try await client.send(.get, path)["desiredState"]?["replicas"]?.integer ?? 0
        guard replicas == 0 else {
            throw ClusterError(.conflict, "controller has non-zero replicas (\(replicas)), please stop it first")
        }
        _ = try await client.send(.delete, path)
    }

    /// Changes the image if asked, deletes the controller's pods one after the other, and waits for as many new ones.
    func rollingUpdate(_ name: String) async throws {
        let path = controllerPath(name)
        let controller =
            if let image = options.image {
                try await rewrite(path) { Self.changing(image, of: $0) }
            } else {
                try await client.send(.get, path)
            }
        let selector = (controller["desiredState"]?["replicaSelector"]?.object ?? JSONObject())
            .map { "\($0.key)=\($0.value.string ?? "")" }.joined(separator: ",")
        guard !selector.isEmpty else { throw ClusterError(.conflict, "the controller has no selector") }
        let pods = try await pods(selector)
        for id in pods {
            _ = try await client.send(.delete, self.path("pods/\(PercentCoding.encode(id))"))
            tell("\(id)\n")
            try await Task.sleep(for: options.updatePeriod)
        }
        let deadline = ContinuousClock.now + options.updateTimeout
        while try await self.pods(selector).count != pods.count {
            guard ContinuousClock.now < deadline else {
                throw ClusterError(.timeout, "the controller did not make \(pods.count) pods in time")
            }
            try await Task.sleep(for: options.pollPeriod)
        }
    }

    /// Makes a controller of one container, and a service in front of it if asked.
    func runImage(_ image: String, replicas: String, name: String) async throws {
        let replicas = try Self.replicas(replicas)
        let labels: JSONValue = ["name": .string(name)]
        let container: JSONValue = [
            "name": .string(name.lowercased()), "image": .string(image),
            "ports": .array(try Self.ports(options.ports)),
        ]
        let template: JSONValue = [
            "desiredState": ["manifest": ["version": "v1beta2", "containers": [container]]], "labels": labels,
        ]
        let controller: JSONValue = [
            "kind": "ReplicationController", "apiVersion": .string(options.apiVersion), "id": .string(name),
            "labels": labels,
            "desiredState": ["replicas": .integer(replicas), "replicaSelector": labels, "podTemplate": template],
        ]
        showWhole(try await client.send(.post, path("replicationControllers"), body: controller))
        guard let port = options.servicePort else { return }
        let service: JSONValue = [
            "kind": "Service", "apiVersion": .string(options.apiVersion), "id": .string(name), "labels": labels,
            "selector": labels, "port": .integer(Int64(port)),
        ]
        showWhole(try await client.send(.post, path("services"), body: service))
    }

    private func pods(_ selector: String) async throws -> [String] {
        let list = try await client.send(.get, path("pods") + "&labels=\(PercentCoding.encode(selector))")
        return (list["items"]?.array ?? []).compactMap { $0["id"]?.string }
    }

    private static func changing(_ image: String, of controller: JSONValue) -> JSONValue {
        controller.changing(["desiredState", "podTemplate", "desiredState", "manifest"]) { manifest in
            var containers = manifest["containers"]?.array ?? []
            if let first = containers.first { containers[0] = first.with("image", .string(image)) }
            return manifest.with("containers", .array(containers))
        }
    }

    private static func replicas(_ text: String) throws -> Int64 {
        guard let replicas = Int64(text), replicas >= 0 else {
            throw KubecfgUsage(description: "expected a number of replicas, not '\(text)'")
        }
        return replicas
    }

    /// `8080:80,9000`: host and container port, or the latter alone.
    private static func ports(_ text: String) throws -> [JSONValue] {
        try text.split(separator: ",").map { pair in
            let numbers = pair.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
            guard let container = numbers.last ?? nil, numbers.count <= 2, !numbers.contains(nil) else {
                throw KubecfgUsage(description: "-p: expected ports such as 8080:80,9000, not '\(text)'")
            }
            let port: JSONValue = ["containerPort": .integer(container)]
            return numbers.count == 2 ? port.with("hostPort", numbers[0].map { .integer($0) }) : port
        }
    }

    private func controllerPath(_ name: String) -> String {
        path("replicationControllers/" + PercentCoding.encode(name))
    }
}
