internal import ClusterBase
internal import ClusterModel
internal import DaemonEndpoints
internal import HTTPTransport
internal import MasterCore
internal import MesosProtocol

/// The master's HTTP surface as a table of routes (spec `mesos/08` §8.1).
struct MasterEndpoints: Sendable {
    let driver: MasterDriver
    /// Reads of the state.
    let reads: StateReads
    let leadership: Leadership
    let configuration: MasterServiceConfiguration
    let info: MasterInfo
    let startTime: Instant

    /// What `/version` says; purely numeric, as clients compare it.
    static let version: JSONValue = [
        "version": .string(ProductVersion.mesos), "build_date": "", "build_time": 0, "build_user": "roost",
    ]

    var routes: [Route] {
        [
            Route.direct(.get, "/health") { $1.send(.ok) },
            Route(.get, "/version") { .json(Self.version.bytes, for: $0) },
            Route(.get, "/redirect", prefix: true, redirectToLeader),
            Route(.get, "/flags") { .json((["flags": stateless.flags] as JSONValue).bytes, for: $0) },
            Route(.get, "/system/stats.json") { .json(SystemStatistics.read().json.bytes, for: $0) },
            reading("/state") { _ in .state },
            reading("/state-summary") { _ in .summary },
            reading("/slaves") { .agents(only: $0.query["slave_id"].map { AgentID($0) }) },
            reading("/frameworks") { .frameworks(only: $0.query["framework_id"].map { FrameworkID($0) }) },
            reading("/tasks") { .tasks(try Self.tasks($0)) },
            reading("/roles") { _ in .roles },
            Route.direct(.post, "/teardown") { teardown($0, $1) },
            Route.direct(.any, "/api/v1/scheduler") { SchedulerEndpoint(endpoints: self).handle($0, $1) },
            Route(.any, "/api/v1", prefix: true) { try await OperatorEndpoint(endpoints: self).handle($0) },
            Route(.any, "/logging/toggle", LoggingEndpoint(configuration.logVerbosity).toggle),
        ] + changes + ExplainEndpoint(endpoints: self).routes + MetricsEndpoints(endpoints: self).routes
            + MasterFiles(endpoints: self).routes + InsightEndpoints(endpoints: self).routes
    }

    /// What operators change.
    private var changes: [Route] {
        ShareEndpoints(endpoints: self).routes + ResourceEndpoints(endpoints: self).routes
            + MachineEndpoints(endpoints: self).routes
    }

    /// Why this master does not answer in the leader's place; nil when it does.
    func refusalUnlessLeading(_ request: HTTPRequest) -> HTTPResponse? {
        switch leadership.role {
        case .leading: nil
        case .leaderless: .error(.serviceUnavailable, "No leader elected")
        case .recovering: .error(.serviceUnavailable, "Master has not finished recovery")
        case .standby(let leader): .redirect(request, toAuthority: "\(leader.hostname):\(leader.port)")
        }
    }

    /// Answers in the leader's place if this master does not lead; otherwise the reply is still to be made.
    func leading(_ request: HTTPRequest, _ reply: Reply) -> Reply? {
        guard let refusal = refusalUnlessLeading(request) else { return reply }
        reply.send(refusal)
        return nil
    }

    /// Has the core do what an operator asks for, and answer.
    func operate(_ change: OperatorRequest, _ request: HTTPRequest, _ reply: Reply) {
        driver.post(answering: reply) { .operatorRequested($0, change, principal: request.principal?.value) }
    }

    /// The leader as far as this master knows.
    var leader: MasterInfo? {
        switch leadership.role {
        case .leading, .recovering: info
        case .standby(let leader): leader
        case .leaderless: nil
        }
    }

    /// A GET that only the leader answers, from a state read between two events.
    private func reading(
        _ pattern: String, _ document: @escaping @Sendable (HTTPRequest) throws -> StateDocument
    ) -> Route {
        Route(.get, pattern) { request in
            if let refusal = refusalUnlessLeading(request) { return refusal }
            return try await reads.answer(try document(request), for: filter(request), to: request)
        }
    }

    private var stateless: FlagsJSON { FlagsJSON(configuration: configuration) }

    @Sendable private func redirectToLeader(_ request: HTTPRequest) async throws -> HTTPResponse {
        // Sub-paths get 404, so that a redirect cannot lead back here for ever (spec `mesos/01` §1.1).
        guard request.subpath.isEmpty || request.subpath == "/" else { return .error(.notFound) }
        guard let leader else { return .error(.serviceUnavailable, "No leader elected") }
        return .redirect(to: "//\(leader.hostname):\(leader.port)")
    }

    private static func tasks(_ request: HTTPRequest) throws -> TaskQuery {
        let query = request.query
        func number(_ name: String, _ preset: Int) throws -> Int {
            guard let text = query[name] else { return preset }
            guard let value = Int(text), value >= 0 else {
                throw ClusterError(
                    .invalidArgument, "expected a number that is not negative, not '\(text)'", field: name)
            }
            return value
        }
        return TaskQuery(
            limit: try number("limit", 100), offset: try number("offset", 0), isAscending: query["order"] == "asc",
            framework: query["framework_id"].map { FrameworkID($0) }, task: query["task_id"].map { TaskID($0) })
    }

    private func teardown(_ request: HTTPRequest, _ reply: Reply) {
        if let refusal = refusalUnlessLeading(request) { return reply.send(refusal) }
        let form = QueryItems(parsing: request.text[...])
        guard let id = form["frameworkId"], !id.isEmpty else {
            return reply.send(.error(.badRequest, "Missing 'frameworkId' query parameter in the request body"))
        }
        driver.post(answering: reply) {
            .teardownRequested($0, FrameworkID(id), principal: request.principal?.value)
        }
    }
}

/// The flags of this master as JSON.
struct FlagsJSON {
    let configuration: MasterServiceConfiguration

    var flags: JSONValue {
        var object = JSONObject()
        for (name, value) in configuration.flags { object[name] = .string(value) }
        return .object(object)
    }
}
