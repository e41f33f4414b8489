internal import ClusterBase
internal import CommandFlags
internal import HTTPTransport

/// `roost explain KIND NAME`: why an app, a pod, a task or a framework has what it has, across both levels: what the
/// framework says first, what the master says of the framework then (decision D15).
let explainCommand = Command(
    name: "explain",
    table: FlagTable(
        command: "roost explain",
        summary: "Say why something runs, waits or has no offers, with numbers",
        flags: [
            Flag("master", .text, default: "127.0.0.1:5050", "The master: host:port or http://host:port."),
            Flag("marathon", .text, default: "127.0.0.1:8080", "Marathon, for apps: host:port or URL."),
            Flag("kubernetes", .text, default: "127.0.0.1:8888", "The Kubernetes API, for pods: host:port or URL."),
            Flag("framework", .text, "Only this framework's task, by id or name."),
            Flag("role", .text, "Only this role of a framework."),
            outputFlag,
        ],
        positional: "framework|role|task|agent|app|pod NAME")
) { values in
    guard values.positional.count == 2, let kind = ExplainedKind(rawValue: values.positional[0]) else {
        let kinds = ExplainedKind.allCases.map(\.rawValue).joined(separator: ", ")
        throw UsageError("expects a kind and a name; the kinds are \(kinds)")
    }
    let isJSON = try wantsJSON(values)
    let explanations = try await withOperatorClient { client in
        try await Explainer(client: client, values: values).explain(kind, values.positional[1])
    }
    if isJSON {
        print((["explanations": .array(explanations)] as JSONValue).prettyText)
    } else {
        print(explanations.map(ExplanationText.lines).joined(separator: "\n"), terminator: "")
    }
    return ExitStatus.success
}

/// What can be explained.
enum ExplainedKind: String, CaseIterable {
    case framework, role, task, agent, app, pod
}

/// Asks the framework that knows, then the master.
private struct Explainer {
    let client: OperatorClient
    let values: FlagValues

    func explain(_ kind: ExplainedKind, _ name: String) async throws -> [JSONValue] {
        switch kind {
        case .framework: return try await master(["framework": name, "role": values["role"]])
        case .role: return try await master(["role": name])
        case .task: return try await master(["task": name, "framework": values["framework"]])
        case .agent: return try await master(["agent": name])
        case .app: return try await app(name)
        case .pod: return try await pod(name)
        }
    }

    private func master(_ query: [String: String?]) async throws -> [JSONValue] {
        let items = query.compactMap { key, value in value.map { "\(key)=\(PercentCoding.encode($0))" } }.sorted()
        let path = "/explain?" + items.joined(separator: "&")
        return try await client.find(path, at: try values.required("master")).get()["explanations"]?.array ?? []
    }

    private func app(_ name: String) async throws -> [JSONValue] {
        let address = try values.required("marathon")
        let id = name.hasPrefix("/") ? name : "/" + name
        guard let app = try await client.find("/v2/apps\(id)", at: address).get()["app"] else { return [] }
        let queue = try await client.get("/v2/queue", at: address)["queue"]?.array ?? []
        let entry = queue.first { $0["app"]?["id"]?.string == id }
        var result = [AppExplanation.of(app, queued: entry)]
        if entry != nil, let framework = try await client.get("/v2/info", at: address)["frameworkId"]?.string {
            result += try await master(["framework": framework])
        }
        return result
    }

    private func pod(_ name: String) async throws -> [JSONValue] {
        let address = try values.required("kubernetes")
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        let (namespace, pod) = parts.count == 2 ? (parts[0], parts[1]) : ("default", name)
        let base = "/api/v1/namespaces/\(PercentCoding.encode(namespace))"
        let found = try await client.find("\(base)/pods/\(PercentCoding.encode(pod))", at: address)
        guard case .success(let object) = found else {
            throw ClusterError(.notFound, "there is no pod '\(pod)' in the namespace '\(namespace)'")
        }
        let selector = PercentCoding.encode("involvedObject.name=\(pod),involvedObject.kind=Pod")
        let events = try await client.get("\(base)/events?fieldSelector=\(selector)", at: address)
        var result = [PodExplanation.of(object, events: events["items"]?.array ?? [])]
        if object["spec"]?["nodeName"]?.string == nil {
            result += try await master(["framework": "Kubernetes"])
        }
        return result
    }
}
