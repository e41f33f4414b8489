internal import ClusterBase
internal import HTTPTransport
public import KubeClient
internal import KubeText

/// The client of 2014: verbs on paths of the first API versions, printed as it did (seeds K-KCF-01…04).
///
/// Source: upstream `cmd/kubecfg` and `pkg/kubecfg` at 0.4; spec `kubernetes/08` §8.6.
public struct Kubecfg: Sendable {
    let client: KubeClient
    let options: KubecfgOptions
    private let output: @Sendable (String) -> Void

    /// Makes a client; `output` gets the text it prints, line ends included.
    public init(client: KubeClient, options: KubecfgOptions, output: @escaping @Sendable (String) -> Void) {
        (self.client, self.options, self.output) = (client, options, output)
    }

    /// Runs a verb with its arguments, such as `["create", "/pods"]`.
    ///
    /// Throws `KubecfgUsage`, `APIError` and `ClusterError`.
    public func run(_ arguments: [String]) async throws {
        guard let word = arguments.first else { throw KubecfgUsage(description: "expected a verb: \(Self.words)") }
        guard let verb = Self.verbs.first(where: { $0.word == word }) else {
            throw KubecfgUsage(description: "unknown verb '\(word)'; expected one of \(Self.words)")
        }
        let rest = Array(arguments.dropFirst())
        guard rest.count == verb.form.count else {
            throw KubecfgUsage(description: "expected '\(([word] + verb.form).joined(separator: " "))'")
        }
        try await verb.perform(self, rest)
    }

    private struct Verb: Sendable {
        let word: String
        /// What its arguments are called.
        let form: [String]
        let perform: @Sendable (Kubecfg, [String]) async throws -> Void
    }

    private static let verbs: [Verb] = [
        Verb(word: "list", form: ["RESOURCE"]) { try await $0.list($1[0]) },
        Verb(word: "get", form: ["RESOURCE/ID"]) { try await $0.get($1[0]) },
        Verb(word: "create", form: ["RESOURCE"]) { try await $0.create($1[0]) },
        Verb(word: "update", form: ["RESOURCE/ID"]) { try await $0.update($1[0]) },
        Verb(word: "delete", form: ["RESOURCE/ID"]) { try await $0.delete($1[0]) },
        Verb(word: "print", form: []) { kubecfg, _ in try kubecfg.show(kubecfg.body()) },
        Verb(word: "resize", form: ["CONTROLLER", "REPLICAS"]) { try await $0.resize($1[0], to: $1[1]) },
        Verb(word: "stop", form: ["CONTROLLER"]) { try await $0.resize($1[0], to: "0") },
        Verb(word: "rm", form: ["CONTROLLER"]) { try await $0.remove($1[0]) },
        Verb(word: "rollingupdate", form: ["CONTROLLER"]) { try await $0.rollingUpdate($1[0]) },
        Verb(word: "run", form: ["IMAGE", "REPLICAS", "CONTROLLER"]) {
            try await $0.runImage($1[0], replicas: $1[1], name: $1[2])
        },
        Verb(word: "version", form: []) { kubecfg, _ in try await kubecfg.version() },
        Verb(word: "serverversion", form: []) { kubecfg, _ in try await kubecfg.version() },
        Verb(word: "proxy", form: []) { _, _ in
            throw KubecfgUsage(description: "the local proxy is not in this version; 'kubectl proxy' is one")
        },
    ]

    private static let words = verbs.map(\.word).joined(separator: ", ")
}

// MARK: - Verbs on any resource

extension Kubecfg {
    private func list(_ resource: String) async throws {
        var path = path(try Self.resource(resource))
        if !options.selector.isEmpty { path += "&labels=\(PercentCoding.encode(options.selector))" }
        show(try await client.send(.get, path))
    }

    private func get(_ item: String) async throws { show(try await client.send(.get, path(try Self.item(item)))) }

    private func create(_ resource: String) async throws {
        show(try await client.send(.post, path(try Self.resource(resource)), body: try body()))
    }

    /// Replaces an object by the body, which gets the revision of the stored one unless it names its own.
    private func update(_ item: String) async throws {
        let path = path(try Self.item(item))
        var body = try body()
        if body["resourceVersion"] == nil {
            body = body.with("resourceVersion", try await client.send(.get, path)["resourceVersion"])
        }
        show(try await client.send(.put, path, body: body))
    }

    private func delete(_ item: String) async throws {
        show(try await client.send(.delete, path(try Self.item(item))))
    }

    private func version() async throws {
        let version = try await client.send(.get, "/version")
        guard options.format == .table else { return show(version) }
        output("Server: Kubernetes \(version["gitVersion"]?.string ?? "")\n")
    }

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

    /// The body that `-c` names, read as JSON or else as YAML.
    private func body() throws -> JSONValue {
        guard let bytes = options.body else { throw KubecfgUsage(description: "expected a body: -c FILE") }
        let tree: JSONValue
        if let json = try? JSONValue(parsing: bytes) {
            tree = json
        } else {
            do throws(YAMLText.Failure) {
                tree = try YAMLText.parse(bytes)
            } catch {
                throw KubecfgUsage(description: "-c: neither JSON nor YAML: \(error.problem)")
            }
        }
        guard tree.object != nil else { throw KubecfgUsage(description: "-c: expected an object") }
        tell("Parsed config file successfully; sending:\n\(tree.text)\n")
        return tree
    }
}

// MARK: - Printing

extension Kubecfg {
    /// Prints an answer as the options have it, and a blank line as upstream does.
    func show(_ tree: JSONValue) {
        switch options.format {
        case .json: output(tree.prettyText + "\n")
        case .yaml: output(YAMLText.text(tree))
        case .table: output((OldTables.text(of: tree) ?? tree.prettyText + "\n") + "\n")
        }
    }

    /// Prints what became of a controller, which upstream shows as YAML.
    func showWhole(_ tree: JSONValue) { output(options.format == .json ? tree.prettyText + "\n" : YAMLText.text(tree)) }

    /// Prints a text when much was asked for.
    func tell(_ text: String) {
        if options.isVerbose { output(text) }
    }
}
