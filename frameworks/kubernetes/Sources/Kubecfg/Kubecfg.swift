internal import ClusterBase
internal import HTTPTransport
public import KubeClient
internal import KubeModel
internal import Yams

/// The client of 2014: verbs on paths of the first API versions, printed as it did (seeds K-KCF-01…04).
public struct Kubecfg: Sendable {
    private let client: KubeClient
    private let options: KubecfgOptions
    private let print: @Sendable (String) -> Void

    /// Makes a client that prints through a closure, which gets whole lines.
    public init(client: KubeClient, options: KubecfgOptions, print: @escaping @Sendable (String) -> Void) {
        (self.client, self.options, self.print) = (client, options, print)
    }

    /// Runs a verb with its arguments, such as `["create", "/pods"]`.
    ///
    /// Throws `KubecfgUsage`, `APIError` and `ClusterError`.
    public func run(_ arguments: [String]) async throws {
        guard let verb = arguments.first else { throw KubecfgUsage(description: "expected a verb: \(Self.words)") }
        guard let (count, perform) = Self.verbs[verb] else {
            throw KubecfgUsage(description: "unknown verb '\(verb)'; expected one of \(Self.words)")
        }
        let rest = Array(arguments.dropFirst())
        guard rest.count == count.count else {
            let form = ([verb] + count).joined(separator: " ")
            throw KubecfgUsage(description: "expected '\(form)'")
        }
        try await perform(self)(rest)
    }

    private typealias Verb = (form: [String], perform: @Sendable (Kubecfg) -> ([String]) async throws -> Void)

    private static let verbs: [String: Verb] = [
        "list": (["RESOURCE"], { kubecfg in { try await kubecfg.list($0) } }),
        "get": (["RESOURCE/ID"], { kubecfg in { try await kubecfg.get($0) } }),
        "create": (["RESOURCE"], { kubecfg in { try await kubecfg.create($0) } }),
        "update": (["RESOURCE/ID"], { kubecfg in { try await kubecfg.update($0) } }),
        "delete": (["RESOURCE/ID"], { kubecfg in { try await kubecfg.delete($0) } }),
        "resize": (["CONTROLLER", "REPLICAS"], { kubecfg in { try await kubecfg.resize($0) } }),
        "stop": (["CONTROLLER"], { kubecfg in { try await kubecfg.resize($0 + ["0"]) } }),
        "rm": (["CONTROLLER"], { kubecfg in { try await kubecfg.remove($0) } }),
        "rollingupdate": (["CONTROLLER"], { kubecfg in { try await kubecfg.rollingUpdate($0) } }),
        "run": (["IMAGE", "REPLICAS", "NAME"], { kubecfg in { try await kubecfg.runImage($0) } }),
        "version": ([], { kubecfg in { _ in try await kubecfg.version() } }),
        "serverversion": ([], { kubecfg in { _ in try await kubecfg.version() } }),
    ]

    private static let words = verbs.keys.sorted().joined(separator: ", ")
}

/// Verbs on any resource.
extension Kubecfg {
    private func list(_ arguments: [String]) async throws {
        var path = path(try Self.resource(arguments[0]))
        if !options.selector.isEmpty { path += "&labels=\(PercentCoding.encode(options.selector))" }
        try show(try await client.send(.get, path))
    }

    private func get(_ arguments: [String]) async throws {
        try show(try await client.send(.get, path(try Self.item(arguments[0]))))
    }

    private func create(_ arguments: [String]) async throws {
        try show(try await client.send(.post, path(try Self.resource(arguments[0])), body: try body()))
    }

    private func update(_ arguments: [String]) async throws {
        let path = path(try Self.item(arguments[0]))
        var body = try body()
        if body["resourceVersion"] == nil {
            let stored = try await client.send(.get, path)
            body = body.with("resourceVersion", stored["resourceVersion"])
        }
        try show(try await client.send(.put, path, body: body))
    }

    private func delete(_ arguments: [String]) async throws {
        try show(try await client.send(.delete, path(try Self.item(arguments[0]))))
    }

    private func version() async throws { print(try await client.send(.get, "/version").prettyText + "\n") }

    /// The path of a resource or object, with the namespace in the query as the first versions have it.
    func path(_ resource: String) -> String {
        "/api/\(options.apiVersion)/\(resource)?namespace=\(PercentCoding.encode(options.namespace))"
    }

    private static func resource(_ text: String) throws -> String {
        let parts = text.split(separator: "/")
        guard parts.count == 1 else {
            throw KubecfgUsage(description: "expected a resource such as /pods, not '\(text)'")
        }
        return PercentCoding.encode(String(parts[0]))
    }

