import ClusterBase
import ClusterModel
import HTTPTransport
import MarathonModel
import Testing

@testable import MarathonAPI
@testable import MarathonCore

/// A backend whose core lives in memory: every change is durable at once.
actor MemoryBackend: MarathonBackend {
    nonisolated let info = MarathonInfo(
        version: "1.11.0", hostname: "marathon", httpPort: 8080, frameworkName: "marathon", user: "root",
        master: "10.0.0.5:5050")
    var world = MarathonWorld()
    private(set) var streams: [(stream: ResponseStream, types: [String])] = []

    func submit(_ command: MarathonCommand) throws -> CommandAnswer { try world.command(command).get() }

    func view<Answer: Sendable>(_ body: @Sendable (MarathonCore, Instant) -> Answer) -> Answer {
        body(world.core, world.now)
    }

    func subscribe(_ stream: ResponseStream, types: [String], client: String) { streams.append((stream, types)) }

    /// Plays cluster and clock.
    func play<Result: Sendable>(_ body: @Sendable (inout MarathonWorld) throws -> Result) rethrows -> Result {
        try body(&world)
    }

    nonisolated var service: HTTPService { MarathonRoutes.service(self) }

    nonisolated func send(
        _ method: RequestMethod, _ target: String, _ body: String = "",
        headers: HeaderFields = ["Content-Type": "application/json", "Accept": "application/json"]
    ) async -> HTTPResponse {
        await service.respond(to: HTTPRequest(method, target, headers: headers, body: Array(body.utf8)))
    }
}

extension HTTPResponse {
    var text: String { if case .bytes(let bytes) = body { String(decoding: bytes, as: UTF8.self) } else { "" } }
    var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }
}

/// One exchange per row of the route table; in order, on one Marathon.
struct Exchange: Sendable {
    var route: String
    var target: String
    var body = ""
    var status: HTTPStatus
    var key: String?

    init(_ route: String, _ target: String, _ body: String = "", _ status: HTTPStatus, has key: String? = nil) {
        (self.route, self.target, self.body, self.status, self.key) = (route, target, body, status, key)
    }
}

private let exchanges: [Exchange] = [
    Exchange("POST /v2/apps", "/v2/apps", seedApp, 201, has: "versionInfo"),
    Exchange("GET /v2/apps", "/v2/apps", "", 200, has: "apps"),
    Exchange("GET /v2/apps/{id...}", "/v2/apps//web-app", "", 200, has: "app"),
    Exchange("GET /v2/apps/{id...}/tasks", "/v2/apps//web-app/tasks", "", 200, has: "tasks"),
    Exchange("GET /v2/apps/{id...}/versions", "/v2/apps/web-app/versions", "", 200, has: "versions"),
    Exchange("GET /v2/apps/{id...}/versions/{version}", "/v2/apps/web-app/versions/2001-01-01T00:00:00.000Z", "", 404),
    Exchange("PUT /v2/apps/{id...}", "/v2/apps/web-app?force=True", #"{"instances":2}"#, 200, has: "deploymentId"),
    Exchange("PUT /v2/apps/{id...}", "/v2/apps/group/new", #"{"cmd":"run it"}"#, 201, has: "deploymentId"),
    Exchange("PATCH /v2/apps/{id...}", "/v2/apps/missing", #"{"cmd":"run it"}"#, 404, has: "message"),
    Exchange("PUT /v2/apps", "/v2/apps?force=true", #"[{"id":"/web-app","instances":3}]"#, 200, has: "deploymentId"),
    Exchange("PATCH /v2/apps", "/v2/apps", #"[{"id":"/missing","instances":3}]"#, 404, has: "message"),
    Exchange("POST /v2/apps/{id...}/restart", "/v2/apps/web-app/restart?force=true", "", 200, has: "deploymentId"),
    Exchange("GET /v2/deployments", "/v2/deployments", "", 200),
    Exchange("DELETE /v2/deployments/{id}", "/v2/deployments/x", "", 404, has: "message"),
    Exchange("GET /v2/queue", "/v2/queue", "", 200, has: "queue"),
    Exchange("DELETE /v2/queue/{id...}/delay", "/v2/queue//web-app/delay", "", 204),
    Exchange("GET /v2/tasks", "/v2/tasks?status=running&status[]=staging", "", 200, has: "tasks"),
    Exchange("POST /v2/tasks/delete", "/v2/tasks/delete", #"{"ids":[]}"#, 200, has: "tasks"),
    Exchange("DELETE /v2/apps/{id...}/tasks", "/v2/apps/web-app/tasks?host=none", "", 200, has: "tasks"),
    Exchange("DELETE /v2/apps/{id...}/tasks/{task}", "/v2/apps/web-app/tasks/t", "", 404, has: "message"),
    Exchange("GET /v2/info", "/v2/info", "", 200, has: "marathon_config"),
    Exchange("GET /v2/leader", "/v2/leader", "", 200, has: "leader"),
    Exchange("GET /v2/events", "/v2/events", "", 406, has: "message"),
    Exchange("GET /ping", "/ping", "", 200),
    Exchange("GET /metrics", "/metrics", "", 200, has: "gauges"),
    Exchange("DELETE /v2/apps/{id...}", "/v2/apps/web-app", "", 200, has: "deploymentId"),
]

@Test func everyRouteAnswers() async throws {
    let backend = MemoryBackend()
    for exchange in exchanges {
        let method = RequestMethod(String(exchange.route.prefix { $0 != " " }))
        let response = await backend.send(method, exchange.target, exchange.body)
        #expect(response.status == exchange.status, "\(exchange.route): \(response.text)")
        if let key = exchange.key { #expect(response.json[key] != nil, "\(exchange.route): \(response.text)") }
        #expect(response.headers["X-Marathon-Leader"] == "http://marathon:8080")
    }
}

@Test func everyRouteIsNamedByATest() {
    let tested = Set(exchanges.map(\.route))
    #expect(MarathonRoutes.table(MemoryBackend()).map(\.id).filter { !tested.contains($0) } == [])
}
