internal import HTTPTransport

/// `/help`: an index of what a master answers, made from its routes (spec `mesos/08` §8.1).
struct HelpEndpoint: Sendable {
    private let routes: [Route]

    /// Makes an endpoint that tells of routes.
    init(_ routes: [Route]) { self.routes = routes }

    /// The routes of the index itself.
    var own: [Route] { [Route(.get, "/help", index), Route(.get, "/help/{path...}", page)] }

    /// All endpoints, each with a link to what is known of it.
    @Sendable private func index(_ request: HTTPRequest) async throws -> HTTPResponse {
        let links = entries.map { entry in
            "<li><a href=\"/help\(Self.escaped(entry.path))\"><code>\(Self.escaped(entry.title))</code></a></li>"
        }
        return Self.html("Endpoints", "<ul>\n\(links.joined(separator: "\n"))\n</ul>")
    }

    /// What is known of one endpoint.
    @Sendable private func page(_ request: HTTPRequest) async throws -> HTTPResponse {
        let path = "/" + (request.captures["path"] ?? "")
        guard let entry = entries.first(where: { $0.path == path }) else {
            return .error(.notFound, "No help available for '\(path)'.\n")
        }
        let body = "<p>\(Self.escaped(entry.text))</p>\n<p><code>\(Self.escaped(entry.title))</code></p>"
        return Self.html(entry.path, body)
    }

    private struct Entry {
        var path: String
        var methods: [String]
        var text: String
        var title: String { methods.joined(separator: ", ") + " " + path }
    }

    private var entries: [Entry] {
        var entries: [Entry] = []
        for route in routes where !route.pattern.hasPrefix("/master/") {
            let method = route.method == .any ? "ANY" : route.method.name
            if let at = entries.firstIndex(where: { $0.path == route.pattern }) {
                if !entries[at].methods.contains(method) { entries[at].methods.append(method) }
            } else {
                entries.append(Entry(path: route.pattern, methods: [method], text: Self.texts[route.pattern] ?? ""))
            }
        }
        return entries.sorted { $0.path < $1.path }
    }

    private static func html(_ title: String, _ body: String) -> HTTPResponse {
        let text = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>\(escaped(title))</title></head>
            <body><h1>\(escaped(title))</h1>
            \(body)
            </body></html>

            """
        return HTTPResponse(
            .ok, headers: ["Content-Type": "text/html; charset=utf-8"], body: .bytes(Array(text.utf8)))
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
    }

    /// What each endpoint is for, in one sentence.
    static let texts: [String: String] = [
        "/health": "200 while the master lives.",
        "/version": "Version and build of the master.",
        "/redirect": "Leads to the leading master.",
        "/flags": "The flags of this master and their values.",
        "/system/stats.json": "Load and memory of the machine.",
        "/state": "All that the master knows: agents, frameworks, tasks.",
        "/state-summary": "Agents and frameworks with counts of their tasks.",
        "/slaves": "The agents; slave_id chooses one.",
        "/frameworks": "The frameworks; framework_id chooses one.",
        "/tasks": "Tasks, newest first; limit, offset, order, framework_id and task_id choose.",
        "/roles": "The roles with weights, quotas and what they use.",
        "/weights": "Weights of roles: read (GET), change (PUT a JSON array of role and weight).",
        "/quota": "Quotas of roles: read (GET), set (POST a request), remove (DELETE /quota/<role>).",
        "/reserve": "Reserves resources of an agent: a form of slaveId and resources, a JSON array.",
        "/unreserve": "Gives reservations back: a form of slaveId and resources, a JSON array.",
        "/create-volumes": "Makes persistent volumes: a form of slaveId and volumes, a JSON array.",
        "/destroy-volumes": "Destroys persistent volumes: a form of slaveId and volumes, a JSON array.",
        "/teardown": "Ends a framework and all its tasks: a form of frameworkId.",
        "/maintenance/schedule": "Planned maintenance of machines: read (GET), replace (POST).",
        "/maintenance/status": "Machines that are draining, with the answers of frameworks, or down.",
        "/machine/down": "Takes scheduled machines down: a JSON array of machines.",
        "/machine/up": "Brings machines that are down back: a JSON array of machines.",
        "/api/v1": "The operator API: one call as the body, in JSON or protobuf.",
        "/api/v1/scheduler": "The API of schedulers: one call as the body, in JSON or protobuf.",
        "/files/browse": "What a directory holds; path names it.",
        "/files/read": "Part of a file as text; path, offset and length choose.",
        "/files/download": "A file; path names it.",
        "/files/debug": "Which paths stand for which files.",
        "/metrics/snapshot": "All metrics as JSON; timeout leaves out what is not known in time.",
        "/metrics": "All metrics in Prometheus' text form.",
        "/logging/toggle": "Logs more for a while: level and duration; without them shows the level.",
        "/registrar(1)/registry": "What the master keeps durably, as JSON.",
        "/allocator/offer_constraints_debug": "Agents that constraints of frameworks keep out of their offers.",
        "/explain": "Why a framework, role or task gets no offer, with numbers.",
        "/help": "This index.",
    ]
}
