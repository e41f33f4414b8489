internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import MasterCore
internal import MesosProtocol

/// The master's HTTP surface as a table of routes (spec `mesos/08` §8.1).
struct MasterEndpoints: Sendable {
    let driver: MasterDriver
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
            Route(.get, "/health") { _ in .ok },
            Route(.get, "/version") { .json(Self.version.bytes, for: $0) },
            Route(.get, "/redirect", prefix: true, redirectToLeader),
            Route(.get, "/flags") { .json((["flags": stateless.flags] as JSONValue).bytes, for: $0) },
            Route(.get, "/system/stats.json") { .json(SystemStatistics.read().json.bytes, for: $0) },
            Route(.get, "/metrics/snapshot", metrics),
            Route(.get, "/metrics", prometheus),
            leading("/state") { state, _ in state.document() },
            leading("/state-summary") { state, _ in state.summary() },
            leading("/slaves") { state, request in state.agents(only: request.query["slave_id"].map { AgentID($0) }) },
            leading("/frameworks") { state, request in
                state.frameworks(only: request.query["framework_id"].map { FrameworkID($0) })
            },
            leading("/tasks", Self.tasks),
            leading("/roles") { state, _ in state.roles() },
            Route.direct(.post, "/teardown") { teardown($0, $1) },
            Route.direct(.any, "/api/v1/scheduler") { SchedulerEndpoint(endpoints: self).handle($0, $1) },
            Route(.any, "/api/v1", prefix: true) { try await OperatorEndpoint(endpoints: self).handle($0) },
        ] + ShareEndpoints(endpoints: self).routes
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

    /// The leader as far as this master knows.
    var leader: MasterInfo? {
        switch leadership.role {
        case .leading, .recovering: info
        case .standby(let leader): leader
        case .leaderless: nil
        }
    }

    /// A GET that only the leader answers, from a state read between two events.
    private func leading(
        _ pattern: String, _ render: @escaping @Sendable (StateJSON, HTTPRequest) throws -> JSONValue
    ) -> Route {
        Route(.get, pattern) { request in
            if let refusal = refusalUnlessLeading(request) { return refusal }
            return .json(try render(try await stateJSON(), request).bytes, for: request)
        }
    }

    func stateJSON() async throws -> StateJSON {
        let state = try await driver.read { $0.state }
        return StateJSON(state: state, configuration: configuration, startTime: startTime, leader: leader)
    }

    private var stateless: FlagsJSON { FlagsJSON(configuration: configuration) }

    @Sendable private func redirectToLeader(_ request: HTTPRequest) async throws -> HTTPResponse {
        // Sub-paths get 404, so that a redirect cannot lead back here for ever (spec `mesos/01` §1.1).
        guard request.subpath.isEmpty || request.subpath == "/" else { return .error(.notFound) }
        guard let leader else { return .error(.serviceUnavailable, "No leader elected") }
        return .redirect(to: "//\(leader.hostname):\(leader.port)")
    }

    @Sendable private func metrics(_ request: HTTPRequest) async throws -> HTTPResponse {
        var object = JSONObject()
        for (name, value) in try await allMetrics() { object[name] = .double(value) }
        return .json(JSONValue.object(object).bytes, for: request)
    }

    @Sendable private func prometheus(_ request: HTTPRequest) async throws -> HTTPResponse {
        let lines = try await allMetrics().map { "\(PrometheusText.name($0.name)) \(PrometheusText.value($0.value))\n" }
        var response = HTTPResponse.text(lines.joined())
        response.headers["content-type"] = "text/plain; version=0.0.4"
        return response
    }

    /// The core's metrics and those of the process, by name (spec `mesos/10`).
    func allMetrics() async throws -> [(name: String, value: Double)] {
        let (core, oldestOffer) =
            leadership.isLeading ? try await driver.read { ($0.metrics, $0.state.oldestOffer) } : ([], nil)
        let now = driver.now
        let process: [(name: String, value: Double)] = [
            ("master/elected", leadership.isLeading ? 1 : 0),
            ("master/uptime_secs", (now - startTime).totalSeconds),
            ("master/event_queue_messages", Double(driver.backlog)),
            ("master/oldest_offer_secs", oldestOffer.map { max(0, (now - $0).totalSeconds) } ?? 0),
        ]
        let system = SystemStatistics.read().metrics
        var seen = Set<String>()
        return (core + process + system).filter { seen.insert($0.name).inserted }.sorted { $0.name < $1.name }
    }

    @Sendable private static func tasks(_ state: StateJSON, _ request: HTTPRequest) throws -> JSONValue {
        func number(_ name: String, _ preset: Int) throws -> Int {
            guard let text = request.query[name] else { return preset }
            guard let value = Int(text), value >= 0 else {
                throw ClusterError(
                    .invalidArgument, "expected a number that is not negative, not '\(text)'", field: name)
            }
            return value
        }
        return state.tasks(
            limit: try number("limit", 100), offset: try number("offset", 0),
            ascending: request.query["order"] == "asc",
            framework: request.query["framework_id"].map { FrameworkID($0) },
            task: request.query["task_id"].map { TaskID($0) })
    }

    private func teardown(_ request: HTTPRequest, _ reply: Reply) {
        if let refusal = refusalUnlessLeading(request) { return reply.send(refusal) }
        let form = QueryItems(parsing: request.text[...])
        guard let id = form["frameworkId"], !id.isEmpty else {
            return reply.send(.error(.badRequest, "Missing 'frameworkId' query parameter in the request body"))
        }
        driver.post(answering: reply) { .teardownRequested($0, FrameworkID(id)) }
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

/// Metric names and values in Prometheus' text form.
enum PrometheusText {
    static func name(_ name: String) -> String {
        "roost_"
            + String(
                name.map { character in
                    character.isASCII && (character.isLetter || character.isNumber) ? character : "_"
                })
    }

    static func value(_ value: Double) -> String { Int64(exactly: value).map(String.init) ?? "\(value)" }
}