    private static func item(_ text: String) throws -> String {
        let parts = text.split(separator: "/").map { PercentCoding.encode(String($0)) }
        guard parts.count == 2 else {
            throw KubecfgUsage(description: "expected an object such as /pods/redis, not '\(text)'")
        }
        return parts.joined(separator: "/")
    }

    /// The body that `-c` names, read as JSON or YAML.
    private func body() throws -> JSONValue {
        guard let text = options.body else { throw KubecfgUsage(description: "expected a body: -c FILE") }
        if let tree = try? JSONValue(parsing: text) { return tree }
        do {
            guard let node = try Yams.compose(yaml: text) else { throw KubecfgUsage(description: "-c: empty body") }
            return JSONValue(yaml: node)
        } catch let error as YamlError {
            throw KubecfgUsage(description: "-c: neither JSON nor YAML: \(error)")
        }
    }

    /// Prints an answer as the options have it.
    func show(_ tree: JSONValue) throws {
        switch options.format {
        case .json: print(tree.prettyText + "\n")
        case .yaml: print(try Yams.serialize(node: tree.yaml))
        case .table: print(OldTables.text(of: tree) ?? tree.prettyText + "\n")
        }
    }
}

/// Verbs on replication controllers.
extension Kubecfg {
    private func resize(_ arguments: [String]) async throws {
        guard let replicas = Int64(arguments[1]), replicas >= 0 else {
            throw KubecfgUsage(description: "expected a number of replicas, not '\(arguments[1])'")
        }
        let path = controllerPath(arguments[0])
        let controller = try await client.send(.get, path)
        let state = (controller["desiredState"] ?? [:]).with("replicas", .integer(replicas))
        try show(try await client.send(.put, path, body: controller.with("desiredState", state)))
    }

    private func remove(_ arguments: [String]) async throws {
        let path = controllerPath(arguments[0])
        let replicas = try await client.send(.get, path)["desiredState"]?["replicas"]?.integer ?? 0
        guard replicas == 0 else {
            throw KubecfgUsage(
                description: "controller \(arguments[0]) still has \(replicas) replicas; 'stop' it before")
        }
        try show(try await client.send(.delete, path))
    }

    /// Changes the image if asked, and deletes the controller's pods one after the other, so that it makes new ones.
    private func rollingUpdate(_ arguments: [String]) async throws {
        let path = controllerPath(arguments[0])
        var controller = try await client.send(.get, path)
        if let image = options.image {
            let manifest = ["desiredState", "podTemplate", "desiredState", "manifest"]
            controller = controller.changing(manifest) { manifest in
                let containers = (manifest["containers"]?.array ?? []).map { $0.with("image", .string(image)) }
                return manifest.with("containers", .array(containers))
            }
            controller = try await client.send(.put, path, body: controller)
        }
        let selector = (controller["desiredState"]?["replicaSelector"]?.object ?? JSONObject())
            .map { "\($0.key)=\($0.value.string ?? "")" }.joined(separator: ",")
        guard !selector.isEmpty else { throw KubecfgUsage(description: "the controller has no selector") }
        let pods = try await client.send(.get, self.path("pods") + "&labels=\(PercentCoding.encode(selector))")
        for pod in pods["items"]?.array ?? [] {
            guard let id = pod["id"]?.string else { continue }
            _ = try await client.send(.delete, self.path("pods/\(PercentCoding.encode(id))"))
            print("\(id)\n")
            try await Task.sleep(for: options.updatePeriod)
        }
    }

    private func runImage(_ arguments: [String]) async throws {
        guard let replicas = Int64(arguments[1]), replicas >= 0 else {
            throw KubecfgUsage(description: "expected a number of replicas, not '\(arguments[1])'")
        }
        let name = JSONValue.string(arguments[2])
        let labels: JSONValue = ["name": name]
        let container: JSONValue = [
            "name": name, "image": .string(arguments[0]), "ports": .array(try Self.ports(options.ports)),
        ]
        let template: JSONValue = [
            "desiredState": [
                "manifest": ["version": "v1beta2", "containers": [container]],
            ], "labels": labels,
        ]
        let controller: JSONValue = [
            "kind": "ReplicationController", "apiVersion": .string(options.apiVersion), "id": name, "labels": labels,
            "desiredState": ["replicas": .integer(replicas), "replicaSelector": labels, "podTemplate": template],
        ]
        try show(try await client.send(.post, path("replicationControllers"), body: controller))
        guard let port = options.servicePort else { return }
        let service: JSONValue = [
            "kind": "Service", "apiVersion": .string(options.apiVersion), "id": name, "labels": labels,
            "selector": labels, "port": .integer(Int64(port)),
        ]
        try show(try await client.send(.post, path("services"), body: service))
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
