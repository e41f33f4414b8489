internal import AccessControl
internal import ClusterBase
internal import HTTPTransport
internal import MasterCore

/// `GET /explain`: why a framework has no offer, a role no share, a task not started, an agent not offered.
///
/// The query names one of `framework` (id or name; with `role` for one role), `task` (with `framework` for one
/// framework), `role`, or `agent` (id or host name). Ours; see `Explanation`.
struct ExplainEndpoint: Sendable {
    let endpoints: MasterEndpoints

    var routes: [Route] { [Route(.get, "/explain", explain)] }

    @Sendable private func explain(_ request: HTTPRequest) async throws -> HTTPResponse {
        if let refusal = endpoints.refusalUnlessLeading(request) { return refusal }
        guard let subject = Self.subject(request) else {
            return .error(.badRequest, "Expecting one of 'framework', 'role', 'task', 'agent' in the query")
        }
        let (now, filter) = (endpoints.driver.now, endpoints.filter(request))
        let explanations = try await endpoints.driver.read { $0.explain(subject, now: now, seeing: filter) }
        guard !explanations.isEmpty else { return .error(.notFound, Self.nothing(subject)) }
        let list = explanations.map(Self.json)
        return .json((["explanations": .array(list)] as JSONValue).bytes, for: request)
    }

    private static func subject(_ request: HTTPRequest) -> ExplanationSubject? {
        func value(_ key: String) -> String? { request.query[key].flatMap { $0.isEmpty ? nil : $0 } }
        if let task = value("task") { return .task(task, framework: value("framework")) }
        if let framework = value("framework") { return .framework(framework, role: value("role")) }
        if let role = value("role") { return .role(role) }
        return value("agent").map { .agent($0) }
    }

    private static func nothing(_ subject: ExplanationSubject) -> String {
        switch subject {
        case .framework(let name, _): "No framework has the id or name '\(name)'"
        case .role(let name): "No framework, reservation, quota or weight knows the role '\(name)'"
        case .task(let id, nil): "No framework has launched a task '\(id)', as far as this master remembers"
        case .task(let id, let name?):
            "No framework '\(name)' has launched a task '\(id)', as far as this master remembers"
        case .agent(let name): "No registered agent has the id or host name '\(name)'"
        }
    }

    private static func json(_ explanation: Explanation) -> JSONValue {
        let reasons = explanation.reasons.map { reason -> JSONValue in
            var object: JSONObject = ["cause": .string(reason.cause), "text": .string(reason.text)]
            if let count = reason.count { object["count"] = .integer(Int64(count)) }
            return .object(object)
        }
        let figures = explanation.figures.map { figure -> JSONValue in
            ["name": .string(figure.name), "value": .string(figure.value)]
        }
        return [
            "subject": .string(explanation.subject), "verdict": .string(explanation.verdict),
            "reasons": .array(reasons), "figures": .array(figures),
        ]
    }
}
